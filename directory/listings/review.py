"""Which places somebody should put on the map: their address is doubtful, or was not found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory.geocoding.models import GeocodedAddress
from directory.listings.entries import SearchEntry
from directory.listings.models import Location, Service, ServiceAtLocation
from directory.listings.placing import may_be_placed, was_geocoded_as
from directory.territories.words import fold


class Doubt(StrEnum):
    """Why a place is on the list."""

    #: The address found only resembles the one given: the point may be another street's.
    RESEMBLES = "resembles"
    #: The address was not found: the centre of the commune stands in.
    AT_COMMUNE = "at_commune"


@dataclass(frozen=True, slots=True)
class PlaceToReview:
    """A published place with what was made of its address. Only public addresses are here."""

    #: Of the page; the first of those that share the location.
    service_at_location_id: int
    location_id: int
    name: str
    address: str
    postal_code: str | None
    city: str
    doubt: Doubt
    #: The address found, None when there was none.
    proposed: str | None = None
    #: From 0.5 to 0.8, as the source of addresses gave it.
    score: float | None = None


def places_to_review(session: Session) -> list[PlaceToReview]:
    """Return every place to look at: doubtful addresses first, the least sure of them first, then
    by id. Each location is told once, whatever the number of its services."""
    doubtful = sorted(_doubtful(session), key=lambda one: (one.score or 0.0, one.location_id))
    return [*doubtful, *_at_commune(session)]


def _doubtful(session: Session) -> Iterator[PlaceToReview]:
    found = (GeocodedAddress.street, GeocodedAddress.label, GeocodedAddress.score)
    query = (
        _listed()
        .add_columns(*found)
        .join(GeocodedAddress, was_geocoded_as())
        .where(GeocodedAddress.needs_review)
    )
    told: set[int] = set()
    for *listed, street, label, score in session.execute(query.order_by(Location.id)):
        one = _to_review(listed, Doubt.RESEMBLES, label, score)
        # Another address may have been found at the same point, and be sure of it.
        if street in fold(one.address) and one.location_id not in told:
            told.add(one.location_id)
            yield one


def _at_commune(session: Session) -> Iterator[PlaceToReview]:
    query = _listed().where(Location.latitude.is_(None)).order_by(Location.id)
    for listed in session.execute(query):
        yield _to_review(listed, Doubt.AT_COMMUNE)


def _to_review(
    listed: Sequence[Any], doubt: Doubt, proposed: str | None = None, score: float | None = None
) -> PlaceToReview:
    place_id, location_id, name, address, postal_code, city = listed
    return PlaceToReview(
        service_at_location_id=place_id,
        location_id=location_id,
        name=name,
        address=address,
        postal_code=postal_code,
        city=city,
        doubt=doubt,
        proposed=proposed,
        score=score,
    )


def _listed() -> Select[Any]:
    """Select the published locations that may be placed, each with its first place.

    In the order in which `_to_review` reads them.
    """
    first = (
        select(
            ServiceAtLocation.location_id,
            func.min(SearchEntry.service_at_location_id).label("place_id"),
        )
        .join(SearchEntry, SearchEntry.service_at_location_id == ServiceAtLocation.id)
        .group_by(ServiceAtLocation.location_id)
        .subquery()
    )
    return (
        select(
            first.c.place_id,
            Location.id,
            func.coalesce(Location.name, Service.name),
            Location.address,
            Location.postal_code,
            Location.city,
        )
        .join(first, first.c.location_id == Location.id)
        .join(ServiceAtLocation, ServiceAtLocation.id == first.c.place_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(may_be_placed())
    )
