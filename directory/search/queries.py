"""`nearest`: the one search behind the caseworker's page, the public page and the API.

Three groups: on site by exact metres, then services whose area covers the person's commune
though their counter is farther, then remote ones. Ties at one address are ordered by id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from directory.geo import distances_m
from directory.geocoding import Origin
from directory.listings.entries import REMOTE
from directory.opening_hours import OpeningHours, OpeningState, State, sentence_of, state_at
from directory.search import statements, values
from directory.search.criteria import FEWER_BY_AREA, MOST_BY_AREA, Cursor, SearchCriteria
from directory.search.ranking import Candidate, Ranked, is_settled, rank
from directory.search.statements import Shape
from directory.search.values import Values
from directory.territories import Gazetteer

#: Totals are exact up to here, unless the question counts exactly.
EXACT_TOTAL = 200

#: Rows asked beyond the page, so that ties and the sphere's error rarely need a second look.
_SPARE = 4

#: The same for what serves an area, where those just inside the radius come first.
_SPARE_BY_AREA = 10


class Match(StrEnum):
    """Why a service is among the results."""

    RADIUS = "radius"
    SERVICE_AREA = "service_area"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: its card as stored, its exact distance, its state at the asked time."""

    id: int
    match: Match
    #: Metres on the ellipsoid; None when the place has no known position.
    distance_m: float | None
    card: dict[str, Any]
    hours: OpeningHours
    opening: OpeningState
    #: The time the opening is told for, and the time of the search.
    at: datetime
    now: datetime
    #: Whether the person's commune is in its area; None when it names no area.
    covers_commune: bool | None

    @property
    def opening_text(self) -> str:
        """The opening as a sentence_of, in the language in force, with its day if it is not now."""
        return sentence_of(self.opening, self.at, self.hours.time_zone, now=self.now)


@dataclass(frozen=True, slots=True)
class Found:
    """A place among the results, before its card is read."""

    id: int
    match: Match
    #: Metres on the ellipsoid; None when the place has no known position.
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The page asked for. `total` is None beyond `EXACT_TOTAL`; then `total_at_least` holds."""

    origin: Origin
    radius_m: int
    on_site: list[Hit]
    by_area: list[Hit]
    remote: list[Hit]
    #: How many of these two groups are told at most.
    most_by_area: int
    total: int | None
    total_at_least: int
    next_cursor: Cursor | None
    #: Ways out, when nothing is near (`widening.search`).
    widen: "Widen | None" = None


@dataclass(frozen=True, slots=True)
class Widen:
    """Ways out of an empty result; counts stop at 200."""

    #: The nearest beyond the radius, at most three, at most 200 km away.
    nearest: list[Hit]
    #: For each wider radius in metres, how many would be found.
    within: dict[int, int]
    #: For each filter in force, how many would be found without it.
    without: dict[str, int]


def nearest(
    session: Session, criteria: SearchCriteria, *, at: datetime, gazetteer: Gazetteer
) -> SearchResults:
    """Return the services nearest to the origin that meet the criteria, by exact metres.

    Order: (distance in whole millimetres, id). Areas and remote services come with the first
    page only. `at` is now; openings are told for `criteria.open_at`, else for now.
    """
    asked = _Question.of(criteria, at, gazetteer)
    connection = session.connection()
    ranked = asked.nearest_rows(connection, criteria.limit + 1)
    page = ranked[: criteria.limit]
    is_whole = len(ranked) <= criteria.limit and criteria.cursor is None
    total, at_least = (
        (len(page), len(page)) if is_whole else asked.count(connection, criteria.counts_exactly)
    )
    most = min(criteria.limit, FEWER_BY_AREA if len(page) == criteria.limit else MOST_BY_AREA)
    by_area, remote = asked.by_area(connection, most) if criteria.cursor is None else ([], [])
    hits = asked.hits(connection, [*_on_site(page), *by_area, *remote])
    return SearchResults(
        origin=criteria.origin,
        radius_m=criteria.radius_m,
        on_site=[hit for hit in hits if hit.match is Match.RADIUS],
        by_area=[hit for hit in hits if hit.match is Match.SERVICE_AREA],
        remote=[hit for hit in hits if hit.match is Match.REMOTE],
        most_by_area=most,
        total=total,
        total_at_least=at_least,
        next_cursor=Cursor(*page[-1].key) if len(ranked) > criteria.limit else None,
    )


def nearest_on_site(
    session: Session, criteria: SearchCriteria, *, at: datetime, gazetteer: Gazetteer
) -> list[Hit]:
    """Return the first group of `nearest` alone."""
    asked = _Question.of(criteria, at, gazetteer)
    connection = session.connection()
    return asked.hits(connection, _on_site(asked.nearest_rows(connection, criteria.limit)))


def count(session: Session, criteria: SearchCriteria, *, at: datetime, gazetteer: Gazetteer) -> int:
    """Return how many on-site services meet the criteria, counting no further than 200."""
    asked = _Question.of(criteria, at, gazetteer)
    return asked.count(session.connection(), counts_exactly=False)[1]


@dataclass(frozen=True, slots=True)
class _Question:
    """Criteria made ready for the statements."""

    criteria: SearchCriteria
    shape: Shape
    bound: Values
    at: datetime
    areas: frozenset[str]

    @classmethod
    def of(cls, criteria: SearchCriteria, at: datetime, gazetteer: Gazetteer) -> "_Question":
        areas = gazetteer.areas_of(criteria.origin.insee_code)
        shape = Shape(
            filters=criteria.filters(),
            has_categories=bool(criteria.category_codes),
            include_professionals=criteria.include_professionals,
        )
        return cls(criteria, shape, values.of_question(criteria, at), at, frozenset(areas))

    def nearest_rows(self, connection: Connection, needed: int) -> list[Ranked]:
        """Return the `needed` nearest rows after the cursor, or all there are in the radius."""
        cursor = self.criteria.cursor
        shape = replace(self.shape, has_cursor=cursor is not None)
        after = (cursor.distance_mm, cursor.id) if cursor else (-1, 0)
        asked = self.bound | values.within(self.criteria)
        rows = needed + _SPARE
        while True:
            found = connection.execute(statements.neighbours(shape), asked | {"rows": rows}).all()
            ranked = [row for row in self._rank(found) if row.key > after]
            if len(found) < rows:
                return ranked[:needed]
            if len(ranked) >= needed and is_settled(
                self.criteria.origin.position, _candidates(found[-1:]), ranked[needed - 1]
            ):
                return ranked[:needed]
            rows *= 2

    def count(self, connection: Connection, counts_exactly: bool) -> tuple[int | None, int]:
        """Return (total, at least): the total is None when there are more than can be said."""
        rows = None if counts_exactly else EXACT_TOTAL + 1
        asked = self.bound | values.around(self.criteria) | {"rows": rows}
        found = connection.execute(statements.counted(self.shape), asked).one()
        inside = found.certain + self._inside(found.doubtful or [])
        return (inside, inside) if counts_exactly or inside <= EXACT_TOTAL else (None, EXACT_TOTAL)

    def _inside(self, doubtful: list[list[Any]]) -> int:
        """Count the entries that exact metres find inside, and the engine open."""
        open_at = self.criteria.open_at
        spots = [
            (latitude, longitude)
            for latitude, longitude, hours in doubtful
            if hours is None or not open_at or _is_open(hours, open_at)
        ]
        lengths_m = distances_m(
            self.criteria.origin.position, [spot[0] for spot in spots], [spot[1] for spot in spots]
        )
        reach_mm = self.criteria.radius_m * 1000
        return sum(round(length_m * 1000) <= reach_mm for length_m in lengths_m)

    def by_area(self, connection: Connection, most: int) -> tuple[list[Found], list[Found]]:
        """Return the services that cover the commune: on site but farther, then remote.

        At most `most` of each, by exact metres; which are the nearest is decided on the sphere,
        0.6 % off at most.
        Rows just inside the radius, or shut after all, are dropped here: then more are asked for.
        """
        if not self.areas:
            return [], []
        asked = self.bound | values.beyond(self.criteria, self.areas)
        rows = most + _SPARE_BY_AREA
        while True:
            found = connection.execute(
                statements.covering(self.shape), asked | {"rows": rows}
            ).all()
            there = [row for row in found if row.reach != REMOTE]
            afar = [row for row in found if row.reach == REMOTE]
            on_site = self._covering(there, set())[:most]
            remote = self._covering(afar, {one.id for one in on_site})[:most]
            groups = ((there, on_site), (afar, remote))
            if all(len(told) < rows or len(kept) == most for told, kept in groups):
                return on_site, remote
            rows *= 2

    def _covering(self, found: Sequence[Any], seen: set[int]) -> list[Found]:
        placed = [row for row in found if row.longitude is not None and row.id not in seen]
        nowhere = [row for row in found if row.longitude is None and row.id not in seen]
        reach_mm = self.criteria.radius_m * 1000
        match = Match.REMOTE if found and found[0].reach == REMOTE else Match.SERVICE_AREA
        beyond = [
            Found(row.candidate.id, match, row.distance_m)
            for row in self._rank(placed, bounded=False)
            if row.distance_mm > reach_mm
        ]
        return beyond + [Found(row.id, match, None) for row in self._kept(nowhere)]

    def _rank(self, found: Iterable[Any], *, bounded: bool = True) -> list[Ranked]:
        ranked = rank(self.criteria.origin.position, _candidates(self._kept(found)))
        if not bounded:
            return ranked
        reach_mm = self.criteria.radius_m * 1000
        return [row for row in ranked if row.distance_mm <= reach_mm]

    def _kept(self, found: Iterable[Any]) -> list[Any]:
        """Drop rows whose window does not hold the asked time and that the engine finds shut."""
        open_at = self.criteria.open_at
        return [
            row
            for row in found
            if row.hours is None or open_at is None or _is_open(row.hours, open_at)
        ]

    def hits(self, connection: Connection, found: Sequence[Found]) -> list[Hit]:
        """Return places found as results, in the same order, with their state at the asked time.

        One that was withdrawn since it was found has no card any more, and is left out.
        """
        if not found:
            return []
        ids = {"ids": [one.id for one in found]}
        cards = {row.id: row.card for row in connection.execute(statements.shown(), ids)}
        return [self._hit(one, cards[one.id]) for one in found if one.id in cards]

    def _hit(self, found: Found, card: dict[str, Any]) -> Hit:
        at = self.criteria.open_at or self.at
        hours = OpeningHours.from_json_text(card["opening"])
        areas = card["areas"]
        return Hit(
            id=found.id,
            match=found.match,
            distance_m=found.distance_m,
            card=card,
            hours=hours,
            opening=state_at(hours, at),
            at=at,
            now=self.at,
            covers_commune=not self.areas.isdisjoint(areas) if areas else None,
        )


def _is_open(hours: str, at: datetime) -> bool:
    return state_at(OpeningHours.from_json_text(hours), at).state is State.OPEN


def _on_site(ranked: Iterable[Ranked]) -> list[Found]:
    return [Found(row.candidate.id, Match.RADIUS, row.distance_m) for row in ranked]


def _candidates(rows: Iterable[Any]) -> list[Candidate]:
    return [Candidate(row.id, row.latitude, row.longitude) for row in rows]
