"""Wall-clock times, as minutes since midnight, and what people write for them and for dates."""

import re
from datetime import date, time

from directory.errors import InvalidInput
from directory.i18n import gettext

#: Minutes of a day on which the clocks do not change.
DAY = 1440

_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
#: Days of each month in a leap year.
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def clock_minute(value: object, field: str) -> int:
    """Return the minutes since midnight of "9:30", "09:30" or a `time`; "24:00" is 1440.

    :raise InvalidInput: it is not a time of the day to the minute.
    """
    if isinstance(value, time):
        if value.second or value.microsecond:
            raise _bad_time(value, field)
        return value.hour * 60 + value.minute
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _bad_time(value, field)
    hour, minute = int(found[1]), int(found[2])
    if minute > 59 or hour * 60 + minute > DAY:
        raise _bad_time(value, field)
    return hour * 60 + minute


def clock_text(minute: int) -> str:
    """Return "09:30"; what lies after midnight of the next day is written as on that day."""
    if minute > DAY:
        minute -= DAY
    return f"{minute // 60:02}:{minute % 60:02}"


def calendar_date(value: object, field: str) -> date:
    """Return the date of "2026-05-01" or of a `date`.

    :raise InvalidInput: it is not a date of the calendar.
    """
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _bad_date(value, field) from None
    if type(value) is date:
        return value
    raise _bad_date(value, field)


def month_day(value: object, field: str) -> str:
    """Return "11-01" (month, day) when it is a day of some year; 02-29 is.

    :raise InvalidInput: it is not.
    """
    found = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if (
        found
        and 1 <= int(found[1]) <= 12
        and 1 <= int(found[2]) <= LONGEST_MONTH[int(found[1]) - 1]
    ):
        return found[0]
    raise InvalidInput(
        gettext("« %(value)s » n'est pas un jour de l'année.", value=value),
        field=field,
        remedy=gettext("Écrivez le mois puis le jour, par exemple 11-01 pour le 1er novembre."),
    )


def _bad_time(value: object, field: str) -> InvalidInput:
    return InvalidInput(
        gettext("« %(value)s » n'est pas une heure.", value=value),
        field=field,
        remedy=gettext("Écrivez l'heure et les minutes, de 00:00 à 24:00, par exemple 09:30."),
    )


def _bad_date(value: object, field: str) -> InvalidInput:
    return InvalidInput(
        gettext("« %(value)s » n'est pas une date.", value=value),
        field=field,
        remedy=gettext("Écrivez l'année, le mois et le jour, par exemple 2026-05-01."),
    )
