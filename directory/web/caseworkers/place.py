"""The page of one place of a service: everything that is told of it, hours first."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Response, make_response, render_template

from directory.errors import NotFound
from directory.i18n import gettext
from directory.listings.attributes import attribute_lines
from directory.listings.for_professionals import (
    ReservedContacts,
    reserved_among,
    reserved_contacts,
)
from directory.listings.queries import Sheet, Stop, get_sheet, stops_of_tour
from directory.listings.tours import next_stop
from directory.listings.vocabulary import MODES
from directory.opening_hours import (
    OpeningHours,
    Purpose,
    has_more_than_a_week,
    rhythm,
    sentence,
    state_at,
)
from directory.opening_hours.week import DayHours, week
from directory.web.caseworkers.blueprint import blueprint
from directory.web.caseworkers.credentials import credential_lines
from directory.web.caseworkers.facts import Fact, facts
from directory.web.caseworkers.links import Link
from directory.web.caseworkers.results import Result, result
from directory.web.caseworkers.sources import source_sentences
from directory.web.conditional import kept_by_nobody, public_for_a_minute
from directory.web.languages import language_name
from directory.web.professionals import sees_reserved
from directory.web.runtime import runtime
from directory.web.session import current_session

#: The largest id that the database can hold.
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Week:
    """Hours of the counter, of the phone or of registration."""

    heading: str
    #: Seven days from today; none when no hours were given, and only a closure is announced.
    days: list[DayHours]
    #: The rules in words, when seven days do not show them all.
    rhythm: list[str]


@dataclass(frozen=True, slots=True)
class PlacePage:
    """What `caseworkers/place.html` shows."""

    result: Result
    details: dict[str, Any]
    weeks: list[Week]
    facts: list[Fact]
    #: (heading, text) of what else is known.
    lines: list[tuple[str, str]]
    routes: list[Link]
    #: The stops of its round, in order, this one too.
    stops: list[Result]
    #: The stop under way, or the next one.
    next_stop_id: int | None
    #: Where the listing comes from, in sentences.
    sources: list[str]
    #: Listed for professionals alone, whom visitors are not.
    is_reserved: bool = False
    #: What only professionals are told; None for everybody else.
    for_professionals: ReservedContacts | None = None


@blueprint.get(f"/p/<int(max={LARGEST_ID}):id>")
def place(id: int) -> Response:
    """Show one published place.

    :raise NotFound: there is none, or it is not published: the two look the same.
    """
    is_professional = sees_reserved()
    sheet = get_sheet(current_session(), id, include_professionals=is_professional)
    if sheet is None:
        raise NotFound(
            gettext("Cette fiche n'existe pas, ou n'est plus publiée."),
            remedy=gettext("Cherchez un autre service proche."),
        )
    at = datetime.now(UTC)
    stops = stops_of_tour(current_session(), id, include_professionals=is_professional)
    page = _page(sheet, stops, at)
    if not is_professional:
        return public_for_a_minute(_shown(page))
    reserved = bool(reserved_among(current_session(), [id]))
    contacts = reserved_contacts(current_session(), id)
    return kept_by_nobody(_shown(replace(page, is_reserved=reserved, for_professionals=contacts)))


def _shown(page: PlacePage) -> Response:
    return make_response(render_template("caseworkers/place.html", page=page))


def _page(sheet: Sheet, stops: list[Stop], at: datetime) -> PlacePage:
    upcoming = next_stop(stops, at)
    return PlacePage(
        result=_result(sheet.id, sheet.card, sheet.hours, at),
        details=sheet.details,
        weeks=_weeks(sheet.hours, at),
        facts=facts(sheet.card["conditions"], most=None),
        lines=_lines(sheet),
        routes=routes(sheet.card),
        stops=[_result(stop.id, stop.card, stop.hours, at) for stop in stops],
        next_stop_id=upcoming.id if upcoming else None,
        sources=source_sentences(sheet.card["source"]),
    )


def _result(id: int, card: dict[str, Any], hours: OpeningHours, at: datetime) -> Result:
    state = state_at(hours, at)
    return result(
        id=id,
        card=card,
        state=state.state.value,
        opening_text=sentence(state, at, hours.time_zone),
        distance_m=None,
        at=at,
    )


def _weeks(hours: OpeningHours, at: datetime) -> list[Week]:
    """Return the hours of each purpose that has some, on the calendar of the place."""
    today = at.astimezone(ZoneInfo(hours.time_zone)).date()
    headings = {
        Purpose.COUNTER: gettext("Horaires"),
        Purpose.PHONE: gettext("Horaires du téléphone"),
        Purpose.REGISTRATION: gettext("Horaires d'inscription"),
    }
    weeks = [
        Week(
            heading,
            week(hours, today, purpose) if hours.has(purpose) else [],
            rhythm(hours, at, purpose) if has_more_than_a_week(hours, at, purpose) else [],
        )
        for purpose, heading in headings.items()
        if hours.has(purpose) or purpose is Purpose.COUNTER
    ]
    return [one for one in weeks if one.days or one.rhythm]


def _lines(sheet: Sheet) -> list[tuple[str, str]]:
    """Return what else is known, as headings and texts; nothing for what nobody said."""
    card, conditions = sheet.card, sheet.card["conditions"]
    lines = [
        (gettext("Langues parlées"), ", ".join(map(language_name, conditions["languages"]))),
        (gettext("Accueil"), ", ".join(gettext(MODES[mode]) for mode in conditions["modes"])),
        (gettext("Accès en fauteuil"), _yes_or_no(conditions["accessible"])),
        (gettext("Animaux"), _yes_or_no(conditions["animals"])),
        (gettext("Territoire desservi"), ", ".join(_areas(card["areas"]))),
        *attribute_lines(card["service"]["category"], sheet.details["attributes"]),
        *credential_lines(sheet.details["credentials"]),
    ]
    return [(heading, text) for heading, text in lines if text]


def _yes_or_no(value: bool | None) -> str:
    if value is None:
        return ""
    return gettext("Oui") if value else gettext("Non")


def _areas(codes: list[str]) -> list[str]:
    gazetteer = runtime().gazetteer()
    return [gazetteer.area_label(code) or code for code in codes]


def routes(card: dict[str, Any]) -> list[Link]:
    """Return the ways to a place: the phone's own map, then OpenStreetMap.

    None for a place whose address is not public, nor where only the commune is known: the pin
    would stand at the wrong door. None for a home base, where nobody is received.
    """
    location = card["location"]
    if card["is_home_base"]:
        return []
    if not location or location["privacy"] != "public" or location["latitude"] is None:
        return []
    if location["precision"] in ("municipality", "approximate"):
        return []
    point = f"{location['latitude']:.6f},{location['longitude']:.6f}"
    name = quote(card["service"]["name"].replace("(", "").replace(")", ""))
    map_at = "mlat={}&mlon={}#map=17/{}/{}".format(*point.split(","), *point.split(","))
    return [
        Link(gettext("Ouvrir dans votre application de cartes"), f"geo:{point}?q={point}({name})"),
        Link(gettext("Voir sur OpenStreetMap"), f"https://www.openstreetmap.org/?{map_at}"),
    ]
