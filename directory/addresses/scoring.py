"""How well a typed street fits a street: a number from 0 to 1. Pure.

From 0.8 on it is taken for the one meant (`directory.geocoding.trust`): an exact name, one with a
typing error, one without its first name. Another kind of way, or half of the words, stays below.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from directory.addresses.words import kind_and_name

#: What a word still being typed is worth against one that begins so.
_BEGINNING = 0.95

#: A single letter for a first name: « J. Jaurès ».
_INITIAL = 0.8

#: How much of a word an error of one letter in it takes away, times the length.
_ERROR = 0.6

#: The share of the score that what was typed makes; the rest is what of the street was typed.
_TYPED_SHARE = 0.7

_DIGITS = re.compile(r"\d+")

_KIND_MISSING, _KIND_DIFFERS = 0.97, 0.75

#: Titles say little: a street keeps its name when they are left out.
_TITLES = frozenset(
    """
    abbe amiral capitaine colonel commandant docteur general lieutenant madame maitre marechal
    mademoiselle monseigneur president professeur saint sainte sergent
    """.split()  # noqa: SIM905 - seventeen words in quotes would hide the list
)
_TITLE_WEIGHT, _SHORT_WEIGHT, _LAST_WEIGHT = 0.4, 0.6, 1.5

#: A small word that fits nothing is mostly a misspelt « des », or a kind of way cut short. Not the
#: last one of a street, which tells it apart: « Docteur Jean Roux » is not « Docteur Jean Kahn ».
_SMALL, _SMALL_WEIGHT = 5, 0.3


def score(typed: tuple[str, ...], street: tuple[str, ...], *, is_unfinished: bool = False) -> float:
    """Return how well typed words fit those of a street (`words.street_words` of both).

    With `is_unfinished` the last typed word may be the beginning of one.
    """
    if typed == street:
        return 1.0
    typed_kind, typed_name = kind_and_name(typed)
    kind, name = kind_and_name(street)
    if kind and not typed_kind and len(typed) > 1 and _is_misspelt_kind(typed[0], kind):
        typed_kind, typed_name = kind, typed[1:]
    own = max(
        _of_words(typed_name, name, is_unfinished=is_unfinished), _of_letters(typed_name, name)
    )
    found = own * _of_kinds(typed_kind, kind)
    if typed == (kind,) and not is_unfinished:
        # Only « rue de la » was written.
        return 0.0
    if typed_kind and not kind or kind and not typed_kind:
        # The kind of the one may be a word of the name of the other: « La Cité », « Grande Rue ».
        found = max(found, _of_words(typed, street, is_unfinished=is_unfinished) * _KIND_MISSING)
    return min(found, 0.99)


def _is_misspelt_kind(word: str, kind: str) -> bool:
    return OSA.distance(word, kind, score_cutoff=1) <= 1


def _of_kinds(typed: str | None, kind: str | None) -> float:
    if typed == kind:
        return 1.0
    return _KIND_MISSING if typed is None or kind is None else _KIND_DIFFERS


def _of_words(typed: Sequence[str], name: Sequence[str], *, is_unfinished: bool) -> float:
    """Weigh the words of the one found in the other, in any order."""
    if not typed or not name:
        return 0.0
    pairs = sorted(
        (
            (_alike(word, other, may_begin=is_unfinished and at == len(typed) - 1), at, to)
            for at, word in enumerate(typed)
            for to, other in enumerate(name)
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    of_typed: dict[int, float] = {}
    of_name: dict[int, float] = {}
    for likeness, at, to in pairs:
        if likeness > 0 and at not in of_typed and to not in of_name:
            of_typed[at] = of_name[to] = likeness
    has_last = len(name) - 1 in of_name
    in_typed = _covered(typed, of_typed, may_end_small=has_last)
    in_name = _covered(name, of_name)
    return _TYPED_SHARE * in_typed + (1 - _TYPED_SHARE) * in_name


def _covered(
    words: Sequence[str], likeness: dict[int, float], *, may_end_small: bool = False
) -> float:
    weights = [_weight(word) for word in words]
    weights[-1] *= _LAST_WEIGHT
    for at, word in enumerate(words if may_end_small else words[:-1]):
        if at not in likeness and len(word) < _SMALL and not word.isdigit():
            weights[at] = min(weights[at], _SMALL_WEIGHT)
    found = sum(weight * likeness.get(at, 0.0) for at, weight in enumerate(weights))
    return found / sum(weights)


def _weight(word: str) -> float:
    if word in _TITLES:
        return _TITLE_WEIGHT
    return _SHORT_WEIGHT if len(word) < 4 and not word.isdigit() else 1.0


def _of_letters(typed: Sequence[str], name: Sequence[str]) -> float:
    """Compare without the spaces: « Lafayette » and « La Fayette »."""
    return _misspelt("".join(typed), "".join(name))


def _alike(typed: str, word: str, *, may_begin: bool) -> float:
    if typed == word:
        return 1.0
    if may_begin and word.startswith(typed):
        return _BEGINNING
    if len(typed) == 1:
        return _INITIAL if word.startswith(typed) and not typed.isdigit() else 0.0
    if typed.isdigit() or word.isdigit():
        return _BEGINNING if _is_one_year(typed, word) else 0.0
    return _misspelt(typed, word)


def _is_one_year(one: str, other: str) -> bool:
    """« 8 mai 45 » and « 8 Mai 1945 »."""
    short, long = sorted((one, other), key=len)
    return (len(short), len(long)) == (2, 4) and long in (f"18{short}", f"19{short}", f"20{short}")


def _misspelt(typed: str, word: str) -> float:
    """Return what is left of a word with one wrong letter, or two in a long one; else 0.

    Another digit is no typing error: « D 920 » and « D 922 » are two roads.
    """
    if _DIGITS.findall(typed) != _DIGITS.findall(word):
        return 0.0
    longest = max(len(typed), len(word))
    allowed = 0 if longest < 4 else 1 if longest < 8 else 2
    errors = OSA.distance(typed, word, score_cutoff=allowed)
    return 1 - _ERROR * errors / longest if errors <= allowed else 0.0
