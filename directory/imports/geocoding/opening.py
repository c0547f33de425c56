"""Opening a CSV of any columns: how it is written, and its rows one after the other.

Nothing is read ahead of what is asked for, so a file larger than the memory is no trouble.
"""

import csv
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from directory.i18n import gettext
from directory.imports.files import Bytes, open_file, unpacked
from directory.imports.remarks import BrokenFile

DELIMITERS = (";", ",", "\t")

#: A longer line is no row of a table.
LONGEST_LINE = 1_000_000

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written, so that the one made from it is written alike."""

    names: tuple[str, ...]
    delimiter: str
    newline: str
    has_bom: bool

    @property
    def written_delimiter(self) -> str:
        """What separates the cells once there are several."""
        return self.delimiter if len(self.names) > 1 else DELIMITERS[0]


@dataclass(slots=True)
class OpenTable:
    """A file being read; `rows` goes through it once."""

    layout: Layout
    _raw: io.BufferedReader
    _lines: "_Lines"
    _reader: Iterator[list[str]]

    @property
    def read_bytes(self) -> int:
        """How far the file was read, in bytes as it lies on the disk."""
        return self._raw.tell()

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row with the number of its first line, as many cells as the header.

        Cells that spreadsheets leave out at the end of a row are empty.

        :raise BrokenFile: a row has more cells than the header, a quote is not closed, the text
            is not UTF-8, or the file is cut.
        """
        width = len(self.layout.names)
        while True:
            line = self._lines.number + 1
            cells = _next_row(self._reader, line)
            if cells is None:
                return
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if len(cells) > width:
                raise _too_many(line, cells, self.layout)
            yield line, cells + [""] * (width - len(cells))


@contextmanager
def open_table(path: Path) -> Iterator[OpenTable]:
    """Open a CSV, packed or not, for the block.

    :raise BrokenFile: it is empty, no text in UTF-8, or its header cannot be read.
    :raise InvalidInput: it cannot be opened.
    """
    with open_file(path) as raw:
        lines = _Lines(unpacked(raw))
        header = lines.first()
        layout, reader = _read_header(header, lines)
        lines.layout = layout
        yield OpenTable(layout, raw, lines, reader)


@dataclass(slots=True)
class _Lines:
    """The lines of a file as text; the place of the first byte that is none is told."""

    content: Bytes
    number: int = 0
    has_bom: bool = False
    layout: Layout | None = None

    def first(self) -> str:
        line = self._next()
        if line[:2] in (b"PK", b"\xff\xfe", b"\xfe\xff"):
            raise BrokenFile(
                gettext("Le fichier n'est pas un CSV en UTF-8 (classeur, archive ou UTF-16)."),
                line=1,
                field="file",
                remedy=gettext("Ouvrez-le et enregistrez-le en « CSV UTF-8 »."),
            )
        self.has_bom = line.startswith(_BOM)
        text = self._text(line.removeprefix(_BOM))
        if not text.strip():
            raise BrokenFile(
                gettext("Le fichier est vide, ou sa première ligne l'est."),
                line=1,
                field="file",
                remedy=gettext("Sa première ligne doit nommer les colonnes."),
            )
        return text

    def __iter__(self) -> Iterator[str]:
        while line := self._next():
            yield self._text(line)

    def _next(self) -> bytes:
        try:
            line = self.content.readline(LONGEST_LINE)
        except EOFError as error:
            raise self._broken(gettext("le fichier compressé est tronqué")) from error
        except (OSError, zlib.error) as error:
            raise self._broken(gettext("le fichier ne se lit plus, il est abîmé")) from error
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise self._broken(gettext("cette ligne est bien trop longue"))
        self.number += bool(line)
        return line

    def _text(self, line: bytes) -> str:
        if b"\0" in line:
            raise self._not_text(line[: line.index(b"\0")], gettext("un octet nul"))
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            told = gettext("le texte n'est pas en UTF-8")
            raise self._not_text(line[: error.start], told) from error

    def _not_text(self, before: bytes, problem: str) -> BrokenFile:
        column = _column_at(before.decode(errors="replace"), self.layout)
        told = gettext("%(problem)s (colonne « %(column)s »)", problem=problem, column=column)
        return BrokenFile(
            _at_line(self.number, told if column else problem),
            line=self.number,
            field=column or "file",
            remedy=gettext("Enregistrez le fichier en « CSV UTF-8 »."),
        )

    def _broken(self, problem: str) -> BrokenFile:
        return BrokenFile(
            _at_line(self.number + 1, problem),
            line=self.number + 1,
            field="file",
            remedy=gettext("Reprenez le fichier à sa source : il est incomplet ou abîmé."),
        )


def _read_header(header: str, lines: _Lines) -> tuple[Layout, Iterator[list[str]]]:
    delimiter = max(DELIMITERS, key=lambda sign: (header.count(sign), -DELIMITERS.index(sign)))
    if delimiter not in header:
        # One column: what separates cells must not be found in an address.
        delimiter = "\t"
    reader = csv.reader(_after(header, lines), delimiter=delimiter, strict=True)
    names = _next_row(reader, 1) or []
    newline = "\r\n" if header.endswith("\r\n") else "\n"
    return Layout(tuple(names), delimiter, newline, lines.has_bom), reader


def _after(first: str, lines: _Lines) -> Iterator[str]:
    yield first
    yield from lines


def _next_row(reader: Iterator[list[str]], line: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        raise BrokenFile(
            _at_line(line, gettext("un guillemet n'est pas fermé, ou la ligne n'est pas un CSV")),
            line=line,
            field="file",
            remedy=gettext("Vérifiez les guillemets de cette ligne, ou réenregistrez le fichier."),
        ) from error


def _column_at(before: str, layout: Layout | None) -> str:
    """Return the name of the column that a place of a line falls into, as well as can be told."""
    if layout is None:
        return ""
    rank = before.count(layout.delimiter)
    return layout.names[rank] if rank < len(layout.names) else ""


def _too_many(line: int, cells: list[str], layout: Layout) -> BrokenFile:
    told = gettext(
        "%(found)s cases, l'en-tête en a %(wanted)s", found=len(cells), wanted=len(layout.names)
    )
    return BrokenFile(
        _at_line(line, told),
        line=line,
        field=layout.names[-1],
        remedy=gettext(
            "Cherchez un séparateur de trop : une adresse qui contient « %(sign)s » va entre "
            "guillemets.",
            sign=layout.delimiter,
        ),
    )


def _at_line(line: int, problem: str) -> str:
    return gettext("Ligne %(line)s : %(problem)s.", line=line, problem=problem)
