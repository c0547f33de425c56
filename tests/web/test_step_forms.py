"""What is typed into the form of a step, as it is read."""

from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput, InvalidInputs
from directory.referrals.changes import StepValues
from directory.referrals.clocks import PARIS
from directory.referrals.steps import IllegalStep, Step, require_values
from directory.referrals.vocabulary import Outcome, Refusal
from directory.web.step_forms import (
    FIELDS,
    ORDER,
    StepForms,
    errors_of,
    read_step,
    read_values,
    read_version,
)
from directory.web.typed_dates import read_date, read_time


def test_a_refusal_says_why_and_when_there_is_room_again() -> None:
    typed = {
        "refuse-refusal_reason": "no_capacity",
        "refuse-available_on": "2026-12-01",
        "refuse-text": "  Complet\r\njusqu'à décembre ",
    }
    assert read_values(Step.REFUSE, typed) == StepValues(
        text="Complet\njusqu'à décembre",
        refusal_reason=Refusal.NO_CAPACITY,
        available_on=date(2026, 12, 1),
    )


def test_an_appointment_is_by_the_clock_of_the_place() -> None:
    typed = {
        "set_appointment-appointment_on": "25/11/2026",
        "set_appointment-appointment_time": "14h30",
    }
    cayenne = ZoneInfo("America/Cayenne")
    assert read_values(Step.SET_APPOINTMENT, typed, time_zone=cayenne) == StepValues(
        appointment_at=datetime(2026, 11, 25, 14, 30, tzinfo=cayenne)
    )


def test_an_hour_that_comes_twice_is_the_first_and_one_that_never_comes_is_refused() -> None:
    def typed(day: str) -> dict[str, str]:
        return {"accept-appointment_on": day, "accept-appointment_time": "02:30"}

    twice = read_values(Step.ACCEPT, typed("2026-10-25")).appointment_at
    assert twice is not None
    assert twice.utcoffset() == datetime(2026, 10, 24, tzinfo=PARIS).utcoffset()
    with pytest.raises(InvalidInputs) as refused:
        read_values(Step.ACCEPT, typed("2026-03-29"))
    assert refused.value.field == "accept-appointment_time"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"appointment_on": "2026-11-25"}, "appointment_time"),
        ({"appointment_time": "14:30"}, "appointment_on"),
        ({"appointment_on": "demain", "appointment_time": "14:30"}, "appointment_on"),
        ({"appointment_on": "2026-02-30", "appointment_time": "14:30"}, "appointment_on"),
        ({"appointment_on": "2026-11-25", "appointment_time": "25:00"}, "appointment_time"),
        ({"appointment_on": "0001-01-01", "appointment_time": "00:00"}, "appointment_on"),
        ({"appointment_on": "9999-12-31", "appointment_time": "23:59"}, "appointment_on"),
        ({"text": "x" * 501}, "text"),
    ],
)
def test_what_is_not_understood_is_told_beside_its_field(typed: dict[str, str], field: str) -> None:
    form = {f"accept-{name}": value for name, value in typed.items()}
    with pytest.raises(InvalidInputs) as refused:
        read_values(Step.ACCEPT, form)
    assert list(errors_of(Step.ACCEPT, refused.value)) == [f"accept-{field}"]


def test_every_fault_of_a_form_is_told_at_once() -> None:
    typed = {"refuse-refusal_reason": "bof", "refuse-available_on": "bientôt"}
    with pytest.raises(InvalidInputs) as refused:
        read_values(Step.REFUSE, typed)
    assert set(errors_of(Step.REFUSE, refused.value)) == set(typed)


def test_a_fault_that_a_rule_finds_is_shown_beside_the_field_that_was_typed() -> None:
    with pytest.raises(InvalidInput) as refused:
        require_values(Step.SET_APPOINTMENT, ())
    assert list(errors_of(Step.SET_APPOINTMENT, refused.value)) == [
        "set_appointment-appointment_on"
    ]


def test_a_step_takes_no_value_it_does_not_ask_for() -> None:
    typed = {"accept-outcome": "helped", "see-text": "bonjour", "close-outcome": "helped"}
    assert read_values(Step.ACCEPT, typed) == StepValues()
    assert read_values(Step.SEE, typed) == StepValues()
    assert read_values(Step.CLOSE, typed) == StepValues(outcome=Outcome.HELPED)


def test_a_step_that_is_not_one_is_refused() -> None:
    assert read_step({"etape": "accept"}) is Step.ACCEPT
    for etape in ({}, {"etape": "ACCEPT"}, {"etape": "effacer"}):
        with pytest.raises(IllegalStep):
            read_step(etape)


@pytest.mark.parametrize(("typed", "read"), [("7", 7), ("", 0), ("-1", 0), ("²", 0), ("9" * 99, 0)])
def test_a_version_that_is_none_is_never_the_present_one(typed: str, read: int) -> None:
    assert read_version({"version": typed}) == read


def test_a_page_offers_only_what_is_possible_in_the_order_people_decide_in() -> None:
    forms = StepForms("/reponse/x", 1, [Step.REFUSE, Step.ACCEPT])
    assert forms.ordered == [Step.ACCEPT, Step.REFUSE]
    assert not forms.is_open(Step.ACCEPT)


def test_every_step_somebody_takes_has_its_words() -> None:
    forms = StepForms("/reponse/x", 1, ORDER)
    for step in ORDER:
        assert forms.heading(step)
        assert forms.button(step)
        for value in FIELDS.get(step, ()):
            assert forms.label(step, value)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_a_day_or_an_hour_is_read_or_refused_and_nothing_else(typed: str) -> None:
    with suppress(InvalidInput):
        read_date(typed)
    with suppress(InvalidInput):
        read_time(typed)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_is_read_as_browsers_and_as_people_write_it(day: date) -> None:
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day.day}/{day.month:02}/{day.year:04}") == day
