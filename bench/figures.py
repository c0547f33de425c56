"""Figures and the bars they are held to."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Timings:
    """How long calls took; figures are in milliseconds."""

    seconds: list[float] = field(default_factory=list)

    def time(self, call: Callable[[], Any]) -> Any:
        """Add how long a call takes; return what it returns."""
        started_at = time.perf_counter()
        result = call()
        self.seconds.append(time.perf_counter() - started_at)
        return result

    def quantile_ms(self, share: float) -> float:
        """Return the milliseconds that this share of the calls did not exceed (nearest rank)."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3

    @property
    def p50(self) -> float:
        """Half of the calls were quicker."""
        return self.quantile_ms(0.5)

    @property
    def p95(self) -> float:
        """One call in twenty was slower."""
        return self.quantile_ms(0.95)

    @property
    def p99(self) -> float:
        """One call in a hundred was slower."""
        return self.quantile_ms(0.99)


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise: `measured` is at most `at_most`."""

    promise: str
    measured: float
    at_most: float
    unit: str = "×"
    #: Promises about speed are not judged on a small base.
    is_about_speed: bool = True

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.measured <= self.at_most


def ratio(one: float, other: float) -> float:
    """Return how many times `other` goes into `one`; 0 when there is nothing to compare."""
    return one / other if other else 0.0


def median(values: Iterable[float]) -> float:
    """Return the middle value, the upper one of two."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
