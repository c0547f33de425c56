"""Rows and JSON: what goes in comes out, and what is wrong is refused by its name."""

import contextlib
from datetime import date, datetime, time

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput
from directory.opening_hours import Closure, OpeningHours, ScheduleRule
from tests.opening_hours.strategies import opening_hours
from tests.opening_hours.weeks import COUNTER, hours, local

SLOT = {"opens_at": "09:00", "closes_at": "12:00"}


@settings(max_examples=200, deadline=None)
@given(hours=opening_hours())
def test_hours_survive_json(hours):
    text = orjson.dumps(hours.to_json())
    assert OpeningHours.from_json_text(text) == hours
    assert OpeningHours.from_json(hours.to_json()) == hours


def test_json_is_compact_and_readable():
    assert hours({"weekdays": [1, 2]}, closures=[{"starts": "2026-08-01"}]).to_json() == {
        "rules": [{"opens_at": "09:00", "closes_at": "12:00", "weekdays": [1, 2]}],
        "closures": [{"starts": "2026-08-01"}],
    }
    assert OpeningHours().to_json() == {}


def test_equal_texts_share_what_was_computed():
    text = orjson.dumps(COUNTER.to_json()).decode()
    assert OpeningHours.from_json_text(text) is OpeningHours.from_json_text(text)


def test_a_very_long_text_is_read_but_not_kept():
    rules = [SLOT | {"description": "x" * 400} for _ in range(20)]
    text = orjson.dumps({"rules": rules}).decode()
    assert OpeningHours.from_json_text(text) == OpeningHours.from_json_text(text)
    assert OpeningHours.from_json_text(text) is not OpeningHours.from_json_text(text)


def test_rows_of_a_table_may_hold_times_and_dates():
    rule = ScheduleRule.from_row(
        {"opens_at": time(9, 30), "closes_at": "9:45", "valid_from": date(2026, 5, 1), "nth": None}
    )
    assert (rule.opens_at, rule.closes_at, rule.valid_from) == (570, 585, date(2026, 5, 1))


def test_instants_of_a_closure_are_kept_whatever_their_offset():
    closure = Closure.from_row(
        {"starts": local("2026-11-20 10:00"), "ends": "2026-11-20T11:00:00+01:00"}
    )
    assert closure.starts == local("2026-11-20 10:00")
    assert Closure.from_row(closure.to_row()) == closure


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        # An empty interval is never an opening; a whole day is 00:00-24:00.
        ({"opens_at": "00:00", "closes_at": "00:00"}, "closes_at"),
        ({"opens_at": "09:00", "closes_at": "09:00"}, "closes_at"),
        ({"opens_at": "24:00"}, "opens_at"),
        ({"opens_at": "25:00"}, "opens_at"),
        ({"opens_at": "09:60"}, "opens_at"),
        ({"opens_at": "9h30"}, "opens_at"),
        ({"opens_at": "٠٩:٠٠"}, "opens_at"),
        ({"opens_at": 900}, "opens_at"),
        ({"opens_at": time(9, 0, 30)}, "opens_at"),
        ({"closes_at": None}, "closes_at"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekdays": [8]}, "weekdays"),
        ({"weekdays": [True]}, "weekdays"),
        ({"weekdays": "Mo"}, "weekdays"),
        ({"nth": [0]}, "nth"),
        ({"nth": [6]}, "nth"),
        ({"week_parity": "both"}, "week_parity"),
        ({"every_weeks": 2}, "anchor_on"),
        ({"every_weeks": 0, "anchor_on": "2026-01-05"}, "every_weeks"),
        ({"every_weeks": 2.0, "anchor_on": "2026-01-05"}, "every_weeks"),
        ({"anchor_on": "2026-01-05"}, "anchor_on"),
        (
            {"every_weeks": 2, "anchor_on": "2026-01-05", "week_parity": "odd"},
            "week_parity",
        ),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": "20260201"}, "valid_from"),
        ({"valid_from": datetime(2026, 2, 1, 9, 0)}, "valid_from"),  # noqa: DTZ001 - what is refused
        ({"valid_from": "2026-02-02", "valid_to": "2026-02-01"}, "valid_to"),
        ({"season_from": "11-01"}, "season_from"),
        ({"season_from": "11-31", "season_to": "12-01"}, "season_from"),
        ({"season_from": "1-1", "season_to": "12-01"}, "season_from"),
        ({"last_entry_at": "08:59"}, "last_entry_at"),
        ({"last_entry_at": "09:00"}, "last_entry_at"),
        ({"last_entry_at": "12:01"}, "last_entry_at"),
        ({"by_appointment": "oui"}, "by_appointment"),
        ({"purpose": "fax"}, "purpose"),
        ({"description": "x" * 501}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"color": "red"}, "color"),
    ],
)
def test_a_wrong_rule_is_refused_by_its_column(wrong, field):
    with pytest.raises(InvalidInput) as refused:
        ScheduleRule.from_row(SLOT | wrong)
    assert refused.value.field == field
    assert refused.value.message


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "starts"),
        ({"starts": "demain"}, "starts"),
        ({"starts": "2026-08-01T10:00"}, "starts"),
        ({"starts": "0001-01-01T00:00+14:00"}, "starts"),
        ({"starts": "2026-08-02", "ends": "2026-08-01"}, "ends"),
        ({"starts": "2026-08-02", "ends": "2026-08-02T10:00+02:00"}, "ends"),
        ({"starts": "2026-08-02T10:00+02:00", "ends": "2026-08-02T10:00+02:00"}, "ends"),
        ({"starts": "2026-08-02", "slots": [["10:00", "12:00"]]}, "ends"),
        ({"starts": "2026-08-02", "ends": "2026-08-02", "slots": [["10:00", "10:00"]]}, "slots"),
        ({"starts": "2026-08-02", "ends": "2026-08-02", "slots": [["10:00"]]}, "slots"),
        ({"starts": "2026-08-02", "ends": "2026-08-02", "slots": "10:00"}, "slots"),
    ],
)
def test_a_wrong_closure_is_refused_by_its_column(wrong, field):
    with pytest.raises(InvalidInput) as refused:
        Closure.from_row(wrong)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "opening_hours"),
        ("{", "opening_hours"),
        ("[" * 2000, "opening_hours"),
        ("[]", "rules"),
        ("12", "rules"),
        ('{"rules": {}}', "rules"),
        ('{"rules": [3]}', "rules"),
        ('{"rules": [{}]}', "opens_at"),
        ('{"mode": "sometimes"}', "mode"),
        ('{"time_zone": "Europe/Lutece"}', "time_zone"),
        ('{"time_zone": "../etc/passwd"}', "time_zone"),
        ('{"time_zone": "A\\u0000"}', "time_zone"),
        ('{"time_zone": ""}', "time_zone"),
        ('{"time_zone": 1}', "time_zone"),
        ('{"holiday_zone": "Bretagne"}', "holiday_zone"),
        ('{"unheard": 1}', "unheard"),
    ],
)
def test_wrong_json_is_refused(text, field):
    with pytest.raises(InvalidInput) as refused:
        OpeningHours.from_json_text(text)
    assert refused.value.field == field


@settings(max_examples=300, deadline=None)
@given(
    value=st.dictionaries(
        st.sampled_from(["rules", "closures", "mode", "time_zone", "school_zone", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["opens_at", "closes_at", "starts"]), inner)
            ),
            max_leaves=6,
        ),
        max_size=3,
    )
)
def test_any_json_is_read_or_refused(value):
    with contextlib.suppress(InvalidInput):
        hours = OpeningHours.from_json(value)
        assert OpeningHours.from_json(hours.to_json()) == hours


def test_a_place_has_a_bounded_number_of_rows():
    with pytest.raises(InvalidInput):
        hours(*[{}] * 201)


def test_a_mode_without_counter_hours_refuses_them():
    with pytest.raises(InvalidInput) as refused:
        hours({}, mode="by_appointment")
    assert refused.value.field == "mode"
    assert hours({"purpose": "phone"}, mode="by_appointment").mode == "by_appointment"
