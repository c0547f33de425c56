"""Locations placed from their address: never confidential ones, never those placed by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.geocoding import AddressIndex, AddressMatch, Precision
from directory.geocoding.actions import Recall
from directory.geocoding.models import GeocodedAddress
from directory.listings.drafts import PlaceDraft
from directory.listings.entries import SearchEntry
from directory.listings.models import Location, ServiceAtLocation
from directory.listings.placing import (
    AddressSources,
    Placed,
    locations_to_place,
    place_locations,
)
from directory.listings.review import Doubt, places_to_review
from tests.factories import place_draft, service_draft, stored
from tests.geocoding.back_ends import VERDUN, Silence, WrittenTable
from tests.places import BONDY
from tests.territories.places import GAZETTEER

DOUBTFUL = replace(VERDUN, score=0.6, label="12 Rue de Verneuil 93140 Bondy")


def unplaced(address: str = "12 rue de Verdun", **values: Any) -> PlaceDraft:
    """Return a place with an address and no point."""
    draft = place_draft(BONDY, address=address, **values)
    assert draft.location
    location = replace(draft.location, position=None, precision="municipality")
    return replace(draft, location=location)


def stored_location(session: Session, draft: PlaceDraft, at: datetime, **values: Any) -> Location:
    (place_id,) = stored(session, service_draft(draft, **values), at)
    query = select(Location).join(ServiceAtLocation).where(ServiceAtLocation.id == place_id)
    return session.scalars(query).one()


def placed(
    session: Session,
    at: datetime,
    *matches: AddressMatch,
    back_ends: Iterable[AddressIndex] = (),
    again: bool = False,
) -> Placed:
    sources = AddressSources(GAZETTEER, [WrittenTable(matches), *back_ends])
    return place_locations(
        session,
        locations_to_place(session, again=again),
        sources=sources,
        at=at,
        recall=Recall.NOTHING if again else Recall.FOUND,
    )


def entry_of(session: Session, location: Location) -> SearchEntry:
    query = select(SearchEntry).join(
        ServiceAtLocation, ServiceAtLocation.id == SearchEntry.service_at_location_id
    )
    found = session.scalars(
        query.where(ServiceAtLocation.location_id == location.id),
        execution_options={"populate_existing": True},
    )
    return found.one()


def test_a_location_without_a_point_is_placed_and_found_there(
    session: Session, at: datetime
) -> None:
    location = stored_location(session, unplaced(), at)
    assert placed(session, at, VERDUN) == Placed(asked=1, found=1, moved=1)
    assert (location.latitude, location.longitude) == (48.9021, 2.4801)
    assert location.precision == "housenumber"
    entry = entry_of(session, location)
    assert (entry.latitude, entry.longitude) == (48.9021, 2.4801)


def test_placing_twice_asks_and_changes_nothing(session: Session, at: datetime) -> None:
    stored_location(session, unplaced(), at)
    placed(session, at, VERDUN)
    assert placed(session, at, VERDUN) == Placed()
    assert placed(session, at, VERDUN, again=True) == Placed(asked=1, found=1, moved=0)


def test_what_is_not_found_stays_at_the_centre_of_its_commune(
    session: Session, at: datetime
) -> None:
    location = stored_location(session, unplaced(), at)
    done = placed(session, at)
    assert (done.asked, done.at_commune, done.moved) == (1, 1, 0)
    assert (location.latitude, location.precision) == (None, "municipality")


def test_a_table_loaded_later_places_what_was_not_found(session: Session, at: datetime) -> None:
    stored_location(session, unplaced(), at)
    placed(session, at)
    assert placed(session, at, VERDUN).found == 1


def test_only_again_moves_what_was_placed_from_its_address(session: Session, at: datetime) -> None:
    location = stored_location(session, unplaced(), at)
    placed(session, at, DOUBTFUL)
    moved = replace(VERDUN, position=Position(48.9, 2.48))
    assert placed(session, at, moved) == Placed()
    assert placed(session, at, moved, again=True) == Placed(asked=1, found=1, moved=1)
    assert location.latitude == 48.9
    assert placed(session, at, back_ends=[Silence()], again=True).moved == 0
    assert location.latitude == 48.9


def test_a_point_given_by_the_source_or_by_hand_is_never_moved(
    session: Session, at: datetime
) -> None:
    given = stored_location(session, place_draft(BONDY, address="12 rue de Verdun"), at)
    by_hand = stored_location(session, unplaced(), at)
    by_hand.is_hand_placed = True
    overridden = stored_location(session, unplaced(), at)
    overridden.overridden_fields = ["latitude", "longitude"]
    session.flush()
    assert placed(session, at, VERDUN, again=True) == Placed()
    assert given.latitude == BONDY.latitude
    assert by_hand.latitude is None


@pytest.mark.parametrize("privacy", ["hidden", "blurred", "professionals"])
def test_a_confidential_address_is_asked_of_nobody_and_not_copied(
    session: Session, at: datetime, privacy: str
) -> None:
    location = stored_location(session, unplaced("3 rue Secrète", privacy=privacy), at)
    table = WrittenTable()
    sources = AddressSources(GAZETTEER, [table])
    assert locations_to_place(session, again=True) == []
    assert place_locations(session, [location.id], sources=sources, at=at) == Placed()
    assert table.asked == []
    assert session.scalars(select(GeocodedAddress)).all() == []
    assert places_to_review(session) == []


def test_a_refuge_is_confidential_without_saying_so(session: Session, at: datetime) -> None:
    stored_location(session, unplaced(), at, category="victimes-de-violences")
    assert placed(session, at, VERDUN) == Placed()


def test_doubtful_addresses_come_before_those_at_their_commune(
    session: Session, at: datetime
) -> None:
    sure = stored_location(session, unplaced(), at)
    placed(session, at, VERDUN)
    elsewhere = replace(DOUBTFUL, position=Position(48.9, 2.48))
    doubtful = stored_location(session, unplaced("12 rue de Verneu"), at)
    sources = AddressSources(GAZETTEER, [WrittenTable([elsewhere])])
    place_locations(session, [doubtful.id], sources=sources, at=at)
    lost = stored_location(session, unplaced("1 rue Perdue"), at)

    reviewed = places_to_review(session)

    assert [one.location_id for one in reviewed] == [doubtful.id, lost.id]
    assert sure.id not in {one.location_id for one in reviewed}
    assert [one.doubt for one in reviewed] == [Doubt.RESEMBLES, Doubt.AT_COMMUNE]
    assert (reviewed[0].proposed, reviewed[0].score) == (elsewhere.label, 0.6)
    assert (reviewed[1].proposed, reviewed[1].score) == (None, None)


def test_a_sure_address_is_not_doubtful_for_sharing_a_point(session: Session, at: datetime) -> None:
    stored_location(session, unplaced("12 rue de Verdun"), at)
    placed(session, at, VERDUN)
    other = stored_location(session, unplaced("12 rue de Verneu"), at)
    placed(session, at, DOUBTFUL)
    assert [one.location_id for one in places_to_review(session)] == [other.id]


def test_an_address_with_its_postal_code_is_not_doubtful_for_one_without(
    session: Session, at: datetime
) -> None:
    """Two streets of Ajaccio have one name: only the code tells which."""
    one = replace(
        VERDUN, citycode="2A004", postcode="20000", position=Position(41.92, 8.738), score=1.0
    )
    two = replace(one, postcode="20090", position=Position(41.935, 8.73))
    ids = []
    for code in ("20000", None):
        location = stored_location(session, unplaced("1 rue Pasteur"), at)
        location.insee_code, location.postal_code = "2A004", code
        ids.append(location.id)
    session.flush()

    assert placed(session, at, one, two) == Placed(asked=2, found=1, to_review=1, moved=2)
    assert [listed.location_id for listed in places_to_review(session)] == [ids[1]]


def test_a_point_placed_by_hand_ends_the_review(session: Session, at: datetime) -> None:
    location = stored_location(session, unplaced(), at)
    placed(session, at, DOUBTFUL)
    assert len(places_to_review(session)) == 1
    location.is_hand_placed = True
    session.flush()
    assert places_to_review(session) == []


def test_a_hamlet_is_asked_for_again_by_a_finer_table(session: Session, at: datetime) -> None:
    location = stored_location(session, unplaced(), at)
    placed(session, at, replace(VERDUN, type=Precision.LOCALITY))
    assert location.precision == "locality"
    assert locations_to_place(session) == [location.id]
