"""Totals are exact to the millimetre and to the minute, without reading what they count."""

from datetime import datetime, timedelta

import pytest
from pyproj import Geod
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.search.criteria import SearchCriteria
from directory.search.queries import nearest
from tests.factories import (
    origin_at,
    place_draft,
    service_draft,
    small_gazetteer,
    stored,
    weekdays,
)
from tests.places import BONDY

pytestmark = pytest.mark.engine

GAZETTEER = small_gazetteer()
ELLIPSOID = Geod(ellps="WGS84")


def around(bearing: float, length_m: float) -> Position:
    """Return the point so far from Bondy on the ellipsoid."""
    longitude, latitude, _ = ELLIPSOID.fwd(BONDY.longitude, BONDY.latitude, bearing, length_m)
    return Position(latitude, longitude)


def test_the_ellipsoid_decides_what_lies_just_inside_the_radius(
    session: Session, at: datetime
) -> None:
    lengths_m = [5_000, 9_790, 9_930, 9_945, 9_999.99, 10_000.01, 10_055, 10_070, 10_190, 10_210]
    spots = [around(bearing, length) for length in lengths_m for bearing in (0, 45, 90, 200)]
    stored(session, service_draft(*[place_draft(spot) for spot in spots]), at)
    criteria = SearchCriteria(origin=origin_at(BONDY), radius_m=10_000, limit=3)

    results = nearest(session, criteria, at=at, gazetteer=GAZETTEER)

    inside = sum(length < 10_000 for length in lengths_m) * 4
    assert (results.total, results.total_at_least) == (inside, inside)


@pytest.mark.parametrize("weeks_ahead", [0, 20])
def test_the_engine_decides_what_is_open_beyond_the_computed_window(
    session: Session, at: datetime, weeks_ahead: int
) -> None:
    morning = [place_draft(around(90, 10 * n), schedules=(weekdays(9, 12),)) for n in range(8)]
    evening = [place_draft(around(90, 10 * n), schedules=(weekdays(17, 19),)) for n in range(8)]
    stored(session, service_draft(*morning, *evening), at)
    asked = at + timedelta(weeks=weeks_ahead)
    criteria = SearchCriteria(origin=origin_at(BONDY), open_at=asked, limit=3)

    results = nearest(session, criteria, at=at, gazetteer=GAZETTEER)

    assert (results.total, results.total_at_least) == (8, 8)
