"""How the numbers of the page of figures hang together, and what it tells of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.referrals.hidden_cells import Cell, Page, Sum, hidden, is_small
from directory.referrals.vocabulary import Kind, State

#: The line of requests that name no commune.
NO_COMMUNE = ""


class Table(StrEnum):
    """Where a number stands; `BETWEEN` are those that only sums hold, and no line."""

    KIND = "kind"
    STATE = "state"
    REFUSAL = "refusal"
    OUTCOME = "outcome"
    CATEGORY = "category"
    CATEGORY_ACCEPTED = "category_accepted"
    COMMUNE = "commune"
    COMMUNE_ACCEPTED = "commune_accepted"
    BETWEEN = "between"


_ACCEPTED: Cell = (Table.BETWEEN, "accepted")
_CANCELLED_AFTER: Cell = (Table.BETWEEN, "cancelled_after_acceptance")
_CLOSED_LIVE: Cell = (Table.BETWEEN, "closed_live")
_CLOSED_LOGGED: Cell = (Table.BETWEEN, "closed_logged")


@dataclass(frozen=True, slots=True)
class Line:
    """What was counted of the requests of one kind of help, or of one commune."""

    live: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Counted:
    """All that the page is made of, before anything is hidden."""

    #: By kind and state.
    kinds: Mapping[tuple[str, str], int]
    refusals: Mapping[str, int]
    outcomes: Mapping[str, int]
    categories: Mapping[str, Line]
    communes: Mapping[str, Line]

    def of_kind(self, kind: Kind) -> int:
        """Return how many are live, or logged."""
        return sum(count for (each, _state), count in self.kinds.items() if each == kind)

    def states(self) -> dict[str, int]:
        """Return how many are in each state, of both kinds."""
        found: dict[str, int] = {}
        for (_kind, state), count in self.kinds.items():
            found[state] = found.get(state, 0) + count
        return found


def told(counted: Counted) -> dict[Cell, int | None]:
    """Return each number of the page; None for those that may not be told."""
    page = page_of(counted)
    secret = hidden(page)
    cells = {
        cell: None if cell in secret else count
        for cell, count in page.values.items()
        if cell not in page.unprinted
    }
    for whole, part, lines in _breakdowns(counted):
        if not _has_accepted_apart(counted):
            cells |= {(part, code): cells[whole, code] for code in lines}
    return cells


def page_of(counted: Counted) -> Page:
    """Return the numbers of the page, and every sum that holds among them."""
    values = dict(_values(counted))
    between = _between(counted)
    lines = [
        ((whole, code), (part, code), line)
        for whole, part, found in _breakdowns(counted)
        for code, line in found.items()
        if _has_accepted_apart(counted)
    ]
    values |= {part: line.accepted for _whole, part, line in lines}
    return Page(
        values=values | between,
        sums=_sums(values | between),
        unprinted=frozenset(between),
        withheld=frozenset(
            part
            for _whole, part, line in lines
            if is_small(line.live - line.accepted) and line.accepted
        ),
        followers={whole: part for whole, part, _line in lines},
    )


def _has_accepted_apart(counted: Counted) -> bool:
    """Tell whether any request was not accepted: else both columns are the same numbers."""
    return any(line.live != line.accepted for line in counted.categories.values())


def _breakdowns(counted: Counted) -> tuple[tuple[Table, Table, Mapping[str, Line]], ...]:
    return (
        (Table.CATEGORY, Table.CATEGORY_ACCEPTED, counted.categories),
        (Table.COMMUNE, Table.COMMUNE_ACCEPTED, counted.communes),
    )


def _values(counted: Counted) -> Iterator[tuple[Cell, int]]:
    for kind in Kind:
        yield (Table.KIND, kind), counted.of_kind(kind)
    for table, counts in (
        (Table.STATE, counted.states()),
        (Table.REFUSAL, counted.refusals),
        (Table.OUTCOME, counted.outcomes),
    ):
        yield from (((table, code), count) for code, count in counts.items())
    for whole, _part, lines in _breakdowns(counted):
        yield from (((whole, code), line.live) for code, line in lines.items())


def _between(counted: Counted) -> dict[Cell, int]:
    """Return the numbers that no line tells; those of a line that is missing are none."""
    states = counted.states()
    accepted = sum(line.accepted for line in counted.categories.values())
    closed_live = counted.kinds.get((Kind.LIVE, State.CLOSED), 0)
    found = {_ACCEPTED: accepted}
    if State.CLOSED in states:
        found[_CLOSED_LIVE] = closed_live
        found[_CLOSED_LOGGED] = counted.kinds.get((Kind.LOGGED, State.CLOSED), 0)
    if State.CANCELLED in states:
        found[_CANCELLED_AFTER] = accepted - closed_live - states.get(State.ACCEPTED, 0)
    return found


def _sums(values: Mapping[Cell, int]) -> list[Sum]:
    live, logged = (Table.KIND, Kind.LIVE), (Table.KIND, Kind.LOGGED)

    def all_of(table: Table) -> tuple[Cell, ...]:
        return tuple(cell for cell in values if cell[0] == table)

    def those(*cells: Cell) -> tuple[Cell, ...]:
        return tuple(cell for cell in cells if cell in values)

    def state(code: State) -> tuple[Cell, ...]:
        return those((Table.STATE, code))

    return [
        Sum((live, logged), all_of(Table.STATE)),
        Sum((live,), all_of(Table.CATEGORY)),
        Sum((live,), all_of(Table.COMMUNE)),
        Sum((logged,), state(State.LOGGED) + those(_CLOSED_LOGGED)),
        Sum(state(State.REFUSED), all_of(Table.REFUSAL)),
        Sum(state(State.CLOSED), all_of(Table.OUTCOME)),
        Sum(state(State.CLOSED), those(_CLOSED_LIVE, _CLOSED_LOGGED)),
        Sum((_ACCEPTED,), all_of(Table.CATEGORY_ACCEPTED) or (live,)),
        Sum((_ACCEPTED,), all_of(Table.COMMUNE_ACCEPTED) or (live,)),
        # What was accepted stays so, or ends: nothing else that was sent is closed.
        Sum((_ACCEPTED,), state(State.ACCEPTED) + those(_CLOSED_LIVE, _CANCELLED_AFTER)),
    ]
