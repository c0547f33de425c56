"""The searches most likely to be slow, each asked many times over HTTP; and plans that turn bad."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from bench.asking import RADII_M, Ask, tuesday_morning
from bench.base import Base
from bench.client import Connection, require_ok
from bench.figures import Timings, ratio
from bench.terms import RAREST
from directory.geo import Position
from directory.listings.vocabulary import KINDS
from directory.search import widening
from directory.search.parameters import Question
from directory.search.queries import nearest

PARIS = Position(48.8566, 2.3522)

#: The plateau of Millevaches, in Creuse.
EMPTY_COUNTRY = Position(45.7833, 2.1667)

#: Hours before ten in the morning in Paris (`tuesday_morning`) that make three in the night.
_BEFORE_THREE = timedelta(hours=7)

#: Calls before timing: plans are chosen and caches filled as in a process that has run a while.
_WARMING = 12

TEN_KINDS = tuple(kind.code for kind in KINDS if not kind.parents)[:10]


@dataclass(frozen=True, slots=True)
class Case:
    """A search with its name."""

    name: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Slowness:
    """What a worst case took, in this process and over HTTP, and how much it found."""

    case: Case
    in_process: Timings
    http: Timings
    found: int


def cases(base: Base) -> list[Case]:
    """Return the worst cases, each at the default radius and at the largest."""
    night = tuesday_morning(base.at) - _BEFORE_THREE
    shapes: list[tuple[str, Position, Question]] = [
        (
            "commonest kind in Paris, open at 3 a.m.",
            PARIS,
            Question(category=("aide-alimentaire",), open_at=night),
        ),
        (
            "commonest kind in empty country, open at 3 a.m.",
            EMPTY_COUNTRY,
            Question(category=("aide-alimentaire",), open_at=night),
        ),
        ("no kind in Paris, open at 3 a.m.", PARIS, Question(open_at=night)),
        ("rarest kind in empty country", EMPTY_COUNTRY, Question(category=(RAREST,))),
        (
            "rarest kind in empty country, three filters",
            EMPTY_COUNTRY,
            Question(category=(RAREST,), free=True, unconditional=True, open_at=night),
        ),
        ("ten kinds in Paris", PARIS, Question(category=TEN_KINDS)),
        ("ten kinds in empty country", EMPTY_COUNTRY, Question(category=TEN_KINDS)),
        ("no kind in Paris", PARIS, Question()),
        ("no kind in Paris, a hundred results", PARIS, Question(limit=100)),
    ]
    return list(_at_both_radii(base, shapes))


def _at_both_radii(base: Base, shapes: list[tuple[str, Position, Question]]) -> Iterator[Case]:
    for name, position, shape in shapes:
        for radius_m in (RADII_M[0], RADII_M[-1]):
            question = replace(
                shape,
                latitude=position.latitude,
                longitude=position.longitude,
                radius_m=radius_m,
            )
            yield Case(f"{name}, {radius_m // 1000} km", Ask(question, base.gazetteer, base.at))


def measure_worst(base: Base, *, times: int) -> list[Slowness]:
    """Return what each worst case takes when asked so many times, ways out included."""
    with closing(base.client()) as client:
        return [_measured(base, client, case, times) for case in cases(base)]


def _measured(base: Base, client: Connection, case: Case, times: int) -> Slowness:
    search = partial(
        widening.search, base.session, case.ask.criteria(), at=base.at, gazetteer=base.gazetteer
    )
    get = partial(client.get, case.ask.path())
    slowness = Slowness(case, Timings(), Timings(), found=len(search().on_site))
    for _ in range(_WARMING):
        search()
        get()
    for _ in range(times):
        slowness.in_process.time(search)
        require_ok(slowness.http.time(get)[0])
    return slowness


def measure_repetition(base: Base, asks: Sequence[Ask]) -> list[float]:
    """Return, for each search, how much slower its calls 51 to 100 are than its first 50.

    A plan that PostgreSQL exchanges for a worse one shows on every fresh connection; what the
    machine does meanwhile does not: so it is the median of three connections.
    """
    return [statistics.median(_slowing(base, ask) for _ in range(3)) for ask in asks]


def _slowing(base: Base, ask: Ask) -> float:
    base.engine.dispose()
    first, then = Timings(), Timings()
    with Session(base.engine) as session:
        search = partial(nearest, session, ask.criteria(), at=base.at, gazetteer=base.gazetteer)
        for timings in (first, then):
            for _ in range(50):
                timings.time(search)
    return ratio(then.p50, first.p50)
