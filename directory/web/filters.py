"""How templates write distances, days and numbers, in the language of the request."""

from datetime import date, datetime

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from flask import Flask

from directory import i18n
from directory.i18n import gettext


def register(app: Flask) -> None:
    """Give templates the filters `distance`, `day`, `clock` and `number`."""
    app.jinja_env.filters.update(distance=distance, day=day, clock=clock, number=number)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def distance(metres: float) -> str:
    """Return a crow-fly distance: metres by ten below one kilometre, then kilometres.

    One decimal below 10 km: the place is not farther than the eye can judge.
    """
    if metres < 995:
        return gettext("à %(count)s m", count=number(max(10, round(metres / 10) * 10)))
    kilometres = metres / 1000
    shown = round(kilometres, 1) if kilometres < 9.95 else round(kilometres)
    return gettext("à %(count)s km", count=number(shown))


def number(value: float) -> str:
    """Return a number as it is written in the language: `1 234,5`."""
    return format_decimal(value, locale=_locale())


def day(value: date | datetime | str, *, year: bool = True) -> str:
    """Return a day in words, `5 février 2026`; never an ISO date in running text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if year:
        return format_date(value, format="long", locale=_locale())
    return format_skeleton("MMMMd", value, locale=_locale())


def clock(value: datetime) -> str:
    """Return the hour on 24 hours, `14:05`: the form of door signs, in every language."""
    return f"{value:%H:%M}"


def _locale() -> str:
    return str(i18n.babel_locale(i18n.current_language().tag))
