"""A circuit breaker: after some failures in a row, stop asking, and try again now and then."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from directory.errors import Unavailable
from directory.i18n import gettext

Answer = TypeVar("Answer")

#: Failures in a row that open the circuit.
FAILURES = 5

#: Seconds between two attempts while it is open.
PROBE_EVERY_S = 30.0


class CircuitBreaker:
    """Shared by the threads of a process; `call` runs a question unless the circuit is open."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        probe_every_s: float = PROBE_EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed_failures = failures
        self._probe_every_s = probe_every_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_probe_at = 0.0

    @property
    def is_open(self) -> bool:
        """True once questions fail in a row: they are refused, one probe now and then apart."""
        return self._failures >= self._allowed_failures

    @property
    def failures_left(self) -> int:
        """How many failures in a row still open it; one while it is open, for the probe."""
        return max(1, self._allowed_failures - self._failures)

    @property
    def is_resting(self) -> bool:
        """True while every question is refused, the next probe not being due."""
        return self.is_open and self._clock() < self._next_probe_at

    def call(self, question: Callable[[], Answer]) -> Answer:
        """Ask the question and return its answer.

        :raise Unavailable: the circuit is open, or the question itself raised it.
        """
        self._admit()
        try:
            answer = question()
        except Unavailable:
            self._note_failure()
            raise
        with self._lock:
            self._failures = 0
        return answer

    def _admit(self) -> None:
        """Let a question through; when the circuit is open, only one probe per interval."""
        with self._lock:
            if not self.is_open:
                return
            now = self._clock()
            if now < self._next_probe_at:
                raise Unavailable(
                    gettext("Le service d'adresses ne répond pas."),
                    remedy=gettext("La recherche par commune fonctionne ; réessayez plus tard."),
                )
            self._next_probe_at = now + self._probe_every_s

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            if self.is_open:
                self._next_probe_at = self._clock() + self._probe_every_s
