"""How a draft becomes rows: the writing that `actions.put_service` tells as steps.

Every record is found by its source and key, and a field that a person changed here stays.
"""

from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.listings.attributes import validated
from directory.listings.conditions import Conditions
from directory.listings.drafts import (
    LocationDraft,
    OrganizationDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
)
from directory.listings.models import (
    Capacity,
    Closure,
    Contact,
    Credential,
    Location,
    Organization,
    Phone,
    Provenance,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Tour,
    TourStop,
)
from directory.listings.vocabulary import Kind, plain

Record = TypeVar("Record", bound=Provenance)


def privacy_of(location: LocationDraft, kind: Kind) -> str:
    """Return how much of a place may be told: hidden for a sensitive kind, unless it says."""
    return location.privacy or ("hidden" if kind.is_sensitive else "public")


def existing(session: Session, model: type[Record], source: str, key: str) -> Record | None:
    """Return the record of a source's key."""
    return session.scalar(select(model).where(model.source == source, model.source_key == key))


def _write(
    session: Session,
    model: type[Record],
    record: Record | None,
    source: Source,
    key: str,
    values: dict[str, Any],
) -> Record:
    """Insert a record, or update the known one, leaving overridden fields alone."""
    if record is None:
        record = model(source=source.name, source_key=key, overridden_fields=[])
        session.add(record)
    values = values | {"source_dated_on": source.dated_on, "source_licence": source.licence}
    for name, value in values.items():
        if name not in record.overridden_fields:
            setattr(record, name, value)
    session.flush()
    return record


def store_service(
    session: Session,
    known: Service | None,
    draft: ServiceDraft,
    kind: Kind,
    source: Source,
    digest: str,
) -> Service:
    """Write a service and its organization, without its places.

    :raise InvalidInput: an attribute does not fit the kind of help.
    """
    attributes = validated(draft.category, draft.attributes)
    organization = _store_organization(session, draft.organization, source)
    values = {
        "organization_id": organization.id,
        "category_id": kind.id,
        "name": draft.name,
        "description": draft.description,
        "visibility": draft.visibility,
        "status": draft.status,
        "conditions": draft.conditions.to_json(),
        "attributes": attributes,
        "is_demonstration": draft.is_demonstration,
        "source_hash": digest,
    }
    return _write(session, Service, known, source, draft.key, values)


def _store_organization(session: Session, draft: OrganizationDraft, source: Source) -> Organization:
    values = {
        "name": draft.name,
        "sort_key": plain(draft.name),
        "kind": draft.kind,
        "siret": draft.siret,
        "networks": list(draft.networks),
        "website": draft.website,
    }
    known = existing(session, Organization, source.name, draft.key)
    return _write(session, Organization, known, source, draft.key, values)


def _store_location(session: Session, draft: LocationDraft, kind: Kind, source: Source) -> Location:
    values = asdict(draft) | {
        "privacy": privacy_of(draft, kind),
        "accessibility": list(draft.accessibility),
        "latitude": draft.position.latitude if draft.position else None,
        "longitude": draft.position.longitude if draft.position else None,
    }
    del values["key"], values["position"]
    known = existing(session, Location, source.name, draft.key)
    if known is not None and known.is_hand_placed:
        del values["latitude"], values["longitude"], values["precision"]
    return _write(session, Location, known, source, draft.key, values)


def store_place(
    session: Session, service: Service, draft: PlaceDraft, kind: Kind, source: Source
) -> ServiceAtLocation:
    """Write a place of a service with its location and all its rows."""
    location = draft.location and _store_location(session, draft.location, kind, source)
    known = existing(session, ServiceAtLocation, source.name, draft.key)
    place = _write(
        session,
        ServiceAtLocation,
        known,
        source,
        draft.key,
        {
            "service_id": service.id,
            "location_id": location.id if location else None,
            "conditions": (draft.conditions or Conditions()).to_json() if draft.conditions else {},
            "opening_mode": draft.opening_mode,
            "is_home_base": draft.is_home_base,
            "notice": draft.notice,
            "status": "active",
        },
    )
    if draft.verified_at and (place.verified_at is None or draft.verified_at > place.verified_at):
        place.verified_at = draft.verified_at
    _replace_children(session, place, draft, is_new=known is None)
    return place


def _replace_children(
    session: Session, place: ServiceAtLocation, draft: PlaceDraft, *, is_new: bool
) -> None:
    """Write the place's rows anew, except those a person took over here."""
    rows: dict[str, tuple[type[Any], list[dict[str, Any]]]] = {
        "schedules": (Schedule, _numbered([{"rule": r.to_row()} for r in draft.schedules])),
        "closures": (Closure, _numbered([{"rule": c.to_row()} for c in draft.closures])),
        "phones": (Phone, _numbered([asdict(phone) for phone in draft.phones])),
        "contacts": (Contact, [asdict(contact) for contact in draft.contacts]),
        "capacity": (Capacity, [asdict(draft.capacity)] if draft.capacity else []),
    }
    for name, (model, values) in rows.items():
        if name in place.overridden_fields:
            continue
        if not is_new:
            session.execute(delete(model).where(model.service_at_location_id == place.id))
        if values:
            session.execute(
                insert(model), [row | {"service_at_location_id": place.id} for row in values]
            )


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"ordinal": ordinal} for ordinal, row in enumerate(rows)]


def replace_areas_and_credentials(
    session: Session, service: Service, draft: ServiceDraft, *, is_new: bool
) -> None:
    """Write the territories and credentials of a service anew."""
    if not is_new:
        session.execute(delete(ServiceArea).where(ServiceArea.service_id == service.id))
        session.execute(delete(Credential).where(Credential.service_id == service.id))
    session.add_all(
        ServiceArea(service_id=service.id, area_code=area.code, note=area.note)
        for area in draft.areas
    )
    session.add_all(
        Credential(service_id=service.id, **asdict(credential)) for credential in draft.credentials
    )


def close_others(session: Session, service: Service, keys: set[str]) -> None:
    """Close the places of a service that its source no longer has."""
    others = select(ServiceAtLocation).where(
        ServiceAtLocation.service_id == service.id, ServiceAtLocation.source_key.not_in(keys)
    )
    for place in session.scalars(others):
        place.status = "closed"


def replace_tours(
    session: Session,
    service: Service,
    draft: ServiceDraft,
    places: dict[str, ServiceAtLocation],
    *,
    is_new: bool,
) -> None:
    """Write the tours of a service anew, with their stops in order."""
    if not is_new:
        tours = select(Tour.id).where(Tour.service_id == service.id)
        session.execute(delete(TourStop).where(TourStop.tour_id.in_(tours)))
        session.execute(delete(Tour).where(Tour.service_id == service.id))
    for tour_draft in draft.tours:
        tour = Tour(service_id=service.id, name=tour_draft.name)
        session.add(tour)
        session.flush()
        session.add_all(
            TourStop(tour_id=tour.id, ordinal=ordinal, service_at_location_id=places[key].id)
            for ordinal, key in enumerate(tour_draft.stops)
        )
