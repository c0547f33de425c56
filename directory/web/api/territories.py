"""`GET /api/v1/territories`: the communes that a text can mean, also while it is typed."""

from collections.abc import Iterable

from flask import Response

from directory.errors import InvalidInput, InvalidInputs
from directory.i18n import gettext
from directory.search.parameters import read_question
from directory.web.api import answers
from directory.web.api.blueprint import asked_pairs, blueprint, this_minute
from directory.web.api.document import problems, succeeds
from directory.web.api.origins import NoSuchPlace
from directory.web.conditional import kept_by_nobody
from directory.web.runtime import runtime

#: The parameters of the search that mean something here.
NAMES = ("q", "limit")


@blueprint.get("/territories")
@blueprint.doc(
    operation_id="territories",
    summary="Proposer des communes",
    description="Le texte peut être inachevé : un nom, un code postal, un code INSEE. "
    "La meilleure proposition d'abord, à égalité la plus peuplée.",
    responses=succeeds("TerritoriesAnswer", "Les communes proposées.") | problems(400, 422),
)
def territories() -> Response:
    """What is typed may be an address: the answer is kept by nobody."""
    pairs = asked_pairs()
    _refuse_others(name for name, _ in pairs)
    question = read_question(pairs, at=this_minute())
    if question.q is None:
        raise NoSuchPlace(
            gettext("Il manque un lieu."),
            field="q",
            remedy=gettext("Donnez « q » : le début d'un nom, ou un code postal."),
        )
    matches = runtime().gazetteer().search(question.q, question.limit)
    remedy = None if matches else gettext("Vérifiez l'orthographe, ou écrivez le code postal.")
    body = {"territories": [answers.place(match) for match in matches], "remedy": remedy}
    return kept_by_nobody(answers.json_response(body))


def _refuse_others(names: Iterable[str]) -> None:
    others = [
        InvalidInput(
            gettext("Le paramètre « %(name)s » n'existe pas.", name=name[:60]),
            field=name[:60],
            remedy=gettext("Choisissez parmi : %(names)s.", names=", ".join(NAMES)),
        )
        for name in names
        if name not in NAMES
    ]
    if others:
        raise InvalidInputs(others)
