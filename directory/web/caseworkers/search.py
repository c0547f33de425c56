"""The search page: where, what for, and the nearest services that can help."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from directory.errors import FanalError, InvalidInput
from directory.geocoding import Choices, Origin, Precision
from directory.geocoding.communes import is_commune_itself
from directory.i18n import gettext
from directory.listings.for_professionals import reserved_among
from directory.listings.queries import holds_demonstration
from directory.search import widening
from directory.search.parameters import read_question
from directory.search.queries import SearchResults
from directory.web.caseworkers import choices
from directory.web.caseworkers.answers import Answer, answer, heading
from directory.web.caseworkers.asked import NEED, Asked
from directory.web.caseworkers.blueprint import blueprint
from directory.web.caseworkers.form import Form
from directory.web.caseworkers.links import PlaceChoice
from directory.web.caseworkers.need import read_need
from directory.web.caseworkers.origin import find_origin, here, place_choices, settled
from directory.web.conditional import kept_by_nobody, public_for_a_minute
from directory.web.professionals import sees_reserved
from directory.web.runtime import runtime
from directory.web.searched import note_searched
from directory.web.session import current_session


@dataclass(frozen=True, slots=True)
class Page:
    """What `caseworkers/search.html` shows."""

    heading: str
    form: Form
    place_choices: list[PlaceChoice] = field(default_factory=list)
    found: Answer | None = None
    #: Invented listings are among what is shown, or could be found.
    is_demonstration: bool = False
    #: What was not understood outside of the two fields, each with its remedy.
    problems: list[FanalError] = field(default_factory=list)


@blueprint.get("/")
def home() -> BaseResponse:
    """Lead to the search."""
    return redirect(url_for("caseworkers.search"))


@blueprint.get("/recherche")
def search() -> Response:
    """Show the form, and the answer to what it asked."""
    asked = settled(Asked.of(request.args))
    if not asked.names_a_place:
        return public_for_a_minute(_shown(_invitation(asked)))
    try:
        return _answered(asked, datetime.now(UTC))
    except InvalidInput as error:
        response = _shown(_refusal(asked, error))
        response.status_code = HTTPStatus.BAD_REQUEST
        return kept_by_nobody(response)


def _answered(asked: Asked, at: datetime) -> Response:
    """Search, or ask which of several places is meant.

    :raise InvalidInput: something asked cannot be understood.
    """
    need = read_need(asked)
    pairs = [*asked.without(NEED).pairs, *(("category", code) for code in need.codes)]
    question = read_question(pairs, at=at, is_strict=False)
    origin = find_origin(question)
    if isinstance(origin, Choices):
        return kept_by_nobody(_shown(_which_place(asked, origin)))
    note_searched(origin)
    criteria = question.criteria(origin, at=at, default_radius_m=runtime().settings.search_radius_m)
    is_professional = sees_reserved()
    criteria = replace(criteria, include_professionals=is_professional)
    results = widening.search(current_session(), criteria, at=at, gazetteer=runtime().gazetteer())
    found = answer(
        asked, question, need, results, _reserved(results) if is_professional else frozenset()
    )
    page = Page(
        heading=heading(question, origin),
        form=Form(
            asked,
            is_short=True,
            understood_place=_understood(origin),
            commune=origin.insee_code,
        ),
        found=found,
        is_demonstration=found.is_demonstration,
    )
    response = _shown(page)
    is_for_anyone = not is_professional and is_commune_itself(origin, runtime().gazetteer())
    return public_for_a_minute(response) if is_for_anyone else kept_by_nobody(response)


def _reserved(results: SearchResults) -> frozenset[int]:
    nearest = results.widen.nearest if results.widen else []
    hits = (*results.on_site, *results.by_area, *results.remote, *nearest)
    return reserved_among(current_session(), [hit.id for hit in hits])


def _invitation(asked: Asked) -> Page:
    """Return the page before any search; a kind of help without a place asks for the place."""
    errors = {}
    if asked.get(NEED) or asked.get("category"):
        errors["q"] = gettext("Dites où chercher : une adresse, une commune ou un code postal.")
    return Page(
        heading=gettext("Trouver un service proche"),
        form=Form(asked, errors=errors),
        is_demonstration=holds_demonstration(current_session()),
    )


def _which_place(asked: Asked, origin: Choices) -> Page:
    return Page(
        heading=gettext("Quel lieu voulez-vous dire ?"),
        form=Form(asked, is_short=True),
        place_choices=place_choices(asked, origin),
    )


def _refusal(asked: Asked, error: InvalidInput) -> Page:
    """Return the form again, each problem beside its field, the others at the top."""
    beside = {
        problem.field: problem.told for problem in error.problems if problem.field in ("q", NEED)
    }
    return Page(
        heading=gettext("Cette recherche n'est pas comprise"),
        form=Form(asked, errors=beside),
        problems=[problem for problem in error.problems if problem.field not in beside],
    )


def _understood(origin: Origin) -> str | None:
    """Return what the field says of the place found; what was typed stays when it was not."""
    if origin.precision is Precision.POINT:
        return here()
    return None if origin.precision is Precision.APPROXIMATE else origin.label


def _shown(page: Page) -> Response:
    return make_response(render_template("caseworkers/search.html", page=page, choices=choices))
