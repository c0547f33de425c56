"""Are they the nearest? Every answer is compared with a brute force over all rows.

The brute force measures with `pyproj.Geod` on the ellipsoid and knows no index; it leaves out only
what a coarse distance, with twice the margin it needs, shows to be outside the radius.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
    " FROM search_entry JOIN search_card USING (service_at_location_id)"
    " WHERE latitude IS NOT NULL AND NOT is_for_professionals"
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
    #: Each place's rank in `hours`, which holds every different text once.
    weeks: NDArray[np.int32]
    hours: list[str]

    @classmethod
    def of(cls, base: Base) -> "Everything":
        """Read every row once."""
        ids, latitudes, longitudes, categories, features, hours = zip(
            *base.session.execute(_ROWS).all(), strict=True
        )
        known = {opening: rank for rank, opening in enumerate(dict.fromkeys(hours))}
        return cls(
            ids=np.array(ids, np.int64),
            latitudes=np.array(latitudes),
            longitudes=np.array(longitudes),
            categories=np.array(categories, np.int32),
            features=np.array(features, np.int32),
            weeks=np.array([known[opening] for opening in hours], np.int32),
            hours=list(known),
        )

    def shared_addresses(self, least: int = 15) -> list[Position]:
        """Return the points where at least so many services are."""
        spots = np.stack([self.latitudes, self.longitudes], axis=1)
        points, counts = np.unique(spots, axis=0, return_counts=True)
        return [Position(float(lat), float(lon)) for lat, lon in points[counts >= least]]

    def nearest(self, ask: Ask) -> tuple[list[Neighbour], int]:
        """Return the first page, nearest first and ties by id, and how many there are in all."""
        asked = ask.question
        rows = np.flatnonzero(self._may_meet(ask))
        lengths = _ELLIPSOID.inv(
            np.full(len(rows), asked.longitude),
            np.full(len(rows), asked.latitude),
            self.longitudes[rows],
            self.latitudes[rows],
        )[2]
        millimetres = np.round(np.asarray(lengths) * 1000).astype(np.int64)
        is_inside = millimetres <= (asked.radius_m or 0) * 1000
        millimetres, ids = millimetres[is_inside], self.ids[rows][is_inside]
        page = np.lexsort((ids, millimetres))[: asked.limit]
        found = zip(millimetres[page].tolist(), ids[page].tolist(), strict=True)
        return list(found), len(ids)

    def _may_meet(self, ask: Ask) -> NDArray[np.bool_]:
        asked = ask.question
        meets = self._coarse_m(asked.latitude, asked.longitude) <= (asked.radius_m or 0) * 1.012 + 1
        if asked.category:
            kinds = {kind for code in asked.category for kind in descendants(code)}
            meets &= np.isin(self.categories, list(kinds))
        for name in ("free", "unconditional"):
            if getattr(asked, name):
                meets &= (self.features & FEATURE_BITS[name]) != 0
        open_at = ask.criteria().open_at
        return meets & self._are_open(meets, open_at) if open_at else meets

    def _coarse_m(self, latitude: Any, longitude: Any) -> NDArray[np.float64]:
        """Return metres on the sphere, by the haversine formula."""
        there = np.radians(self.latitudes), np.radians(self.longitudes)
        here = np.radians(latitude), np.radians(longitude)
        halves = (
            np.sin((there[0] - here[0]) / 2) ** 2
            + np.cos(here[0]) * np.cos(there[0]) * np.sin((there[1] - here[1]) / 2) ** 2
        )
        return np.asarray(2 * SPHERE_RADIUS_M * np.arcsin(np.sqrt(halves)))

    def _are_open(self, rows: NDArray[np.bool_], at: datetime) -> NDArray[np.bool_]:
        """Say of every place whether the engine finds it open, asked only for these rows."""
        is_open = np.zeros(len(self.hours), np.bool_)
        for week in np.unique(self.weeks[rows]):
            hours = OpeningHours.from_json_text(self.hours[week])
            is_open[week] = state_at(hours, at).state is State.OPEN
        return is_open[self.weeks]


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
        expected, count = everything.nearest(ask)
        total = count if count <= EXACT_TOTAL else None
        verdict.compared += 1
        verdict.ties += len({mm for mm, _ in expected}) < len(expected)
        verdict.many_kinds += len(ask.question.category) == 10
        told = (results.total, results.total_at_least)
        if found != expected or told != (total, min(count, EXACT_TOTAL)):
            verdict.wrong.append(ask.path())
    return verdict
