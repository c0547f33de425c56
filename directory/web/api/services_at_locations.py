"""`GET /api/v1/services-at-locations/{id}`: one service in one place, with all its details."""

from typing import Any

from flask import Response

from directory.errors import InvalidInput, NotFound
from directory.i18n import gettext
from directory.listings.queries import Sheet, get_sheet, stops_of_tour
from directory.opening_hours import OpeningHours, rhythm, sentence, state_at, to_osm
from directory.web.api import answers
from directory.web.api.blueprint import blueprint, this_minute
from directory.web.api.document import LARGEST_ID, problems, succeeds
from directory.web.conditional import public_for_a_minute
from directory.web.session import current_session


@blueprint.get(f"/services-at-locations/<int(min=1,max={LARGEST_ID}):id>")
@blueprint.doc(
    operation_id="service_at_location",
    summary="Lire une fiche",
    description="Un service rendu en un lieu, avec ce que seule sa fiche dit : contacts, "
    "règles d'horaires, agréments, arrêts de la tournée. L'ouverture est celle de maintenant.",
    responses=succeeds("ServiceAtLocation", "La fiche.") | problems(404),
)
def service_at_location(id: int) -> Response:
    """A listing for professionals, a withdrawn one and one that never was are told alike."""
    session = current_session()
    sheet = get_sheet(session, id)
    if sheet is None:
        raise NotFound(
            gettext("Aucune fiche publiée n'a ce numéro."),
            field="id",
            remedy=gettext("Cherchez-la de nouveau : elle a pu être retirée."),
        )
    body = _told(sheet) | {
        "stops": [
            {"id": stop.id, "location": stop.card["location"], "opening": _opening(stop.hours)}
            for stop in stops_of_tour(session, id)
        ]
    }
    return public_for_a_minute(answers.json_response(body))


def _told(sheet: Sheet) -> dict[str, Any]:
    told = {name: sheet.card[name] for name in answers.STORED}
    computed = {"opening": _opening(sheet.hours), "hours": _hours(sheet.hours)}
    return told | sheet.details | computed | {"id": sheet.id}


def _hours(hours: OpeningHours) -> dict[str, Any]:
    """Return the hours of the counter as rules: in OSM's words where it has some, and in ours."""
    try:
        osm = to_osm(hours)
    except InvalidInput:
        osm = None
    return {"osm": osm, "lines": rhythm(hours, this_minute())}


def _opening(hours: OpeningHours) -> dict[str, Any]:
    at = this_minute()
    state = state_at(hours, at)
    return answers.opening(state, sentence(state, at, hours.time_zone))
