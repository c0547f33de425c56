"""Nothing that the page of figures hides can be computed from what it tells.

The reader of these tests knows all that anybody could: how a request goes, and that a line which is
not there stands for none. She writes down what each told number says of every way a request could
have gone, and asks whether they give a hidden one. It shares nothing with `figure_sums`.
"""

from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.referrals.figure_sums import NO_COMMUNE, Counted, Line, Table, page_of, told
from directory.referrals.hidden_cells import SMALLEST_CELL, Cell, Page, Sum, hidden


class Way(NamedTuple):
    """How a request went."""

    kind: str
    state: str
    refusal: str | None = None
    outcome: str | None = None
    is_accepted: bool = False


WAYS = (
    Way("live", "sent"),
    Way("live", "expired"),
    Way("live", "refused", refusal="no_capacity"),
    Way("live", "refused", refusal="out_of_area"),
    Way("live", "accepted", is_accepted=True),
    Way("live", "cancelled"),
    Way("live", "cancelled", is_accepted=True),
    Way("live", "closed", outcome="helped", is_accepted=True),
    Way("live", "closed", outcome="unknown", is_accepted=True),
    Way("logged", "logged"),
    Way("logged", "closed", outcome="helped"),
    Way("logged", "closed", outcome="unknown"),
)
CATEGORIES = ("colis", "douche", "dettes")
COMMUNES = (NO_COMMUNE, "93010", "93027")

Request = tuple[Way, str, str]
Requests = dict[Request, int]

EVERYTHING: tuple[Request, ...] = tuple(product(WAYS, CATEGORIES, COMMUNES))

#: Small numbers are what matters, and some large ones beside them.
requests_of_a_page = st.dictionaries(
    st.sampled_from(EVERYTHING), st.integers(1, 12), min_size=1, max_size=14
)


def cells_of(request: Request) -> set[Cell]:
    """Return every cell of the page that a request is counted in."""
    way, category, commune = request
    found: set[Cell] = {(Table.KIND, way.kind), (Table.STATE, way.state)}
    if way.refusal:
        found.add((Table.REFUSAL, way.refusal))
    if way.outcome:
        found.add((Table.OUTCOME, way.outcome))
    if way.kind == "live":
        found |= {(Table.CATEGORY, category), (Table.COMMUNE, commune)}
    if way.is_accepted:
        found |= {(Table.CATEGORY_ACCEPTED, category), (Table.COMMUNE_ACCEPTED, commune)}
    return found


def counted(requests: Requests) -> Counted:
    """Count the requests as the database does."""

    def number(cell: Cell) -> int:
        return sum(count for each, count in requests.items() if cell in cells_of(each))

    def codes(table: Table) -> list[str]:
        return sorted({code for each in requests for at, code in cells_of(each) if at == table})

    def lines(whole: Table, part: Table) -> dict[str, Line]:
        return {c: Line(number((whole, c)), number((part, c))) for c in codes(whole)}

    kinds: dict[tuple[str, str], int] = {}
    for (way, _category, _commune), count in requests.items():
        kinds[way.kind, way.state] = kinds.get((way.kind, way.state), 0) + count
    return Counted(
        kinds=kinds,
        refusals={code: number((Table.REFUSAL, code)) for code in codes(Table.REFUSAL)},
        outcomes={code: number((Table.OUTCOME, code)) for code in codes(Table.OUTCOME)},
        categories=lines(Table.CATEGORY, Table.CATEGORY_ACCEPTED),
        communes=lines(Table.COMMUNE, Table.COMMUNE_ACCEPTED),
    )


class Reader:
    """Whoever combines told numbers by adding and taking away, modulo a large prime."""

    PRIME = (1 << 61) - 1

    def __init__(self, page: dict[Cell, int | None]) -> None:
        possible = [
            cells
            for cells in map(cells_of, EVERYTHING)
            if all(page.get(cell, 0) != 0 for cell in cells)
        ]
        self._made_of = {
            cell: {number: 1 for number, cells in enumerate(possible) if cell in cells}
            for cell in page
        }
        self._known: dict[int, dict[int, int]] = {}
        for cell, count in page.items():
            if count is not None:
                self._learn(self._made_of[cell])

    def can_compute(self, cell: Cell) -> bool:
        """Tell whether a number follows from those she was told."""
        return not self._rest(self._made_of[cell])

    def _learn(self, row: dict[int, int]) -> None:
        rest = self._rest(row)
        if rest:
            first = min(rest)
            factor = pow(rest[first], -1, self.PRIME)
            self._known[first] = {i: n * factor % self.PRIME for i, n in rest.items()}

    def _rest(self, row: dict[int, int]) -> dict[int, int]:
        rest, done = dict(row), -1
        while ahead := [i for i in rest if i > done]:
            done = min(ahead)
            if done in self._known:
                factor = rest[done]
                for i, n in self._known[done].items():
                    rest[i] = (rest.get(i, 0) - factor * n) % self.PRIME
                rest = {i: n for i, n in rest.items() if n}
        return rest


@settings(deadline=None)
@given(requests_of_a_page)
def test_no_hidden_number_can_be_computed_from_the_page(requests: Requests) -> None:
    page, true = told(counted(requests)), page_of(counted(requests)).values

    reader = Reader(page)
    hidden_cells = [cell for cell, count in page.items() if count is None]

    # That nobody was accepted, for instance, tells of nobody.
    assert [cell for cell in hidden_cells if reader.can_compute(cell) and true.get(cell)] == []


@settings(deadline=None)
@given(requests_of_a_page)
def test_no_small_number_is_told_nor_what_a_told_one_leaves(requests: Requests) -> None:
    page = told(counted(requests))

    assert not any(count is not None and 0 < count < SMALLEST_CELL for count in page.values())
    for whole, part in (
        (Table.CATEGORY, Table.CATEGORY_ACCEPTED),
        (Table.COMMUNE, Table.COMMUNE_ACCEPTED),
    ):
        for code in (code for table, code in page if table == part):
            live, accepted = page[whole, code], page[part, code]
            if live is not None and accepted is not None:
                assert not 0 < live - accepted < SMALLEST_CELL


@settings(deadline=None)
@given(requests_of_a_page)
def test_hiding_is_the_same_each_time(requests: Requests) -> None:
    backwards = dict(reversed(requests.items()))

    assert told(counted(requests)) == told(counted(backwards))


def told_of(*groups: tuple[int, Way, str, str]) -> dict[Cell, int | None]:
    return told(counted({(way, category, commune): n for n, way, category, commune in groups}))


def cells(page: dict[Cell, int | None], table: Table) -> dict[str, int | None]:
    return {code: count for (at, code), count in page.items() if at == table}


def test_logged_ones_are_not_told_by_the_states() -> None:
    closed = Way("live", "closed", outcome="helped", is_accepted=True)
    page = told_of(
        (8, Way("live", "sent"), "colis", "93010"),
        (12, closed, "colis", "93010"),
        (3, Way("logged", "closed", outcome="helped"), "colis", "93010"),
    )

    assert page[Table.KIND, "live"] == 20
    assert page[Table.KIND, "logged"] is None
    assert not Reader(page).can_compute((Table.KIND, "logged"))


def test_requests_without_a_commune_are_a_line_like_the_others() -> None:
    page = told_of(
        (9, Way("live", "sent"), "colis", "93010"),
        (7, Way("live", "sent"), "colis", "93027"),
        (3, Way("live", "sent"), "colis", NO_COMMUNE),
    )

    assert page[Table.KIND, "live"] == 19
    assert cells(page, Table.COMMUNE) == {"93010": 9, "93027": None, NO_COMMUNE: None}


def test_a_page_without_small_numbers_hides_nothing() -> None:
    page = told_of(
        (30, Way("live", "sent"), "colis", "93010"),
        (20, Way("live", "accepted", is_accepted=True), "douche", "93027"),
        (10, Way("live", "refused", refusal="no_capacity"), "colis", "93010"),
        (6, Way("logged", "logged"), "colis", "93010"),
    )

    assert None not in page.values()


@pytest.mark.parametrize(
    ("small", "large", "expected"),
    [
        ([3], [8, 20], {8}),
        ([3, 2], [8, 20], set()),
        ([1, 1], [8, 20], {8}),
        ([1, 1, 1, 1, 1], [8, 20], {8}),
        ([4, 4, 4], [8, 20], {8}),
        ([3, 3], [8, 20], set()),
    ],
)
def test_hidden_numbers_are_not_told_by_how_small_or_large_they_can_be(
    small: list[int], large: list[int], expected: set[int]
) -> None:
    parts: dict[Cell, int] = {("part", str(i)): n for i, n in enumerate([*small, *large])}
    total: Cell = ("total", "")
    page = Page(parts | {total: sum(parts.values())}, [Sum((total,), tuple(parts))])

    further = {parts[cell] for cell in hidden(page)} - set(small)

    assert further == expected


def test_a_territory_of_hundreds_of_communes_is_hidden_at_once() -> None:
    communes = {f"{code:05}": Line(code % 9 + 1, code % 3) for code in range(600)}
    live, accepted = (
        sum(n) for n in zip(*((x.live, x.accepted) for x in communes.values()), strict=True)
    )
    page = told(
        Counted(
            kinds={("live", "sent"): live - accepted, ("live", "accepted"): accepted},
            refusals={},
            outcomes={},
            categories={"colis": Line(live, accepted)},
            communes=communes,
        )
    )

    assert page[Table.KIND, "live"] == live
    assert page[Table.COMMUNE, "00000"] is None
