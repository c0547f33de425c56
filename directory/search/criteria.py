"""What is asked of a search, whoever asks."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from directory.geocoding import Origin

#: Results of one page, by default and at most.
DEFAULT_LIMIT, MOST_RESULTS = 20, 100

#: Results at most of each of the two groups besides the one on site: what serves a commune, and
#: what helps at a distance, can be thousands, and only the nearest of them help to choose. Fewer
#: when the first group fills its page: then they matter less.
MOST_BY_AREA, FEWER_BY_AREA = 10, 5

#: Radius in metres, by default, at least and at most.
DEFAULT_RADIUS_M, LEAST_RADIUS_M, MOST_RADIUS_M = 10_000, 100, 50_000

#: Filters that narrow a search; each can be taken away alone.
FILTERS = (
    "open_at",
    "audiences",
    "age",
    "unconditional",
    "free",
    "without_appointment",
    "languages",
    "accessible",
    "animals",
    "has_room",
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the last page ended: distance in whole millimetres, then id."""

    distance_mm: int
    id: int


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """Where from, what for, and under which conditions. Absent filters do not narrow."""

    origin: Origin
    category_codes: tuple[str, ...] = ()
    radius_m: int = DEFAULT_RADIUS_M
    open_at: datetime | None = None
    audiences: frozenset[str] = frozenset()
    age: int | None = None
    unconditional: bool = False
    free: bool = False
    without_appointment: bool = False
    languages: frozenset[str] = frozenset()
    accessible: bool = False
    animals: bool = False
    has_room: bool = False
    #: Listings for professionals too; never set by the public API.
    include_professionals: bool = False
    limit: int = DEFAULT_LIMIT
    cursor: Cursor | None = None
    #: Count all results, however many.
    counts_exactly: bool = False

    def filters(self) -> tuple[str, ...]:
        """Return the names of the filters in force, in the order of `FILTERS`."""
        return tuple(name for name in FILTERS if _is_in_force(getattr(self, name)))

    def without(self, name: str) -> Self:
        """Return the same question without one filter."""
        return replace(self, **{name: _NEUTRAL[name]})

    def within(self, radius_m: int) -> Self:
        """Return the same question over another radius."""
        return replace(self, radius_m=radius_m)


def _is_in_force(value: object) -> bool:
    """Tell an answer from its absence; the age 0 is an answer."""
    return value is not None and value is not False and value != frozenset()


_NEUTRAL: dict[str, Any] = {
    "open_at": None,
    "age": None,
    "audiences": frozenset(),
    "languages": frozenset(),
} | dict.fromkeys(
    ("unconditional", "free", "without_appointment", "accessible", "animals", "has_room"), False
)
