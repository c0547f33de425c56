"""The same searches at each level: bare statements, `nearest`, HTTP, and an empty view.

The levels take turns for each search, so that what else the machine does weighs on all alike.
"""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial

from bench.asking import Ask
from bench.base import Bare, Base
from bench.client import Crowd, require_ok
from bench.figures import Timings
from bench.serving import EMPTY_VIEW, HOST


@dataclass
class Levels:
    """What each level took for the same searches."""

    bare: Timings = field(default_factory=Timings)
    nearest: Timings = field(default_factory=Timings)
    http: Timings = field(default_factory=Timings)
    empty: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True)
class Load:
    """What several clients got who asked at once."""

    clients: int
    timings: Timings
    requests_per_s: float


def measure_levels(base: Base, asks: Sequence[Ask]) -> Levels:
    """Return the timings of every search at each level; a first round only warms."""
    levels = Levels()
    statements = [base.statements(ask) for ask in asks]
    paths = [ask.path() for ask in asks]
    with closing(Bare(base)) as bare, closing(base.client()) as client:
        for is_warm in (False, True):
            kept = levels if is_warm else Levels()
            for ask, sent, path in zip(asks, statements, paths, strict=True):
                kept.bare.time(partial(bare.run, sent))
                kept.nearest.time(partial(base.nearest, ask))
                require_ok(kept.http.time(partial(client.get, path))[0])
                require_ok(kept.empty.time(partial(client.get, EMPTY_VIEW))[0])
    return levels


def measure_growth(bases: Sequence[Base], asks: Sequence[Ask]) -> list[Timings]:
    """Return the HTTP timings in each base of the searches that fill a page in all of them.

    The radius is widened until there are enough results, in each base on its own.
    """
    widened = [[base.widened(ask) for base in bases] for ask in asks]
    paths = [[ask.path() for ask in row if ask] for row in widened if all(row)]
    return _in_turns(bases, paths)


def measure_side_by_side(one: Base, other: Base, asks: Sequence[Ask]) -> list[Timings]:
    """Return the HTTP timings of the same searches in two bases."""
    return _in_turns((one, other), [[ask.path()] * 2 for ask in asks])


def _in_turns(bases: Sequence[Base], paths: Sequence[Sequence[str]]) -> list[Timings]:
    """Ask each base for its path of every row, in turns; a first round only warms."""
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(base.client())) for base in bases]
        for _ in range(2):
            measured = [Timings() for _ in bases]
            for row in paths:
                for client, timings, path in zip(clients, measured, row, strict=True):
                    require_ok(timings.time(partial(client.get, path))[0])
    return measured


def measure_load(base: Base, asks: Sequence[Ask], *, clients: int, requests: int) -> Load:
    """Return what `clients` get who ask together, each again as soon as it has its answer."""
    paths = [ask.path() for ask in asks]
    many = [paths[n % len(paths)] for n in range(requests)]
    with Crowd(HOST, base.port, clients) as crowd:
        crowd.ask(many[: len(paths)])
        whole = Timings()
        took = whole.time(partial(crowd.ask, many))
    return Load(clients, Timings(took), requests / whole.seconds[0])
