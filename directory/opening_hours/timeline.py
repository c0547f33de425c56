"""Hours laid out on UTC minutes, day by day, each day computed when first asked for and kept."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.opening_hours import spans
from directory.opening_hours.clock import DAY
from directory.opening_hours.closures import Closure
from directory.opening_hours.days import (
    Calendars,
    DayPlan,
    DaySlot,
    plan_by_notice,
    plan_by_rules,
    plan_without_rules,
)
from directory.opening_hours.rules import EVERY_DAY, ScheduleRule
from directory.opening_hours.vocabulary import Mode, Reason, State

#: Days kept in memory by one timeline before it starts afresh.
MOST_DAYS_KEPT = 800

#: Where pieces of a day overlap, the higher one is believed; all of them cover the background.
_RANK = {
    State.CLOSED: 0,
    State.UNKNOWN: 1,
    State.BY_APPOINTMENT: 2,
    State.OPEN: 3,
    State.TEMPORARILY_CLOSED: 4,
}


class Segment(NamedTuple):
    """A half-open span of UTC minutes in one state, inside one local day."""

    start: int
    end: int
    state: State
    reason: Reason
    #: When the doors really close, if people stop being taken in before (`end` of this state).
    closes: int | None = None


class OpeningState(NamedTuple):
    """What holds at an instant. All instants are in UTC."""

    state: State
    #: When this state ends; None if never, or not within the horizon of `state.py`.
    until: datetime | None
    #: The next time it becomes open, after now; None if not within the horizon.
    next_opening: datetime | None
    reason: Reason
    #: Only with a last entry: `until` is then the last entry, and this when the doors close.
    closes: datetime | None = None
    #: The state that follows at `until`; None when that is not known.
    then: State | None = None


class Timeline:
    """The states of one purpose of one place."""

    __slots__ = (
        "_by_instant",
        "_by_weekday",
        "_calendars",
        "_crosses_midnight",
        "_memory",
        "_notices",
        "_rules",
        "_usual",
        "answers",
        "is_constant",
        "zone",
    )

    def __init__(
        self,
        *,
        rules: list[ScheduleRule],
        closures: list[Closure],
        mode: Mode,
        zone: ZoneInfo,
        holiday_zone: str,
        school_zone: str | None,
    ) -> None:
        self.zone = zone
        self._calendars = Calendars(holiday_zone, school_zone)
        self._rules = rules
        self._by_weekday = [[rule for rule in rules if day in rule.weekdays] for day in EVERY_DAY]
        self._usual = plan_without_rules(mode)
        self._notices = sorted((one for one in closures if not one.is_by_instant), key=precision)
        self._by_instant = [
            _on_minutes(one.starts, one.ends)
            for one in closures
            if isinstance(one.starts, datetime)
        ]
        #: Most places never do: their day needs no look at its eve.
        self._crosses_midnight = any(rule.closes_after > DAY for rule in rules) or any(
            closes <= opens for one in closures for opens, closes in one.slots
        )
        #: True when every instant is like every other.
        self.is_constant = not rules and not closures
        self._memory: dict[int, tuple[Segment, ...]] = {}
        #: Answers already given, by day and segment, so that a thousand readers cost one.
        self.answers: dict[tuple[int, int], OpeningState] = {}

    def plan(self, ordinal: int) -> DayPlan:
        """Return the slots that start on a local day, before closures counted in instants."""
        notice = self._notice(ordinal)
        if notice is not None:
            return plan_by_notice(notice)
        if not self._rules:
            return self._usual
        weekday = (ordinal - 1) % 7
        return plan_by_rules(self._by_weekday[weekday], self._rules, ordinal, self._calendars)

    def segments(self, ordinal: int) -> tuple[Segment, ...]:
        """Return the states of a local day, in order, without gap, from midnight to midnight."""
        known = self._memory.get(ordinal)
        if known is None:
            if len(self._memory) >= MOST_DAYS_KEPT:
                self._memory.clear()
            known = self._memory[ordinal] = self._lay_out(ordinal)
        return known

    def from_day(self, ordinal: int, days: int) -> Iterator[Segment]:
        """Yield the segments of so many local days, in order."""
        for day in range(ordinal, ordinal + days):
            yield from self.segments(day)

    def closed_instants(self, ordinal: int) -> list[tuple[int, int]]:
        """Return the closures counted in instants that hold on a local day, in UTC minutes.

        Exceptional hours of that day, if they are more precise than the closure, set it aside.
        """
        if not self._by_instant:
            return []
        notice = self._notice(ordinal)
        limit = precision(notice)[0] if notice and notice.is_exceptional else spans.FOREVER * 2
        return [(start, end) for start, end in self._by_instant if end - start <= limit]

    def _notice(self, ordinal: int) -> Closure | None:
        """Return the notice counted in days that is believed on a local day."""
        for notice in self._notices:
            if notice.starts.toordinal() <= ordinal and (
                notice.ends is None or ordinal <= notice.ends.toordinal()
            ):
                return notice
        return None

    def _lay_out(self, ordinal: int) -> tuple[Segment, ...]:
        bounds = spans.frame(self.zone, ordinal)
        plan = self.plan(ordinal)
        pieces = [
            Segment(start, end, State.TEMPORARILY_CLOSED, Reason.CLOSURE)
            for start, end in self.closed_instants(ordinal)
        ]
        for slot in plan.slots:
            pieces += self._pieces(ordinal, slot)
        if self._crosses_midnight:
            for slot in self.plan(ordinal - 1).slots:
                if slot.closes > DAY:
                    pieces += self._pieces(ordinal - 1, slot)
        return _painted(Segment(bounds.start, bounds.end, plan.state, plan.reason), pieces)

    def _pieces(self, ordinal: int, slot: DaySlot) -> list[Segment]:
        """Return the slot in UTC minutes: people are taken in, then (maybe) no more."""
        start = spans.wall_minute(self.zone, ordinal, slot.opens)
        end = spans.wall_minute(self.zone, ordinal, slot.closes)
        if slot.last_entry is None or slot.last_entry == slot.closes:
            return [Segment(start, end, slot.state, slot.reason)]
        last = spans.wall_minute(self.zone, ordinal, slot.last_entry)
        return [
            Segment(start, last, slot.state, slot.reason, end),
            Segment(last, end, State.CLOSED, Reason.LAST_ENTRY),
        ]


def precision(notice: Closure) -> tuple[int, bool]:
    """Order notices counted in days: the shortest first, then closures before other hours."""
    if notice.ends is None:
        return spans.FOREVER, notice.is_exceptional
    days = notice.ends.toordinal() - notice.starts.toordinal() + 1
    return days * DAY, notice.is_exceptional


def _on_minutes(starts: datetime, ends: date | None) -> tuple[int, int]:
    """Return a closure counted in instants in UTC minutes, the last one begun included."""
    first = spans.minutes_since_epoch(starts)
    if not isinstance(ends, datetime):
        return first, spans.FOREVER
    return first, spans.minutes_since_epoch(ends + timedelta(seconds=59))


def _painted(background: Segment, pieces: list[Segment]) -> tuple[Segment, ...]:
    """Return the background with the pieces laid on it, the highest rank on top, equals joined."""
    start, end = background[:2]
    pieces = [piece for piece in pieces if piece.start < end and piece.end > start]
    if not pieces:
        return (background,)
    cuts = {start, end}
    for piece in pieces:
        cuts.add(max(start, piece.start))
        cuts.add(min(end, piece.end))
    painted: list[Segment] = []
    for first, last in pairwise(sorted(cuts)):
        on_top = background
        for piece in pieces:
            if (
                piece.start <= first
                and last <= piece.end
                and (on_top is background or _RANK[piece.state] > _RANK[on_top.state])
            ):
                on_top = piece
        if painted and painted[-1][2:] == on_top[2:]:
            painted[-1] = painted[-1]._replace(end=last)
        else:
            painted.append(on_top._replace(start=first, end=last))
    return tuple(painted)
