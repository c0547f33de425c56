"""Reading one listing, from the same rows as search: nothing else is told of it.

And what depends on what one record says: the places to tell anew when it changes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from directory.listings.categories import CategoryCrosswalk
from directory.listings.entries import SearchCard, SearchEntry
from directory.listings.models import Organization, Service, ServiceAtLocation, Tour, TourStop
from directory.opening_hours import OpeningHours


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page of a place shows: the card of a result, and the details besides."""

    id: int
    card: dict[str, Any]
    details: dict[str, Any]
    hours: OpeningHours


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a tour, as a card, in the order of the round."""

    id: int
    card: dict[str, Any]
    hours: OpeningHours


def get_sheet(
    session: Session, service_at_location_id: int, *, include_professionals: bool = False
) -> Sheet | None:
    """Return a published place, or None: withdrawn, for professionals, or never there, alike."""
    query = select(SearchCard.card, SearchCard.details).where(
        SearchCard.service_at_location_id == service_at_location_id
    )
    if not include_professionals:
        query = query.join(SearchEntry).where(~SearchEntry.is_for_professionals)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return Sheet(
        id=service_at_location_id,
        card=row.card,
        details=row.details,
        hours=OpeningHours.from_json_text(row.card["opening"]),
    )


def stops_of_tour(
    session: Session, service_at_location_id: int, *, include_professionals: bool = False
) -> list[Stop]:
    """Return all published stops of the tour this place belongs to, in order; empty without one.

    A home base belongs to no tour: it leads to the stops of every tour of its service, because
    they are where people are received.
    """
    place = aliased(ServiceAtLocation)
    mine = select(TourStop.tour_id).where(TourStop.service_at_location_id == service_at_location_id)
    query = (
        select(TourStop.service_at_location_id, SearchCard.card)
        .join(Tour, Tour.id == TourStop.tour_id)
        .join(place, place.service_id == Tour.service_id)
        .join(SearchEntry, SearchEntry.service_at_location_id == TourStop.service_at_location_id)
        .join(SearchCard)
        .where(place.id == service_at_location_id)
        .where(place.is_home_base | Tour.id.in_(mine))
        .order_by(TourStop.tour_id, TourStop.ordinal)
    )
    if not include_professionals:
        query = query.where(~SearchEntry.is_for_professionals)
    return [
        Stop(id, card, OpeningHours.from_json_text(card["opening"]))
        for id, card in session.execute(query)
    ]


def holds_demonstration(session: Session) -> bool:
    """Say whether invented listings are among the true ones, so that pages say it."""
    return (
        session.scalar(select(select(Service.id).where(Service.is_demonstration).exists())) or False
    )


def places_at(session: Session, location_ids: Collection[int]) -> set[int]:
    """Return the places of all services in these locations."""
    return set(
        session.scalars(
            select(ServiceAtLocation.id).where(ServiceAtLocation.location_id.in_(location_ids))
        )
    )


def places_told_under_another_organization(
    session: Session, service_ids: Sequence[int]
) -> set[int]:
    """Return the places whose entry tells otherwise of an organization of these services.

    One table at a time: in the middle of an import the database still counts as many rows as
    before it, none at the first, and would join them all by going through each again for each.
    """
    own = select(Service.organization_id).where(Service.id.in_(service_ids)).distinct()
    organizations = {
        id: (name, website)
        for id, name, website in session.execute(
            select(Organization.id, Organization.name, Organization.website).where(
                Organization.id.in_(session.scalars(own).all())
            )
        )
    }
    owners = _pairs(session, Service.id, Service.organization_id, organizations)
    services = _pairs(session, ServiceAtLocation.id, ServiceAtLocation.service_id, owners)
    told = session.execute(
        select(
            SearchCard.service_at_location_id,
            SearchCard.card["organization"]["name"].astext,
            SearchCard.details["organization_website"].astext,
        ).where(SearchCard.service_at_location_id.in_(services))
    )
    return {
        place
        for place, name, website in told
        if (name, website) != organizations[owners[services[place]]]
    }


def _pairs(
    session: Session,
    id: InstrumentedAttribute[int],
    parent_id: InstrumentedAttribute[int],
    parents: Collection[int],
) -> dict[int, int]:
    """Return which of these parents each row belongs to."""
    rows = session.execute(select(id, parent_id).where(parent_id.in_(parents)))
    return {row_id: parent for row_id, parent in rows}  # noqa: C416 (`dict` takes no rows)


def crosswalk(session: Session) -> Sequence[Row[int, str, str]]:
    """Return (category_id, system, code): how other systems name our kinds, in a fixed order."""
    return session.execute(
        select(
            CategoryCrosswalk.category_id, CategoryCrosswalk.system, CategoryCrosswalk.code
        ).order_by(CategoryCrosswalk.category_id, CategoryCrosswalk.system, CategoryCrosswalk.code)
    ).all()
