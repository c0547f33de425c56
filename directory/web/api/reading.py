"""The OpenAPI document as plain rows, for the page that people read. Pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Member:
    """A parameter, a member of a shape or an answer: its name, type, and what it is."""

    name: str
    #: Words of the type (`string | null`), without the shape.
    type: str
    #: The shape it points at.
    shape: str | None
    description: str
    #: The only values it can have, when they are a list.
    values: tuple[str, ...] = ()
    #: What holds when it is absent.
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked at one address."""

    id: str
    path: str
    summary: str
    description: str
    parameters: list[Member]
    answers: list[Member]


@dataclass(frozen=True, slots=True)
class Shape:
    """A named object of the answers."""

    name: str
    description: str
    members: list[Member]


def operations(document: dict[str, Any]) -> list[Operation]:
    """Return the operations of the document, in its order; the API is read with GET only."""
    return [_operation(path, item["get"]) for path, item in document["paths"].items()]


def shapes(document: dict[str, Any]) -> list[Shape]:
    """Return the shapes of the document by name."""
    return [
        Shape(
            name=name,
            description=schema.get("description", ""),
            members=[
                _member(member, value, value.get("description", ""))
                for member, value in schema.get("properties", {}).items()
            ],
        )
        for name, schema in sorted(document["components"]["schemas"].items())
    ]


def _operation(path: str, operation: dict[str, Any]) -> Operation:
    return Operation(
        id=operation["operationId"],
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=[
            _member(parameter["name"], parameter["schema"], parameter["description"])
            for parameter in operation.get("parameters", [])
        ],
        answers=[
            _member(status, content["schema"], response["description"])
            for status, response in operation["responses"].items()
            for content in response["content"].values()
        ],
    )


def _member(name: str, schema: dict[str, Any], description: str) -> Member:
    words, shape = type_words(schema)
    default = schema.get("default")
    return Member(
        name=name,
        type=words,
        shape=shape,
        description=description,
        values=tuple(schema.get("items", schema).get("enum", ())),
        default=None if default is None else str(default),
    )


def type_words(schema: dict[str, Any]) -> tuple[str, str | None]:
    """Return the words of a type, and the shape it points at if any.

    >>> type_words({"anyOf": [{"type": "array", "items": {"$ref": "#/x/Place"}}, {"type": "null"}]})
    ('array | null', 'Place')
    """
    if "$ref" in schema:
        return "", schema["$ref"].rsplit("/", 1)[1]
    if "anyOf" in schema:
        told = [type_words(choice) for choice in schema["anyOf"]]
        shape = next((name for _, name in told if name), None)
        return " | ".join(words for words, _ in told if words), shape
    kind, of = schema.get("type", ""), None
    if kind == "array":
        item, of = type_words(schema["items"])
        return (f"{kind} ({item})" if item else kind), of
    bounds = [str(schema[end]) for end in ("minimum", "maximum") if end in schema]
    words = schema.get("format", kind)
    return (f"{words} ({' – '.join(bounds)})" if len(bounds) == 2 else words), None
