"""Wall time to instants. Instants are whole UTC minutes since `MINUTES_EPOCH`.

A wall time that the clock change skips, and one that it gives twice, are read as RFC 5545
(section 3.3.5) reads them: the skipped one with the offset of before the change (02:30 on
29 March 2026 in Paris is the instant 03:30 of summer time), the double one as its first
occurrence. So a slot 22:00-06:00 lasts 7 hours on the night of 28 March and 9 hours on the night
of 24 October, and a slot that the change turns around (02:30-03:15 on 29 March) does not happen.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.opening_hours.clock import DAY

#: Origin of the minutes stored in `open_minutes`.
MINUTES_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

#: Hours are computed between these years only: outside, no calendar means anything.
FIRST_YEAR, LAST_YEAR = 2000, 2100

_EPOCH_ORDINAL = date(2020, 1, 1).toordinal()
_FIRST_MINUTE = (date(FIRST_YEAR, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY
_LAST_MINUTE = (date(LAST_YEAR, 12, 31).toordinal() - _EPOCH_ORDINAL) * DAY

#: A minute that nothing reaches: the end of what has none.
FOREVER = 2**40


class Frame(NamedTuple):
    """One local day: its first minute, the first minute of the next day, whether clocks change."""

    start: int
    end: int
    is_plain: bool


def minute_of(at: datetime) -> int:
    """Return the UTC minute in which an aware instant lies.

    :raise InvalidInput: the instant is outside the years for which hours are computed.
    """
    minute = minutes_since_epoch(at)
    if not _FIRST_MINUTE <= minute <= _LAST_MINUTE:
        raise InvalidInput(
            gettext("Les horaires ne sont pas calculés pour l'année %(year)s.", year=at.year),
            field="at",
            remedy=gettext(
                "Choisissez une date entre %(first)s et %(last)s.",
                first=FIRST_YEAR,
                last=LAST_YEAR,
            ),
        )
    return minute


def minutes_since_epoch(at: datetime) -> int:
    """Return the same minute of any aware instant, however far."""
    since = at - MINUTES_EPOCH
    return since.days * DAY + since.seconds // 60


def instant_of(minute: int) -> datetime:
    """Return the instant, in UTC, at which a minute begins."""
    return MINUTES_EPOCH + timedelta(minutes=minute)


def local_day(minute: int, zone: ZoneInfo) -> int:
    """Return the ordinal of the local day in which a minute lies."""
    return instant_of(minute).astimezone(zone).toordinal()


@lru_cache(maxsize=8192)
def frame(zone: ZoneInfo, ordinal: int) -> Frame:
    """Return the bounds of a local day in UTC minutes."""
    first, next_first = _offset(zone, ordinal, 0), _offset(zone, ordinal + 1, 0)
    start = (ordinal - _EPOCH_ORDINAL) * DAY - first
    return Frame(start, start + DAY + first - next_first, first == next_first)


def wall_minute(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    """Return the instant of a wall time of a local day; from 1440 on, of the next day."""
    if minute >= DAY:
        ordinal, minute = ordinal + 1, minute - DAY
    bounds = frame(zone, ordinal)
    if bounds.is_plain:
        return bounds.start + minute
    return (ordinal - _EPOCH_ORDINAL) * DAY + minute - _offset(zone, ordinal, minute)


def _offset(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    """Return minutes ahead of UTC at a wall time (first occurrence, or before a gap)."""
    wall = datetime.fromordinal(ordinal).replace(
        hour=minute // 60, minute=minute % 60, tzinfo=zone, fold=0
    )
    offset = wall.replace(tzinfo=UTC) - wall
    return offset.days * DAY + offset.seconds // 60


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same minutes as sorted half-open spans that neither overlap nor touch."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without(start: int, end: int, holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what is left of one span once the holes are taken out, in order."""
    pieces: list[tuple[int, int]] = []
    for hole_start, hole_end in merged(holes):
        if hole_start > start:
            pieces.append((start, min(hole_start, end)))
        start = max(start, hole_end)
        if start >= end:
            return pieces
    return [*pieces, (start, end)]
