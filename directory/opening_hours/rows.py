"""Rows of plain values, as a table or JSON holds them, read into and written from dataclasses."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from directory.errors import InvalidInput
from directory.i18n import gettext

#: By column: what turns a plain value and the column's name into the value of the field.
Readers = Mapping[str, Callable[[object, str], object]]

#: By column: what turns the value of the field into a plain value.
Writers = Mapping[str, Callable[[Any], object]]

_LONGEST_TEXT = 500

E = TypeVar("E", bound=StrEnum)


def read(row: object, readers: Readers, required: Iterable[str]) -> dict[str, Any]:
    """Return the arguments that a row holds; columns that are None are left out.

    :raise InvalidInput: a column is unknown or missing, or its value is refused by its reader.
    """
    if not isinstance(row, Mapping):
        raise InvalidInput(gettext("Une ligne d'horaires est un objet."), field="rules")
    values: dict[str, Any] = {}
    for column, value in row.items():
        reader = readers.get(column)
        if reader is None:
            raise InvalidInput(
                gettext("La colonne « %(column)s » n'existe pas.", column=column), field=str(column)
            )
        if value is not None:
            values[column] = reader(value, column)
    for column in required:
        if column not in values:
            raise InvalidInput(
                gettext("La colonne « %(column)s » manque.", column=column), field=column
            )
    return values


def write(item: Any, writers: Writers) -> dict[str, object]:
    """Return the plain values of a dataclass that are not its defaults."""
    row: dict[str, object] = {}
    for field in dataclasses.fields(item):
        value = getattr(item, field.name)
        if field.init and value is not None and value != field.default:
            writer = writers.get(field.name)
            row[field.name] = writer(value) if writer else value
    return row


def choice(words: type[E]) -> Callable[[object, str], E]:
    """Return the reader of one word of an enumeration."""
    by_value = {word.value: word for word in words}

    def read_choice(value: object, field: str) -> E:
        word = by_value.get(value) if isinstance(value, str) else None
        if word is None:
            raise InvalidInput(
                gettext("« %(value)s » n'est pas une valeur connue.", value=value),
                field=field,
                remedy=gettext("Choisissez parmi : %(words)s.", words=", ".join(by_value)),
            )
        return word

    return read_choice


def number(value: object, field: str) -> int:
    """Return a whole number (True is not one).

    :raise InvalidInput: it is not.
    """
    if type(value) is not int:
        raise InvalidInput(
            gettext("« %(value)s » n'est pas un nombre entier.", value=value), field=field
        )
    return value


def numbers(value: object, field: str) -> tuple[int, ...]:
    """Return the distinct whole numbers of a list, in order.

    :raise InvalidInput: it is not a list, or holds something else.
    """
    if not isinstance(value, list | tuple):
        raise InvalidInput(gettext("Une liste de nombres est attendue."), field=field)
    return tuple(sorted({number(item, field) for item in value}))


def yes_or_no(value: object, field: str) -> bool:
    """Return a boolean.

    :raise InvalidInput: it is not one.
    """
    if type(value) is not bool:
        raise InvalidInput(gettext("« Vrai » ou « faux » est attendu."), field=field)
    return value


def text(value: object, field: str) -> str | None:
    """Return a text without outer blanks, None when nothing is left.

    :raise InvalidInput: it is not a text, or is too long.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or "\x00" in value:
        raise InvalidInput(
            gettext(
                "Un texte de %(longest)s caractères au plus est attendu.", longest=_LONGEST_TEXT
            ),
            field=field,
        )
    return value.strip() or None
