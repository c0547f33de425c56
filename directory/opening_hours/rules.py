"""One row of a schedule: which days, from when to when, and what holidays change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.opening_hours import rows
from directory.opening_hours.clock import DAY, calendar_date, clock_minute, clock_text, month_day
from directory.opening_hours.vocabulary import (
    OnPublicHolidays,
    OnSchoolHolidays,
    Purpose,
    WeekParity,
)

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRule:
    """One slot that comes back. A day has several slots when several rules hold on it.

    A slot that closes at or before the time it opens crosses midnight and belongs to the day it
    starts: its weekday, season and holidays are those of that day.

    :raise InvalidInput: the slot is empty, or a bound is not one.
    """

    #: Minutes since midnight on the wall clock.
    opens_at: int
    #: Minutes since midnight, 1440 at most; at or before `opens_at`, it is of the next day.
    closes_at: int
    #: ISO: Monday is 1, Sunday is 7.
    weekdays: tuple[int, ...] = EVERY_DAY
    #: Which ones of the month (1 first … 5, -1 last … -5); empty means every one.
    nth: tuple[int, ...] = ()
    week_parity: WeekParity | None = None
    #: One week out of so many, counted from the week of `anchor_on`, before it and after it.
    every_weeks: int = 1
    anchor_on: date | None = None
    #: First and last day on which the rule is in force.
    valid_from: date | None = None
    valid_to: date | None = None
    #: First and last day of a season that comes back every year ("11-01"); may span new year.
    season_from: str | None = None
    season_to: str | None = None
    on_public_holidays: OnPublicHolidays = OnPublicHolidays.UNKNOWN
    on_school_holidays: OnSchoolHolidays = OnSchoolHolidays.SAME
    #: Wall time from which nobody is taken in any more, though the slot goes on.
    last_entry_at: int | None = None
    by_appointment: bool = False
    #: Announced, but the source does not let us tell when it holds: unknown, never open. From
    #: 00:00 to 24:00 nothing at all is known of the day.
    is_unknown: bool = False
    purpose: Purpose = Purpose.COUNTER
    #: A remark for people, shown beside the slot.
    description: str | None = None

    def __post_init__(self) -> None:
        _check_slot(self)
        _check_days(self)
        _check_periods(self)

    @property
    def closes_after(self) -> int:
        """Minutes from the midnight before the slot to its end: above 1440 when it crosses."""
        return self.closes_at if self.closes_at > self.opens_at else self.closes_at + DAY

    @property
    def is_unknown_day(self) -> bool:
        """True when it says that nothing is known of its days."""
        return self.is_unknown and (self.opens_at, self.closes_at) == (0, DAY)

    @property
    def last_entry_after(self) -> int | None:
        """The same for the last entry."""
        last = self.last_entry_at
        return last if last is None or last > self.opens_at else last + DAY

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Self:
        """Build from a row of a table or of JSON; absent and None are the default.

        :raise InvalidInput: a column is unknown, missing, or not what it should be.
        """
        return cls(**rows.read(row, _COLUMNS, required=("opens_at", "closes_at")))

    def to_row(self) -> dict[str, object]:
        """Return the JSON row, without what is default; `from_row` gives the rule back."""
        return rows.write(self, _WRITERS)


def _check_slot(rule: ScheduleRule) -> None:
    if not (0 <= rule.opens_at < DAY and 0 <= rule.closes_at <= DAY):
        raise InvalidInput(
            gettext("Un créneau commence entre 00:00 et 23:59 et finit à 24:00 au plus tard."),
            field="opens_at",
        )
    if rule.opens_at == rule.closes_at:
        raise InvalidInput(
            gettext("Le créneau de %(time)s à %(time)s est vide.", time=clock_text(rule.opens_at)),
            field="closes_at",
            remedy=gettext(
                "Supprimez ce créneau, ou écrivez 00:00 - 24:00 pour la journée entière."
            ),
        )
    last = rule.last_entry_after
    if last is not None and not (
        0 <= (rule.last_entry_at or 0) <= DAY and rule.opens_at < last <= rule.closes_after
    ):
        raise InvalidInput(
            gettext("La dernière entrée doit tomber pendant le créneau."), field="last_entry_at"
        )


def _check_days(rule: ScheduleRule) -> None:
    if not rule.weekdays or any(day not in EVERY_DAY for day in rule.weekdays):
        raise InvalidInput(gettext("Les jours vont de 1 (lundi) à 7 (dimanche)."), field="weekdays")
    if any(n == 0 or abs(n) > 5 for n in rule.nth):
        raise InvalidInput(
            gettext("Le rang dans le mois va de 1 à 5, ou de -1 (le dernier) à -5."), field="nth"
        )
    if not 1 <= rule.every_weeks <= 52:
        raise InvalidInput(
            gettext("Le rythme va d'une semaine sur 1 à une semaine sur 52."),
            field="every_weeks",
        )
    if (rule.every_weeks > 1) != (rule.anchor_on is not None):
        raise InvalidInput(
            gettext("Un rythme de plusieurs semaines se compte à partir d'une date."),
            field="anchor_on",
            remedy=gettext("Donnez une date qui tombe dans une semaine d'ouverture."),
        )
    if rule.week_parity is not None and rule.every_weeks > 1:
        raise InvalidInput(
            gettext("Choisissez les semaines paires ou impaires, ou un rythme, pas les deux."),
            field="week_parity",
        )


def _check_periods(rule: ScheduleRule) -> None:
    if rule.valid_from and rule.valid_to and rule.valid_to < rule.valid_from:
        raise InvalidInput(gettext("La période finit avant de commencer."), field="valid_to")
    if (rule.season_from is None) != (rule.season_to is None):
        raise InvalidInput(
            gettext("Une saison a un premier et un dernier jour."), field="season_from"
        )
    for field in ("season_from", "season_to"):
        if getattr(rule, field) is not None:
            month_day(getattr(rule, field), field)


_COLUMNS: rows.Readers = {
    "opens_at": clock_minute,
    "closes_at": clock_minute,
    "weekdays": rows.numbers,
    "nth": rows.numbers,
    "week_parity": rows.choice(WeekParity),
    "every_weeks": rows.number,
    "anchor_on": calendar_date,
    "valid_from": calendar_date,
    "valid_to": calendar_date,
    "season_from": month_day,
    "season_to": month_day,
    "on_public_holidays": rows.choice(OnPublicHolidays),
    "on_school_holidays": rows.choice(OnSchoolHolidays),
    "last_entry_at": clock_minute,
    "by_appointment": rows.yes_or_no,
    "is_unknown": rows.yes_or_no,
    "purpose": rows.choice(Purpose),
    "description": rows.text,
}

_WRITERS: rows.Writers = {
    "opens_at": clock_text,
    "closes_at": clock_text,
    "last_entry_at": clock_text,
    "anchor_on": date.isoformat,
    "valid_from": date.isoformat,
    "valid_to": date.isoformat,
    "weekdays": list,
    "nth": list,
}
