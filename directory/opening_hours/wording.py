"""Dates and times in words, in a language, on the clock of a place."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from directory.i18n import babel_locale

#: From so many days on, a date is written with its year.
_DAYS_WITHOUT_YEAR = 300


class Words:
    """Dates and times as people say them on a given day."""

    def __init__(self, today: date, zone: ZoneInfo, tag: str) -> None:
        self.today = today
        self._zone = zone
        self._locale = babel_locale(tag)

    def wall(self, at: datetime) -> datetime:
        """Return the instant on the clock of the place."""
        return at.astimezone(self._zone)

    def clock(self, wall: datetime) -> str:
        """Return "9:30"."""
        return str(format_time(wall.time(), "H:mm", locale=self._locale))

    def weekday(self, day: date) -> str:
        """Return "mardi"."""
        return str(format_date(day, "EEEE", locale=self._locale))

    def day(self, day: date) -> str:
        """Return "3 septembre", with its year when it lies far ahead."""
        return self._date(day, "")

    def full_day(self, day: date) -> str:
        """Return "mardi 3 septembre"."""
        return self._date(day, "EEEE ")

    def _date(self, day: date, prefix: str) -> str:
        # French writes the first of a month as an ordinal, which Babel's patterns cannot.
        number = "'1er'" if day.day == 1 and self._locale.language == "fr" else "d"
        year = " y" if (day - self.today).days >= _DAYS_WITHOUT_YEAR else ""
        return str(format_date(day, f"{prefix}{number} MMMM{year}", locale=self._locale))
