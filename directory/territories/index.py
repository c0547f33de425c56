"""Names in alphabetical order, so that a beginning is one slice and an exact name a short one."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from heapq import nsmallest
from itertools import repeat

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.territories.commune import Commune
from directory.territories.matches import Reason
from directory.territories.words import place_key, without_article

#: A text this short has too many neighbours for a typing error to be guessed.
SHORTEST_TYPO = 4

#: (folded name, place in the gazetteer, reason): a place is a rank by population, 0 the largest.
Entry = tuple[str, int, Reason]


class NameIndex:
    """The names of communes, each with the place of its commune in the gazetteer."""

    def __init__(self, communes: Iterable[Commune]) -> None:
        entries = sorted(_entries(communes))
        self._keys = [key for key, _, _ in entries]
        self._places = array("i", (place for _, place, _ in entries))
        self._reasons = array("b", (reason for _, _, reason in entries))

    def named(self, key: str) -> list[Entry]:
        """Return the entries of exactly this name, in the order of population."""
        start, end = bisect_left(self._keys, key), bisect_right(self._keys, key)
        return [self._entry(at) for at in range(start, end)]

    def beginning(self, key: str, limit: int) -> list[Entry]:
        """Return `limit` places whose name begins with `key`: those in force first, then the most
        populous."""
        start = bisect_left(self._keys, key)
        end = bisect_left(self._keys, key + "\x7f")
        former = Reason.FORMER_NAME
        ranked = ((self._reasons[at] == former, self._places[at], at) for at in range(start, end))
        best = nsmallest(limit, ranked)
        return [(self._keys[at], place, Reason.BEGINNING) for _, place, at in best]

    def misspelt(self, key: str, limit: int) -> list[Entry]:
        """Return the places one typing error away (a letter added, lost, changed or swapped)."""
        if len(key) < SHORTEST_TYPO:
            return []
        lengths = range(len(key) - 1, len(key) + 2)
        positions = [at for length in lengths for at in self._by_length.get(length, ())]
        near = process.extract(
            key,
            [self._keys[at] for at in positions],
            scorer=OSA.distance,
            score_cutoff=1,
            limit=None,
        )
        found = sorted((self._places[positions[at]], name) for name, _, at in near)
        return [(name, place, Reason.TYPING_ERROR) for place, name in found[:limit]]

    @cached_property
    def _by_length(self) -> "dict[int, array[int]]":
        lengths: dict[int, array[int]] = {}
        for at, key in enumerate(self._keys):
            lengths.setdefault(len(key), array("i")).append(at)
        return lengths

    def _entry(self, at: int) -> Entry:
        return self._keys[at], self._places[at], Reason(self._reasons[at])


def _entries(communes: Iterable[Commune]) -> Iterator[Entry]:
    for place, commune in enumerate(communes):
        key = place_key(commune.name)
        yield key, place, Reason.NAME
        bare = without_article(key)
        if bare != key:
            yield bare, place, Reason.NAME_WITHOUT_ARTICLE
        formers = {place_key(name) for name in commune.former_names} - {key}
        yield from zip(sorted(formers), repeat(place), repeat(Reason.FORMER_NAME))
