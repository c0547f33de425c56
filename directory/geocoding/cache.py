"""What an outside source found for typed addresses, in memory only and for a short time.

A typed address can be a person's own: it is never written anywhere, and forgotten soon. Answers
of our own table are not kept here: asking it again costs less, and it may have grown.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

from directory.geocoding.addresses import AddressMatch

#: More answers than a process gives in the life of one; the oldest goes first.
LARGEST = 5_000


class TypedAddressCache:
    """Answers that expire; shared by the threads of a process."""

    def __init__(
        self,
        life_s: float,
        *,
        largest: int = LARGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._life_s = life_s
        self._largest = largest
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, tuple[float, tuple[AddressMatch, ...]]] = OrderedDict()

    def get(self, key: Hashable) -> tuple[AddressMatch, ...] | None:
        """Return the answer, unless it is unknown or has expired."""
        with self._lock:
            expires_at, matches = self._answers.get(key, (0.0, None))
            if matches is not None and self._clock() >= expires_at:
                del self._answers[key]
                matches = None
        return matches

    def put(self, key: Hashable, matches: Sequence[AddressMatch]) -> None:
        """Keep an answer for the life of the cache."""
        if self._life_s <= 0:
            return
        with self._lock:
            self._answers[key] = (self._clock() + self._life_s, tuple(matches))
            self._answers.move_to_end(key)
            self._forget()

    def _forget(self) -> None:
        """Drop what has expired at the old end, and what does not fit."""
        now = self._clock()
        while self._answers:
            expires_at, _ = next(iter(self._answers.values()))
            if expires_at > now and len(self._answers) <= self._largest:
                return
            self._answers.popitem(last=False)

    def __repr__(self) -> str:
        return f"<TypedAddressCache of {len(self._answers)}>"
