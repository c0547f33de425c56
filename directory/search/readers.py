"""Reading the text of one parameter; each reader names the parameter it refuses, and the remedy."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.search.criteria import Cursor

#: Longest value read, in characters; nobody types an address that long.
MOST_CHARACTERS = 300

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def checked_text(name: str, text: str) -> str:
    """Return the text without spaces around, refused when overlong or unreadable."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(
            gettext("La valeur de « %(name)s » est trop longue.", name=name),
            field=name,
            remedy=gettext("Donnez au plus %(most)s caractères.", most=MOST_CHARACTERS),
        )
    if any(ord(sign) < 32 or 0xD800 <= ord(sign) <= 0xDFFF or ord(sign) == 127 for sign in text):
        raise InvalidInput(
            gettext("La valeur de « %(name)s » contient un signe illisible.", name=name),
            field=name,
            remedy=gettext("Retapez-la au clavier."),
        )
    return text.strip()


def text(_name: str, text: str) -> str:
    """Return the text as it is."""
    return text


def insee_code(name: str, text: str) -> str:
    """Read the INSEE code of a commune."""
    code = text.upper()
    if not re.fullmatch(r"\d{5}|2[AB]\d{3}", code):
        raise InvalidInput(
            gettext("« %(value)s » n'est pas un code INSEE de commune.", value=text),
            field=name,
            remedy=gettext("Un code INSEE a cinq signes, comme 93010 ou 2A004."),
        )
    return code


def degrees(bound: float) -> Callable[[str, str], float]:
    """Return the reader of a coordinate between -bound and bound."""

    def read(name: str, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or abs(value) > bound:
            raise InvalidInput(
                gettext("« %(value)s » n'est pas une coordonnée.", value=text[:60]),
                field=name,
                remedy=gettext(
                    "Donnez des degrés décimaux, entre -%(bound)g et %(bound)g.", bound=bound
                ),
            )
        return value

    return read


def whole_number(least: int, most: int) -> Callable[[str, str], int]:
    """Return the reader of a whole number between two bounds, included."""

    def read(name: str, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise InvalidInput(
                gettext(
                    "« %(value)s » ne convient pas pour « %(name)s ».", value=text[:60], name=name
                ),
                field=name,
                remedy=gettext(
                    "Donnez un nombre entier entre %(least)s et %(most)s.", least=least, most=most
                ),
            )
        return int(text)

    return read


def flag(name: str, text: str) -> bool:
    """Read yes or no."""
    if text.lower() not in _FLAGS:
        raise InvalidInput(
            gettext("« %(value)s » ne convient pas pour « %(name)s ».", value=text[:60], name=name),
            field=name,
            remedy=gettext("Écrivez « true » ou « false »."),
        )
    return _FLAGS[text.lower()]


def one_of(known: Iterable[str]) -> Callable[[str, str], str]:
    """Return the reader of a word of a list."""
    choices = tuple(known)

    def read(name: str, text: str) -> str:
        if text not in choices:
            raise InvalidInput(
                gettext(
                    "« %(value)s » n'existe pas pour « %(name)s ».", value=text[:60], name=name
                ),
                field=name,
                remedy=gettext("Choisissez parmi : %(names)s.", names=", ".join(choices)),
            )
        return text

    return read


def language_tag(name: str, text: str) -> str:
    """Read a BCP 47 language tag."""
    if not LANGUAGE_TAG.fullmatch(text):
        raise InvalidInput(
            gettext("« %(value)s » n'est pas une langue.", value=text[:60]),
            field=name,
            remedy=gettext("Donnez un code de langue, comme fr, ar ou fsl."),
        )
    return text


def moment(name: str, text: str) -> datetime | str:
    """Read `now`, or an instant of ISO 8601 with its offset; return it in UTC."""
    if text == "now":
        return text
    # In an address a plus sign that nobody encoded arrives as a space.
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError as error:
        raise _not_a_moment(name, text) from error
    if moment.tzinfo is None:
        raise _not_a_moment(name, text)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise _not_a_moment(name, text) from error


def _not_a_moment(name: str, text: str) -> InvalidInput:
    return InvalidInput(
        gettext("« %(value)s » n'est pas une date avec son heure et son fuseau.", value=text[:60]),
        field=name,
        remedy=gettext("Écrivez « now », ou par exemple 2026-11-20T14:30:00+01:00."),
    )


def cursor(name: str, text: str) -> Cursor:
    """Read where the last page ended."""
    parts = re.fullmatch(r"([0-9]{1,12})-([0-9]{1,18})", text)
    if parts is None:
        raise InvalidInput(
            gettext("La suite demandée n'est pas lisible."),
            field=name,
            remedy=gettext("Reprenez la valeur « next » de la page précédente."),
        )
    return Cursor(distance_mm=int(parts[1]), id=int(parts[2]))


_FLAGS = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
