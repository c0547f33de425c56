"""Through a whole file, lot by lot: its rows as they are, each with its position and the reason."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.addresses.models import Street
from directory.geocoding.batch import LOT
from directory.imports.accents import repaired
from directory.imports.geocoding.answering import Answers, FileAddress, FileAnswer, Outcome
from directory.imports.geocoding.columns import Columns
from directory.imports.geocoding.opening import Layout, OpenTable
from directory.imports.geocoding.writing import whole_file

#: What each row is given, in this order, after its own columns.
ADDED = (
    "latitude",
    "longitude",
    "precision",
    "score",
    "reason",
    "label",
    "insee_code",
    "source",
)

#: How many rows of each outcome.
Summary = Counter[Outcome]

_Row = tuple[int, list[str]]


def covered_communes(session: Session) -> frozenset[str]:
    """Return the communes whose streets are loaded, whole cities besides their arrondissements."""
    rows = session.execute(select(Street.insee_code, Street.city_code).distinct())
    return frozenset(code for row in rows for code in row)


def added_names(names: Sequence[str]) -> list[str]:
    """Return what the added columns are called: a name that is taken gets `result_` before it."""
    taken = set(names)
    added = []
    for name in ADDED:
        while name in taken:
            name = f"result_{name}"
        taken.add(name)
        added.append(name)
    return added


def geocode(
    table: OpenTable,
    columns: Columns,
    answers: Answers,
    *,
    path: Path,
    output: Path,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Write `output`: each row of the table at `path`, in its order, and what was found for it.

    `on_progress` is told how many bytes of the file are read. All is written, or nothing.

    :raise BrokenFile: a row cannot be read.
    :raise Conflict: `output` exists.
    :raise InvalidInput: it cannot be written.
    """
    summary: Summary = Counter()
    layout = table.layout
    with whole_file(output, like=path, has_bom=layout.has_bom) as target:
        target.write(_line([*layout.names, *added_names(layout.names)], layout))
        rows = table.rows()
        while lot := list(islice(rows, LOT)):
            for cells, answer in _answered(lot, columns, answers):
                target.write(_line([*cells, *_cells(answer)], layout))
                summary[answer.outcome] += 1
            on_progress(table.read_bytes)
    return summary


def _line(cells: Sequence[str], layout: Layout) -> str:
    """Return cells as a line of the file, those with any end of line in them between quotes.

    A writer quotes only what is in its own end of line: it is given both signs.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=layout.written_delimiter, lineterminator="\r\n")
    writer.writerow(cells)
    return written.getvalue().removesuffix("\r\n") + layout.newline


def _answered(
    lot: Sequence[_Row], columns: Columns, answers: Answers
) -> Iterator[tuple[list[str], FileAnswer]]:
    addresses = [_address(cells, columns) for _line, cells in lot]
    for (_line, cells), answer in zip(lot, answers.of(addresses), strict=True):
        yield cells, answer


def _address(cells: Sequence[str], columns: Columns) -> FileAddress:
    def cell(rank: int | None) -> str:
        return "" if rank is None else repaired(cells[rank].strip())

    return FileAddress(
        address=cell(columns.address),
        postcode=cell(columns.postcode),
        insee_code=cell(columns.insee),
        city=cell(columns.city),
    )


def _cells(answer: FileAnswer) -> list[str]:
    position = answer.position
    return [
        "" if position is None else f"{position.latitude:.6f}",
        "" if position is None else f"{position.longitude:.6f}",
        answer.precision,
        "" if answer.score is None else f"{answer.score:.2f}",
        answer.reason,
        answer.label,
        answer.insee_code,
        answer.source,
    ]
