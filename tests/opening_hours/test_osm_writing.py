"""Rows written as OSM text, what is refused, and the way back."""

from dataclasses import replace

import opening_hours as reference
import pytest
from hypothesis import assume, given, settings

from directory.errors import InvalidInput
from directory.opening_hours import (
    Closure,
    Mode,
    OnPublicHolidays,
    OnSchoolHolidays,
    OpeningHours,
    Purpose,
    from_osm,
    to_osm,
)
from tests.opening_hours.strategies import opening_hours
from tests.opening_hours.weeks import hours

ONLY = OnPublicHolidays.ONLY


@pytest.mark.parametrize(
    "place",
    [
        hours({"last_entry_at": "11:30"}),
        hours({"every_weeks": 2, "anchor_on": "2026-01-05"}),
        hours({"valid_to": "2026-12-31"}),
        hours({"season_from": "11-01", "season_to": "03-31", "valid_from": "2026-01-01"}),
        hours({"on_public_holidays": "closed"}, {"opens_at": "10:00"}),
        hours({"on_school_holidays": "closed"}, {"opens_at": "10:00"}),
        hours({"on_school_holidays": "only", "on_public_holidays": "same"}),
        hours({"description": 'dit "la cour"'}),
        hours({"description": "prendre rendez-vous"}),
        hours({}, closures=[{"starts": "2026-08-01T10:00+02:00"}]),
    ],
)
def test_what_osm_cannot_say_is_refused(place):
    with pytest.raises(InvalidInput) as refused:
        to_osm(place)
    assert refused.value.field == "opening_hours"


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (
            hours({"weekdays": [1, 2, 3, 4, 5]}, {"weekdays": [6]}),
            "Mo-Fr 09:00-12:00; Sa 09:00-12:00",
        ),
        (
            hours(
                {"weekdays": [1, 2]},
                {"weekdays": [1, 2], "opens_at": "14:00", "closes_at": "24:00"},
            ),
            "Mo-Tu 09:00-12:00,14:00-24:00",
        ),
        (
            hours({"weekdays": [6], "nth": [2, -1], "on_public_holidays": "closed"}),
            "Sa[-1,2] 09:00-12:00; PH off",
        ),
        (hours({"on_public_holidays": "same"}), "Mo-Su 09:00-12:00, PH 09:00-12:00"),
        (
            hours(
                {"weekdays": [1], "week_parity": "even"}, {"weekdays": [1], "week_parity": "odd"}
            ),
            "week 02-52/2 Mo 09:00-12:00, week 01-53/2 Mo 09:00-12:00",
        ),
        (hours({"by_appointment": True}), 'Mo-Su 09:00-12:00 unknown "sur rendez-vous"'),
        (OpeningHours(), "unknown"),
        (OpeningHours(mode=Mode.ALWAYS), "24/7"),
        (OpeningHours(mode=Mode.BY_APPOINTMENT), 'unknown "sur rendez-vous"'),
    ],
)
def test_rows_become_osm_text(place, text):
    assert to_osm(place) == text
    assert reference.validate(text)


def test_phone_hours_are_a_text_of_their_own():
    place = hours({"weekdays": [1]}, {"purpose": "phone", "weekdays": [2]})
    assert to_osm(place) == "Mo 09:00-12:00"
    assert to_osm(place, Purpose.PHONE) == "Tu 09:00-12:00"


def has_twins(place):
    """Tell whether a slot for holidays alone repeats a usual one: OSM writes both as one."""
    usual = {
        replace(rule, on_public_holidays=ONLY)
        for rule in place.rules
        if rule.on_public_holidays is not ONLY
    }
    return any(rule in usual for rule in place.rules)


def expressible(place):
    """Return the part of some hours that OSM has words for."""
    return replace(
        place,
        rules=tuple(
            dict.fromkeys(
                replace(
                    rule,
                    purpose=Purpose.COUNTER,
                    last_entry_at=None,
                    is_unknown=False,
                    every_weeks=1,
                    anchor_on=None,
                    valid_to=rule.valid_to if rule.valid_from and not rule.season_from else None,
                    valid_from=None if rule.season_from else rule.valid_from,
                    on_public_holidays=rule.on_public_holidays
                    if rule.on_school_holidays is OnSchoolHolidays.SAME
                    else OnPublicHolidays.UNKNOWN,
                )
                for rule in place.rules
            )
        )
        if place.mode is Mode.SCHEDULED
        else (),
        closures=tuple(
            dict.fromkeys(
                Closure(starts=one.starts, ends=one.ends, slots=one.slots)
                for one in place.closures
                if not one.is_by_instant
            )
        ),
    )


@settings(max_examples=150, deadline=None)
@given(hours=opening_hours().map(expressible))
def test_hours_survive_osm(hours):
    assume(not has_twins(hours))
    try:
        text = to_osm(hours)
    except InvalidInput:
        assume(False)
    assert reference.validate(text), text
    back = from_osm(
        text,
        time_zone=hours.time_zone,
        holiday_zone=hours.holiday_zone,
        school_zone=hours.school_zone,
    )
    assert set(back.rules) == set(hours.rules), text
    assert set(back.closures) == set(hours.closures), text
    told = hours.rules or hours.mode is not Mode.SCHEDULED
    assert back.mode is (hours.mode if told else Mode.UNKNOWN)
