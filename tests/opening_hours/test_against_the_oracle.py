"""The engine and a second opinion agree on every minute of the weeks that are hard."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.opening_hours import (
    MINUTES_EPOCH,
    OpeningHours,
    Purpose,
    State,
    open_minutes,
    state_at,
    state_spans,
)
from tests.opening_hours.oracle import Oracle
from tests.opening_hours.strategies import PLACES, WEEKS, opening_hours

SLOTS = [
    {"opens_at": "09:00", "closes_at": "12:00", "weekdays": [1, 2, 3, 4, 5]},
    {"opens_at": "14:00", "closes_at": "18:00", "weekdays": [1, 2, 5], "last_entry_at": "17:30"},
    {"opens_at": "10:00", "closes_at": "11:00", "weekdays": [6], "on_public_holidays": "same"},
    {"opens_at": "15:00", "closes_at": "16:00", "weekdays": [5, 6], "on_public_holidays": "only"},
    {"opens_at": "22:00", "closes_at": "06:00", "weekdays": [6], "on_public_holidays": "closed"},
    {"opens_at": "02:15", "closes_at": "02:45", "on_public_holidays": "same"},
    {"opens_at": "08:00", "closes_at": "10:00", "weekdays": [3, 4], "by_appointment": True},
]


def minutes_of(monday: date) -> list[datetime]:
    """Return every minute of a week, and the half days on both sides for the other zones."""
    start = datetime(monday.year, monday.month, monday.day, tzinfo=UTC) - timedelta(hours=12)
    return [start + timedelta(minutes=minute) for minute in range(8 * 1440)]


def is_open_in(ranges: list[tuple[int, int]], at: datetime) -> bool:
    minute = (at - MINUTES_EPOCH) // timedelta(minutes=1)
    return any(first <= minute < last for first, last in ranges)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[0] + " " + place[1])
@pytest.mark.parametrize("monday", WEEKS, ids=str)
def test_every_minute_of_a_hard_week(monday, place):
    time_zone, holiday_zone, school_zone = place
    hours = OpeningHours.from_rows(
        SLOTS, time_zone=time_zone, holiday_zone=holiday_zone, school_zone=school_zone
    )
    oracle = Oracle(hours)
    every = minutes_of(monday)
    ranges = open_minutes(hours, every[0], every[-1] + timedelta(minutes=1))
    for at in every:
        state = state_at(hours, at).state
        assert state == oracle.state(at), at
        assert (state is State.OPEN) == is_open_in(ranges, at), at


@settings(max_examples=50, deadline=None)
@given(hours=opening_hours(), monday=st.sampled_from(WEEKS), purpose=st.sampled_from(Purpose))
def test_any_hours_in_any_hard_week(hours, monday, purpose):
    oracle = Oracle(hours, purpose)
    for at in minutes_of(monday):
        assert state_at(hours, at, purpose).state == oracle.state(at), at


@settings(max_examples=30, deadline=None)
@given(hours=opening_hours(), monday=st.sampled_from(WEEKS))
def test_open_minutes_are_the_minutes_in_which_the_state_is_open(hours, monday):
    every = minutes_of(monday)
    ranges = open_minutes(hours, every[0], every[-1] + timedelta(minutes=1))
    assert ranges == sorted(ranges)
    for at in every:
        assert (state_at(hours, at).state is State.OPEN) == is_open_in(ranges, at), at


@settings(max_examples=100, deadline=None)
@given(hours=opening_hours(), monday=st.sampled_from(WEEKS), minute=st.integers(0, 7 * 1440))
def test_until_and_next_opening_are_the_first_minutes_that_say_so(hours, monday, minute):
    at = minutes_of(monday)[minute]
    opening = state_at(hours, at)
    for span in state_spans(hours, at, opening.until or at + timedelta(days=50)):
        assert span.state is opening.state
    if opening.until:
        assert state_at(hours, opening.until).state is opening.then is not opening.state
    if opening.next_opening:
        assert state_at(hours, opening.next_opening).state is State.OPEN
        before = state_spans(hours, opening.until, opening.next_opening)
        assert State.OPEN not in {span.state for span in before}


@settings(max_examples=100, deadline=None)
@given(hours=opening_hours(), monday=st.sampled_from(WEEKS))
def test_the_states_of_a_week_follow_each_other_without_gap(hours, monday):
    every = minutes_of(monday)
    found = state_spans(hours, every[0], every[-1])
    assert (found[0].start, found[-1].end) == (every[0], every[-1])
    assert all(one.end == other.start for one, other in zip(found, found[1:], strict=False))
