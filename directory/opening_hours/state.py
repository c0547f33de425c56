"""The one function that decides whether a place is open: for the label, the filter and the API."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from directory.opening_hours import spans
from directory.opening_hours.hours import OpeningHours
from directory.opening_hours.timeline import OpeningState, Segment, Timeline
from directory.opening_hours.vocabulary import Purpose, Reason, State

#: How far ahead the next change and the next opening are looked for: eight weeks of local days.
HORIZON_DAYS = 56

#: The end of a closure was announced: it, and what follows, are looked for this much farther.
_LONGEST_CLOSURE_DAYS = 400

_MOST_ANSWERS_KEPT = 256


class Change(NamedTuple):
    """An instant (UTC) at which another state begins."""

    at: datetime
    state: State
    reason: Reason


class StateSpan(NamedTuple):
    """A half-open span (UTC) in one state for one reason."""

    start: datetime
    end: datetime
    state: State
    reason: Reason


def state_at(hours: OpeningHours, at: datetime, purpose: Purpose = Purpose.COUNTER) -> OpeningState:
    """Return the state in the minute of an aware instant, when it ends and the next opening.

    Precedence is written in `days.py`; a closure counted in instants comes before all of it.

    :raise InvalidInput: the instant lies outside the years for which hours are computed.
    """
    timeline = hours.timeline(purpose)
    minute = spans.minute_of(at)
    ordinal = at.astimezone(timeline.zone).toordinal()
    segments = timeline.segments(ordinal)
    index = 0
    while segments[index].end <= minute:
        index += 1
    answer = timeline.answers.get((ordinal, index))
    if answer is None:
        if len(timeline.answers) >= _MOST_ANSWERS_KEPT:
            timeline.answers.clear()
        answer = timeline.answers[ordinal, index] = _look_ahead(timeline, ordinal, index)
    return answer


def _look_ahead(timeline: Timeline, ordinal: int, index: int) -> OpeningState:
    """Return the state of a segment; days are computed only as far as its two answers need."""
    segments = timeline.segments(ordinal)
    current = segments[index]
    if timeline.is_constant:
        return OpeningState(current.state, None, None, current.reason)
    last_day = ordinal + HORIZON_DAYS
    if current.state is State.TEMPORARILY_CLOSED:
        last_day += _LONGEST_CLOSURE_DAYS
    closes = current.closes
    following: Segment | None = None
    for segment in _after(timeline, ordinal, index, last_day):
        if following is None:
            if segment.state is current.state:
                closes = segment.closes
                continue
            following = segment
        if segment.state is State.OPEN:
            next_opening = spans.instant_of(segment.start)
            break
    else:
        next_opening = None
    return OpeningState(
        current.state,
        spans.instant_of(following.start) if following else None,
        next_opening,
        current.reason,
        spans.instant_of(closes) if closes is not None else None,
        following.state if following else None,
    )


def _after(timeline: Timeline, ordinal: int, index: int, last_day: int) -> Iterator[Segment]:
    yield from timeline.segments(ordinal)[index + 1 :]
    yield from timeline.from_day(ordinal + 1, last_day - ordinal)


def state_spans(
    hours: OpeningHours, start: datetime, end: datetime, purpose: Purpose = Purpose.COUNTER
) -> list[StateSpan]:
    """Return the states between two instants, in order, without gap, equal neighbours joined."""
    joined: list[StateSpan] = []
    for segment in _between(hours, start, end, purpose):
        span = StateSpan(
            max(start, spans.instant_of(segment.start)),
            min(end, spans.instant_of(segment.end)),
            segment.state,
            segment.reason,
        )
        if joined and joined[-1][2:] == span[2:]:
            joined[-1] = joined[-1]._replace(end=span.end)
        else:
            joined.append(span)
    return joined


def changes(
    hours: OpeningHours, start: datetime, end: datetime, purpose: Purpose = Purpose.COUNTER
) -> list[Change]:
    """Return the instants after `start` and before `end` at which another state begins."""
    found: list[Change] = []
    state: State | None = None
    for span in state_spans(hours, start, end, purpose):
        if state is not None and span.state is not state:
            found.append(Change(span.start, span.state, span.reason))
        state = span.state
    return found


def open_minutes(
    hours: OpeningHours, start: datetime, end: datetime, purpose: Purpose = Purpose.COUNTER
) -> list[tuple[int, int]]:
    """Return the minutes in which `state_at` says open, between two instants.

    Half-open ranges of UTC minutes since `MINUTES_EPOCH`, sorted, none touching another: what
    `search_entry.open_minutes` holds. The minute of `start` counts, the one of `end` does not.
    """
    first, last = spans.minute_of(start), spans.minute_of(end)
    return spans.merged(
        [
            (max(first, segment.start), min(last, segment.end))
            for segment in _between(hours, start, end, purpose)
            if segment.state is State.OPEN and segment.start < last and segment.end > first
        ]
    )


def open_spans(
    hours: OpeningHours, start: datetime, end: datetime, purpose: Purpose = Purpose.COUNTER
) -> list[tuple[datetime, datetime]]:
    """Return `open_minutes` as instants in UTC."""
    return [
        (spans.instant_of(first), spans.instant_of(last))
        for first, last in open_minutes(hours, start, end, purpose)
    ]


def _between(
    hours: OpeningHours, start: datetime, end: datetime, purpose: Purpose
) -> Iterator[Segment]:
    """Yield the segments that touch the time between two instants; none when it is empty."""
    if end <= start:
        return
    timeline = hours.timeline(purpose)
    first, last = spans.minute_of(start), spans.minute_of(end)
    first_day, last_day = (
        spans.local_day(first, timeline.zone),
        spans.local_day(last, timeline.zone),
    )
    for segment in timeline.from_day(first_day, last_day - first_day + 1):
        if segment.end > first and spans.instant_of(segment.start) < end:
            yield segment
