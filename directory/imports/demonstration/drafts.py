"""A town's file as drafts, in the commune's own clock and calendars."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TypeVar

from directory.errors import InvalidInput
from directory.geo import Position
from directory.i18n import gettext
from directory.imports.demonstration.town import (
    Town,
    WrittenCapacity,
    WrittenClosure,
    WrittenHours,
    WrittenPlace,
    WrittenService,
)
from directory.listings.drafts import (
    AreaDraft,
    CapacityDraft,
    ContactDraft,
    CredentialDraft,
    LocationDraft,
    OrganizationDraft,
    PhoneDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
    TourDraft,
)
from directory.opening_hours import Closure, ScheduleRule
from directory.territories import Gazetteer

T = TypeVar("T")

SOURCE = Source("demonstration", None, "Données inventées")

DAYS = ("lu", "ma", "me", "je", "ve", "sa", "di")


def drafts_of(town: Town, gazetteer: Gazetteer, at: datetime) -> Iterator[ServiceDraft]:
    """Yield a town's services.

    :raise InvalidInput: a commune, location, organization, day or hour is unknown.
    """
    locations = {key: _location(town, key, gazetteer) for key in town.locations}
    for written in town.services:
        yield ServiceDraft(
            key=written.key,
            organization=_organization(town, written.organization),
            category=written.category,
            name=written.name,
            description=written.description,
            visibility=written.visibility,
            conditions=written.conditions,
            attributes=written.attributes,
            areas=tuple(AreaDraft(code, written.area_notes.get(code)) for code in written.areas),
            credentials=tuple(
                CredentialDraft(**credential.model_dump()) for credential in written.credentials
            ),
            tours=tuple(
                TourDraft(tour.name, tuple(_place_key(written, stop) for stop in tour.stops))
                for tour in written.tours
            ),
            places=tuple(_place(written, place, locations, at) for place in written.places),
            is_demonstration=True,
        )


def weekdays(text: str) -> tuple[int, ...]:
    """Return the days of "lu-ve sa" as ISO numbers.

    :raise InvalidInput: a day has another name.
    """
    days: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise InvalidInput(
                gettext("« %(day)s » n'est pas un jour.", day=part),
                field="days",
                remedy=gettext("Écrivez : %(days)s.", days=" ".join(DAYS)),
            )
        days += range(DAYS.index(first) + 1, DAYS.index(last or first) + 2)
    return tuple(days)


def slots(text: str) -> list[tuple[str, str]]:
    """Return the bounds of "09:00-12:00 14:00-17:00"."""
    return re.findall(r"(\d\d:\d\d)-(\d\d:\d\d)", text)


def _organization(town: Town, key: str) -> OrganizationDraft:
    return OrganizationDraft(key=key, **_named(town.organizations, key).model_dump())


def _location(town: Town, key: str, gazetteer: Gazetteer) -> LocationDraft:
    written = town.locations[key]
    commune = gazetteer.by_insee(written.insee)
    if commune is None:
        raise InvalidInput(
            gettext("Ce code INSEE est inconnu : %(code)s.", code=written.insee), field="insee"
        )
    return LocationDraft(
        key=key,
        city=commune.name,
        insee_code=commune.insee_code,
        name=written.name,
        address=written.address,
        address_extra=written.address_extra,
        postal_code=commune.postal_codes[0] if commune.postal_codes else None,
        position=Position(written.latitude, written.longitude),
        precision="housenumber",
        privacy=written.privacy,
        time_zone=commune.time_zone,
        holiday_zone=commune.holiday_zone,
        school_zone=commune.school_zone,
        accessibility=written.accessibility,
    )


def _place_key(service: WrittenService, location: str | None) -> str:
    return f"{service.key}@{location or 'distance'}"


def _place(
    service: WrittenService,
    written: WrittenPlace,
    locations: dict[str, LocationDraft],
    at: datetime,
) -> PlaceDraft:
    verified_ago = written.verified_days_ago
    contact = ContactDraft(email=written.email, website=written.website)
    return PlaceDraft(
        key=_place_key(service, written.at),
        location=_named(locations, written.at) if written.at else None,
        opening_mode=written.mode,
        schedules=tuple(rule for hours in written.hours for rule in _rules(hours)),
        closures=tuple(_closure(closure, at.date()) for closure in written.closures),
        phones=(
            *(_phone(text, is_for_professionals=False) for text in written.phones),
            *(_phone(text, is_for_professionals=True) for text in written.professional_phones),
        ),
        contacts=(contact,) if written.email or written.website else (),
        conditions=written.conditions,
        is_home_base=written.is_home_base,
        notice=written.notice,
        verified_at=None if verified_ago is None else at - timedelta(days=verified_ago),
        capacity=_capacity(written.capacity, at) if written.capacity else None,
    )


def _rules(hours: WrittenHours) -> Iterator[ScheduleRule]:
    for opens_at, closes_at in slots(hours.slots):
        yield ScheduleRule.from_row(
            {"weekdays": weekdays(hours.days), "opens_at": opens_at, "closes_at": closes_at}
            | hours.rule
        )


def _closure(written: WrittenClosure, today: date) -> Closure:
    ends = None if written.to_day is None else today + timedelta(days=written.to_day)
    return Closure.from_row(
        {
            "starts": today + timedelta(days=written.from_day),
            "ends": ends,
            "slots": slots(written.slots) or None,
            "description": written.why,
        }
    )


def _phone(text: str, *, is_for_professionals: bool) -> PhoneDraft:
    """Read "+33199001001 accueil"."""
    number, _, label = text.partition(" ")
    return PhoneDraft(number, label or None, is_for_professionals)


def _capacity(written: WrittenCapacity, at: datetime) -> CapacityDraft:
    declared_at = at - timedelta(days=written.declared_days_ago)
    values = written.model_dump(exclude={"declared_days_ago"})
    return CapacityDraft(**values, declared_at=declared_at)


def _named(things: dict[str, T], key: str) -> T:
    if key not in things:
        raise InvalidInput(
            gettext("« %(key)s » n'est pas défini dans ce fichier.", key=key), field=key
        )
    return things[key]
