"""What changes a listing. Each verb writes the listing and its entries; none commits."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.listings import indexing
from directory.listings.attributes import validated
from directory.listings.conditions import Conditions
from directory.listings.drafts import (
    LocationDraft,
    OrganizationDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
    fingerprint,
)
from directory.listings.models import (
    Capacity,
    Category,
    CategoryParent,
    CategorySynonym,
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
    Verification,
)
from directory.listings.vocabulary import BY_CODE, KINDS, Kind, plain

Record = TypeVar("Record", bound=Provenance)


class Change(StrEnum):
    """What storing a draft did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Stored:
    """A service as stored, and what that changed."""

    service_id: int
    change: Change


def store_vocabulary(session: Session) -> None:
    """Bring the kinds of help in the database to those of `vocabulary.py`; again changes nothing.

    Kinds that the vocabulary no longer has stay, since listings may still refer to them.
    """
    kinds = [{"id": k.id, "code": k.code, "is_sensitive": k.is_sensitive} for k in KINDS]
    statement = insert(Category)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Category.id],
            set_={"code": statement.excluded.code, "is_sensitive": statement.excluded.is_sensitive},
        ),
        kinds,
    )
    session.execute(delete(CategoryParent))
    session.execute(delete(CategorySynonym).where(CategorySynonym.language == "fr"))
    session.execute(
        insert(CategoryParent),
        [
            {"category_id": kind.id, "parent_id": BY_CODE[parent].id}
            for kind in KINDS
            for parent in kind.parents
        ],
    )
    session.execute(
        insert(CategorySynonym),
        [
            {"category_id": kind.id, "language": "fr", "words": words}
            for kind in KINDS
            for words in kind.words
        ],
    )


def put_service(session: Session, *, draft: ServiceDraft, source: Source, at: datetime) -> Stored:
    """Store a draft under (source, key), with its places and its entries.

    The same draft again changes nothing. Fields that a person changed here stay as they are.
    Places that the draft no longer has are closed, not removed: referrals may name them.

    :raise InvalidInput: the kind of help is unknown, an attribute does not fit it, or a public
        text tells the street of a place whose address is not public.
    """
    kind = _kind(draft)
    _keep_secret(draft, kind)
    digest = fingerprint((draft, source))
    service = _existing(session, Service, source.name, draft.key)
    if service is not None and service.source_hash == digest:
        return Stored(service.id, Change.UNCHANGED)
    change = Change.CREATED if service is None else Change.CHANGED
    organization = _store_organization(session, draft.organization, source)
    service = _store(
        session,
        Service,
        source,
        draft.key,
        {
            "organization_id": organization.id,
            "category_id": kind.id,
            "name": draft.name,
            "description": draft.description,
            "visibility": draft.visibility,
            "status": draft.status,
            "conditions": draft.conditions.to_json(),
            "attributes": validated(draft.category, draft.attributes),
            "is_demonstration": draft.is_demonstration,
            "source_hash": digest,
        },
    )
    _replace_areas_and_credentials(session, service, draft)
    places = {
        place.key: _store_place(session, service, place, kind, source) for place in draft.places
    }
    _close_others(session, service, set(places))
    _replace_tours(session, service, draft, places)
    session.flush()
    every = select(ServiceAtLocation.id).where(ServiceAtLocation.service_id == service.id)
    indexing.refresh(session, at=at, service_at_location_ids=session.scalars(every).all())
    return Stored(service.id, change)


def withdraw_service(session: Session, *, service_id: int, at: datetime) -> None:
    """Close a service: it keeps its page's number, and is found no more."""
    service = session.get_one(Service, service_id)
    service.status = "closed"
    #: A later import must see that the stored record differs from its source again.
    service.source_hash = None
    session.flush()
    every = select(ServiceAtLocation.id).where(ServiceAtLocation.service_id == service_id)
    indexing.refresh(session, at=at, service_at_location_ids=session.scalars(every).all())


def verify_place(
    session: Session,
    *,
    service_at_location_id: int,
    method: str,
    found_unchanged: bool,
    verified_by: str | None,
    at: datetime,
) -> None:
    """Record that somebody looked whether a listing is true, and how."""
    place = session.get_one(ServiceAtLocation, service_at_location_id)
    place.verified_at = at
    session.add(
        Verification(
            service_at_location_id=place.id,
            verified_at=at,
            verified_by=verified_by,
            method=method,
            found_unchanged=found_unchanged,
        )
    )
    session.flush()
    indexing.refresh(session, at=at, service_at_location_ids=[place.id])


def remove_demonstration(session: Session) -> int:
    """Remove every demonstration service with its places; return how many services went."""
    services = select(Service.id).where(Service.is_demonstration)
    tours = select(Tour.id).where(Tour.service_id.in_(services))
    session.execute(delete(TourStop).where(TourStop.tour_id.in_(tours)))
    session.execute(delete(Tour).where(Tour.service_id.in_(services)))
    session.execute(delete(ServiceAtLocation).where(ServiceAtLocation.service_id.in_(services)))
    removed = session.scalars(delete(Service).where(Service.is_demonstration).returning(Service.id))
    count = len(removed.all())
    used_locations = select(ServiceAtLocation.location_id).where(
        ServiceAtLocation.location_id.is_not(None)
    )
    session.execute(delete(Location).where(Location.id.not_in(used_locations)))
    session.execute(
        delete(Organization).where(Organization.id.not_in(select(Service.organization_id)))
    )
    return count


def _kind(draft: ServiceDraft) -> Kind:
    kind = BY_CODE.get(draft.category)
    if kind is None:
        raise InvalidInput(
            gettext("Le type de service « %(code)s » n'existe pas.", code=draft.category),
            field="category",
            remedy=gettext("Choisissez parmi : %(codes)s.", codes=", ".join(BY_CODE)),
        )
    return kind


def _privacy(location: LocationDraft, kind: Kind) -> str:
    return location.privacy or ("hidden" if kind.is_sensitive else "public")


def _keep_secret(draft: ServiceDraft, kind: Kind) -> None:
    """Refuse a public text that tells a confidential street."""
    for place in draft.places:
        location = place.location
        if location is None or not location.address or _privacy(location, kind) == "public":
            continue
        told = plain(" ".join(filter(None, (draft.name, draft.description, place.notice))))
        if plain(location.address) in told:
            raise InvalidInput(
                gettext("Le texte public contient l'adresse confidentielle du lieu."),
                field="description",
                remedy=gettext("Retirez la rue du nom, de la description et de la remarque."),
            )


def _existing(session: Session, model: type[Record], source: str, key: str) -> Record | None:
    return session.scalar(select(model).where(model.source == source, model.source_key == key))


def _store(
    session: Session, model: type[Record], source: Source, key: str, values: dict[str, Any]
) -> Record:
    """Insert or update the record of a source's key, leaving overridden fields alone."""
    record = _existing(session, model, source.name, key)
    if record is None:
        record = model(source=source.name, source_key=key, overridden_fields=[])
        session.add(record)
    values = values | {"source_dated_on": source.dated_on, "source_licence": source.licence}
    for name, value in values.items():
        if name not in record.overridden_fields:
            setattr(record, name, value)
    session.flush()
    return record


def _store_organization(session: Session, draft: OrganizationDraft, source: Source) -> Organization:
    values = {
        "name": draft.name,
        "sort_key": plain(draft.name),
        "kind": draft.kind,
        "siret": draft.siret,
        "networks": list(draft.networks),
        "website": draft.website,
    }
    return _store(session, Organization, source, draft.key, values)


def _store_location(session: Session, draft: LocationDraft, kind: Kind, source: Source) -> Location:
    values = asdict(draft) | {
        "privacy": _privacy(draft, kind),
        "accessibility": list(draft.accessibility),
        "latitude": draft.position.latitude if draft.position else None,
        "longitude": draft.position.longitude if draft.position else None,
    }
    del values["key"], values["position"]
    existing = _existing(session, Location, source.name, draft.key)
    if existing is not None and existing.is_hand_placed:
        del values["latitude"], values["longitude"], values["precision"]
    return _store(session, Location, source, draft.key, values)


def _store_place(
    session: Session, service: Service, draft: PlaceDraft, kind: Kind, source: Source
) -> ServiceAtLocation:
    location = draft.location and _store_location(session, draft.location, kind, source)
    place = _store(
        session,
        ServiceAtLocation,
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
    _replace_children(session, place, draft)
    return place


def _replace_children(session: Session, place: ServiceAtLocation, draft: PlaceDraft) -> None:
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
        session.execute(delete(model).where(model.service_at_location_id == place.id))
        if values:
            session.execute(
                insert(model), [row | {"service_at_location_id": place.id} for row in values]
            )


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"ordinal": ordinal} for ordinal, row in enumerate(rows)]


def _replace_areas_and_credentials(session: Session, service: Service, draft: ServiceDraft) -> None:
    session.execute(delete(ServiceArea).where(ServiceArea.service_id == service.id))
    session.execute(delete(Credential).where(Credential.service_id == service.id))
    session.add_all(
        ServiceArea(service_id=service.id, area_code=area.code, note=area.note)
        for area in draft.areas
    )
    session.add_all(
        Credential(service_id=service.id, **asdict(credential)) for credential in draft.credentials
    )


def _close_others(session: Session, service: Service, keys: set[str]) -> None:
    others = select(ServiceAtLocation).where(
        ServiceAtLocation.service_id == service.id, ServiceAtLocation.source_key.not_in(keys)
    )
    for place in session.scalars(others):
        place.status = "closed"


def _replace_tours(
    session: Session, service: Service, draft: ServiceDraft, places: dict[str, ServiceAtLocation]
) -> None:
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
