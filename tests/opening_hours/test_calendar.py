"""Public holidays and school holidays, by zone."""

from datetime import date

import pytest

from directory.opening_hours import HOLIDAY_ZONES, SCHOOL_ZONES
from directory.opening_hours.calendar import (
    holiday_label,
    is_school_holiday,
    last_known_school_day,
    public_holidays,
)
from tests.opening_hours.oracle import is_holiday


@pytest.mark.parametrize(
    ("zone", "count"),
    [
        ("Métropole", 11),
        ("Alsace-Moselle", 13),
        ("Guadeloupe", 12),
        ("Guyane", 12),
        ("Martinique", 12),
        ("Mayotte", 12),
        ("La Réunion", 12),
        ("Saint-Pierre-et-Miquelon", 11),
    ],
)
def test_the_number_of_holidays_of_a_zone(zone, count):
    assert len(public_holidays(zone, 2026)) == count


@pytest.mark.parametrize("zone", ["Métropole", "Alsace-Moselle", "Mayotte", "La Réunion"])
def test_the_holidays_are_those_listed_by_hand(zone):
    first = date(2026, 1, 1).toordinal()
    for ordinal in range(first, first + 730):
        day = date.fromordinal(ordinal)
        assert (ordinal in public_holidays(zone, day.year)) == is_holiday(day, zone), day


def test_every_holiday_has_a_label():
    for zone in HOLIDAY_ZONES:
        for name in public_holidays(zone, 2026).values():
            assert holiday_label(name)
    assert holiday_label("2ème jour de Noël") == "Saint-Étienne"


def test_two_holidays_on_one_day_are_one_day():
    # In 2008 Ascension fell on 1 May.
    ascension = date(2008, 5, 1).toordinal()
    assert public_holidays("Métropole", 2008)[ascension] == "1er mai"
    assert len(public_holidays("Métropole", 2008)) == 10


@pytest.mark.parametrize(
    ("zone", "day", "known"),
    [
        ("A", date(2026, 2, 10), True),
        ("B", date(2026, 2, 10), False),
        ("C", date(2026, 2, 10), False),
        ("C", date(2026, 2, 25), True),
        ("A", date(2026, 10, 17), True),
        ("A", date(2026, 11, 2), False),
        ("A", date(1989, 7, 14), None),
        ("A", date(2040, 7, 14), None),
        (None, date(2026, 10, 20), None),
        ("Corse", date(2026, 10, 20), None),
        ("La Réunion", date(2026, 10, 20), None),
    ],
)
def test_school_holidays_of_a_zone(zone, day, known):
    assert is_school_holiday(zone, day.toordinal()) is known


def test_after_the_last_published_holiday_nothing_is_known():
    last = last_known_school_day()
    assert last >= date(2028, 8, 31)
    for zone in SCHOOL_ZONES:
        assert is_school_holiday(zone, last.toordinal()) is not None
        assert is_school_holiday(zone, last.toordinal() + 1) is None
