"""The OpenAPI document: APIFlask lists the paths, and this adds what only we know.

Parameters come from the table that reads them, schemas from `shapes.py`.
"""

from typing import Any

from pydantic.json_schema import models_json_schema

from directory.search.parameters import PARAMETERS, Parameter
from directory.web.api import shapes

#: Problems that any address can meet: too long a question, or a database that does not answer.
ALWAYS_POSSIBLE = (414, 503)

#: The largest number that the database can hold (int8).
LARGEST_ID = 2**63 - 1

#: As APIFlask takes them: status -> description and content.
Responses = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]

_TELLS_IN_FRENCH = {
    400: "Une valeur ne se lit pas, ou un paramètre n'existe pas : `errors` les nomme toutes.",
    404: "Aucune fiche publiée n'a ce numéro.",
    414: "L'adresse est trop longue.",
    422: "Il manque un lieu, il est inconnu ou hors de France, ou plusieurs communes "
    "correspondent : `choices` les donne.",
    503: "La base de données ne répond pas : réessayez après `Retry-After` secondes.",
}

_PATH_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "Numéro de la fiche : le membre `id` d'un résultat.",
    "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
}

#: Path -> its parameters.
_PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    "/api/v1/search": PARAMETERS,
    "/api/v1/territories": tuple(p for p in PARAMETERS if p.name in ("q", "limit")),
}


def succeeds(shape: str, description: str) -> Responses:
    """Return the description of an answer that succeeded."""
    return {200: _response("application/json", shape, description)}


def problems(*statuses: int) -> Responses:
    """Return the descriptions of these problems, and of those any address can meet."""
    return {
        status: _response("application/problem+json", "Problem", _TELLS_IN_FRENCH[status])
        for status in sorted({*statuses, *ALWAYS_POSSIBLE})
    }


def complete(document: Any) -> dict[str, Any]:
    """Return APIFlask's document, which is a dictionary, with our parameters, schemas and words."""
    told: dict[str, Any] = document
    told["info"] |= {
        "description": "Les services d'aide les plus proches, en mètres, avec leurs horaires. "
        "Sans clé. Les distances sont à vol d'oiseau. Chaque fiche nomme sa source et la licence "
        "de ses données.",
    }
    told["servers"] = [{"url": "/"}]
    told["tags"] = [{"name": "API", "description": "Lecture seule, ouverte à tous."}]
    for path, item in told["paths"].items():
        item["get"]["parameters"] = _parameters(path)
    told.setdefault("components", {})["schemas"] = _schemas()
    return told


def _parameters(path: str) -> list[dict[str, Any]]:
    if "{id}" in path:
        return [_PATH_ID]
    return [_parameter(parameter) for parameter in _PARAMETERS.get(path, ())]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": dict(parameter.schema),
    }
    if parameter.is_repeatable:
        told["schema"] = {"type": "array", "items": told["schema"]}
        told |= {"style": "form", "explode": True}
    return told


def _schemas() -> dict[str, Any]:
    _, definitions = models_json_schema(
        [(shape, "serialization") for shape in shapes.ANSWERS],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


def _response(
    content_type: str, shape: str, description: str
) -> dict[str, str | dict[str, dict[str, Any]]]:
    schema = {"$ref": f"#/components/schemas/{shape}"}
    return {"description": description, "content": {content_type: {"schema": schema}}}
