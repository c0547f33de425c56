"""Which numbers of a page may be told: none below `SMALLEST_CELL`, and none that sums give away.

The tables of a page hang together: states add up to the requests, kinds of help do too, refusals to
one of the states. So what is hidden in one table is looked for in all of them: whatever the told
numbers give by adding and taking away is told as well. Where that is a number that may not be told,
a further one is hidden, the smallest beside it, until nothing is given away.

Threshold: the usual one of French public statistics on persons (frequency rule).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SMALLEST_CELL = 5

#: A table of the page and a line of it.
Cell = tuple[str, str]

#: Unknown cells, each so many times, that make a number the page gives.
_Equation = dict[Cell, int]


@dataclass(frozen=True, slots=True)
class Sum:
    """Cells that hold as much together as others do."""

    left: tuple[Cell, ...]
    right: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The numbers of a page, and how they hang together."""

    values: Mapping[Cell, int]
    sums: Sequence[Sum]
    #: On no line of the page, but in its sums.
    unprinted: frozenset[Cell] = frozenset()
    #: Not told, though they are large: what they leave of another number is small.
    withheld: frozenset[Cell] = frozenset()
    #: By a cell, the one that is told only with it.
    followers: Mapping[Cell, Cell] = field(default_factory=dict)


def is_small(count: int) -> bool:
    """Tell whether a number would tell of persons; zero tells of nobody."""
    return 0 < count < SMALLEST_CELL


def hidden(page: Page) -> set[Cell]:
    """Return the cells that are not told: none of them can be computed from those that are.

    No fewer would do, and the same page hides the same cells.
    """
    further: list[Cell] = []
    while (cell := _further(page, further)) is not None:
        further.append(cell)
    for cell in further.copy():
        fewer = [each for each in further if each != cell]
        if not _given_away(page, _guarded(page, fewer), fewer):
            further = fewer
    secret = _guarded(page, further).union(further)
    return secret - page.unprinted - _computed(page, secret)


def _guarded(page: Page, further: Iterable[Cell]) -> set[Cell]:
    """Return the cells that may not be told, nor computed, where these are hidden besides."""
    guarded = {cell for cell, count in page.values.items() if is_small(count)} | page.withheld
    hidden_lines = page.followers.keys() & guarded.union(further)
    return guarded | {page.followers[cell] for cell in hidden_lines}


def _further(page: Page, further: Sequence[Cell]) -> Cell | None:
    """Return the next cell to hide, None when nothing is given away."""
    guarded = _guarded(page, further)
    secret = guarded.union(further)
    beside = (_beside(page, group, secret) for group in _given_away(page, guarded, further))
    found = [(page.values[cell], cell) for cell in beside if cell is not None]
    return min(found)[1] if found else None


def _given_away(page: Page, guarded: set[Cell], further: Iterable[Cell]) -> list[list[Cell]]:
    """Return the groups with a guarded cell whose sum is told, and tells too much."""
    return [
        group
        for group in _told_groups(page, guarded.union(further))
        if guarded.intersection(group) and not _keeps([page.values[cell] for cell in group])
    ]


def _computed(page: Page, secret: set[Cell]) -> set[Cell]:
    """Return the cells that are as good as told."""
    return {group[0] for group in _told_groups(page, secret) if len(group) == 1}


def _keeps(counts: Sequence[int]) -> bool:
    """Tell whether the sum of hidden numbers keeps each of them.

    Alone, or all as small or as large as a small number can be, their sum would tell them; and a
    small sum is itself a number that tells of persons.
    """
    if len(counts) == 1 or sum(counts) < SMALLEST_CELL:
        return False
    return set(counts) not in ({1}, {SMALLEST_CELL - 1})


def _beside(page: Page, group: Iterable[Cell], secret: set[Cell]) -> Cell | None:
    """Return the smallest told cell of the sums these cells are in, or of the next ones.

    There is none where nothing is told any more: sums of hidden cells alone tell no number.
    """
    reached = set(group)
    while True:
        touched = [each for each in page.sums if not reached.isdisjoint(each.left + each.right)]
        wider = reached.union(*(each.left + each.right for each in touched))
        told = wider - secret - page.unprinted
        if found := [(page.values[cell], cell) for cell in told if page.values[cell]]:
            return min(found)[1]
        if wider == reached:
            return None
        reached = wider


def _told_groups(page: Page, secret: Collection[Cell]) -> list[list[Cell]]:
    """Return the groups of unknown cells whose sum follows from what is told.

    Where that sum is zero, each of them is: they are known, and what follows from that is too.
    """
    unknown = page.unprinted.union(secret)
    while True:
        groups = [sorted(group) for group in _groups(page.sums, unknown)]
        zeros = {c for each in groups if not any(page.values[c] for c in each) for c in each}
        if not zeros:
            return groups
        unknown -= zeros


def _groups(sums: Sequence[Sum], unknown: Collection[Cell]) -> Iterator[Iterable[Cell]]:
    """Yield the groups of unknown cells that some combination of the sums adds up."""
    equations = [_equation(each, unknown) for each in sums]
    solved = _solved(equations)
    known = {cell for equation in solved if len(equation) == 1 for cell in equation}
    left = [{c: n for c, n in each.items() if c not in known} for each in equations]
    for equation in (*solved, *left):
        if len({count > 0 for count in equation.values()}) == 1:
            yield equation


def _equation(each: Sum, unknown: Collection[Cell]) -> _Equation:
    left = {cell: 1 for cell in each.left if cell in unknown}
    return left | {cell: -1 for cell in each.right if cell in unknown}


def _solved(equations: Sequence[_Equation]) -> list[_Equation]:
    """Return the equations with one cell of each taken out of all the others.

    What any combination of them gives for one cell alone then stands in an equation of its own.
    """
    seen = Counter(cell for equation in equations for cell in equation)
    waiting = [dict(each) for each in equations]
    solved: list[_Equation] = []
    while waiting:
        equation = waiting.pop()
        if not equation:
            continue
        # A cell of this equation alone is nowhere to be taken out of: nearly always there is one.
        pivot = min(equation, key=lambda cell: (seen[cell], cell))
        waiting = [_without(pivot, each, equation) for each in waiting]
        solved = [*(_without(pivot, each, equation) for each in solved), equation]
    return solved


def _without(pivot: Cell, equation: _Equation, other: _Equation) -> _Equation:
    """Return an equation from which another one has taken a cell out."""
    if pivot not in equation:
        return equation
    mine, its = other[pivot], equation[pivot]
    combined = {
        cell: mine * equation.get(cell, 0) - its * other.get(cell, 0)
        for cell in equation.keys() | other.keys()
    }
    return {cell: count for cell, count in combined.items() if count}
