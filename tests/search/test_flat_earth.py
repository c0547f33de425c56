"""Two short cuts of the search are exact where it matters: held against the ellipsoid."""

from math import acos, hypot

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.geo import (
    FLAT_ERROR,
    SPHERE_ERROR,
    SPHERE_RADIUS_M,
    Position,
    distance_m,
    metres_per_degree,
    unit_vector,
)
from directory.search.criteria import MOST_RADIUS_M

#: From the south of Réunion to the north of France, and Saint-Pierre-et-Miquelon between.
in_france = st.builds(Position, st.floats(-22, 52), st.floats(-63, 56))
degrees_around = st.floats(-0.7, 0.7)


def flat_m(origin: Position, target: Position) -> float:
    northward_m, eastward_m = metres_per_degree(origin.latitude)
    return hypot(
        (target.latitude - origin.latitude) * northward_m,
        (target.longitude - origin.longitude) * eastward_m,
    )


@settings(deadline=None)
@given(in_france, degrees_around, degrees_around)
def test_up_to_the_largest_radius_the_earth_is_nearly_flat(
    origin: Position, northward: float, eastward: float
) -> None:
    target = Position(origin.latitude + northward, origin.longitude + eastward)
    exact_m = distance_m(origin, target)
    if exact_m <= MOST_RADIUS_M * (1 + FLAT_ERROR):
        assert abs(flat_m(origin, target) - exact_m) <= FLAT_ERROR * exact_m + 0.001


@settings(deadline=None)
@given(in_france, in_france)
def test_the_cosine_of_two_unit_vectors_is_that_of_the_arc_between(
    origin: Position, target: Position
) -> None:
    cosine = sum(a * b for a, b in zip(unit_vector(origin), unit_vector(target), strict=True))
    arc_m = acos(max(-1.0, min(1.0, cosine))) * SPHERE_RADIUS_M
    # Near zero a cosine tells little: half a metre there.
    assert (
        abs(arc_m - distance_m(origin, target)) <= SPHERE_ERROR * distance_m(origin, target) + 0.5
    )
