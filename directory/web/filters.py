"""How templates write distances, days and numbers, in the language of the request."""

import re
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from markupsafe import Markup, escape

from directory import i18n
from directory.accounts.vocabulary import role_label
from directory.i18n import gettext
from directory.listings.cards import dialled
from directory.privacy.access_log import shown_label


def register(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.jinja_env.filters.update(
        day=day,
        distance=distance,
        is_web_address=is_web_address,
        kilometres=kilometres,
        moment=moment,
        number=number,
        phone_number=dialled,
        role_label=role_label,
        short_address=short_address,
        shown_label=shown_label,
        with_code=with_code,
        weekday=weekday,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def distance(metres: float, *, is_approximate: bool = False) -> str:
    """Return a crow-fly distance: metres by ten below one kilometre, then kilometres.

    One decimal below 10 km. An approximate one, to the centre of a commune, says so and is
    given in whole kilometres; below one it says nothing of a place that may be anywhere around.
    """
    if is_approximate and metres < 1000:
        return gettext("distance inconnue")
    if is_approximate:
        return gettext("à environ %(count)s km", count=number(round(metres / 1000)))
    if metres < 995:
        return gettext("à %(count)s m", count=number(max(10, round(metres / 10) * 10)))
    length_km = metres / 1000
    shown = round(length_km, 1) if length_km < 9.95 else round(length_km)
    return gettext("à %(count)s km", count=number(shown))


def kilometres(metres: float) -> str:
    """Return a radius in kilometres: `10 km`."""
    return gettext("%(count)s km", count=number(round(metres / 1000, 1)))


def number(value: float) -> str:
    """Return a number as it is written in the language: `1 234,5`."""
    return format_decimal(value, locale=_locale())


def day(value: date | datetime | str) -> str:
    """Return a day in words, `5 février 2026`; never an ISO date in running text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return format_date(value, f"{_number_of(value)} MMMM y", locale=_locale())


def moment(value: datetime, time_zone: str = "Europe/Paris") -> str:
    """Return a day and an hour of the clocks of a place: `5 février 2026 à 14:30`."""
    local = value.astimezone(ZoneInfo(time_zone))
    return gettext("%(day)s à %(time)s", day=day(local), time=f"{local:%H:%M}")


def weekday(value: date) -> str:
    """Return a day of this week: `mardi 17 novembre`."""
    return format_date(value, f"EEEE {_number_of(value)} MMMM", locale=_locale())


def _number_of(value: date) -> str:
    """Return the pattern of the day: French writes the first as an ordinal, Babel cannot."""
    return "'1er'" if value.day == 1 and _locale() == "fr" else "d"


def is_web_address(value: str | None) -> bool:
    """Say whether a stored address may be a link: of the web, and nothing that runs."""
    return bool(value) and urlsplit(value).scheme in ("http", "https")


def short_address(value: str) -> str:
    """Return a web address as people say it: `www.exemple.fr/aide`."""
    parts = urlsplit(value)
    return f"{parts.netloc}{parts.path}".rstrip("/")


def with_code(text: str) -> Markup:
    """Return a text as HTML, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def _locale() -> str:
    return str(i18n.babel_locale(i18n.current_language().tag))
