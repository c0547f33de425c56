"""Seven days for the page of a place."""

from datetime import date

from directory.opening_hours import OpeningHours, Purpose, State, week
from tests.opening_hours.weeks import COUNTER, hours

FRIDAY = date(2026, 11, 20)


def slots(day):
    return [(slot.opens, slot.closes) for slot in day.slots]


def test_a_week_starts_where_it_is_asked_to_and_has_seven_days():
    days = week(COUNTER, FRIDAY)
    assert [day.on.day for day in days] == [20, 21, 22, 23, 24, 25, 26]
    assert slots(days[0]) == [("09:00", "12:30"), ("14:00", "18:00")]
    assert days[0].text is None
    assert days[1].text == "Fermé"


def test_a_holiday_is_named_and_says_what_is_known():
    (closed, *_) = week(COUNTER, date(2026, 5, 1))
    assert (closed.holiday, closed.text, closed.slots) == ("1er mai", "Fermé (jour férié)", ())
    (silent, *_) = week(hours({}), date(2026, 5, 1))
    assert silent.text == "Jour férié : horaires à vérifier, appelez"
    assert [slot.state for slot in silent.slots] == [State.UNKNOWN]
    (boxing, *_) = week(hours({}, holiday_zone="Alsace-Moselle"), date(2026, 12, 26))
    assert boxing.holiday == "Saint-Étienne"


def test_a_day_of_which_nothing_is_known_is_not_closed_and_has_no_slot():
    unknown = {"opens_at": "00:00", "closes_at": "24:00", "weekdays": [5], "is_unknown": True}
    friday, saturday, *_ = week(hours({"weekdays": [1]}, unknown), FRIDAY)
    assert (friday.state, friday.text, friday.slots) == (State.UNKNOWN, "Horaires non connus", ())
    assert (saturday.state, saturday.text) == (State.CLOSED, "Fermé")


def test_a_slot_that_may_not_hold_is_shown_as_unknown():
    (day, *_) = week(hours({"is_unknown": True}), FRIDAY)
    assert (slots(day), day.slots[0].state) == ([("09:00", "12:00")], State.UNKNOWN)


def test_a_slot_that_crosses_midnight_is_listed_on_the_day_it_starts():
    days = week(hours({"weekdays": [5], "opens_at": "22:00", "closes_at": "02:00"}), FRIDAY)
    assert slots(days[0]) == [("22:00", "02:00")]
    assert days[1].text == "Fermé"


def test_slots_carry_their_last_entry_state_and_remark():
    (day, *_) = week(
        hours({"last_entry_at": "11:30", "description": "par la cour", "by_appointment": True}),
        FRIDAY,
    )
    assert day.slots == (("09:00", "12:00", State.BY_APPOINTMENT, "11:30", "par la cour"),)


def test_closures_by_the_day_and_other_hours_say_so():
    place = hours(
        {},
        closures=[
            {"starts": "2026-11-20", "ends": "2026-11-20", "description": "Inventaire"},
            {"starts": "2026-11-21", "ends": "2026-11-21", "slots": [["14:00", "16:00"]]},
        ],
    )
    closed, other, *_ = week(place, FRIDAY)
    assert (closed.text, closed.description) == ("Fermé temporairement", "Inventaire")
    assert (other.text, slots(other)) == ("Horaires exceptionnels", [("14:00", "16:00")])


def test_a_closure_by_the_hour_is_taken_out_of_the_slots():
    cut = [{"starts": "2026-11-20T10:00+01:00", "ends": "2026-11-20T11:00+01:00"}]
    assert slots(week(hours({}, closures=cut), FRIDAY)[0]) == [
        ("09:00", "10:00"),
        ("11:00", "12:00"),
    ]
    whole = [{"starts": "2026-11-20T08:00+01:00", "ends": "2026-11-20T18:00+01:00"}]
    closed = week(hours({}, closures=whole), FRIDAY)[0]
    assert (closed.state, closed.text) == (State.TEMPORARILY_CLOSED, "Fermé temporairement")
    always = OpeningHours.from_rows([], cut, mode="always")
    assert slots(week(always, FRIDAY)[0]) == [("00:00", "10:00"), ("11:00", "24:00")]


def test_a_slot_that_the_clock_change_makes_impossible_is_left_out():
    place = hours({"opens_at": "02:30", "closes_at": "03:15"})
    assert [len(day.slots) for day in week(place, date(2026, 3, 28))][:3] == [1, 0, 1]


def test_what_has_no_hours_says_what_it_is():
    texts = {
        mode: week(OpeningHours.from_rows([], mode=mode), FRIDAY)[0].text
        for mode in ("always", "by_appointment", "unknown", "scheduled")
    }
    assert texts == {
        "always": "Ouvert 24 h/24",
        "by_appointment": "Sur rendez-vous",
        "unknown": "Horaires non connus",
        "scheduled": "Horaires non connus",
    }


def test_seasons_and_school_holidays_are_named():
    winter = hours({"season_from": "12-01", "season_to": "03-31"})
    assert week(winter, FRIDAY)[0].text == "Fermé en cette saison"
    term = hours({"on_school_holidays": "closed"}, school_zone="A")
    assert week(term, date(2026, 10, 20))[0].text == "Fermé (vacances scolaires)"


def test_the_phone_has_a_week_of_its_own():
    place = hours({}, {"purpose": "phone", "opens_at": "10:00"})
    assert slots(week(place, FRIDAY, Purpose.PHONE)[0]) == [("10:00", "12:00")]
