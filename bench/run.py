"""One run: every measure in its order, told as it comes, and the promises at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console

from bench import report
from bench.asking import Ask, odd_asks, usual_asks
from bench.base import Base
from bench.figures import Bar, ratio
from bench.levels import measure_growth, measure_levels, measure_load, measure_side_by_side
from bench.neighbours import Everything, compare
from bench.worst_cases import cases, measure_repetition, measure_worst


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    sizes: tuple[int, ...]
    asks: int
    compared: int
    requests: int
    times: int
    judges_speed: bool = True


WHOLE = Effort((10_000, 100_000, 300_000), asks=400, compared=1_000, requests=4_000, times=100)

#: For the tests: does it still run, and are the neighbours right.
QUICK = Effort((500, 2_000), asks=20, compared=60, requests=100, times=3, judges_speed=False)

CLIENTS = 8


@dataclass
class Run:
    """The bases of one engine, from the smallest to the largest, and what is found of them."""

    bases: Sequence[Base]
    effort: Effort
    seed: int
    console: Console
    bars: list[Bar] = field(default_factory=list)

    @property
    def large(self) -> Base:
        """The base the promises are about."""
        return self.bases[-1]

    def asks(self, base: Base) -> list[Ask]:
        """Return the usual searches, the same for every base."""
        return usual_asks(self.effort.asks, seed=self.seed, gazetteer=base.gazetteer, at=base.at)

    def levels(self) -> None:
        """Measure every level on the largest base."""
        base = self.large
        levels = measure_levels(base, self.asks(base))
        title = f"One client, {base.size:,} services, {base.engine_name}, usual searches"
        self.console.print(report.levels_table(title, levels))
        floor = levels.empty.p50 + levels.bare.p50
        self._hold("nearest p50 to the same SQL", ratio(levels.nearest.p50, levels.bare.p50), 3)
        self._hold("HTTP p50 to empty view + SQL", ratio(levels.http.p50, floor), 4)

    def load(self) -> None:
        """Measure eight clients at once, beside one."""
        asks = self.asks(self.large)
        loads = [
            measure_load(self.large, asks, clients=clients, requests=self.effort.requests)
            for clients in (1, CLIENTS)
        ]
        self.console.print(report.load_table(loads))
        many = loads[-1].timings
        self._hold(f"p99/p50 at {CLIENTS} clients", ratio(many.p99, many.p50), 5)

    def growth(self) -> None:
        """Measure the same searches on every base."""
        grown = measure_growth(self.bases, self.asks(self.large))
        sizes = [base.size for base in self.bases]
        self.console.print(report.growth_table(list(zip(sizes, grown, strict=True))))
        promise = f"HTTP p50 from {sizes[0]:,} to {sizes[-1]:,} services"
        self._hold(promise, ratio(grown[-1].p50, grown[0].p50), 1.3)

    def worst(self) -> None:
        """Measure the worst cases on the largest base."""
        measured = measure_worst(self.large, times=self.effort.times)
        self.console.print(report.worst_table(measured))
        slowest = max(slow.http.p95 for slow in measured)
        self._hold("slowest worst case, HTTP p95", slowest, 50, "ms")

    def repetition(self) -> None:
        """Ask the same again and again, on fresh connections."""
        asks = [case.ask for case in cases(self.large)]
        worst = max(measure_repetition(self.large, asks))
        self._hold(f"calls 51 to 100 to calls 1 to 50, of {len(asks)} searches", worst, 1.2)

    def neighbours(self) -> None:
        """Compare with the brute force."""
        base = self.large
        everything = Everything.of(base)
        asks = odd_asks(
            self.effort.compared,
            everything.shared_addresses(),
            seed=self.seed,
            gazetteer=base.gazetteer,
            at=base.at,
        )
        verdict = compare(base, everything, asks)
        for line in report.verdict_lines(verdict):
            self.console.print(line)
        wrong = len(verdict.wrong)
        self.bars.append(
            Bar(f"wrong answers among {verdict.compared}", wrong, 0, "", is_about_speed=False)
        )

    def beside(self, other: Base) -> None:
        """Compare HTTP with the same base on another engine."""
        ours, theirs = measure_side_by_side(self.large, other, self.asks(self.large))
        named = {self.large.engine_name: ours, other.engine_name: theirs}
        self.console.print(report.engines_table(named))
        self._hold(
            f"{other.engine_name} p50 to {self.large.engine_name}", ratio(theirs.p50, ours.p50), 2
        )

    def judge(self) -> bool:
        """Print every promise; return whether all that are judged hold."""
        self.console.print(report.bars_table(self.bars, judges_speed=self.effort.judges_speed))
        judged = [bar for bar in self.bars if self.effort.judges_speed or not bar.is_about_speed]
        return all(bar.holds for bar in judged)

    def _hold(self, promise: str, measured: float, at_most: float, unit: str = "×") -> None:
        self.bars.append(Bar(promise, measured, at_most, unit))


def whole(run: Run, other: Base | None = None) -> bool:
    """Measure everything; return whether the promises hold."""
    for step in (run.levels, run.load, run.growth, run.worst, run.repetition, run.neighbours):
        step()
    if other is not None:
        run.beside(other)
    return run.judge()
