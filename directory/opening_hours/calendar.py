"""Public holidays and school holidays of France, by zone, kept in memory by zone and year.

The days come from `jours-feries-france` (days that are holidays by law: the customary days of
some overseas territories are not among them) and `vacances-scolaires-france`.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType

from jours_feries_france import JoursFeries
from vacances_scolaires_france import SchoolHolidayDates

from directory.i18n import pgettext

#: The zones of public holidays, as the source of the days spells them.
HOLIDAY_ZONES: frozenset[str] = frozenset(JoursFeries.ZONES)

#: The school zones whose calendar is known. Corsica and overseas have calendars of their own,
#: which no source gives us: there, school holidays are unknown.
SCHOOL_ZONES: frozenset[str] = frozenset(SchoolHolidayDates.SUPPORTED_ZONES)


@lru_cache(maxsize=512)
def public_holidays(zone: str, year: int) -> Mapping[int, str]:
    """Return the French name of each public holiday of the year, by day ordinal.

    When two fall on one day (1 May and Ascension in 2008) it has the name of the fixed one.
    """
    names: dict[int, str] = {}
    for name, day in JoursFeries.for_year(year, zone).items():
        names.setdefault(day.toordinal(), name)
    return MappingProxyType(names)


def holiday_label(name: str) -> str:
    """Return the name of a public holiday in the language in force."""
    labels = {
        "1er janvier": pgettext("jour férié", "Jour de l'An"),
        "1er mai": pgettext("jour férié", "1er mai"),
        "8 mai": pgettext("jour férié", "8 mai"),
        "14 juillet": pgettext("jour férié", "14 juillet"),
        "Assomption": pgettext("jour férié", "Assomption"),
        "Toussaint": pgettext("jour férié", "Toussaint"),
        "11 novembre": pgettext("jour férié", "11 novembre"),
        "Jour de Noël": pgettext("jour férié", "Noël"),
        "Lundi de Pâques": pgettext("jour férié", "Lundi de Pâques"),
        "Ascension": pgettext("jour férié", "Ascension"),
        "Lundi de Pentecôte": pgettext("jour férié", "Lundi de Pentecôte"),
        "Vendredi saint": pgettext("jour férié", "Vendredi saint"),
        "2ème jour de Noël": pgettext("jour férié", "Saint-Étienne"),
        "Abolition de l'esclavage": pgettext("jour férié", "Abolition de l'esclavage"),
    }
    return labels.get(name, name)


def is_school_holiday(zone: str | None, ordinal: int) -> bool | None:
    """Tell whether the day is in the school holidays of the zone; None when nobody told us.

    It is unknown without a zone, in a zone without a calendar, and outside the years that are
    published: after the last holiday of the source, a working day looks like a gap of the data.
    """
    if zone not in SCHOOL_ZONES:
        return None
    days, first, last = _school_holidays(zone)
    return ordinal in days if first <= ordinal <= last else None


def last_known_school_day() -> date:
    """Return the last day for which the calendar of zones A, B and C is known."""
    return date.fromordinal(_school_holidays("A")[2])


@cache
def _school_holidays(zone: str) -> tuple[frozenset[int], int, int]:
    """Return the days of the zone and the first and last days known (in all three zones)."""
    source = _school_source()
    days = frozenset(
        day.toordinal() for day in source.data if source.is_holiday_for_zone(day, zone)
    )
    return days, min(source.data).toordinal(), max(source.data).toordinal()


@cache
def _school_source() -> SchoolHolidayDates:
    return SchoolHolidayDates()
