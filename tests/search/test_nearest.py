"""The one search: right neighbours, right order, right metres, on a real database."""

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyproj import Geod
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.search.criteria import DEFAULT_LIMIT, FEWER_BY_AREA, MOST_BY_AREA, SearchCriteria
from directory.search.queries import Match, SearchResults, nearest
from directory.territories import Gazetteer
from tests.factories import (
    origin_at,
    place_draft,
    service_draft,
    small_gazetteer,
    stored,
    weekdays,
)
from tests.places import BONDY, BY_INSEE, PARIS_18

pytestmark = pytest.mark.engine

GAZETTEER = small_gazetteer()
ELLIPSOID = Geod(ellps="WGS84")


def found(session: Session, at: datetime, position: Position = BONDY, **asked: Any) -> Any:
    insee_code = asked.pop("insee_code", None)
    criteria = SearchCriteria(origin=origin_at(position, insee_code), **asked)
    return nearest(session, criteria, at=at, gazetteer=GAZETTEER)


def ids(results: SearchResults) -> list[int]:
    return [hit.id for hit in results.on_site]


def shifted(position: Position, north_m: float, east_m: float) -> Position:
    return Position(
        position.latitude + north_m / 111_195,
        position.longitude + east_m / (111_195 * math.cos(math.radians(position.latitude))),
    )


def test_an_office_that_receives_nobody_is_never_among_the_places_to_go_to(
    session: Session, at: datetime
) -> None:
    by_phone = {"modes": ["remote"]}
    line = service_draft(place_draft(BONDY), areas=["departement:93"], conditions=by_phone)
    (line_id,) = stored(session, line, at)
    # Nothing says whom it serves: its address is the only way to find it.
    (office_id,) = stored(session, service_draft(place_draft(BONDY), conditions=by_phone), at)

    results = found(session, at, insee_code="93010")

    assert ids(results) == [office_id]
    assert results.by_area == []
    assert [(hit.id, hit.match) for hit in results.remote] == [(line_id, Match.REMOTE)]


def test_the_nearest_comes_first_in_exact_metres(session: Session, at: datetime) -> None:
    far, near = (shifted(BONDY, 0, 4_000), shifted(BONDY, 900, 0))
    (far_id,) = stored(session, service_draft(place_draft(far)), at)
    (near_id,) = stored(session, service_draft(place_draft(near)), at)

    results = found(session, at)

    assert ids(results) == [near_id, far_id]
    exact = ELLIPSOID.inv(BONDY.longitude, BONDY.latitude, near.longitude, near.latitude)[2]
    assert results.on_site[0].distance_m == pytest.approx(exact, abs=0.001)
    assert (results.total, results.total_at_least, results.next_cursor) == (2, 2, None)


@pytest.mark.parametrize("insee_code", BY_INSEE)
def test_neighbours_are_those_of_a_brute_force_on_the_ellipsoid(
    session: Session, at: datetime, insee_code: str
) -> None:
    chance = random.Random(insee_code)
    centre = BY_INSEE[insee_code]
    spots = [shifted(centre, chance.gauss(0, 5_000), chance.gauss(0, 5_000)) for _ in range(60)] + [
        shifted(centre, 3_000, 1_000)
    ] * 30
    drafts = [place_draft(spot, insee_code=insee_code) for spot in spots]
    places = dict(zip(stored(session, service_draft(*drafts), at), spots, strict=True))
    true_order = sorted(
        (
            round(
                ELLIPSOID.inv(centre.longitude, centre.latitude, spot.longitude, spot.latitude)[2]
                * 1000
            ),
            place_id,
        )
        for place_id, spot in places.items()
    )
    expected = [(mm, place_id) for mm, place_id in true_order if mm <= 8_000_000]

    seen: list[tuple[int, int]] = []
    results = found(session, at, centre, radius_m=8_000, limit=7)
    while True:
        seen += [(round(hit.distance_m * 1000), hit.id) for hit in results.on_site]
        if results.next_cursor is None:
            break
        results = found(session, at, centre, radius_m=8_000, limit=7, cursor=results.next_cursor)

    assert seen == expected


def test_services_at_one_address_are_all_found_and_ordered_by_id(
    session: Session, at: datetime
) -> None:
    spot = shifted(BONDY, 200, 0)
    expected = [stored(session, service_draft(place_draft(spot)), at)[0] for _ in range(40)]

    first = found(session, at, limit=15)
    second = found(session, at, limit=15, cursor=first.next_cursor)
    third = found(session, at, limit=15, cursor=second.next_cursor)

    assert ids(first) + ids(second) + ids(third) == sorted(expected)
    assert third.next_cursor is None


def test_a_kind_of_help_includes_the_kinds_below_it(session: Session, at: datetime) -> None:
    (meal,) = stored(session, service_draft(place_draft(BONDY), category="repas"), at)
    (shower,) = stored(session, service_draft(place_draft(BONDY), category="douche"), at)

    assert ids(found(session, at, category_codes=("aide-alimentaire",))) == [meal]
    assert ids(found(session, at, category_codes=("hygiene", "repas"))) == sorted([meal, shower])
    assert ids(found(session, at, category_codes=("domiciliation",))) == []


def test_open_at_finds_what_the_label_calls_open(session: Session, at: datetime) -> None:
    (morning,) = stored(
        session, service_draft(place_draft(BONDY, schedules=(weekdays(9, 12),))), at
    )
    stored(session, service_draft(place_draft(BONDY, schedules=(weekdays(14, 18),))), at)
    stored(session, service_draft(place_draft(BONDY)), at)

    now = found(session, at, open_at=at)
    far_ahead = found(session, at, open_at=at + timedelta(days=7 * 20))

    assert ids(now) == [morning]
    assert [hit.opening.state for hit in now.on_site] == ["open"]
    assert now.on_site[0].opening_text == "Ouvert jusqu'à 12:00"
    assert ids(far_ahead) == [morning], "beyond the computed window the engine decides"


@pytest.mark.parametrize(
    ("conditions", "asked", "is_found"),
    [
        ({}, {"audiences": frozenset({"femmes"})}, True),
        ({"audiences": ["femmes"]}, {"audiences": frozenset({"femmes"})}, True),
        ({"audiences": ["hommes"]}, {"audiences": frozenset({"femmes"})}, False),
        ({"minimum_age": 12, "maximum_age": 25}, {"age": 12}, True),
        ({"minimum_age": 12, "maximum_age": 25}, {"age": 26}, False),
        ({}, {"age": 40}, True),
        ({"welcome": "unconditional"}, {"unconditional": True}, True),
        ({}, {"unconditional": True}, False),
        ({"cost": {"kind": "free"}}, {"free": True}, True),
        ({"cost": {"kind": "participation"}}, {"free": True}, False),
        ({"access": ["walk-in"]}, {"without_appointment": True}, True),
        ({"access": ["appointment"]}, {"without_appointment": True}, False),
        ({"languages": ["ar", "fr"]}, {"languages": frozenset({"ar"})}, True),
        ({"languages": ["fr"]}, {"languages": frozenset({"ar"})}, False),
        ({"animals": True}, {"animals": True}, True),
        ({"animals": False}, {"animals": True}, False),
    ],
)
def test_a_filter_keeps_only_what_meets_it(
    session: Session,
    at: datetime,
    conditions: dict[str, Any],
    asked: dict[str, Any],
    is_found: bool,
) -> None:
    (place,) = stored(session, service_draft(place_draft(BONDY), conditions=conditions), at)

    assert ids(found(session, at, **asked)) == ([place] if is_found else [])


def test_a_service_of_a_merged_commune_still_serves_its_people(
    session: Session, at: datetime
) -> None:
    far = shifted(BONDY, 0, 30_000)
    (merged,) = stored(session, service_draft(place_draft(far), areas=["commune:93999"]), at)
    bondy = GAZETTEER.by_insee("93010")
    assert bondy is not None
    since = Gazetteer([replace(bondy, former_codes=("93999",))])
    criteria = SearchCriteria(origin=origin_at(BONDY, "93010"))

    before = nearest(session, criteria, at=at, gazetteer=GAZETTEER)
    after = nearest(session, criteria, at=at, gazetteer=since)

    assert before.by_area == []
    assert [(hit.id, hit.covers_commune) for hit in after.by_area] == [(merged, True)]


def test_where_a_vehicle_sleeps_nobody_walks_in(session: Session, at: datetime) -> None:
    (garage,) = stored(
        session,
        service_draft(place_draft(BONDY, is_home_base=True), conditions={"access": ["walk-in"]}),
        at,
    )

    assert ids(found(session, at)) == [garage]
    assert ids(found(session, at, without_appointment=True)) == []


def test_a_service_that_covers_the_commune_is_found_though_farther(
    session: Session, at: datetime
) -> None:
    far = shifted(BONDY, 0, 30_000)
    (covering,) = stored(session, service_draft(place_draft(far), areas=["departement:93"]), at)
    (elsewhere,) = stored(session, service_draft(place_draft(far), areas=["departement:77"]), at)
    (near,) = stored(session, service_draft(place_draft(BONDY), areas=["commune:93010"]), at)
    (everywhere,) = stored(session, service_draft(place_draft(None), areas=["france:FR"]), at)
    (remote,) = stored(
        session,
        service_draft(place_draft(None), areas=["france:FR"], conditions={"modes": ["remote"]}),
        at,
    )

    results = found(session, at, insee_code="93010")

    assert ids(results) == [near]
    assert [(hit.id, hit.match) for hit in results.by_area] == [
        (covering, Match.SERVICE_AREA),
        (everywhere, Match.SERVICE_AREA),
    ]
    assert [(hit.id, hit.match) for hit in results.remote] == [(remote, Match.REMOTE)]
    assert elsewhere not in [hit.id for hit in results.by_area]
    assert results.on_site[0].covers_commune is True


def test_a_farther_service_that_covers_the_commune_is_not_hidden_by_those_just_inside(
    session: Session, at: datetime
) -> None:
    inside, outside = shifted(BONDY, 0, 9_955), shifted(BONDY, 0, 12_000)
    for _ in range(8):
        stored(session, service_draft(place_draft(inside), areas=["commune:93010"]), at)
    (far,) = stored(session, service_draft(place_draft(outside), areas=["commune:93010"]), at)

    results = found(session, at, insee_code="93010", limit=2)

    assert [hit.id for hit in results.by_area] == [far]


def test_listings_for_professionals_are_found_only_when_asked(
    session: Session, at: datetime
) -> None:
    (place,) = stored(session, service_draft(place_draft(BONDY), visibility="professionals"), at)

    assert ids(found(session, at)) == []
    assert ids(found(session, at, include_professionals=True)) == [place]


def test_a_total_beyond_two_hundred_is_told_as_at_least(session: Session, at: datetime) -> None:
    draft = service_draft(*[place_draft(shifted(PARIS_18, 10 * n, 0)) for n in range(203)])
    stored(session, draft, at)

    results = found(session, at, PARIS_18)
    exact = found(session, at, PARIS_18, counts_exactly=True)

    assert (results.total, results.total_at_least) == (None, 200)
    assert (exact.total, exact.total_at_least) == (203, 203)


def test_of_all_that_serves_a_commune_only_the_nearest_are_told(
    session: Session, at: datetime
) -> None:
    far = [place_draft(shifted(BONDY, 0, 60_000 - 1_000 * n)) for n in range(MOST_BY_AREA + 5)]
    places = stored(session, service_draft(*far, areas=["departement:93"]), at)

    by_area = found(session, at, insee_code="93010").by_area

    assert [hit.id for hit in by_area] == places[::-1][:MOST_BY_AREA]


def test_what_serves_a_commune_is_told_more_briefly_when_there_is_plenty_nearby(
    session: Session, at: datetime
) -> None:
    near = [place_draft(shifted(BONDY, 0, 10 * n)) for n in range(DEFAULT_LIMIT)]
    far = [place_draft(shifted(BONDY, 0, 60_000 - 1_000 * n)) for n in range(MOST_BY_AREA)]
    stored(session, service_draft(*near, key="near"), at)
    places = stored(session, service_draft(*far, key="far", areas=["departement:93"]), at)

    results = found(session, at, insee_code="93010")

    assert len(results.on_site) == DEFAULT_LIMIT
    assert [hit.id for hit in results.by_area] == places[::-1][:FEWER_BY_AREA]
    assert results.most_by_area == FEWER_BY_AREA
