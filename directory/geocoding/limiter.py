"""At most so many questions a second, by spacing them evenly."""

import threading
import time
from collections.abc import Callable


class RateLimiter:
    """Shared by the threads of a process."""

    def __init__(
        self,
        per_second: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval_s = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next_at = 0.0

    def wait(self) -> None:
        """Return when the next question may be asked."""
        with self._lock:
            now = self._clock()
            at = max(now, self._next_at)
            self._next_at = at + self._interval_s
        if at > now:
            self._sleep(at - now)
