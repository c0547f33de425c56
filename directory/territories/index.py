"""Names in alphabetical order, so that a beginning is one slice and an exact name a short one."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from directory.territories.commune import Commune
from directory.territories.matches import Reason
from directory.territories.words import place_key, without_article

#: A text this short has too many neighbours for a typing error to be guessed.
SHORTEST_TYPO = 4

#: Sorts after every letter of a folded name.
_AFTER_LETTERS = "\x7f"

# Plain numbers: 40,000 members of an enum cost a tenth of the time a load may take.
_NAME, _NAME_WITHOUT_ARTICLE, _FORMER_NAME = (
    int(reason) for reason in (Reason.NAME, Reason.NAME_WITHOUT_ARTICLE, Reason.FORMER_NAME)
)

#: The bit of each sign of a folded name, by its ASCII code.
_BITS = np.zeros(128, np.uint64)
for _bit, _sign in enumerate(b"abcdefghijklmnopqrstuvwxyz0123456789 "):
    _BITS[_sign] = 1 << _bit

#: (folded name, place in the gazetteer, reason): a place is a rank by population, 0 the largest.
Entry = tuple[str, int, Reason]


class NameIndex:
    """The names of communes, each with the place of its commune in the gazetteer."""

    def __init__(self, communes: Sequence[Commune]) -> None:
        entries = sorted(entry for entry in _entries(communes) if entry[0])
        self._keys = [key for key, _, _ in entries]
        self._places = np.fromiter((place for _, place, _ in entries), np.int32, len(entries))
        self._reasons = np.fromiter((reason for _, _, reason in entries), np.int8, len(entries))
        #: Order of proposal: names in force first, then the most populous.
        self._ranks = self._places + (self._reasons == Reason.FORMER_NAME) * len(communes)
        self._lengths = np.fromiter(map(len, self._keys), np.int16, len(entries))
        self._letters = _letter_sets(self._keys, self._lengths)

    def named(self, key: str) -> list[Entry]:
        """Return the entries of exactly this name, in the order of population."""
        start, end = bisect_left(self._keys, key), bisect_right(self._keys, key)
        return [self._entry(at, Reason(int(self._reasons[at]))) for at in range(start, end)]

    def beginning(self, key: str, limit: int) -> list[Entry]:
        """Return `limit` places whose name begins with `key`: those in force first, then the most
        populous."""
        start = bisect_left(self._keys, key)
        end = bisect_left(self._keys, key + _AFTER_LETTERS)
        best = np.argsort(self._ranks[start:end])[:limit]
        return [self._entry(start + int(at), Reason.BEGINNING) for at in best]

    def misspelt(self, key: str, limit: int) -> list[Entry]:
        """Return the places one typing error away (a letter added, lost, changed or swapped).

        One error changes the length by one at most, and the set of letters by two: that leaves a
        few dozen names to compare in full.
        """
        if len(key) < SHORTEST_TYPO:
            return []
        near_length = np.abs(self._lengths - len(key)) <= 1
        letters = _letter_sets([key], np.array([len(key)]))
        near_letters = np.bitwise_count(self._letters ^ letters[0]) <= 2
        candidates = np.flatnonzero(near_length & near_letters)
        found = [at for at in candidates if OSA.distance(key, self._keys[at], score_cutoff=1) <= 1]
        found.sort(key=lambda at: int(self._ranks[at]))
        return [self._entry(int(at), Reason.TYPING_ERROR) for at in found[:limit]]

    def _entry(self, at: int, reason: Reason) -> Entry:
        return self._keys[at], int(self._places[at]), reason


def _letter_sets(keys: Sequence[str], lengths: NDArray[np.int16]) -> NDArray[np.uint64]:
    """Return the set of letters and digits of each key, one bit each."""
    if not keys:
        return np.zeros(0, np.uint64)
    bits = _BITS[np.frombuffer("".join(keys).encode("ascii"), np.uint8)]
    starts = np.concatenate(([0], np.cumsum(lengths[:-1], dtype=np.int64)))
    sets: NDArray[np.uint64] = np.bitwise_or.reduceat(bits, starts)
    return sets


def _entries(communes: Sequence[Commune]) -> Iterator[tuple[str, int, int]]:
    """Yield (folded name, place, reason) for each name a commune is known by."""
    for place, commune in enumerate(communes):
        key = place_key(commune.name)
        yield key, place, _NAME
        if key.startswith("l"):
            bare = without_article(key)
            if bare != key:
                yield bare, place, _NAME_WITHOUT_ARTICLE
        if commune.former_names:
            formers = {place_key(name) for name in commune.former_names} - {key}
            yield from ((former, place, _FORMER_NAME) for former in sorted(formers))
