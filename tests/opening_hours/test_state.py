"""The state at an instant, case by case. 2026: 1 May is a Friday, 26 December a Saturday."""

import pytest

from directory.errors import InvalidInput
from directory.opening_hours import (
    OpeningHours,
    Purpose,
    Reason,
    State,
    changes,
    open_minutes,
    open_spans,
    state_at,
    state_spans,
)
from tests.opening_hours.weeks import COUNTER, hours, local

NIGHT = hours({"opens_at": "22:00", "closes_at": "06:00", "on_public_holidays": "same"})
SILENT = hours({"weekdays": [1, 2, 3, 4, 5]})
UNKNOWN_DAY = {"opens_at": "00:00", "closes_at": "24:00", "is_unknown": True}
LATE = hours({"opens_at": "20:00", "closes_at": "02:00", "last_entry_at": "01:00"})
SCHOOL_CLOSED = {"on_school_holidays": "closed"}
SCHOOL_ONLY = {"on_school_holidays": "only"}


@pytest.mark.parametrize(
    ("place", "at", "state", "reason"),
    [
        # Several slots; a slot holds its first minute, not its last.
        (COUNTER, "2026-11-20 08:59", "closed", "schedule"),
        (COUNTER, "2026-11-20 09:00", "open", "schedule"),
        (COUNTER, "2026-11-20 12:29", "open", "schedule"),
        (COUNTER, "2026-11-20 12:30", "closed", "schedule"),
        (COUNTER, "2026-11-20 14:00", "open", "schedule"),
        (COUNTER, "2026-11-21 10:00", "closed", "schedule"),
        # Public holidays.
        (COUNTER, "2026-05-01 10:00", "closed", "holiday"),
        (SILENT, "2026-05-01 10:00", "unknown", "holiday"),
        (SILENT, "2026-05-01 23:00", "unknown", "holiday"),
        (SILENT, "2026-08-15 10:00", "closed", "schedule"),
        (hours({"on_public_holidays": "same"}), "2026-05-01 10:00", "open", "schedule"),
        (hours({"on_public_holidays": "only"}), "2026-05-01 10:00", "open", "schedule"),
        (hours({"on_public_holidays": "only"}), "2026-05-02 10:00", "closed", "schedule"),
        # Other hours on holidays: a second rule.
        (
            hours({}, {"on_public_holidays": "only", "opens_at": "10:00", "closes_at": "11:00"}),
            "2026-05-01 09:30",
            "closed",
            "schedule",
        ),
        # 26 December and Good Friday are holidays in Alsace-Moselle alone.
        (hours({}, holiday_zone="Alsace-Moselle"), "2026-12-26 10:00", "unknown", "holiday"),
        (hours({}), "2026-12-26 10:00", "open", "schedule"),
        (hours({}, holiday_zone="Alsace-Moselle"), "2026-04-03 10:00", "unknown", "holiday"),
        (hours({}), "2026-04-03 10:00", "open", "schedule"),
        # Midnight: the slot is of the day it starts.
        (NIGHT, "2026-11-20 05:59", "open", "schedule"),
        (NIGHT, "2026-11-20 06:00", "closed", "schedule"),
        (
            hours({"opens_at": "22:00", "closes_at": "02:00"}),
            "2026-05-01 01:00",
            "open",
            "schedule",
        ),
        (
            hours({"opens_at": "22:00", "closes_at": "02:00"}),
            "2026-05-02 01:00",
            "unknown",
            "holiday",
        ),
        (
            hours({"weekdays": [5], "opens_at": "22:00", "closes_at": "02:00"}),
            "2026-11-21 01:59",
            "open",
            "schedule",
        ),
        # Second and fourth Saturday, last Wednesday.
        (hours({"weekdays": [6], "nth": [2, 4]}), "2026-11-14 10:00", "open", "schedule"),
        (hours({"weekdays": [6], "nth": [2, 4]}), "2026-11-21 10:00", "closed", "schedule"),
        (hours({"weekdays": [6], "nth": [2, 4]}), "2026-11-28 10:00", "open", "schedule"),
        (hours({"weekdays": [3], "nth": [-1]}), "2026-11-25 10:00", "open", "schedule"),
        (hours({"weekdays": [3], "nth": [-1]}), "2026-11-18 10:00", "closed", "schedule"),
        (hours({"weekdays": [4], "nth": [-1]}), "2026-12-31 10:00", "open", "schedule"),
        # Every other week: 20 November 2026 is in ISO week 47.
        (hours({"week_parity": "odd"}), "2026-11-20 10:00", "open", "schedule"),
        (hours({"week_parity": "even"}), "2026-11-20 10:00", "closed", "schedule"),
        # ISO week 53 of 2026 is odd, and so is week 1 of 2027.
        (hours({"week_parity": "odd"}), "2026-12-30 10:00", "open", "schedule"),
        (hours({"week_parity": "odd"}), "2027-01-05 10:00", "open", "schedule"),
        (
            hours({"every_weeks": 2, "anchor_on": "2026-12-30"}),
            "2027-01-05 10:00",
            "closed",
            "schedule",
        ),
        (
            hours({"every_weeks": 2, "anchor_on": "2026-12-30"}),
            "2026-12-15 10:00",
            "open",
            "schedule",
        ),
        # Seasons.
        (hours({"season_from": "11-01", "season_to": "03-31"}), "2027-01-15 10:00", "open", None),
        (
            hours({"season_from": "11-01", "season_to": "03-31"}),
            "2026-07-15 10:00",
            "closed",
            "season",
        ),
        (hours({"season_from": "07-01", "season_to": "08-31"}), "2026-07-01 10:00", "open", None),
        (hours({"valid_from": "2026-11-21"}), "2026-11-20 10:00", "closed", "season"),
        (hours({"valid_to": "2026-11-20"}), "2026-11-20 10:00", "open", None),
        # School holidays: 20 October 2026 lies in the autumn holidays of every zone.
        (hours(SCHOOL_CLOSED, school_zone="A"), "2026-10-20 10:00", "closed", "school_holiday"),
        (hours(SCHOOL_CLOSED, school_zone="A"), "2026-11-20 10:00", "open", None),
        (hours(SCHOOL_ONLY, school_zone="B"), "2026-10-20 10:00", "open", None),
        # Winter holidays begin at other dates by zone.
        (hours(SCHOOL_ONLY, school_zone="A"), "2026-02-10 10:00", "open", None),
        (hours(SCHOOL_ONLY, school_zone="C"), "2026-02-10 10:00", "closed", "schedule"),
        # Nobody told us: no zone, a zone without a calendar, a year not published yet.
        (hours(SCHOOL_CLOSED), "2026-10-20 10:00", "unknown", "school_holiday"),
        (
            hours(SCHOOL_CLOSED, school_zone="Corse"),
            "2026-10-20 10:00",
            "unknown",
            "school_holiday",
        ),
        (hours(SCHOOL_ONLY, school_zone="A"), "2031-10-20 10:00", "unknown", "school_holiday"),
        (hours(SCHOOL_ONLY, school_zone="A"), "2031-10-20 13:00", "closed", "schedule"),
        # Last entry: whoever comes later is not received.
        (hours({"last_entry_at": "11:30"}), "2026-11-20 11:29", "open", "schedule"),
        (hours({"last_entry_at": "11:30"}), "2026-11-20 11:30", "closed", "last_entry"),
        (LATE, "2026-11-21 00:59", "open", "schedule"),
        (LATE, "2026-11-21 01:00", "closed", "last_entry"),
        # Appointments.
        (hours({"by_appointment": True}), "2026-11-20 10:00", "by_appointment", "appointment"),
        (hours({"by_appointment": True}, {"opens_at": "10:00"}), "2026-11-20 10:00", "open", None),
        # Announced, but when it holds nobody can tell: unknown in the slot, or all day.
        (hours({"is_unknown": True}), "2026-11-20 10:00", "unknown", "not_told"),
        (hours({"is_unknown": True}), "2026-11-20 13:00", "closed", "schedule"),
        (hours({}, UNKNOWN_DAY), "2026-11-20 13:00", "unknown", "not_told"),
        (hours({}, UNKNOWN_DAY), "2026-11-20 10:00", "open", "schedule"),
        (
            OpeningHours.from_rows([], mode="by_appointment"),
            "2026-11-20 03:00",
            "by_appointment",
            None,
        ),
        (
            # Of two slots on a holiday, what was told is believed before what was not.
            hours({}, {"by_appointment": True, "on_public_holidays": "same"}),
            "2026-05-01 10:00",
            "by_appointment",
            "appointment",
        ),
        (OpeningHours.from_rows([], mode="always"), "2026-05-01 03:00", "open", "always"),
        # Unknown is never closed.
        (OpeningHours(), "2026-11-20 10:00", "unknown", "not_told"),
        (OpeningHours.from_rows([], mode="unknown"), "2026-11-20 10:00", "unknown", "not_told"),
        (hours({"purpose": "phone"}), "2026-11-20 10:00", "unknown", "not_told"),
    ],
)
def test_the_state_at_an_instant(place, at, state, reason):
    opening = state_at(place, local(at))
    assert opening.state == state
    assert reason is None or opening.reason == reason


def test_phone_and_registration_have_hours_of_their_own():
    place = hours(
        {"opens_at": "14:00", "closes_at": "17:00"},
        {"purpose": "phone", "opens_at": "09:00", "closes_at": "18:00"},
        {"purpose": "registration", "opens_at": "13:30", "closes_at": "14:30"},
    )
    at = local("2026-11-20 13:45")
    assert state_at(place, at).state is State.CLOSED
    assert state_at(place, at, Purpose.PHONE).state is State.OPEN
    assert state_at(place, at, Purpose.REGISTRATION).until == local("2026-11-20 14:30")


def test_a_place_keeps_the_clock_of_its_territory():
    reunion = hours({}, time_zone="Indian/Reunion", holiday_zone="La Réunion")
    assert state_at(reunion, local("2026-11-20 09:30", "Indian/Reunion")).state is State.OPEN
    assert state_at(reunion, local("2026-11-20 09:30")).state is State.CLOSED
    assert state_at(reunion, local("2026-12-20 09:30", "Indian/Reunion")).reason is Reason.HOLIDAY


def test_until_and_next_opening_pass_over_the_weekend():
    opening = state_at(COUNTER, local("2026-11-20 18:30"))
    assert opening.until == opening.next_opening == local("2026-11-23 09:00")
    assert state_at(COUNTER, local("2026-11-20 09:00")).next_opening == local("2026-11-20 14:00")


def test_slots_that_touch_are_one_opening():
    place = hours({}, {"opens_at": "12:00", "closes_at": "14:00"})
    assert state_at(place, local("2026-11-20 09:00")).until == local("2026-11-20 14:00")


def test_a_last_entry_ends_the_opening_before_the_doors_close():
    opening = state_at(hours({"last_entry_at": "11:30"}), local("2026-11-20 10:00"))
    assert opening.until == local("2026-11-20 11:30")
    assert opening.closes == local("2026-11-20 12:00")


def test_a_last_entry_is_known_from_the_slot_before_that_touches():
    place = hours({"opens_at": "08:00", "closes_at": "09:00"}, {"last_entry_at": "11:30"})
    opening = state_at(place, local("2026-11-20 08:30"))
    assert opening.until == local("2026-11-20 11:30")
    assert opening.closes == local("2026-11-20 12:00")


def test_nothing_is_promised_beyond_eight_weeks():
    place = hours({"valid_from": "2027-03-01"})
    assert state_at(place, local("2026-11-20 10:00"))[:3] == (State.CLOSED, None, None)


@pytest.mark.parametrize(("night", "hours_long"), [("2026-03-28", 7), ("2026-10-24", 9)])
def test_a_night_slot_lasts_as_long_as_the_night(night, hours_long):
    ((start, end),) = open_spans(
        NIGHT, local(f"{night} 12:00"), local(f"{night} 23:59").replace(day=30)
    )[:1]
    assert (end - start).total_seconds() == hours_long * 3600


def test_a_slot_that_the_clock_change_turns_around_does_not_happen():
    place = hours({"opens_at": "02:30", "closes_at": "03:15", "on_public_holidays": "same"})
    assert open_minutes(place, local("2026-03-29 00:00"), local("2026-03-30 00:00")) == []
    assert len(open_minutes(place, local("2026-03-28 00:00"), local("2026-03-31 00:00"))) == 2


def test_the_states_between_two_instants_leave_no_gap():
    found = state_spans(COUNTER, local("2026-11-20 10:00"), local("2026-11-20 15:00"))
    assert [(span.start, span.end, span.state) for span in found] == [
        (local("2026-11-20 10:00"), local("2026-11-20 12:30"), State.OPEN),
        (local("2026-11-20 12:30"), local("2026-11-20 14:00"), State.CLOSED),
        (local("2026-11-20 14:00"), local("2026-11-20 15:00"), State.OPEN),
    ]
    assert changes(COUNTER, local("2026-11-20 10:00"), local("2026-11-20 15:00")) == [
        (local("2026-11-20 12:30"), State.CLOSED, Reason.SCHEDULE),
        (local("2026-11-20 14:00"), State.OPEN, Reason.SCHEDULE),
    ]


def test_time_that_ends_before_it_starts_holds_nothing():
    start, end = local("2026-11-20 10:00"), local("2026-11-20 09:00")
    assert state_spans(COUNTER, start, end) == changes(COUNTER, start, end) == []
    assert open_minutes(COUNTER, start, end) == []


@pytest.mark.parametrize("year", [1950, 2101, 9999])
def test_a_year_without_calendar_is_refused(year):
    with pytest.raises(InvalidInput) as refused:
        state_at(COUNTER, local("2026-11-20 10:00").replace(year=year))
    assert refused.value.field == "at"


def test_asking_again_gives_the_same_answer():
    first = state_at(COUNTER, local("2026-11-20 10:00"))
    assert state_at(COUNTER, local("2026-11-20 10:01")) is first
