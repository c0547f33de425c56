"""What changes a listing. Each verb writes the listing and its entries; none commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.listings import bulk, columns, indexing, queries, storing
from directory.listings.attributes import validated
from directory.listings.categories import (
    Category,
    CategoryCrosswalk,
    CategoryParent,
    CategorySynonym,
)
from directory.listings.crosswalk import CROSSWALK
from directory.listings.drafts import ServiceDraft, Source, everything_said, fingerprint
from directory.listings.models import (
    Location,
    Organization,
    Service,
    ServiceAtLocation,
    Tour,
    TourStop,
    Verification,
)
from directory.listings.privacy import PUBLIC
from directory.listings.vocabulary import BY_CODE, KINDS, Kind, plain


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
    session.execute(delete(CategoryCrosswalk))
    session.execute(
        insert(CategoryCrosswalk),
        [
            {"system": system, "code": code, "category_id": BY_CODE[kind].id}
            for (system, code), kinds_meant in CROSSWALK.items()
            for kind in kinds_meant
        ],
    )


def put_service(session: Session, *, draft: ServiceDraft, source: Source, at: datetime) -> Stored:
    """Store a draft under (source, key), with its places and its entries.

    The same draft again changes nothing. Fields that a person changed here stay as they are.
    Places that the draft no longer has are closed, not removed: referrals may name them.

    :raise InvalidInput: the kind of help is unknown, an attribute does not fit it, or a public
        text tells the street of a place whose address is not public.
    """
    stored = _put(session, draft, source)
    if stored.change is not Change.UNCHANGED:
        refresh_services(session, service_ids=[stored.service_id], at=at)
    return stored


def put_services(
    session: Session, *, drafts: Sequence[ServiceDraft], source: Source, at: datetime
) -> None:
    """Store many drafts, as `put_service` stores one; those that are wholly new go together.

    :raise InvalidInput: as `put_service`, before anything is written (see `check_draft`).
    """
    for draft in drafts:
        check_draft(draft)
    new = bulk.wholly_new(session, drafts, source)
    service_ids = bulk.insert_services(session, new, source)
    together = {draft.key for draft in new}
    for draft in drafts:
        if draft.key not in together:
            service_ids.append(_put(session, draft, source).service_id)
    refresh_services(session, service_ids=service_ids, at=at)


def check_draft(draft: ServiceDraft) -> None:
    """Refuse a draft that `put_service` would refuse; writes nothing.

    :raise InvalidInput: the kind of help is unknown, an attribute does not fit it, or a public
        text tells the street of a place whose address is not public.
    """
    _keep_secret(draft, _kind(draft))
    validated(draft.category, draft.attributes)


def _put(session: Session, draft: ServiceDraft, source: Source) -> Stored:
    """Store a draft without its entries."""
    check_draft(draft)
    kind = _kind(draft)
    digest = fingerprint((draft, source))
    service = storing.existing(session, Service, source.name, draft.key)
    if service is not None and service.source_hash == digest:
        return Stored(service.id, Change.UNCHANGED)
    change = Change.CREATED if service is None else Change.CHANGED
    is_new = change is Change.CREATED
    service = storing.store_service(session, service, draft, kind, source, digest)
    storing.replace_areas_and_credentials(session, service, draft, is_new=is_new)
    places = {
        place.key: storing.store_place(session, service, place, kind, source)
        for place in draft.places
    }
    if not is_new:
        storing.close_others(session, service, set(places))
    storing.replace_tours(session, service, draft, places, is_new=is_new)
    session.flush()
    return Stored(service.id, change)


def refresh_services(session: Session, *, service_ids: Sequence[int], at: datetime) -> None:
    """Bring the entries of all places of these services to what is stored.

    A card tells its location and its organization too: other services that share them follow.
    """
    places = select(ServiceAtLocation.id, ServiceAtLocation.location_id).where(
        ServiceAtLocation.service_id.in_(service_ids)
    )
    rows = session.execute(places).all()
    ids = {row.id for row in rows}
    ids |= queries.places_at(session, {row.location_id for row in rows if row.location_id})
    ids |= queries.places_told_under_another_organization(session, service_ids)
    indexing.refresh(session, at=at, service_at_location_ids=sorted(ids))


def follow_communes(session: Session, *, at: datetime) -> int:
    """Bring the entries that stand at the centre of their commune to the table now in force.

    Those are the places without a point of their own and the confidential ones. Return how many
    are published.
    """
    at_centre = (
        select(ServiceAtLocation.id)
        .join(ServiceAtLocation.location)
        .where(Location.latitude.is_(None) | (Location.privacy != PUBLIC))
    )
    ids = session.scalars(at_centre).all()
    return indexing.refresh(session, at=at, service_at_location_ids=ids)


def withdraw_service(session: Session, *, service_id: int, at: datetime) -> None:
    """Close a service: it keeps its page's number, and is found no more."""
    service = session.get_one(Service, service_id)
    service.status = "closed"
    #: A later import must see that the stored record differs from its source again.
    service.source_hash = None
    session.flush()
    refresh_services(session, service_ids=[service_id], at=at)


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
    offering = select(Service.organization_id).where(Service.is_demonstration)
    organization_ids = session.scalars(offering.distinct()).all()
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
        delete(Organization).where(
            Organization.id.in_(organization_ids),
            Organization.id.not_in(select(Service.organization_id)),
        )
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


def _keep_secret(draft: ServiceDraft, kind: Kind) -> None:
    """Refuse a draft that tells a confidential street in any of its texts.

    All of them are looked at, also those that only professionals read: which ones are public
    changes more often than this rule would be remembered.
    """
    streets = [
        place.location.address
        for place in draft.places
        if place.location and columns.privacy_of(place.location, kind) != PUBLIC
    ]
    told = plain(everything_said(draft)) if any(streets) else ""
    if any(street and plain(street) in told for street in streets):
        raise InvalidInput(
            gettext("Le texte public contient l'adresse confidentielle du lieu."),
            field="description",
            remedy=gettext("Retirez la rue de tous les textes de la fiche."),
        )
