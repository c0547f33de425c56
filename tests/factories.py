"""Listings for tests, stored through the verb that importers use."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.geocoding import Origin
from directory.listings.actions import put_service, store_vocabulary
from directory.listings.conditions import Conditions
from directory.listings.drafts import (
    AreaDraft,
    LocationDraft,
    OrganizationDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
)
from directory.listings.models import ServiceAtLocation
from directory.opening_hours import ScheduleRule
from directory.territories import Commune, Gazetteer, Kind
from tests.places import BY_INSEE

SOURCE = Source("test", licence="test")

_keys = count(1)

_NAMES = {
    "93010": ("Bondy", "93", "11", "200054781"),
    "75118": ("Paris 18e Arrondissement", "75", "11", "200054781"),
    "69383": ("Lyon 3e Arrondissement", "69", "84", "200046977"),
    "35238": ("Rennes", "35", "53", "243500139"),
    "15014": ("Aurillac", "15", "84", "241500230"),
    "2A004": ("Ajaccio", "2A", "94", "242010056"),
    "97411": ("Saint-Denis", "974", "04", "249740119"),
    "97302": ("Cayenne", "973", "03", "249730045"),
    "97209": ("Fort-de-France", "972", "02", "249720061"),
    "67482": ("Strasbourg", "67", "44", "246700488"),
    "59350": ("Lille", "59", "32", "245900410"),
    "13055": ("Marseille", "13", "93", "200054807"),
}


def small_gazetteer() -> Gazetteer:
    """Return a gazetteer of the named places."""
    return Gazetteer(
        [
            Commune(
                insee_code=code,
                name=_NAMES[code][0],
                kind=Kind("arrondissement" if code in ("75118", "69383") else "commune"),
                departement=_NAMES[code][1],
                region=_NAMES[code][2],
                epci=_NAMES[code][3],
                position=position,
                population=50_000,
                postal_codes=(),
            )
            for code, position in BY_INSEE.items()
        ]
    )


def origin_at(position: Position, insee_code: str | None = None) -> Origin:
    """Return an origin at a point, in a commune that is certain when given."""
    return Origin(
        label="ici",
        position=position,
        precision="point",
        insee_code=insee_code or "",
        insee_code_certain=insee_code is not None,
        source="test",
    )


def weekdays(opens: int, closes: int, days: Iterable[int] = (1, 2, 3, 4, 5)) -> ScheduleRule:
    """Return a rule from whole hour to whole hour, from Monday to Friday unless told."""
    return ScheduleRule(opens_at=opens * 60, closes_at=closes * 60, weekdays=tuple(days))


def place_draft(
    position: Position | None, *, insee_code: str = "93010", city: str = "Bondy", **values: Any
) -> PlaceDraft:
    """Return a place at a point; without a point, a service that has none."""
    key = f"place-{next(_keys)}"
    location = position and LocationDraft(
        key=key,
        city=city,
        insee_code=insee_code,
        address="12 avenue Gallieni",
        postal_code="93140",
        position=position,
        precision="housenumber",
    )
    for name in ("privacy", "accessibility", "time_zone", "address"):
        if location and name in values:
            location = replace(location, **{name: values.pop(name)})
    if "schedules" in values:
        values.setdefault("opening_mode", "scheduled")
    return PlaceDraft(key=key, location=location or None, **values)


def service_draft(
    *places: PlaceDraft,
    category: str = "aide-alimentaire",
    conditions: dict[str, Any] | None = None,
    areas: Iterable[str] = (),
    **values: Any,
) -> ServiceDraft:
    """Return a service of one organization with these places."""
    key = f"service-{next(_keys)}"
    return ServiceDraft(
        key=values.pop("key", key),
        organization=OrganizationDraft(key=f"organization-{key}", name="Entraide"),
        category=category,
        name=values.pop("name", "Distribution"),
        places=places,
        conditions=Conditions.model_validate(conditions or {}),
        areas=tuple(AreaDraft(code) for code in areas),
        **values,
    )


def stored(session: Session, draft: ServiceDraft, at: datetime) -> list[int]:
    """Store a draft with the vocabulary it needs; return the ids of its places, in order."""
    store_vocabulary(session)
    service_id = put_service(session, draft=draft, source=SOURCE, at=at).service_id
    return list(
        session.scalars(
            select(ServiceAtLocation.id)
            .where(ServiceAtLocation.service_id == service_id)
            .order_by(ServiceAtLocation.id)
        )
    )
