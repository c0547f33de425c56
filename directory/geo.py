"""Positions and exact distances. Always (latitude, longitude) in our own names, WGS 84 degrees."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pyproj import Geod

from directory.errors import InvalidInput
from directory.i18n import gettext

_ELLIPSOID = Geod(ellps="WGS84")

#: Mean radius of the sphere on which both database engines order neighbours, in metres.
SPHERE_RADIUS_M = 6_371_008.8

#: The largest relative difference between a distance on the sphere and on the ellipsoid.
SPHERE_ERROR = 0.006


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the ground, in degrees of WGS 84."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        for field, value, bound in (
            ("latitude", self.latitude, 90.0),
            ("longitude", self.longitude, 180.0),
        ):
            if not math.isfinite(value) or abs(value) > bound:
                raise InvalidInput(
                    gettext("La valeur « %(value)s » n'est pas une coordonnée.", value=value),
                    field=field,
                    remedy=gettext(
                        "Donnez des degrés décimaux, entre -%(bound)g et %(bound)g.", bound=bound
                    ),
                )


#: The same of a distance on the flat earth around a point of France, up to 50 km.
FLAT_ERROR = 0.02

_METRES_PER_DEGREE = math.radians(1) * SPHERE_RADIUS_M


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """Return how long a degree is northward and eastward, on an earth flat around this latitude."""
    return _METRES_PER_DEGREE, _METRES_PER_DEGREE * math.cos(math.radians(latitude))


def unit_vector(position: Position) -> tuple[float, float, float]:
    """Return a position as a point (x, y, z) of the sphere of radius 1.

    The product of two of them is the cosine of the arc between.
    """
    latitude, longitude = math.radians(position.latitude), math.radians(position.longitude)
    around = math.cos(latitude)
    return around * math.cos(longitude), around * math.sin(longitude), math.sin(latitude)


def distance_m(origin: Position, target: Position) -> float:
    """Return the length in metres of the shortest line on the WGS 84 ellipsoid."""
    return float(
        _ELLIPSOID.inv(origin.longitude, origin.latitude, target.longitude, target.latitude)[2]
    )


def distances_m(
    origin: Position, latitudes: Sequence[float], longitudes: Sequence[float]
) -> list[float]:
    """Return `distance_m` from `origin` to each point, in the order given (one call for all)."""
    count = len(latitudes)
    lengths = _ELLIPSOID.inv(
        [origin.longitude] * count, [origin.latitude] * count, list(longitudes), list(latitudes)
    )[2]
    return [float(length) for length in lengths]
