"""Storing many new listings with a few statements for each table, instead of a dozen for each.

A first import has thousands of drafts of which nothing is stored yet: there is nothing to look
up, to compare or to spare. Whatever is known already, even in part, is left to `put_service`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from directory.listings import columns
from directory.listings.columns import Columns
from directory.listings.drafts import (
    PlaceDraft,
    ServiceDraft,
    Source,
    fingerprint,
)
from directory.listings.models import (
    Credential,
    Location,
    Organization,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Tour,
    TourStop,
)
from directory.listings.vocabulary import BY_CODE

_Model = type[Organization] | type[Location] | type[Service] | type[ServiceAtLocation]
_Key = tuple[_Model, str]


def wholly_new(
    session: Session, drafts: Sequence[ServiceDraft], source: Source
) -> list[ServiceDraft]:
    """Return the drafts of which nothing is stored, and that share nothing but organizations."""
    stored = _stored(session, {key for draft in drafts for key in _keys(draft)}, source)
    met: set[_Key] = set()
    new = []
    for draft in drafts:
        keys = _keys(draft)
        if not keys & (stored | met):
            met |= {key for key in keys if key[0] is not Organization}
            new.append(draft)
    return new


def insert_services(session: Session, drafts: Sequence[ServiceDraft], source: Source) -> list[int]:
    """Write wholly new services with their places; return their ids in the order of the drafts.

    :raise InvalidInput: an attribute does not fit the kind of help.
    """
    organizations = {draft.organization.key: draft.organization for draft in drafts}
    organization_ids = _insert(
        session,
        Organization,
        source,
        {key: columns.of_organization(one) for key, one in organizations.items()},
    )
    service_ids = _insert(
        session,
        Service,
        source,
        {
            draft.key: columns.of_service(
                draft,
                BY_CODE[draft.category],
                organization_ids[draft.organization.key],
                fingerprint((draft, source)),
            )
            for draft in drafts
        },
    )
    place_ids = _insert_places(session, drafts, service_ids, source)
    _insert_below_services(session, drafts, service_ids)
    _insert_tours(session, drafts, service_ids, place_ids)
    return [service_ids[draft.key] for draft in drafts]


def _keys(draft: ServiceDraft) -> set[_Key]:
    keys: set[_Key] = {(Organization, draft.organization.key), (Service, draft.key)}
    for place in draft.places:
        keys.add((ServiceAtLocation, place.key))
        if place.location is not None:
            keys.add((Location, place.location.key))
    return keys


def _stored(session: Session, keys: Iterable[_Key], source: Source) -> set[_Key]:
    wanted: dict[_Model, list[str]] = {}
    for model, key in keys:
        wanted.setdefault(model, []).append(key)
    return {
        (model, key)
        for model, of_model in wanted.items()
        for key in session.scalars(
            select(model.source_key).where(
                model.source == source.name, model.source_key.in_(of_model)
            )
        )
    }


def _insert(
    session: Session, model: _Model, source: Source, values: dict[str, Columns]
) -> dict[str, int]:
    """Insert one record for each key; return their ids by key."""
    if not values:
        return {}
    provenance = columns.of_source(source) | {"source": source.name, "overridden_fields": []}
    rows = [own | provenance | {"source_key": key} for key, own in values.items()]
    inserted = session.execute(insert(model).returning(model.source_key, model.id), rows)
    return {row[0]: row[1] for row in inserted}


def _insert_places(
    session: Session, drafts: Sequence[ServiceDraft], service_ids: dict[str, int], source: Source
) -> dict[str, int]:
    located = [
        (place.location, draft)
        for draft in drafts
        for place in draft.places
        if place.location is not None
    ]
    location_ids = _insert(
        session,
        Location,
        source,
        {
            location.key: columns.of_location(location, BY_CODE[draft.category])
            for location, draft in located
        },
    )
    places = {place.key: (place, draft) for draft in drafts for place in draft.places}
    place_ids = _insert(
        session,
        ServiceAtLocation,
        source,
        {
            key: columns.of_place(
                place,
                service_ids[draft.key],
                location_ids[place.location.key] if place.location else None,
            )
            | {"verified_at": place.verified_at}
            for key, (place, draft) in places.items()
        },
    )
    _insert_below_places(session, [place for place, _draft in places.values()], place_ids)
    return place_ids


def _insert_below_places(
    session: Session, places: Iterable[PlaceDraft], place_ids: dict[str, int]
) -> None:
    below: dict[type[Any], list[Columns]] = {}
    for place in places:
        for model, rows in columns.rows_of_place(place).values():
            below.setdefault(model, []).extend(
                row | {"service_at_location_id": place_ids[place.key]} for row in rows
            )
    _insert_all(session, below)


def _insert_below_services(
    session: Session, drafts: Iterable[ServiceDraft], service_ids: dict[str, int]
) -> None:
    below: dict[type[Any], list[Columns]] = {ServiceArea: [], Credential: []}
    for draft in drafts:
        service = {"service_id": service_ids[draft.key]}
        below[ServiceArea] += [
            {"area_code": area.code, "note": area.note} | service for area in draft.areas
        ]
        below[Credential] += [asdict(credential) | service for credential in draft.credentials]
    _insert_all(session, below)


def _insert_tours(
    session: Session,
    drafts: Iterable[ServiceDraft],
    service_ids: dict[str, int],
    place_ids: dict[str, int],
) -> None:
    """Write the tours: there are few, so one at a time."""
    for draft in drafts:
        for tour in draft.tours:
            values = {"service_id": service_ids[draft.key], "name": tour.name}
            tour_id = session.execute(insert(Tour).returning(Tour.id), values).scalar_one()
            stops = [
                {"tour_id": tour_id, "ordinal": rank, "service_at_location_id": place_ids[key]}
                for rank, key in enumerate(tour.stops)
            ]
            _insert_all(session, {TourStop: stops})


def _insert_all(session: Session, below: dict[type[Any], list[Columns]]) -> None:
    for model, rows in below.items():
        if rows:
            session.execute(insert(model), rows)
