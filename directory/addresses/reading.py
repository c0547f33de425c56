"""Reading the street part of a typed address: its house number, and the words of its street."""

import re
from dataclasses import dataclass, field
from typing import Self

from directory.addresses.words import is_kind_word, street_words
from directory.geocoding.delivery import without_boxes_and_doors
from directory.territories.words import fold

_MONTHS = frozenset(
    """
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    """.split()  # noqa: SIM905 - twelve words in quotes would hide the list
)
_REPETITIONS = {"b": "bis", "t": "ter", "q": "quater"}
_SAID_REPETITIONS = frozenset(("bis", "ter", "quater", "quinquies"))
_NUMBER = re.compile(r"(\d{1,4})(bis|ter|quater|quinquies|[a-z])?")
_AND = frozenset(("et", "a", "au", "ou"))

#: What is left of the town of an envelope.
_CEDEX = re.compile(r"\bcedex(?: ?\d{1,2})?\b")
_NUMBER_SIGN = re.compile(r"^(?:no?|numero) (?=\d)")


@dataclass(frozen=True, slots=True)
class TypedStreet:
    """One way to understand a street as it was typed."""

    #: None when no house number was typed.
    number: int | None
    #: `bis`, `ter`, `quater`, a letter; empty for most.
    repetition: str
    #: `directory.addresses.words.street_words` of the street.
    words: tuple[str, ...]
    #: The same with the last word as it was typed, for one that is unfinished: « gal » is
    #: « Général », or the beginning of « Galliéni ».
    begun: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def of(cls, number: int | None, repetition: str, words: list[str]) -> Self:
        """Return a street as it was typed, word by word."""
        street = " ".join(words)
        begun = street_words(street, is_unfinished=True)
        return cls(number, repetition, street_words(street), begun)


def readings(text: str) -> list[TypedStreet]:
    """Return the ways to understand a street, the likeliest first; none when nothing is left.

    « 8 mai 1945 » is a street, or the house number 8 of none: both are told. A number stands
    before its street, or after it. Of « 12-14 » the first counts.
    """
    street = _CEDEX.sub(" ", fold(without_boxes_and_doors(text))).strip()
    words = _NUMBER_SIGN.sub("", street).split()
    whole = TypedStreet.of(None, "", words)
    ways = [_number_first(words), whole, _number_last(words)]
    if words and _NUMBER.fullmatch(words[0]) and words[1:2] and words[1] in _MONTHS:
        ways[0], ways[1] = ways[1], ways[0]
    return [way for way in ways if way is not None and way.words]


def normal_repetition(text: str) -> str:
    """Return a repetition in its usual spelling: « B » and « bis » are one."""
    folded = fold(text)
    return _REPETITIONS.get(folded, folded)


def _number_first(words: list[str]) -> TypedStreet | None:
    found = _NUMBER.fullmatch(words[0]) if words else None
    if found is None:
        return None
    rest = words[1:]
    repetition = found[2] or ""
    if not repetition and _is_repetition(rest):
        repetition, rest = rest[0], rest[1:]
    return TypedStreet.of(int(found[1]), normal_repetition(repetition), _after_range(rest))


def _is_repetition(rest: list[str]) -> bool:
    """Tell « 12 b rue Foch » from « 12 r Foch », where the letter is the street's."""
    if not rest or rest[0] in _SAID_REPETITIONS:
        return bool(rest)
    return len(rest[0]) == 1 and rest[0].isalpha() and len(rest) > 1 and is_kind_word(rest[1])


def _after_range(rest: list[str]) -> list[str]:
    """Leave out the other end of « 12-14 », « 12 et 14 », « 12 bis à 14 ter »."""
    if len(rest) > 1 and rest[0] in _AND and _NUMBER.fullmatch(rest[1]):
        rest = rest[1:]
    elif not (rest and _NUMBER.fullmatch(rest[0])):
        return rest
    if len(rest) > 1 and rest[1] in _MONTHS:
        return rest
    rest = rest[1:]
    return rest[1:] if rest and rest[0] in _SAID_REPETITIONS else rest


def _number_last(words: list[str]) -> TypedStreet | None:
    repetition = ""
    if len(words) > 2 and words[-1] in _SAID_REPETITIONS:
        repetition, words = words[-1], words[:-1]
    found = _NUMBER.fullmatch(words[-1]) if len(words) > 1 else None
    if found is None or words[-2] in _MONTHS:
        return None
    return TypedStreet.of(int(found[1]), normal_repetition(found[2] or repetition), words[:-1])
