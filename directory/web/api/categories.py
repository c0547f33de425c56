"""`GET /api/v1/categories`: the kinds of help, their graph, plain words and codes elsewhere."""

from typing import Any

from flask import Response

from directory.listings.queries import crosswalk
from directory.listings.vocabulary import KINDS, Kind, category_label
from directory.web.api import answers
from directory.web.api.blueprint import blueprint
from directory.web.api.document import problems, succeeds
from directory.web.conditional import public_for_a_minute
from directory.web.session import current_session


@blueprint.get("/categories")
@blueprint.doc(
    operation_id="categories",
    summary="Lister les types de services",
    description="Leur graphe, les mots par lesquels on les demande, leurs codes ailleurs. "
    "Chercher un type trouve aussi ceux qui sont au-dessous.",
    responses=succeeds("CategoriesAnswer", "Tous les types.") | problems(),
)
def categories() -> Response:
    """A kind may have several parents; asking for one also finds the kinds below it."""
    codes_elsewhere: dict[int, list[dict[str, str]]] = {}
    for row in crosswalk(current_session()):
        codes_elsewhere.setdefault(row.category_id, []).append(
            {"system": row.system, "code": row.code}
        )
    told = [_told(kind, codes_elsewhere.get(kind.id, [])) for kind in KINDS]
    return public_for_a_minute(answers.json_response({"categories": told}))


def _told(kind: Kind, codes_elsewhere: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "id": kind.id,
        "code": kind.code,
        "label": category_label(kind.code),
        "parents": kind.parents,
        "words": kind.words,
        "is_sensitive": kind.is_sensitive,
        "crosswalk": codes_elsewhere,
    }
