"""OSM text read into rows, and what is refused because it could mean something else."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput
from directory.opening_hours import Mode, from_osm, state_at
from tests.opening_hours.weeks import hours, local

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
        (
            # One slot told again for holidays, the other not: it does not hold on them.
            "Mo 09:00-12:00,14:00-17:00, PH Mo 09:00-12:00",
            [
                {"weekdays": [1]},
                {"weekdays": [1], "opens_at": "14:00", "closes_at": "17:00"},
                {"weekdays": [1], "on_public_holidays": "only"},
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
        "24/7 Mo",
        "PH SH 09:00-12:00",
        "Mo 09:00-12:00" + "; Mo 09:00-12:00" * 500,
        "Jan" + ",Jan,Mar" * 100 + " Mo[1],Tu[2],We[3] 09:00-12:00",
        "Mo 09:00-12:00" + ",09:00-12:00" * 160 + "; Tu 09:00-12:00" + ",09:00-12:00" * 40,
        "٠٩:٠٠-١٢:٠٠",
        "Mo\x00 09:00-12:00",
    ],
)
def test_what_we_do_not_read_is_refused(text):
    with pytest.raises(InvalidInput) as refused:
        from_osm(text)
    assert refused.value.message
    assert refused.value.field in {"opening_hours", "closes_at"}


#: What texts are made of, well ordered or not.
DAYS = ["Mo", "Tu-Fr", "Sa[2]", "Su[-1]", "PH", "SH", "easter"]
DATES = ["week 01-53/2", "Nov", "Jan-Mar", "2026", "2027", "Aug", "01"]
TIMES = ["09:00-12:00", "14:00-18:00", "22:00-02:00", "24/7"]
SIGNS = [",", ";", "-", "+", "||", "[", "]", "/"]
MODIFIERS = ["off", "unknown", "open", '"sur rendez-vous"', '"x"']
WORDS = DAYS + DATES + TIMES + SIGNS + MODIFIERS


@settings(max_examples=200, deadline=None)
@given(text=st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join) | st.text(max_size=20))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(InvalidInput):
        assert state_at(from_osm(text), local("2026-11-20 10:00")).state
