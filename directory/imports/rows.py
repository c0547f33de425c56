"""Reading a file of listings: bytes to numbered rows, or one clear reason why not.

A file that is broken anywhere is refused as a whole: a cut or shifted table looks like a smaller
one, and would close what it does not show.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.imports.accents import repaired
from directory.imports.broken import cut_at, doubled_column, not_csv
from directory.imports.files import cannot_open
from directory.imports.remarks import BrokenFile, Remark, Severity

#: The largest real file of the field is some tens of megabytes; more is a mistake or a trap.
LARGEST_FILE = 200_000_000

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as it stands in the file, its cells without outer blanks."""

    line: int
    values: Mapping[str, str]

    @property
    def is_blank(self) -> bool:
        """True for a row whose cells are all empty."""
        return not any(self.values.values())


@dataclass(frozen=True, slots=True)
class Table:
    """A whole file, read and found sound, with what was put right while reading."""

    rows: tuple[SourceRow, ...]
    remarks: tuple[Remark, ...]


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    :raise InvalidInput: it cannot be opened, or is too large.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InvalidInput(
                gettext("Le fichier « %(file)s » est trop gros.", file=path.name),
                field="file",
                remedy=gettext(
                    "La limite est de %(most)s Mo : découpez-le.", most=LARGEST_FILE // 1_000_000
                ),
            )
        return path.read_bytes()
    except OSError as error:
        raise cannot_open(path) from error


def read_table(content: bytes, *, file: str, columns: Sequence[str]) -> Table:
    """Return the rows of a CSV file that has at least these columns.

    :raise BrokenFile: it is not a text, lacks a column, or is cut; tells line, column and remedy.
    """
    text, remarks = decoded(content, file)
    rows = []
    for row in _rows(text, columns):
        values = {column: repaired(value) for column, value in row.values.items()}
        remarks += [
            _note(file, row.line, column, value, gettext("Les accents de la case étaient abîmés."))
            for column, value in row.values.items()
            if values[column] != value
        ]
        rows.append(SourceRow(row.line, values))
    return Table(tuple(rows), tuple(remarks))


def decoded(content: bytes, file: str) -> tuple[str, list[Remark]]:
    """Return the text of a file, in UTF-8 or else Windows-1252, and a note when it was the latter.

    :raise BrokenFile: it is empty, a workbook, holds NUL bytes, or stops amid a letter.
    """
    _check_is_text(content)
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise cut_at(content.count(b"\n") + 1) from error
    # Windows-1252 leaves five bytes without a letter; they would be lost silently otherwise.
    text = content.decode("cp1252", errors="replace")
    if "�" in text:
        line = text[: text.index("�")].count("\n") + 1
        raise BrokenFile(
            gettext("Le fichier n'est ni en UTF-8, ni en Windows-1252."),
            line=line,
            field="file",
            remedy=gettext("Enregistrez-le de nouveau en « CSV UTF-8 »."),
        )
    message = gettext("Le fichier a été lu en Windows-1252, il n'est pas en UTF-8.")
    return text, [_note(file, 0, "file", "", message)]


def _check_is_text(content: bytes) -> None:
    if not content.strip():
        raise BrokenFile(
            gettext("Le fichier est vide."),
            line=0,
            field="file",
            remedy=gettext("Téléchargez-le de nouveau."),
        )
    if content[:2] in (b"PK", b"\x1f\x8b", b"\xff\xfe", b"\xfe\xff"):
        raise BrokenFile(
            gettext("Le fichier n'est pas un CSV en UTF-8 (classeur, archive ou UTF-16)."),
            line=0,
            field="file",
            remedy=gettext("Ouvrez-le et enregistrez-le en « CSV UTF-8 »."),
        )
    if b"\0" in content:
        before = content[: content.index(b"\0")]
        line = before.count(b"\n") + 1
        raise BrokenFile(
            gettext("Ligne %(line)s : un octet nul, le fichier est abîmé.", line=line),
            line=line,
            field=_column_at(content, before),
            remedy=gettext("Téléchargez-le de nouveau, ou réenregistrez-le en « CSV UTF-8 »."),
        )


def _column_at(content: bytes, before: bytes) -> str:
    """Return the name of the column that a byte falls into, as well as it can be told."""
    header = content.splitlines()[0].decode("utf-8", errors="replace").strip("\ufeff\0")
    delimiter = _delimiter(header)
    names = next(csv.reader([header], delimiter=delimiter), [])
    rank = before.rsplit(b"\n", 1)[-1].count(delimiter.encode())
    return names[rank] if rank < len(names) else "file"


def _rows(text: str, columns: Sequence[str]) -> Iterator[SourceRow]:
    delimiter = _delimiter(text.split("\n", 1)[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    last_line = text.rstrip("\r\n").count("\n") + 1
    line = 1
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_columns(names, columns)
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(names) and cells:
                raise _uneven(line, cells, names, is_last=reader.line_num >= last_line)
            values = dict(zip(names, (cell.strip() for cell in cells), strict=False))
            yield SourceRow(line, values)
            line = reader.line_num + 1
    except csv.Error as error:
        raise not_csv(error, line) from error


def _delimiter(header: str) -> str:
    """Return the sign that separates the cells: the most frequent one of the header."""
    return max(DELIMITERS, key=lambda sign: (header.count(sign), -DELIMITERS.index(sign)))


def _check_columns(names: Sequence[str], columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in names]
    if missing:
        raise BrokenFile(
            gettext("Il manque ces colonnes : %(columns)s.", columns=", ".join(missing)),
            line=1,
            field=missing[0],
            remedy=gettext("Colonnes attendues : %(columns)s.", columns=", ".join(columns)),
        )
    doubled = [name for name in names if names.count(name) > 1]
    if doubled:
        raise doubled_column(doubled[0])


def _uneven(line: int, cells: list[str], names: list[str], *, is_last: bool) -> BrokenFile:
    if is_last and len(cells) < len(names):
        return cut_at(line, field=names[len(cells) - 1])
    return BrokenFile(
        gettext(
            "Ligne %(line)s : %(found)s cases, l'en-tête en a %(wanted)s.",
            line=line,
            found=len(cells),
            wanted=len(names),
        ),
        line=line,
        field=names[min(len(cells), len(names)) - 1],
        remedy=gettext("Cherchez sur cette ligne un séparateur de trop ou manquant."),
    )


def _note(file: str, line: int, field: str, value: str, message: str) -> Remark:
    return Remark(Severity.NOTE, file, line, field, value, message)
