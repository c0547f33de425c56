"""The values that the statements of a search bind, computed once from its criteria."""

from collections.abc import Collection
from datetime import datetime
from math import cos
from typing import Any

from directory.geo import (
    FLAT_ERROR,
    SPHERE_ERROR,
    SPHERE_RADIUS_M,
    metres_per_degree,
    unit_vector,
)
from directory.listings.vocabulary import audience_mask, descendants
from directory.opening_hours.spans import minute_of
from directory.search.criteria import SearchCriteria

Values = dict[str, Any]


def of_question(criteria: SearchCriteria, at: datetime) -> Values:
    """Return what every statement may bind; what its shape does not name is left out."""
    position = criteria.origin.position
    values: Values = {"longitude": position.longitude, "latitude": position.latitude}
    if criteria.category_codes:
        ids = {kind for code in criteria.category_codes for kind in descendants(code)}
        values["category_ids"] = sorted(ids)
    if criteria.open_at is not None:
        values["minute"] = minute_of(criteria.open_at)
    if criteria.audiences:
        values["audience_mask"] = audience_mask(criteria.audiences)
    if criteria.age is not None:
        values["age"] = criteria.age
    if criteria.languages:
        values["languages"] = sorted(criteria.languages)
    if criteria.has_room:
        values["now"] = criteria.open_at or at
    return values


def within(criteria: SearchCriteria) -> Values:
    """Return how far `neighbours` reaches, and from where on after a cursor."""
    values = {"reach_m": criteria.radius_m * (1 + SPHERE_ERROR)}
    if criteria.cursor:
        values["from_m"] = max(0.0, criteria.cursor.distance_mm / 1000 * (1 - SPHERE_ERROR) - 1)
    return values


def around(criteria: SearchCriteria) -> Values:
    """Return what tells `counted` the surely inside from the doubtful, on the sphere and flat."""
    position, radius_m = criteria.origin.position, criteria.radius_m
    northward_m, eastward_m = metres_per_degree(position.latitude)
    flat_reach_m = radius_m * (1 + FLAT_ERROR)
    high, wide = flat_reach_m / northward_m, flat_reach_m / eastward_m
    return {
        "reach_m": radius_m * (1 + SPHERE_ERROR),
        "inner_m": radius_m * (1 - SPHERE_ERROR),
        "metres_northward": northward_m,
        "metres_eastward": eastward_m,
        "flat_reach_m2": flat_reach_m**2,
        "flat_inner_m2": (radius_m * (1 - FLAT_ERROR)) ** 2,
        "south": position.latitude - high,
        "north": position.latitude + high,
        "west": position.longitude - wide,
        "east": position.longitude + wide,
    }


def beyond(criteria: SearchCriteria, areas: Collection[str]) -> Values:
    """Return the areas of `covering`, and where beyond the radius begins, as a cosine."""
    x, y, z = unit_vector(criteria.origin.position)
    return {
        "areas": sorted(areas),
        "origin_x": x,
        "origin_y": y,
        "origin_z": z,
        "inner_cosine": cos(criteria.radius_m * (1 - SPHERE_ERROR) / SPHERE_RADIUS_M),
    }
