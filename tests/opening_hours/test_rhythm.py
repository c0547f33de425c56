"""What seven days of hours do not show, in lines of words."""

import pytest

from directory.opening_hours import OpeningHours, Purpose, has_more_than_a_week, rhythm
from tests.opening_hours.weeks import COUNTER, hours, local

#: A Sunday after the second Saturday, before the fourth.
AT = local("2026-11-15 10:00")


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ({}, "tous les jours · 09:00 à 12:00"),
        ({"weekdays": [1, 2, 3, 4, 5]}, "du lundi au vendredi · 09:00 à 12:00"),
        ({"weekdays": [2, 4]}, "mardi et jeudi · 09:00 à 12:00"),
        ({"weekdays": [6], "nth": [2, 4]}, "2e et 4e samedi du mois · 09:00 à 12:00"),
        ({"weekdays": [1], "nth": [1, -1]}, "1er et dernier lundi du mois · 09:00 à 12:00"),
        ({"weekdays": [1], "week_parity": "even"}, "lundi · semaines paires · 09:00 à 12:00"),
        (
            {"weekdays": [3], "every_weeks": 3, "anchor_on": "2026-11-04"},
            "mercredi · une semaine sur 3, dont celle du 23 novembre · 09:00 à 12:00",
        ),
        (
            {"weekdays": [1], "season_from": "11-01", "season_to": "03-31"},
            "lundi · chaque année du 1er novembre au 31 mars · 09:00 à 12:00",
        ),
        (
            {"weekdays": [1], "valid_from": "2026-12-01"},
            "lundi · à partir du 1er décembre · 09:00 à 12:00",
        ),
        (
            {"weekdays": [1], "valid_from": "2026-12-01", "valid_to": "2026-12-18"},
            "lundi · du 1er décembre au 18 décembre · 09:00 à 12:00",
        ),
        ({"weekdays": [1], "by_appointment": True}, "lundi · 09:00 à 12:00 · sur rendez-vous"),
        ({"weekdays": [1], "is_unknown": True}, "lundi · 09:00 à 12:00 · à vérifier : appelez"),
        (
            {"weekdays": [4], "opens_at": "00:00", "closes_at": "24:00", "is_unknown": True},
            "jeudi · horaires non connus",
        ),
        (
            {"on_public_holidays": "closed", "on_school_holidays": "only"},
            "tous les jours · 09:00 à 12:00 · fermé les jours fériés"
            " · pendant les vacances scolaires seulement",
        ),
        (
            {"last_entry_at": "11:30", "description": "par la cour"},
            "tous les jours · 09:00 à 12:00 (dernière entrée à 11:30) · par la cour",
        ),
    ],
)
def test_a_rule_is_a_line_of_words(rule: dict[str, object], line: str) -> None:
    assert rhythm(hours(rule), AT) == [line]


def test_slots_of_the_same_days_are_one_line() -> None:
    assert rhythm(COUNTER, AT) == [
        "du lundi au vendredi · 09:00 à 12:30 et 14:00 à 18:00 · fermé les jours fériés"
    ]


def test_a_rule_that_has_ended_and_the_hours_of_the_phone_are_left_out() -> None:
    place = hours({"valid_to": "2026-11-14"}, {"purpose": "phone", "weekdays": [1]})
    assert rhythm(place, AT) == []
    assert rhythm(place, AT, Purpose.PHONE) == ["lundi · 09:00 à 12:00"]


def test_notices_under_way_and_to_come_are_told_in_order() -> None:
    place = hours(
        {},
        closures=[
            {"starts": "2026-12-24", "ends": "2027-01-02", "description": "Congés"},
            {"starts": "2026-11-10", "ends": "2026-11-20"},
            {"starts": "2026-11-01", "ends": "2026-11-14"},
            {"starts": "2026-12-05", "ends": "2026-12-05", "slots": [["14:00", "16:00"]]},
            {"starts": "2026-12-10T14:00+01:00", "ends": "2026-12-10T16:00+01:00"},
        ],
    )
    assert rhythm(place, AT)[1:] == [
        "fermeture annoncée · jusqu'au 20 novembre",
        "horaires exceptionnels · le samedi 5 décembre · 14:00 à 16:00",
        "fermeture annoncée · du 10 décembre à 14:00 au 10 décembre à 16:00",
        "fermeture annoncée · du 24 décembre au 2 janvier · Congés",
    ]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (COUNTER, False),
        (hours({"weekdays": [6], "nth": [2]}), True),
        (hours({"on_public_holidays": "only"}), True),
        (hours({}, closures=[{"starts": "2026-11-16", "ends": "2026-11-17"}]), False),
        (hours({}, closures=[{"starts": "2026-12-24", "ends": "2026-12-26"}]), True),
        (OpeningHours(), False),
    ],
)
def test_only_what_seven_days_do_not_show_needs_words(place: OpeningHours, expected: bool) -> None:
    assert has_more_than_a_week(place, AT, Purpose.COUNTER) is expected
