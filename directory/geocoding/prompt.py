"""An outside source of addresses as a person meets it: she hardly waits, whatever its state."""

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future

from directory.errors import Unavailable
from directory.geo import Position
from directory.geocoding.addresses import AddressIndex, AddressMatch, AddressQuestion
from directory.geocoding.breaker import CircuitBreaker
from directory.geocoding.cache import TypedAddressCache
from directory.i18n import gettext

Question = Callable[[], list[AddressMatch]]


class PromptIndex:
    """A back-end (`AddressIndex`) that gives up on a search soon, and lets it end by itself.

    An answer that comes too late for the page serves the next search, and who asks the same again
    meanwhile waits for it. At most as many questions are under way as failures are left before
    the circuit opens, so no more are ever asked before silence opens it. A probe of an open circuit
    holds up nobody.
    """

    def __init__(
        self,
        back_end: AddressIndex,
        *,
        breaker: CircuitBreaker,
        cache: TypedAddressCache,
        patience_s: float,
    ) -> None:
        self.name = back_end.name
        self.is_outside = back_end.is_outside
        self._back_end = back_end
        #: The one within the back-end: only looked at here.
        self.breaker = breaker
        self._cache = cache
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[list[AddressMatch]]] = {}

    def search(
        self,
        text: str,
        *,
        citycode: str | None = None,
        postcode: str | None = None,
        near: Position | None = None,
        limit: int = 5,
    ) -> list[AddressMatch]:
        """Return what the back-end finds for a text, or found a few minutes ago.

        :raise Unavailable: it did not answer in time, or it is not asked for now.
        """
        key = (text.casefold(), citycode, postcode, near, limit)
        kept = self._cache.get(key)
        if kept is not None:
            return list(kept)

        def question() -> list[AddressMatch]:
            return self._back_end.search(
                text, citycode=citycode, postcode=postcode, near=near, limit=limit
            )

        return self._answered_soon(key, question)

    def complete(
        self, text: str, *, citycode: str | None = None, limit: int = 5
    ) -> list[AddressMatch]:
        """Return what the back-end proposes: it knows itself how long that may take."""
        return self._back_end.complete(text, citycode=citycode, limit=limit)

    def reverse(self, position: Position) -> AddressMatch | None:
        """Return the address nearest to a point, in the back-end's own time."""
        return self._back_end.reverse(position)

    def batch(self, questions: Sequence[AddressQuestion]) -> list[AddressMatch | None]:
        """Return the best address of each question, in the back-end's own time."""
        return self._back_end.batch(questions)

    def _answered_soon(self, key: Hashable, question: Question) -> list[AddressMatch]:
        with self._lock:
            answer = self._under_way.get(key) or self._start(key, question)
        try:
            return answer.result(0.0 if self.breaker.is_open else self._patience_s)
        except TimeoutError as error:
            raise _late() from error

    def _start(self, key: Hashable, question: Question) -> Future[list[AddressMatch]]:
        if self.breaker.is_resting or len(self._under_way) >= self.breaker.failures_left:
            raise _late()
        answer: Future[list[AddressMatch]] = Future()
        self._under_way[key] = answer
        # A daemon: a silent service must not hold up the end of the process either.
        thread = threading.Thread(target=self._run, args=(key, question, answer), daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            # The system gives no more threads now: the question was never asked.
            del self._under_way[key]
            raise _late() from error
        return answer

    def _run(self, key: Hashable, question: Question, answer: Future[list[AddressMatch]]) -> None:
        try:
            matches = question()
        except BaseException as error:
            self._forget(key)
            answer.set_exception(error)
        else:
            self._cache.put(key, matches)
            self._forget(key)
            answer.set_result(matches)

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            del self._under_way[key]


def _late() -> Unavailable:
    return Unavailable(
        gettext("Le service d'adresses tarde à répondre."),
        remedy=gettext("La recherche par commune fonctionne ; réessayez dans un instant."),
    )
