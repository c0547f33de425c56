"""`GET /api/v1/territories`: the communes that a text can mean, also while it is typed."""

from typing import Any

from flask import Response

from directory.errors import InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.search import readers
from directory.search.parameters import Parameter
from directory.web.api import answers
from directory.web.api.blueprint import asked_pairs, blueprint
from directory.web.api.document import problems, succeeds
from directory.web.conditional import kept_by_nobody
from directory.web.runtime import runtime

DEFAULT_LIMIT, MOST_RESULTS = 10, 20

PARAMETERS = (
    Parameter(
        "q",
        readers.text,
        "Nom, code postal ou code INSEE, même inachevé.",
        {"type": "string", "maxLength": readers.MOST_CHARACTERS},
        is_required=True,
    ),
    Parameter(
        "limit",
        readers.whole_number(1, MOST_RESULTS),
        "Nombre de propositions.",
        {"type": "integer", "minimum": 1, "maximum": MOST_RESULTS, "default": DEFAULT_LIMIT},
    ),
)


@blueprint.get("/territories")
@blueprint.doc(
    operation_id="territories",
    summary="Proposer des communes",
    responses=succeeds("TerritoriesAnswer", "Les communes, la meilleure d'abord.")
    | problems(400, 414, 422, 503),
)
def territories() -> Response:
    """Best reason first, then the most populous. What is typed is kept by nobody."""
    asked = _read()
    matches = runtime().gazetteer().search(asked["q"], asked.get("limit", DEFAULT_LIMIT))
    remedy = None if matches else gettext("Vérifiez l'orthographe, ou écrivez le code postal.")
    body = {"territories": [answers.place(match) for match in matches], "remedy": remedy}
    return kept_by_nobody(answers.json_response(body))
