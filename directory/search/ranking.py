"""The order of results: exact metres on the ellipsoid, ties by id. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyproj import Geod

from directory.geo import SPHERE_ERROR, SPHERE_RADIUS_M, Position, distances_m

_SPHERE = Geod(a=SPHERE_RADIUS_M, b=SPHERE_RADIUS_M)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that a database engine offers, in its own order of distance on the sphere."""

    id: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its exact distance, in whole millimetres."""

    candidate: Candidate
    distance_mm: int

    @property
    def distance_m(self) -> float:
        """Metres, to the millimetre."""
        return self.distance_mm / 1000

    @property
    def key(self) -> tuple[int, int]:
        """What results are ordered by, and where a page ends: (millimetres, id)."""
        return (self.distance_mm, self.candidate.id)


def rank(origin: Position, candidates: Sequence[Candidate]) -> list[Ranked]:
    """Order candidates by exact distance from `origin`, rounded to the millimetre, then by id."""
    if not candidates:
        return []
    lengths_m = distances_m(
        origin, [c.latitude for c in candidates], [c.longitude for c in candidates]
    )
    ranked = [
        Ranked(candidate, round(length_m * 1000))
        for candidate, length_m in zip(candidates, lengths_m, strict=True)
    ]
    return sorted(ranked, key=lambda row: row.key)


def is_settled(origin: Position, candidates: Sequence[Candidate], last_needed: Ranked) -> bool:
    """Say whether no unseen row can come before `last_needed`.

    `candidates` are in the engine's order, nearest first on the sphere. An unseen row is at least
    as far on the sphere as the last one seen, and the ellipsoid differs from the sphere by less
    than 0.6 %: beyond that margin nothing unseen can be nearer.
    """
    return sphere_m(origin, candidates[-1]) > last_needed.distance_m * (1 + SPHERE_ERROR) + 0.001


def sphere_m(origin: Position, candidate: Candidate) -> float:
    """Return metres on the sphere by which both engines order."""
    return float(
        _SPHERE.inv(origin.longitude, origin.latitude, candidate.longitude, candidate.latitude)[2]
    )
