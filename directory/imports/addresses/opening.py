"""Opening a file of addresses: whole and in UTF-8, or one clear reason why not.

It is read to its end before anything is written, so that a cut archive is never half loaded.
"""

import codecs
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from directory.i18n import gettext
from directory.imports.broken import cut_at
from directory.imports.files import GZIP, Bytes, day_of_name, open_file, unpacked
from directory.imports.remarks import BrokenFile

#: Unpacked. The largest département has a million addresses, in a quarter of a gigabyte.
LARGEST_FILE = 2_000_000_000

_PART = 1 << 18


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is known of a file that was read once and found whole."""

    #: Of the file as it is, packed or not.
    sha256: str
    lines: int
    #: The day its name tells, else the day it was packed; None when neither is told.
    dated_on: date | None


def inspect(path: Path) -> Inspection:
    """Read a file to its end, and return what it is.

    :raise BrokenFile: it is empty, cut, not a text in UTF-8, or far too large.
    :raise InvalidInput: it cannot be opened.
    """
    with open_file(path) as raw:
        lines = _count_lines(unpacked(raw))
        raw.seek(0)
        sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        raw.seek(0)
        dated_on = day_of_name(path.name) or _day_of_packing(raw.read(8))
    return Inspection(sha256, lines, dated_on)


@contextmanager
def open_text(path: Path) -> Iterator[io.TextIOWrapper]:
    """Open a file that was found whole, as text, for the block."""
    with open_file(path) as raw:
        yield io.TextIOWrapper(unpacked(raw), encoding="utf-8-sig", newline="")


def _count_lines(content: Bytes) -> int:
    """Return the number of lines, the last one with or without its end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, size, last = 0, 0, b""
    while part := _next_part(content, lines):
        size += len(part)
        _check_part(part, is_first=size == len(part), size=size, line=lines + 1)
        try:
            decoder.decode(part)
        except UnicodeDecodeError as error:
            # What the decoder kept of the part before holds no end of line.
            raise _not_utf_8(lines + 1 + error.object[: error.start].count(b"\n")) from error
        lines += part.count(b"\n")
        last = part
    if size == 0:
        raise BrokenFile(
            gettext("Le fichier est vide."), line=0, field="file", remedy=_download_again()
        )
    if decoder.getstate()[0]:
        raise cut_at(lines + 1)
    return lines + (not last.endswith(b"\n"))


def _next_part(content: Bytes, lines: int) -> bytes:
    try:
        return content.read(_PART)
    except EOFError as error:
        raise BrokenFile(
            gettext(
                "Le fichier compressé est tronqué : il s'arrête à la ligne %(line)s.",
                line=lines + 1,
            ),
            line=lines + 1,
            field="file",
            remedy=_download_again(),
        ) from error
    except (OSError, zlib.error) as error:
        raise BrokenFile(
            gettext("Le fichier compressé est abîmé à la ligne %(line)s.", line=lines + 1),
            line=lines + 1,
            field="file",
            remedy=_download_again(),
        ) from error


def _check_part(part: bytes, *, is_first: bool, size: int, line: int) -> None:
    if is_first and part.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")):
        raise BrokenFile(
            gettext("Le fichier n'est pas un CSV en UTF-8 (classeur, archive ou UTF-16)."),
            line=1,
            field="file",
            remedy=_download_again(),
        )
    if b"\0" in part:
        line += part[: part.index(b"\0")].count(b"\n")
        raise BrokenFile(
            gettext("Ligne %(line)s : un octet nul, le fichier est abîmé.", line=line),
            line=line,
            field="file",
            remedy=_download_again(),
        )
    if size > LARGEST_FILE:
        raise BrokenFile(
            gettext("Le fichier est trop gros pour un département."),
            line=line,
            field="file",
            remedy=gettext("Prenez un fichier par département, « adresses-93.csv.gz »."),
        )


def _not_utf_8(line: int) -> BrokenFile:
    """Refuse what a spreadsheet saved: it has also cut zeros from codes and digits from points."""
    return BrokenFile(
        gettext("Ligne %(line)s : le texte n'est pas en UTF-8.", line=line),
        line=line,
        field="file",
        remedy=gettext(
            "Reprenez le fichier publié, sans l'enregistrer dans un tableur : il y perdrait aussi "
            "des zéros de ses codes."
        ),
    )


def _download_again() -> str:
    return gettext("Téléchargez-le de nouveau : il est incomplet ou abîmé.")


def _day_of_packing(beginning: bytes) -> date | None:
    """Return the day in the head of a gzip file; most programs write none."""
    seconds = int.from_bytes(beginning[4:8], "little")
    if not beginning.startswith(GZIP) or not seconds:
        return None
    return datetime.fromtimestamp(seconds, UTC).date()
