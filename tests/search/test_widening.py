"""Nothing near is never a dead end."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.search.criteria import SearchCriteria
from directory.search.queries import SearchResults
from directory.search.widening import search
from tests.factories import origin_at, place_draft, service_draft, small_gazetteer, stored
from tests.places import BONDY
from tests.search.test_nearest import shifted

pytestmark = pytest.mark.engine


def searched(session: Session, at: datetime, **asked: Any) -> SearchResults:
    criteria = SearchCriteria(origin=origin_at(BONDY), **asked)
    return search(session, criteria, at=at, gazetteer=small_gazetteer())


def test_an_empty_result_offers_the_nearest_beyond_the_radius(
    session: Session, at: datetime
) -> None:
    spots = [shifted(BONDY, metres, 0) for metres in (15_000, 30_000, 60_000, 18_000)]
    places = stored(session, service_draft(*[place_draft(spot) for spot in spots]), at)

    widen = searched(session, at, radius_m=5_000).widen

    assert widen is not None
    assert [hit.id for hit in widen.nearest] == [places[0], places[3], places[1]]
    assert widen.within == {10_000: 0, 20_000: 2, 50_000: 3}


def test_an_empty_result_tells_what_each_filter_hides(session: Session, at: datetime) -> None:
    stored(session, service_draft(place_draft(BONDY), conditions={"animals": True}), at)
    stored(session, service_draft(place_draft(BONDY), conditions={"animals": True}), at)

    widen = searched(session, at, free=True, animals=True).widen

    assert widen is not None
    assert widen.without == {"free": 2, "animals": 0}


def test_something_only_very_far_is_still_offered(session: Session, at: datetime) -> None:
    stored(session, service_draft(place_draft(shifted(BONDY, 150_000, 0))), at)

    widen = searched(session, at).widen

    assert widen is not None
    assert len(widen.nearest) == 1


def test_a_result_needs_no_way_out(session: Session, at: datetime) -> None:
    stored(session, service_draft(place_draft(BONDY)), at)

    assert searched(session, at).widen is None
