"""What the list under the field proposes while somebody types."""

from flask import Response, make_response, render_template, request

from directory.web.caseworkers.blueprint import blueprint
from directory.web.conditional import kept_by_nobody
from directory.web.runtime import runtime

#: Proposals under the field: what fits above the keyboard of a phone.
MOST_PROPOSALS = 6


@blueprint.get("/recherche/lieux")
def places() -> Response:
    """Propose places for what is being typed (`q`), as options of the list under the field.

    `insee` is the commune of the search now on the page: its streets come first. What is typed
    may be somebody's address: the answer is kept by nobody.
    """
    suggestions = runtime().geocoder.suggest(
        request.args.get("q", ""),
        gazetteer=runtime().gazetteer(),
        own_insee=request.args.get("insee"),
        limit=MOST_PROPOSALS,
    )
    page = render_template("caseworkers/places.html", suggestions=suggestions)
    return kept_by_nobody(make_response(page))
