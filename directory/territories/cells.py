"""Reading one cell of a table of communes. Each function gives a value or says what is wrong."""

import math
import re

from directory.errors import InvalidInput
from directory.geo import Position
from directory.i18n import gettext
from directory.territories.commune import Box, Kind

INSEE_CODE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
_POSTAL_CODE = re.compile(r"\d{5}")
_AREA_CODE = re.compile(r"[0-9AB]{1,9}")

#: Words of the official tables for what a row is, and ours.
KINDS = {
    "commune": Kind.COMMUNE,
    "commune-actuelle": Kind.COMMUNE,
    "arrondissement": Kind.ARRONDISSEMENT,
    "arrondissement-municipal": Kind.ARRONDISSEMENT,
}


def insee_code(column: str, text: str) -> str:
    """Read an INSEE code of a commune."""
    if not INSEE_CODE.fullmatch(text):
        raise _refused(column, text, gettext("Un code INSEE a cinq signes : 93010, 2A004."))
    return text


def area_code(column: str, text: str) -> str:
    """Read the code of a département, region or intercommunality."""
    if not _AREA_CODE.fullmatch(text):
        raise _refused(column, text, gettext("Donnez le code officiel, sans espace."))
    return text


def words(column: str, text: str) -> str:
    """Read a name, which cannot be empty nor hold control signs."""
    if not text.strip() or not text.isprintable():
        raise _refused(column, text, gettext("Donnez un nom lisible."))
    return text.strip()


def kind(column: str, text: str) -> Kind:
    """Read what the row stands for."""
    if text not in KINDS:
        known = ", ".join(KINDS)
        raise _refused(column, text, gettext("Valeurs connues : %(known)s.", known=known))
    return KINDS[text]


def insee_codes(column: str, values: list[str]) -> tuple[str, ...]:
    """Read a list of INSEE codes."""
    return tuple(insee_code(column, value) for value in values)


def postal_codes(column: str, values: list[str]) -> tuple[str, ...]:
    """Read a list of postal codes."""
    for value in values:
        if not _POSTAL_CODE.fullmatch(value):
            raise _refused(column, value, gettext("Un code postal a cinq chiffres."))
    return tuple(values)


def population(column: str, text: str) -> int | None:
    """Read a number of inhabitants; empty means unknown."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise _refused(column, text, gettext("Donnez un nombre entier d'habitants, ou rien."))
    return int(text)


def position(columns: tuple[str, str], latitude: str, longitude: str) -> Position | None:
    """Read a point from its two cells; both empty means unknown."""
    if not latitude and not longitude:
        return None
    try:
        return Position(number(columns[0], latitude), number(columns[1], longitude))
    except InvalidInput as error:
        name = {"latitude": columns[0], "longitude": columns[1]}.get(error.field or "")
        raise InvalidInput(error.message, field=name or error.field, remedy=error.remedy) from error


def box(column: str, values: list[str]) -> Box | None:
    """Read « west south east north »; nothing means unknown."""
    if not values:
        return None
    if len(values) != 4:
        raise _refused(column, " ".join(values), gettext("Donnez « ouest sud est nord »."))
    west, south, east, north = (number(column, value) for value in values)
    if west > east or south > north or max(abs(south), abs(north)) > 90:
        raise _refused(column, " ".join(values), gettext("Donnez « ouest sud est nord »."))
    return Box(west, south, east, north)


def number(column: str, text: str) -> float:
    """Read a finite decimal number written with a point."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _refused(column, text, gettext("Donnez un nombre décimal, avec un point."))
    return value


def _refused(column: str, value: str, remedy: str) -> InvalidInput:
    return InvalidInput(
        gettext(
            "Colonne « %(column)s » : la valeur « %(value)s » n'est pas lisible.",
            column=column,
            value=value[:60],
        ),
        field=column,
        remedy=remedy,
    )
