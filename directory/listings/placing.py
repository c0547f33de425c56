"""Placing the locations whose point nobody gave: from their address, by the tables of addresses.

Never those that a person placed, never confidential ones: their address is asked of nobody, and
no second copy of it is kept.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from directory.errors import InvalidInput, NotFound
from directory.geo import Position
from directory.geocoding import AddressIndex, Precision
from directory.geocoding.actions import (
    ListedAddress,
    ListedPosition,
    Recall,
    place_addresses,
)
from directory.geocoding.batch import LOT
from directory.geocoding.models import GeocodedAddress
from directory.geocoding.trust import is_near_box, is_placeholder
from directory.i18n import gettext
from directory.listings import indexing, queries
from directory.listings.models import Location, ServiceAtLocation
from directory.listings.privacy import PUBLIC
from directory.territories import Gazetteer

#: Positions as fine as that are left alone.
FINE = (Precision.HOUSENUMBER.value, Precision.STREET.value, Precision.POINT.value)


@dataclass(frozen=True, slots=True)
class AddressSources:
    """What addresses are looked up in: the communes, and the back-ends in their order."""

    gazetteer: Gazetteer
    back_ends: Sequence[AddressIndex]


@dataclass(frozen=True, slots=True)
class Placed:
    """How many locations were looked up, and what became of them."""

    asked: int = 0
    #: Their address was found, surely enough.
    found: int = 0
    #: Found, but the address only resembles the one given.
    to_review: int = 0
    #: Whose point, or the precision of it, is now another.
    moved: int = 0

    @property
    def at_commune(self) -> int:
        """How many stay where they were, mostly at the centre of their commune."""
        return self.asked - self.found - self.to_review

    def __add__(self, other: "Placed") -> "Placed":
        return Placed(
            self.asked + other.asked,
            self.found + other.found,
            self.to_review + other.to_review,
            self.moved + other.moved,
        )


def locations_to_place(session: Session, *, again: bool = False) -> list[int]:
    """Return the locations that have a street but no fine point, by id.

    `again` adds those whose point came from their address at an earlier time.
    """
    is_wanted = or_(_lacks_point(), _was_geocoded()) if again else _lacks_point()
    return list(
        session.scalars(select(Location.id).where(may_be_placed(), is_wanted).order_by(Location.id))
    )


def locations_of(session: Session, *, source: str, keys: Collection[str]) -> list[int]:
    """Return the locations of a source that have a street but no fine point, by id."""
    query = select(Location.id).where(
        Location.source == source,
        Location.source_key.in_(keys),
        may_be_placed(),
        _lacks_point(),
    )
    return list(session.scalars(query.order_by(Location.id)))


def in_lots(location_ids: Sequence[int]) -> list[Sequence[int]]:
    """Return the ids in the lots in which they are best placed."""
    return [location_ids[first : first + LOT] for first in range(0, len(location_ids), LOT)]


def place_locations(
    session: Session,
    location_ids: Sequence[int],
    *,
    sources: AddressSources,
    at: datetime,
    recall: Recall = Recall.FOUND,
) -> Placed:
    """Place these locations from their addresses, and bring their entries to it; doesn't commit.

    An address that is not found moves nothing. A location that was placed by hand meanwhile, or
    is confidential by now, is left alone.
    """
    done = Placed()
    moved: list[int] = []
    for ids in in_lots(location_ids):
        locations = _placeable(session, ids, sources.gazetteer)
        positions = place_addresses(
            session,
            [
                ListedAddress(one.address or "", one.insee_code, one.postal_code)
                for one in locations
            ],
            gazetteer=sources.gazetteer,
            back_ends=sources.back_ends,
            at=at,
            recall=recall,
        )
        its = [
            location.id
            for location, position in zip(locations, positions, strict=True)
            if _move(location, position)
        ]
        moved += its
        done += _counted(positions, moved=len(its))
    session.flush()
    indexing.refresh(
        session, at=at, service_at_location_ids=sorted(queries.places_at(session, moved))
    )
    return done


def place_by_hand(
    session: Session,
    service_at_location_id: int,
    position: Position,
    *,
    gazetteer: Gazetteer,
    at: datetime,
) -> None:
    """Put a place where a person says it is: no import and no geocoder moves it from there.

    Whatever shares its location moves with it.

    :raise NotFound: no place with a location has this number.
    :raise InvalidInput: the point is not in the commune of the place, nor within 2 km of it.
    """
    location = session.scalar(
        select(Location)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
        .where(ServiceAtLocation.id == service_at_location_id)
        .with_for_update(of=Location)
    )
    if location is None:
        raise NotFound(gettext("Aucun lieu n'a ce numéro."), field="id")
    commune = gazetteer.by_insee(location.insee_code)
    is_there = commune is None or is_near_box(position, commune.box)
    if is_placeholder(position) or not is_there:
        raise InvalidInput(
            gettext("Ce point n'est pas dans la commune du lieu, %(city)s.", city=location.city),
            field="latitude",
            remedy=gettext("La latitude vient d'abord ; vérifiez aussi l'adresse de la fiche."),
        )
    location.latitude, location.longitude = position.latitude, position.longitude
    location.precision, location.is_hand_placed = Precision.POINT.value, True
    session.flush()
    places = queries.places_at(session, [location.id])
    indexing.refresh(session, at=at, service_at_location_ids=sorted(places))


def may_be_placed() -> ColumnElement[bool]:
    """Return the condition for a location to be looked up: public, served, not placed by hand."""
    return and_(
        Location.address.is_not(None),
        Location.address != "",
        Location.privacy == PUBLIC,
        ~Location.is_hand_placed,
        ~Location.overridden_fields.overlap(["latitude", "longitude", "precision"]),
        select(ServiceAtLocation.id)
        .where(ServiceAtLocation.location_id == Location.id, ServiceAtLocation.status == "active")
        .correlate(Location)
        .exists(),
    )


def was_geocoded_as() -> ColumnElement[bool]:
    """Return the condition that joins a location to what was found for an address at its point.

    Two addresses may share a point: whoever asks looks at the street too. What was found for the
    street without a postal code is not meant where the location's own code has an answer.
    """
    finer = aliased(GeocodedAddress)
    has_finer = (
        select(finer.street)
        .where(
            finer.insee_code == GeocodedAddress.insee_code,
            finer.street == GeocodedAddress.street,
            _states(finer.postal_code),
        )
        .correlate(GeocodedAddress, Location)
        .exists()
    )
    has_no_code = GeocodedAddress.postal_code == ""
    return and_(
        GeocodedAddress.latitude == Location.latitude,
        GeocodedAddress.longitude == Location.longitude,
        or_(_states(GeocodedAddress.postal_code), and_(has_no_code, ~has_finer)),
    )


def _states(postal_code: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Return the condition for a location to give a postal code, apart or in its address."""
    is_written = func.strpos(Location.address, postal_code) > 0
    return and_(postal_code != "", or_(Location.postal_code == postal_code, is_written))


def _lacks_point() -> ColumnElement[bool]:
    return or_(Location.latitude.is_(None), Location.precision.not_in(FINE))


def _was_geocoded() -> ColumnElement[bool]:
    return select(GeocodedAddress.street).where(was_geocoded_as()).correlate(Location).exists()


def _placeable(session: Session, ids: Sequence[int], gazetteer: Gazetteer) -> list[Location]:
    """Keep these locations from everybody else, so that no point placed by hand is lost."""
    locations = session.scalars(
        select(Location)
        .where(Location.id.in_(ids), may_be_placed())
        .order_by(Location.id)
        .with_for_update(of=Location)
        .execution_options(populate_existing=True)
    )
    return [one for one in locations if gazetteer.by_insee(one.insee_code) is not None]


def _move(location: Location, found: ListedPosition) -> bool:
    """Put a location where its address was found; say whether that changed anything."""
    if not found.is_address or found.position is None:
        return False
    point = found.position.latitude, found.position.longitude, found.precision.value
    if point == (location.latitude, location.longitude, location.precision):
        return False
    location.latitude, location.longitude, location.precision = point
    return True


def _counted(positions: Iterable[ListedPosition], *, moved: int) -> Placed:
    told: Iterator[Placed] = (
        Placed(
            asked=1,
            found=position.is_address and not position.needs_review,
            to_review=position.is_address and position.needs_review,
        )
        for position in positions
    )
    return sum(told, Placed(moved=moved))
