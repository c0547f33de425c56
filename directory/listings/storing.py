"""How a draft becomes rows: the writing that `actions.put_service` tells as steps.

Every record is found by its source and key, and a field that a person changed here stays.
"""

from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.listings import columns
from directory.listings.drafts import (
    LocationDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
)
from directory.listings.models import (
    Credential,
    Location,
    Organization,
    Provenance,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Tour,
    TourStop,
)
from directory.listings.privacy import PUBLIC
from directory.listings.vocabulary import Kind

Record = TypeVar("Record", bound=Provenance)


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
    for name, value in (values | columns.of_source(source)).items():
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
    own = draft.organization
    known_organization = existing(session, Organization, source.name, own.key)
    organization = _write(
        session, Organization, known_organization, source, own.key, columns.of_organization(own)
    )
    values = columns.of_service(draft, kind, organization.id, digest)
    return _write(session, Service, known, source, draft.key, values)


def _store_location(session: Session, draft: LocationDraft, kind: Kind, source: Source) -> Location:
    """Write a location, which other services may share.

    What one of them hides stays hidden until a draft says otherwise: a public service in the same
    house must not give a refuge away.
    """
    values = columns.of_location(draft, kind)
    known = existing(session, Location, source.name, draft.key)
    if known is not None and draft.privacy is None and known.privacy != PUBLIC:
        del values["privacy"]
    if known is not None and known.is_hand_placed:
        del values["latitude"], values["longitude"], values["precision"]
    return _write(session, Location, known, source, draft.key, values)


def store_place(
    session: Session, service: Service, draft: PlaceDraft, kind: Kind, source: Source
) -> ServiceAtLocation:
    """Write a place of a service with its location and all its rows."""
    location = draft.location and _store_location(session, draft.location, kind, source)
    known = existing(session, ServiceAtLocation, source.name, draft.key)
    values = columns.of_place(draft, service.id, location.id if location else None)
    place = _write(session, ServiceAtLocation, known, source, draft.key, values)
    if draft.verified_at and (place.verified_at is None or draft.verified_at > place.verified_at):
        place.verified_at = draft.verified_at
    _replace_children(session, place, draft, is_new=known is None)
    return place


def _replace_children(
    session: Session, place: ServiceAtLocation, draft: PlaceDraft, *, is_new: bool
) -> None:
    """Write the place's rows anew, except those a person took over here."""
    for name, (model, values) in columns.rows_of_place(draft).items():
        if name in place.overridden_fields:
            continue
        if not is_new:
            session.execute(delete(model).where(model.service_at_location_id == place.id))
        if values:
            session.execute(
                insert(model), [row | {"service_at_location_id": place.id} for row in values]
            )


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
