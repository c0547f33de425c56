"""Closures and exceptional hours, with a start and an end."""

import pytest

from directory.opening_hours import OpeningHours, Purpose, State, state_at
from tests.opening_hours.weeks import hours, local

AUGUST = {"starts": "2026-08-01", "ends": "2026-08-31", "description": "Congés d'été"}
ONE_AFTERNOON = {"starts": "2026-08-12", "ends": "2026-08-12", "slots": [["14:00", "16:00"]]}


@pytest.mark.parametrize(
    ("closures", "at", "state"),
    [
        ([AUGUST], "2026-07-31 10:00", "open"),
        ([AUGUST], "2026-08-01 00:00", "temporarily_closed"),
        ([AUGUST], "2026-08-31 23:59", "temporarily_closed"),
        ([AUGUST], "2026-09-01 00:00", "closed"),
        ([AUGUST], "2026-09-01 10:00", "open"),
        # The more precise notice is believed.
        ([AUGUST, ONE_AFTERNOON], "2026-08-12 15:00", "open"),
        ([AUGUST, ONE_AFTERNOON], "2026-08-12 10:00", "closed"),
        ([ONE_AFTERNOON, AUGUST], "2026-08-13 10:00", "temporarily_closed"),
        (
            [ONE_AFTERNOON, {"starts": "2026-08-12", "ends": "2026-08-12"}],
            "2026-08-12 15:00",
            "temporarily_closed",
        ),
        # Hours of a closure are instants, the last one not included.
        (
            [{"starts": "2026-11-20T10:00+01:00", "ends": "2026-11-20T11:00+01:00"}],
            "2026-11-20 10:30",
            "temporarily_closed",
        ),
        (
            [{"starts": "2026-11-20T10:00+01:00", "ends": "2026-11-20T11:00+01:00"}],
            "2026-11-20 11:00",
            "open",
        ),
        # Until further notice.
        ([{"starts": "2026-11-20"}], "2030-01-01 10:00", "temporarily_closed"),
        ([{"starts": "2026-11-20T10:00+01:00"}], "2030-01-01 10:00", "temporarily_closed"),
        # Exceptional hours hold on a public holiday too.
        (
            [{"starts": "2026-05-01", "ends": "2026-05-01", "slots": [["14:00", "16:00"]]}],
            "2026-05-01 15:00",
            "open",
        ),
    ],
)
def test_the_state_under_notices(closures, at, state):
    assert state_at(hours({}, closures=closures), local(at)).state == state


def test_a_closure_by_days_lets_the_slot_of_the_eve_run_to_its_end():
    place = hours(
        {"opens_at": "22:00", "closes_at": "02:00"},
        closures=[{"starts": "2026-11-20", "ends": "2026-11-20"}],
    )
    assert state_at(place, local("2026-11-20 01:00")).state is State.OPEN
    assert state_at(place, local("2026-11-20 23:00")).state is State.TEMPORARILY_CLOSED
    # The slot of the closed evening does not begin at midnight either.
    assert state_at(place, local("2026-11-21 01:00")).state is State.CLOSED


def test_exceptional_hours_may_cross_midnight():
    place = hours(
        {},
        closures=[{"starts": "2026-11-20", "ends": "2026-11-20", "slots": [["20:00", "02:00"]]}],
    )
    assert state_at(place, local("2026-11-21 01:00")).state is State.OPEN


def test_a_place_always_open_or_by_appointment_may_close_for_a_time():
    for mode in ("always", "by_appointment", "unknown"):
        place = OpeningHours.from_rows([], [AUGUST], mode=mode)
        assert state_at(place, local("2026-08-15 10:00")).state is State.TEMPORARILY_CLOSED
        assert state_at(place, local("2026-09-01 10:00")).state == mode.replace("always", "open")


def test_a_closure_may_concern_the_phone_alone():
    place = hours({}, {"purpose": "phone"}, closures=[AUGUST | {"purpose": "phone"}])
    at = local("2026-08-14 10:00")
    assert state_at(place, at).state is State.OPEN
    assert state_at(place, at, Purpose.PHONE).state is State.TEMPORARILY_CLOSED


def test_exceptional_hours_are_those_of_the_counter():
    place = hours({}, {"purpose": "phone"}, closures=[ONE_AFTERNOON])
    at = local("2026-08-12 10:00")
    assert state_at(place, at).state is State.CLOSED
    assert state_at(place, at, Purpose.PHONE).state is State.OPEN


def test_the_end_of_a_long_closure_is_known():
    place = hours({}, closures=[{"starts": "2026-06-01", "ends": "2026-12-31"}])
    opening = state_at(place, local("2026-06-02 10:00"))
    assert opening.until == local("2027-01-01 00:00")
    assert opening.next_opening == local("2027-01-02 09:00")


def test_closures_that_follow_each_other_are_one():
    place = hours(
        {},
        closures=[
            {"starts": "2026-08-01", "ends": "2026-08-15"},
            {"starts": "2026-08-16", "ends": "2026-08-20"},
        ],
    )
    assert state_at(place, local("2026-08-03 10:00")).until == local("2026-08-21 00:00")


def test_an_exceptional_opening_sets_a_longer_closure_by_the_hour_aside():
    place = hours(
        {},
        closures=[
            {"starts": "2026-08-01T12:00+02:00", "ends": "2026-08-31T12:00+02:00"},
            ONE_AFTERNOON,
        ],
    )
    assert state_at(place, local("2026-08-12 15:00")).state is State.OPEN
    assert state_at(place, local("2026-08-13 10:00")).state is State.TEMPORARILY_CLOSED
