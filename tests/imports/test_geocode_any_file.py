"""Whatever a file holds, it comes back whole with a reason on each row, or is refused."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.errors import FanalError
from directory.imports.remarks import BrokenFile
from tests.imports.geocoding import Geocoding

COLUMNS = ("adresse", "cp", "code insee", "ville")

_TOLD = (
    "12 rue de Verdun",
    "93140",
    "Bondy",
    "Paris 18",
    "2A004",
    "1033",
    "75000",
    "93140 Bondy, 12 rue de Verdun",
    "\u0663\u0664",
    "\u00b2",
    "%_%_%",
    "x" * 300,
    "a\rb",
    'a "b" \n; c',
)
_CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(_TOLD)
_ROWS = st.lists(st.tuples(_CELLS, _CELLS, _CELLS, _CELLS), max_size=4)
_PIECES = st.sampled_from(
    [
        b"adresse",
        b"ville",
        b";",
        b",",
        b"\n",
        b"\r",
        b'"',
        b"\xe9",
        b"\x1f\x8b",
        b"a",
        b"\xef\xbb\xbf",
    ]
)


def written(rows: list[tuple[str, ...]], delimiter: str, newline: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([COLUMNS, *rows])
    return text.getvalue()


@settings(deadline=None)
@given(
    _ROWS, st.sampled_from(";,\t"), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"])
)
def test_any_table_comes_back_as_it_was(
    rows: list[tuple[str, ...]], delimiter: str, newline: str, bom: str
) -> None:
    content = bom + written(rows, delimiter, newline)
    with TemporaryDirectory() as folder:
        if "\0" in content:
            with pytest.raises(BrokenFile, match="octet nul"):
                Geocoding(Path(folder))(content)
            return
        given_back = Geocoding(Path(folder))(content)
    assert [tuple(row[name] for name in COLUMNS) for row in given_back] == rows
    assert all(row["reason"] for row in given_back)


@settings(deadline=None)
@given(st.binary(max_size=100) | st.lists(_PIECES, max_size=30).map(b"".join))
def test_any_bytes_are_read_or_refused_in_sentences(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        refused: list[FanalError] = []
        try:
            Geocoding(Path(folder))(content)
        except FanalError as error:
            refused.append(error)
        assert all(error.message and error.remedy for error in refused)
        left = {path.name for path in Path(folder).iterdir()}
        assert left <= {"liste.csv", "positions.csv"}
