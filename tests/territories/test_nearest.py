"""The nearest commune is the one a brute force over all of them finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.geo import Position, distance_m
from directory.territories import Gazetteer, Kind
from tests.territories.places import BONDY, CELLES, GAZETTEER, PARIS_18


def test_a_point_in_the_18th_is_in_the_18th_and_not_in_paris_at_large() -> None:
    found = GAZETTEER.nearest(Position(48.884, 2.349))
    assert found is not None
    commune, metres = found
    assert commune.insee_code == PARIS_18.insee_code
    assert metres == pytest.approx(892, abs=5)


def test_an_approximate_place_does_not_take_part(france: Gazetteer) -> None:
    rough = next(c for c in france.communes if c.is_approximate and c.position)
    assert rough.position is not None
    found = france.nearest(rough.position)
    assert found is not None
    assert not found[0].is_approximate


def test_nothing_is_near_when_no_commune_has_a_place() -> None:
    assert Gazetteer([CELLES]).nearest(Position(48.9, 2.4)) is None
    alone = Gazetteer([CELLES, BONDY]).nearest(Position(-21.0, 55.5))
    assert alone is not None
    assert alone[0] == BONDY


@settings(max_examples=25, deadline=None)
@given(
    latitude=st.floats(41.0, 51.5, allow_nan=False), longitude=st.floats(-5.0, 9.5, allow_nan=False)
)
def test_brute_force_agrees(latitude: float, longitude: float) -> None:
    origin = Position(latitude, longitude)
    candidates = [
        (distance_m(origin, commune.position), commune.insee_code)
        for commune in GAZETTEER.communes
        if commune.position and (commune.kind is Kind.ARRONDISSEMENT or commune.name != "Paris")
    ]
    found = GAZETTEER.nearest(origin)
    assert found is not None
    assert found[1] == pytest.approx(min(candidates)[0])
    assert found[0].insee_code == min(candidates)[1]
