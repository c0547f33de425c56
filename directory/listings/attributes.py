"""What only one kind of help has: checked before it is stored, told in words when shown."""

from collections.abc import Iterator
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.listings.attribute_schemas import CHOICES, SCHEMAS, Attributes
from directory.listings.vocabulary import category_label


def validated(category: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes as stored: only what was said, and the version of the schema.

    Nothing said stays the empty dictionary, so that a kind may gain a schema later.

    :raise InvalidInput: a field the kind does not have, or a value that does not fit; names it.
    """
    if not attributes:
        return {}
    schema = SCHEMAS.get(category, Attributes)
    try:
        checked = schema.model_validate(attributes)
    except ValidationError as error:
        raise _refusal(category, schema, error.errors()[0]) from error
    said = checked.model_dump(mode="json", exclude_defaults=True)
    return said | {"version": checked.version} if said else {}


def attribute_lines(category: str, attributes: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (label, text) of what was said, in the order of the schema, in today's language."""
    schema = SCHEMAS.get(category)
    if schema is None:
        return []
    return [
        (gettext(field.title), _text(attributes[name], is_word=any(literals(field.annotation))))
        for name, field in schema.model_fields.items()
        if field.title and attributes.get(name) not in (None, [], "")
    ]


def _text(value: Any, *, is_word: bool) -> str:
    """Return a value in words; what somebody wrote freely stays as it is."""
    if isinstance(value, bool):
        return gettext("oui") if value else gettext("non")
    if isinstance(value, list):
        return ", ".join(_text(item, is_word=is_word) for item in value)
    if is_word and isinstance(value, str):
        return gettext(CHOICES[value]) if value in CHOICES else category_label(value)
    return str(value)


def _refusal(category: str, schema: type[Attributes], error: ErrorDetails) -> InvalidInput:
    name = ".".join(str(part) for part in error["loc"]) or "?"
    if error["type"] == "extra_forbidden":
        fields = [field for field in schema.model_fields if field != "version"]
        return InvalidInput(
            gettext(
                "Le champ « %(name)s » n'existe pas pour « %(kind)s ».",
                name=name,
                kind=category_label(category),
            ),
            field=f"attributes.{name}",
            remedy=gettext("Champs possibles : %(fields)s.", fields=", ".join(fields) or "–"),
        )
    return InvalidInput(
        gettext(
            "La valeur « %(value)s » ne convient pas au champ « %(name)s ».",
            value=str(error["input"])[:80],
            name=name,
        ),
        field=f"attributes.{name}",
        remedy=_remedy(schema, error),
    )


def _remedy(schema: type[Attributes], error: ErrorDetails) -> str:
    """Say what fits: the words of a list, else the limit or the type that was passed over."""
    context = error.get("ctx", {})
    field = schema.model_fields.get(str(error["loc"][0]))
    words = list(literals(field.annotation)) if field else []
    if words:
        return gettext("Valeurs possibles : %(values)s.", values=", ".join(words))
    if "ge" in context:
        return gettext("Donnez au moins %(minimum)s.", minimum=context["ge"])
    if "le" in context:
        return gettext("Donnez au plus %(maximum)s.", maximum=context["le"])
    if "max_length" in context:
        return gettext("Restez sous %(maximum)s caractères.", maximum=context["max_length"])
    expected = {
        "int_type": gettext("Donnez un nombre entier."),
        "bool_type": gettext("Répondez par vrai ou faux."),
        "list_type": gettext("Donnez une liste."),
    }
    return expected.get(error["type"], gettext("Donnez un texte court et non vide."))


def literals(annotation: Any) -> Iterator[str]:
    """Yield the words a field accepts, however deep its type holds them."""
    if get_origin(annotation) is Literal:
        yield from (str(value) for value in cast(tuple[object, ...], get_args(annotation)))
        return
    for inner in get_args(annotation):
        yield from literals(inner)
