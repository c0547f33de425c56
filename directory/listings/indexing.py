"""Keeps the tables of `entries.py` equal to the listings, in the listing's transaction.

`refresh` recomputes some places or all of them; `roll` moves the window of computed hours on.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, joinedload, selectinload

from directory.db import Base
from directory.geo import Position
from directory.listings import cards
from directory.listings.conditions import Conditions
from directory.listings.entries import (
    FEATURE_BITS,
    ON_SITE,
    REMOTE,
    AreaEntry,
    SearchCard,
    SearchEntry,
)
from directory.listings.models import Credential, Location, Service, ServiceAtLocation
from directory.listings.privacy import DisclosedLocation, StoredLocation, disclosed
from directory.listings.vocabulary import audience_mask
from directory.opening_hours import Mode, OpeningHours, Purpose, open_minutes
from directory.opening_hours.spans import instant_of, minute_of
from directory.territories.queries import commune_centres

#: How far ahead opening minutes are computed, and how far back they still hold.
WINDOW_DAYS = 56
GRACE_DAYS = 1
WINDOW_MINUTES = (WINDOW_DAYS + GRACE_DAYS) * 24 * 60

_CHUNK = 500

#: A row as it is inserted, by the names of its columns.
Row = dict[str, Any]


def refresh(
    session: Session, *, at: datetime, service_at_location_ids: Sequence[int] | None = None
) -> int:
    """Recompute the entries of these places, or of all; return how many are published.

    A place whose service or itself is not active loses its entry.
    """
    published = 0
    for ids in _chunks(session, service_at_location_ids):
        session.execute(delete(SearchEntry).where(SearchEntry.service_at_location_id.in_(ids)))
        places = _published(session, ids)
        published += len(places)
        _write(session, places, at)
    return published


def roll(session: Session, *, at: datetime, at_most: int = 2_000) -> int:
    """Recompute the opening minutes of entries whose window has a week or less behind today's.

    Run every night it renews each entry once a week; the window is eight weeks, so that several
    missed nights change nothing. Return how many entries were renewed; those that an import is
    writing at that moment are left to it, else minutes of the old hours would land beside the new.
    """
    late = window(at)[1] - 7 * 24 * 60
    rows = session.execute(
        select(SearchEntry.service_at_location_id, SearchCard.card["opening"].astext)
        .join(SearchCard, SearchCard.service_at_location_id == SearchEntry.service_at_location_id)
        .where(SearchEntry.computed_until <= late)
        .order_by(SearchEntry.computed_until)
        .limit(at_most)
        .with_for_update(of=SearchEntry, skip_locked=True)
    ).all()
    if rows:
        start, end = window(at)
        session.execute(
            update(SearchEntry),
            [
                {
                    "service_at_location_id": place_id,
                    "open_minutes": _open_ranges(hours, start, end),
                    "computed_until": end,
                }
                for place_id, hours in rows
            ],
        )
    return len(rows)


def window(at: datetime) -> tuple[int, int]:
    """Return the first and the end minute of the window computed on the day of `at` (UTC)."""
    today = minute_of(at) // 1440 * 1440
    return today - GRACE_DAYS * 1440, today + WINDOW_DAYS * 1440


def hours_of(place: ServiceAtLocation) -> OpeningHours:
    """Return the opening hours of a place, by its own calendar.

    A home base receives nobody: neither its counter rows nor its exceptional hours count, and it
    is never open.
    """
    location = place.location
    mode = place.opening_mode
    rules = [row.rule for row in place.schedules]
    closures = [row.rule for row in place.closures]
    if place.is_home_base:
        mode = Mode.UNKNOWN
        rules = [rule for rule in rules if rule.get("purpose", Purpose.COUNTER) != Purpose.COUNTER]
        closures = [rule for rule in closures if not rule.get("slots")]
    zones = {} if location is None else _zones(location)
    return OpeningHours.from_rows(rules, closures, mode=mode, **zones)


def _zones(location: Location) -> dict[str, Any]:
    return {
        "time_zone": location.time_zone,
        "holiday_zone": location.holiday_zone,
        "school_zone": location.school_zone,
    }


def _chunks(session: Session, ids: Sequence[int] | None) -> Iterator[Sequence[int]]:
    if ids is None:
        every = select(ServiceAtLocation.id).order_by(ServiceAtLocation.id)
        ids = session.scalars(every).all()
    for first in range(0, len(ids), _CHUNK):
        yield ids[first : first + _CHUNK]


def _published(session: Session, ids: Sequence[int]) -> Sequence[ServiceAtLocation]:
    of_service = joinedload(ServiceAtLocation.service)
    return session.scalars(
        select(ServiceAtLocation)
        .join(ServiceAtLocation.service)
        .where(
            ServiceAtLocation.id.in_(ids),
            ServiceAtLocation.status == "active",
            Service.status == "active",
        )
        .options(
            of_service.joinedload(Service.organization),
            of_service.selectinload(Service.areas),
            joinedload(ServiceAtLocation.location),
            joinedload(ServiceAtLocation.capacity),
            selectinload(ServiceAtLocation.schedules),
            selectinload(ServiceAtLocation.closures),
            selectinload(ServiceAtLocation.phones),
            selectinload(ServiceAtLocation.contacts),
        )
        .execution_options(populate_existing=True)
    ).all()


def _write(session: Session, places: Sequence[ServiceAtLocation], at: datetime) -> None:
    if not places:
        return
    codes = {place.location.insee_code for place in places if place.location}
    centres = commune_centres(session, codes)
    credentials = _credentials(session, {place.service_id for place in places})
    rows: dict[type[Base], list[Row]] = {SearchEntry: [], SearchCard: [], AreaEntry: []}
    for place in places:
        of_place = rows_of(place, centres, credentials.get(place.service_id, []), at=at)
        for model, its in of_place.items():
            rows[model] += its
    for model, of_model in rows.items():
        if of_model:
            session.execute(insert(model), of_model)


def _credentials(session: Session, service_ids: set[int]) -> dict[int, list[Credential]]:
    found: dict[int, list[Credential]] = {}
    for credential in session.scalars(
        select(Credential).where(Credential.service_id.in_(service_ids)).order_by(Credential.id)
    ):
        found.setdefault(credential.service_id, []).append(credential)
    return found


def rows_of(
    place: ServiceAtLocation,
    centres: dict[str, Position],
    credentials: Sequence[Credential],
    *,
    at: datetime,
) -> dict[type[Base], list[Row]]:
    """Return the rows of a published place: one entry, one card, and the areas it serves.

    `centres` are those of the communes, by INSEE code.
    """
    conditions = Conditions.of(place.service.conditions, place.conditions)
    location = _disclosed(place.location, centres)
    position = None
    if location is not None and not receives_nobody(place, conditions):
        position = location.position
    shown = cards.card(place, location, conditions, hours_of(place))
    repeated = {
        "service_at_location_id": place.id,
        "category_id": place.service.category_id,
        "longitude": position.longitude if position else None,
        "latitude": position.latitude if position else None,
        "is_for_professionals": place.service.visibility != "public",
    }
    entry = repeated | _searched(place, conditions, location, shown["opening"], at)
    card = {
        "service_at_location_id": place.id,
        "card": shown,
        "details": cards.details(place, credentials),
    }
    return {
        SearchEntry: [entry],
        SearchCard: [card],
        AreaEntry: [served | repeated for served in _served(place, conditions)],
    }


def _searched(
    place: ServiceAtLocation,
    conditions: Conditions,
    location: DisclosedLocation | None,
    opening: str,
    at: datetime,
) -> Row:
    """Return what the filters of a search look at."""
    start, end = window(at)
    return {
        "is_remote": is_remote(place, conditions),
        "features": _features(conditions, location, is_home_base=place.is_home_base),
        "audiences": audience_mask(conditions.audiences),
        "minimum_age": conditions.minimum_age,
        "maximum_age": conditions.maximum_age,
        "languages": list(conditions.languages),
        "room_until": _room_until(place),
        "open_minutes": _open_ranges(opening, start, end),
        "computed_until": end,
        "verified_at": place.verified_at,
    }


def _served(place: ServiceAtLocation, conditions: Conditions) -> list[Row]:
    """Return each territory that a place serves, once for each reach."""
    reaches = [REMOTE] if is_remote(place, conditions) else []
    has_counter = place.location is not None and not receives_nobody(place, conditions)
    if has_counter or not reaches:
        reaches.append(ON_SITE)
    return [
        {"area_code": area.area_code, "reach": reach}
        for area in place.service.areas
        for reach in reaches
    ]


def is_remote(place: ServiceAtLocation, conditions: Conditions) -> bool:
    """Say whether people are helped without coming: by telephone, mail or screen."""
    return "remote" in conditions.modes


def receives_nobody(place: ServiceAtLocation, conditions: Conditions) -> bool:
    """Say whether people are only helped at a distance, so that its address is no place to go to.

    Without a territory its address is all by which it can be found: then it counts as a place.
    """
    return set(conditions.modes) == {"remote"} and bool(place.service.areas)


def _disclosed(location: Location | None, centres: dict[str, Position]) -> DisclosedLocation | None:
    if location is None:
        return None
    has_position = location.latitude is not None and location.longitude is not None
    stored = StoredLocation(
        id=location.id,
        name=location.name,
        address=location.address,
        address_extra=location.address_extra,
        postal_code=location.postal_code,
        city=location.city,
        insee_code=location.insee_code,
        position=Position(location.latitude or 0.0, location.longitude or 0.0)
        if has_position
        else None,
        precision=location.precision,
        privacy=location.privacy,
        accessibility=tuple(location.accessibility),
    )
    return disclosed(stored, centres.get(location.insee_code))


def _features(
    conditions: Conditions, location: DisclosedLocation | None, *, is_home_base: bool
) -> int:
    """Return the bits of what is offered; nobody walks in where a vehicle sleeps."""
    told = {
        "unconditional": conditions.welcome == "unconditional",
        "free": conditions.cost is not None and conditions.cost.kind == "free",
        "without_appointment": "walk-in" in conditions.access and not is_home_base,
        "accessible": location is not None
        and bool(cards.is_accessible(location.accessibility))
        and not is_home_base,
        "animals": conditions.animals is True,
    }
    return sum(FEATURE_BITS[name] for name, is_told in told.items() if is_told)


def _room_until(place: ServiceAtLocation) -> datetime | None:
    capacity = place.capacity
    has_room = capacity is not None and capacity.status == "capacity"
    return capacity.expires_at if capacity and has_room else None


@lru_cache(maxsize=4096)
def _open_ranges(opening: str, start: int, end: int) -> list[Range[int]]:
    hours = OpeningHours.from_json_text(opening)
    spans = open_minutes(hours, instant_of(start), instant_of(end))
    return [Range(first, after, bounds="[)") for first, after in spans]
