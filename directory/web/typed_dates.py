"""Days and hours as people type them, where a browser has no calendar of its own to offer."""

import re
from contextlib import suppress
from datetime import date, time

from directory.errors import InvalidInput
from directory.i18n import gettext

_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_FRENCH_DAY = re.compile(
    r"(?P<day>\d{1,2})[/.\- ](?P<month>\d{1,2})[/.\- ](?P<year>\d{4})", re.ASCII
)
_HOUR = re.compile(r"(?P<hour>\d{1,2})\s*[:hH]\s*(?P<minute>\d{2})?(:\d{2})?", re.ASCII)


#: A year beyond these is a slip of the finger, and breaks sums of clocks that begin at year 1.
_YEARS = range(1900, 2200)


def read_date(typed: str) -> date:
    """Return a day written `2026-11-20`, as browsers send it, or `20/11/2026`.

    :raise InvalidInput: it is neither, or there is no such day within `_YEARS`.
    """
    found = _ISO_DAY.fullmatch(typed.strip()) or _FRENCH_DAY.fullmatch(typed.strip())
    if found is not None and int(found["year"]) in _YEARS:
        with suppress(ValueError):
            return date(**{name: int(part) for name, part in found.groupdict().items()})
    raise InvalidInput(
        gettext("Ce jour n'est pas compris."), remedy=gettext("Écrivez-le ainsi : 20/11/2026.")
    )


def read_time(typed: str) -> time:
    """Return an hour of the day, to the minute: `14:30`, `14h30`, `14h`.

    :raise InvalidInput: it is none of these, or there is no such hour.
    """
    found = _HOUR.fullmatch(typed.strip())
    if found is not None:
        with suppress(ValueError):
            return time(int(found["hour"]), int(found["minute"] or 0))
    raise InvalidInput(
        gettext("Cette heure n'est pas comprise."), remedy=gettext("Écrivez-la ainsi : 14:30.")
    )
