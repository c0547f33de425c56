"""The streets of a city in memory, ready to be compared; kept for the cities searched last."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from directory.addresses.reads import StreetRow
from directory.addresses.scoring import score

#: Streets kept by a process, of all cities together: some ten megabytes.
MOST_STREETS = 20_000

#: Up to so many, each street is compared in full: choosing first would cost as much.
_FEW = 40

#: How many are compared in full by each of the two quick looks at all.
_CHOSEN = 16


@dataclass(frozen=True, slots=True)
class ScoredStreet:
    """A street and how well it fits."""

    street: StreetRow
    score: float


class CityStreets:
    """All streets of one city, as one load of its département has them."""

    def __init__(self, edition: int, streets: Sequence[StreetRow]) -> None:
        self.edition = edition
        self.streets = tuple(streets)
        self._keys = [street.key for street in streets]

    def __len__(self) -> int:
        return len(self.streets)

    def found(self, words: tuple[str, ...], *, is_unfinished: bool = False) -> list[ScoredStreet]:
        """Return the streets that fit the words in any way, best first, then the lowest id."""
        if not words:
            return []
        chosen = self._chosen(words, is_unfinished)
        scored = [
            ScoredStreet(
                self.streets[at],
                score(words, tuple(self._keys[at].split()), is_unfinished=is_unfinished),
            )
            for at in sorted(chosen)
        ]
        return sorted(
            (one for one in scored if one.score > 0), key=lambda one: (-one.score, one.street.id)
        )

    def _chosen(self, words: tuple[str, ...], is_unfinished: bool) -> set[int]:
        """Return the places of the streets worth comparing in full.

        Two quick looks, because each is blind to something: letters in their order find a name
        with errors, words in any order one that was shortened.
        """
        if len(self) <= _FEW:
            return set(range(len(self)))
        key = " ".join(words)
        chosen = {
            at
            for scorer in (fuzz.ratio, fuzz.token_set_ratio)
            for _, _, at in process.extract(key, self._keys, scorer=scorer, limit=_CHOSEN)
        }
        if is_unfinished:
            chosen |= set(self._beginning(words))
        return chosen

    def _beginning(self, words: tuple[str, ...]) -> list[int]:
        """Return some streets that have a word beginning with the last one typed.

        Those that have the other words too come first, then the shortest.
        """
        last = " " + words[-1]
        others = [" " + word for word in words[:-1]]
        begun = [at for at, key in enumerate(self._spaced) if last in key]
        begun.sort(
            key=lambda at: (
                -sum(word in self._spaced[at] for word in others),
                len(self._spaced[at]),
                at,
            )
        )
        return begun[: 2 * _CHOSEN]

    @cached_property
    def _spaced(self) -> list[str]:
        return [" " + key for key in self._keys]


class StreetCache:
    """The cities searched last; shared by the threads of a process."""

    def __init__(self, most_streets: int = MOST_STREETS) -> None:
        self._most_streets = most_streets
        self._lock = threading.Lock()
        self._cities: OrderedDict[str, CityStreets] = OrderedDict()
        #: Kept now: each load would walk through all cities to count them, and others wait for it.
        self._streets = 0

    def get(self, city_code: str, edition: int, load: Callable[[], CityStreets]) -> CityStreets:
        """Return the streets of a city as of this edition, loaded now if they are not kept."""
        with self._lock:
            kept = self._cities.get(city_code)
            if kept is not None and kept.edition == edition:
                self._cities.move_to_end(city_code)
                return kept
        loaded = load()
        with self._lock:
            self._forget(city_code)
            self._cities[city_code] = loaded
            self._streets += _weight(loaded)
            while len(self._cities) > 1 and self._streets > self._most_streets:
                self._forget(next(iter(self._cities)))
        return loaded

    def _forget(self, city_code: str) -> None:
        city = self._cities.pop(city_code, None)
        self._streets -= _weight(city) if city is not None else 0


def _weight(city: CityStreets) -> int:
    """Return how many streets a city counts for: one at least, so that there is an end to them."""
    return max(1, len(city))
