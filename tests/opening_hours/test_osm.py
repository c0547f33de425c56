"""OSM text in and out, and the refusal of what one side cannot say."""

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
    state_at,
    to_osm,
)
from tests.opening_hours.strategies import opening_hours
from tests.opening_hours.weeks import hours, local

ONLY = OnPublicHolidays.ONLY
NO_HOLIDAYS = {"on_public_holidays": "closed", "on_school_holidays": "closed"}
ALL_DAY = {"opens_at": "00:00", "closes_at": "24:00"}


def rows(place):
    return [rule.to_row() for rule in place.rules]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Mo-Fr 09:00-12:00", [{"weekdays": [1, 2, 3, 4, 5]}]),
        ("09:00-12:00", [{}]),
        ("Mo,We 9:00-12:00", [{"weekdays": [1, 3]}]),
        ("Fr-Mo 09:00-12:00", [{"weekdays": [1, 5, 6, 7]}]),
        ("Sa[2,4] 09:00-12:00", [{"weekdays": [6], "nth": [2, 4]}]),
        ("Sa[1-3] 09:00-12:00", [{"weekdays": [6], "nth": [1, 2, 3]}]),
        ("We[-1] 09:00-12:00", [{"weekdays": [3], "nth": [-1]}]),
        ("Mo,Sa[2] 09:00-12:00", [{"weekdays": [1]}, {"weekdays": [6], "nth": [2]}]),
        ("week 01-53/2 Mo 09:00-12:00", [{"weekdays": [1], "week_parity": "odd"}]),
        ("week 02-52/2 Mo 09:00-12:00", [{"weekdays": [1], "week_parity": "even"}]),
        ("Nov-Mar 09:00-12:00", [{"season_from": "11-01", "season_to": "03-31"}]),
        ("Nov 15-Mar 15 09:00-12:00", [{"season_from": "11-15", "season_to": "03-15"}]),
        ("Feb 09:00-12:00", [{"season_from": "02-01", "season_to": "02-29"}]),
        ("Jul 14 09:00-12:00", [{"season_from": "07-14", "season_to": "07-14"}]),
        (
            "2026 Nov 01-2027 Mar 15 Mo 09:00-12:00",
            [{"weekdays": [1], "valid_from": "2026-11-01", "valid_to": "2027-03-15"}],
        ),
        ("2026 Nov 09:00-12:00", [{"valid_from": "2026-11-01", "valid_to": "2026-11-30"}]),
        ("2026 09:00-12:00", [{"valid_from": "2026-01-01", "valid_to": "2026-12-31"}]),
        ("2026 Nov 02+ 09:00-12:00", [{"valid_from": "2026-11-02"}]),
        ("Mo 22:00-26:00", [{"weekdays": [1], "opens_at": "22:00", "closes_at": "02:00"}]),
        (
            "Mo-Fr 09:00-12:00; PH off",
            [{"weekdays": [1, 2, 3, 4, 5], "on_public_holidays": "closed"}],
        ),
        ("09:00-12:00, PH off", [{"on_public_holidays": "closed"}]),
        ("09:00-12:00; PH unknown", [{}]),
        (
            "09:00-12:00; SH,PH off",
            [{"on_public_holidays": "closed", "on_school_holidays": "closed"}],
        ),
        ("PH,Mo-Su 09:00-12:00", [{"on_public_holidays": "same"}]),
        ("Mo 09:00-12:00, PH Mo 09:00-12:00", [{"weekdays": [1], "on_public_holidays": "same"}]),
        (
            "Mo 09:00-12:00; PH 09:00-11:00",
            [
                {"weekdays": [1], "on_public_holidays": "closed"},
                {"closes_at": "11:00", "on_public_holidays": "only"},
            ],
        ),
        ("SH Mo 09:00-12:00", [{"weekdays": [1], "on_school_holidays": "only"}]),
        ('Mo 09:00-12:00 "sur rendez-vous"', [{"weekdays": [1], "by_appointment": True}]),
        (
            'Mo 09:00-12:00 unknown "Sur rendez-vous : au 2e étage"',
            [{"weekdays": [1], "by_appointment": True, "description": "au 2e étage"}],
        ),
        ('09:00-12:00 "sans rendez-vous"', [{"description": "sans rendez-vous"}]),
        # A later rule replaces what earlier ones say of its days.
        (
            "09:00-12:00; We 14:00-17:00",
            [
                {"weekdays": [1, 2, 4, 5, 6, 7]},
                {"weekdays": [3], "opens_at": "14:00", "closes_at": "17:00"},
            ],
        ),
        ("09:00-12:00; Sa,Su off", [{"weekdays": [1, 2, 3, 4, 5]}]),
        ("09:00-12:00; Aug off", [{"season_from": "09-01", "season_to": "07-31"}]),
        ("09:00-12:00; Jan-Dec off", []),
        (
            "Mo 09:00-12:00; Jul-Aug 09:00-11:00",
            [
                {"weekdays": [1], "season_from": "09-01", "season_to": "06-30"},
                {"closes_at": "11:00", "season_from": "07-01", "season_to": "08-31"},
            ],
        ),
        (
            "Nov-Mar Mo 09:00-12:00; Apr-Oct Mo 09:00-11:00",
            [
                {"weekdays": [1], "season_from": "11-01", "season_to": "03-31"},
                {
                    "weekdays": [1],
                    "season_from": "04-01",
                    "season_to": "10-31",
                    "closes_at": "11:00",
                },
            ],
        ),
        (
            "Mo 09:00-12:00, Mo 14:00-17:00;",
            [{"weekdays": [1]}, {"weekdays": [1], "opens_at": "14:00", "closes_at": "17:00"}],
        ),
        (
            "24/7; PH off",
            [{"opens_at": "00:00", "closes_at": "24:00", "on_public_holidays": "closed"}],
        ),
    ],
)
def test_osm_text_becomes_rows(text, rules):
    assert set(from_osm(text).rules) == set(hours(*rules).rules), rows(from_osm(text))


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("24/7", Mode.ALWAYS),
        ("unknown", Mode.UNKNOWN),
        ('"sur rendez-vous"', Mode.BY_APPOINTMENT),
        ('unknown "on appointment"', Mode.BY_APPOINTMENT),
    ],
)
def test_osm_text_that_says_one_thing_of_all_time(text, mode):
    assert from_osm(text).mode is mode
    closed = from_osm(f"{text}; 2026 Aug 01-15 off")
    assert closed.mode is mode
    assert state_at(closed, local("2026-08-03 10:00")).state == "temporarily_closed"


def test_dates_after_the_usual_hours_are_notices():
    place = from_osm(
        'Mo-Fr 09:00-12:00; 2026 Aug 01-31 off "Congés"; 2026 Dec 24 10:00-11:00,14:00-15:00;'
        " 2027 Feb 01+ off"
    )
    assert [notice.to_row() for notice in place.closures] == [
        {"starts": "2026-08-01", "ends": "2026-08-31", "description": "Congés"},
        {
            "starts": "2026-12-24",
            "ends": "2026-12-24",
            "slots": [["10:00", "11:00"], ["14:00", "15:00"]],
        },
        {"starts": "2027-02-01"},
    ]


def test_the_zones_are_those_given_beside_the_text():
    place = from_osm("24/7", time_zone="Indian/Reunion", holiday_zone="La Réunion", school_zone="x")
    assert (place.time_zone, place.holiday_zone) == ("Indian/Reunion", "La Réunion")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "lundi 9h-12h",
        "Mo-Fr",
        "off",
        "PH off",
        "Mo 09:00",
        "Mo 09:00-09:00",
        "Mo 00:00-00:00",
        "Mo 24:00-02:00",
        "Mo 09:00+",
        "Mo 09:00-12:00+",
        "Mo 09:00-49:00",
        "Mo 09:61-12:00",
        "Mo sunrise-sunset",
        "easter 09:00-12:00",
        "Mo 09:00-12:00 || unknown",
        "Mo 09:00-12:00 unknown",
        "week 01-52/2 Mo 09:00-12:00",
        "week 10-20 Mo 09:00-12:00",
        "Mo[0] 09:00-12:00",
        "Mo[6] 09:00-12:00",
        "Mo-Fr[1] 09:00-12:00",
        "Mo[1] +1 day 09:00-12:00",
        "PH -1 day 09:00-12:00",
        "Feb 30 09:00-12:00",
        "2026 Feb 29 09:00-12:00",
        "Nov 01-Mar 09:00-12:00",
        "Nov 01+ 09:00-12:00",
        "2026 Nov 01-Mar 15 09:00-12:00",
        "Nov 01-2027 Mar 15 09:00-12:00",
        "2026-2028 09:00-12:00",
        "Mo 09:00-12:00; 2026 Aug 01 10:00-11:00 off",
        "Mo 09:00-12:00; Mo[1] off",
        "Mo 09:00-12:00; Mo 10:00-11:00 off",
        "Mo 09:00-12:00; PH Mo[1] off",
        "Mo-Fr 09:00-12:00; PH Mo off",
        "PH 09:00-12:00; Mo 09:00-11:00",
        "Nov-Mar Mo 09:00-12:00; Jan Mo off",
        '"horaires variables"',
        'Mo 09:00-12:00 "sur rendez-vous le matin"',
        'Mo 09:00-12:00 "RDV conseillé"',
        'Mo-Fr "fermé le midi"',
        '"sur rendez-vous"; Mo 09:00-12:00',
        'Mo 09:00-12:00 "sans fin',
        "Mo 09:00-12:00 Tu",
        "Mo 09:00-12:00,",
        "Mo; Tu",
        "Mo 09:00-12:00" + "; Mo 09:00-12:00" * 500,
        "٠٩:٠٠-١٢:٠٠",
        "Mo\x00 09:00-12:00",
    ],
)
def test_what_we_do_not_read_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        from_osm(text)
    assert refused.value.message
    assert refused.value.field in {"opening_hours", "closes_at"}


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
