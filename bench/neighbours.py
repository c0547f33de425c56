"""Are they the nearest? Every answer is compared with a brute force over all rows.

The brute force measures with `pyproj.Geod` on the ellipsoid and knows no index; it leaves out only
what a coarse distance, with twice the margin it needs, shows to be outside the radius.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod
from sqlalchemy import text

from bench.asking import Ask
from bench.base import Base
from directory.geo import SPHERE_RADIUS_M, Position
from directory.listings.entries import FEATURE_BITS
from directory.listings.vocabulary import descendants
from directory.opening_hours import OpeningHours, State, state_at
from directory.search.queries import EXACT_TOTAL

_ELLIPSOID = Geod(ellps="WGS84")

_ROWS = text(
    "SELECT service_at_location_id, latitude, longitude, category_id, features, card->>'opening'"
    " FROM search_entry WHERE latitude IS NOT NULL AND NOT is_for_professionals"
    " ORDER BY service_at_location_id"
)

#: Millimetres and id of a result.
Neighbour = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Everything:
    """All public places of a base, in arrays of the same order."""

    ids: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    categories: NDArray[np.int32]
    features: NDArray[np.int32]
    hours: list[str]

    @classmethod
    def of(cls, base: Base) -> "Everything":
        """Read every row once."""
        ids, latitudes, longitudes, categories, features, hours = zip(
            *base.session.execute(_ROWS).all(), strict=True
        )
        known: dict[str, str] = {}
        return cls(
            ids=np.array(ids, np.int64),
            latitudes=np.array(latitudes),
            longitudes=np.array(longitudes),
            categories=np.array(categories, np.int32),
            features=np.array(features, np.int32),
            hours=[known.setdefault(opening, opening) for opening in hours],
        )

    def shared_addresses(self, least: int = 15) -> list[Position]:
        """Return the points where at least so many services are."""
        spots = np.stack([self.latitudes, self.longitudes], axis=1)
        points, counts = np.unique(spots, axis=0, return_counts=True)
        return [Position(float(lat), float(lon)) for lat, lon in points[counts >= least]]

    def within(self, ask: Ask) -> list[Neighbour]:
        """Return every place that meets the question, nearest first, ties by id."""
        rows = np.flatnonzero(self._may_meet(ask))
        asked = ask.question
        count = len(rows)
        lengths = _ELLIPSOID.inv(
            np.full(count, asked.longitude),
            np.full(count, asked.latitude),
            self.longitudes[rows],
            self.latitudes[rows],
        )[2]
        found = sorted(
            (round(float(length) * 1000), int(self.ids[row]), int(row))
            for length, row in zip(lengths, rows, strict=True)
        )
        reach_mm = (asked.radius_m or 0) * 1000
        return [
            (distance_mm, place)
            for distance_mm, place, row in found
            if distance_mm <= reach_mm and self._is_open(row, ask)
        ]

    def _may_meet(self, ask: Ask) -> NDArray[np.bool_]:
        asked = ask.question
        meets = self._coarse_m(asked.latitude, asked.longitude) <= (asked.radius_m or 0) * 1.012 + 1
        if asked.category:
            kinds = {kind for code in asked.category for kind in descendants(code)}
            meets &= np.isin(self.categories, list(kinds))
        for name in ("free", "unconditional"):
            if getattr(asked, name):
                meets &= (self.features & FEATURE_BITS[name]) != 0
        return meets

    def _coarse_m(self, latitude: Any, longitude: Any) -> NDArray[np.float64]:
        """Return metres on the sphere, by the haversine formula."""
        there = np.radians(self.latitudes), np.radians(self.longitudes)
        here = np.radians(latitude), np.radians(longitude)
        halves = (
            np.sin((there[0] - here[0]) / 2) ** 2
            + np.cos(here[0]) * np.cos(there[0]) * np.sin((there[1] - here[1]) / 2) ** 2
        )
        return np.asarray(2 * SPHERE_RADIUS_M * np.arcsin(np.sqrt(halves)))

    def _is_open(self, row: int, ask: Ask) -> bool:
        open_at = ask.criteria().open_at
        if open_at is None:
            return True
        return state_at(OpeningHours.from_json_text(self.hours[row]), open_at).state is State.OPEN


@dataclass
class Verdict:
    """How many searches were compared, and those that differed."""

    compared: int = 0
    ties: int = 0
    many_kinds: int = 0
    wrong: list[str] = field(default_factory=list)


def compare(base: Base, everything: Everything, asks: Sequence[Ask]) -> Verdict:
    """Compare ids, order, millimetres and totals of every search with the brute force."""
    verdict = Verdict()
    for ask in asks:
        results = base.nearest(ask)
        found = [(round((hit.distance_m or 0) * 1000), hit.id) for hit in results.on_site]
        whole = everything.within(ask)
        expected = whole[: ask.question.limit]
        total = len(whole) if len(whole) <= EXACT_TOTAL else None
        verdict.compared += 1
        verdict.ties += len({mm for mm, _ in expected}) < len(expected)
        verdict.many_kinds += len(ask.question.category) == 10
        if found != expected or (results.total, results.total_at_least) != (
            total,
            min(len(whole), EXACT_TOTAL),
        ):
            verdict.wrong.append(ask.path())
    return verdict
