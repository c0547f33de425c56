"""Files as they lie on the disk: opened, unpacked, and the day that their name tells."""

import gzip
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from directory.errors import InvalidInput
from directory.i18n import gettext

#: The first bytes of a gzipped file.
GZIP = b"\x1f\x8b"

Bytes = gzip.GzipFile | io.BufferedReader

_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")


@contextmanager
def open_file(path: Path) -> Iterator[io.BufferedReader]:
    """Open a file for the block, as it is.

    :raise InvalidInput: it cannot be opened, or is none: a pipe cannot be read from its beginning
        again once its first bytes are known.
    """
    try:
        if not path.is_file():
            raise FileNotFoundError(path)
        raw = path.open("rb")
    except OSError as error:
        raise cannot_open(path) from error
    with raw:
        yield raw


def unpacked(raw: io.BufferedReader) -> Bytes:
    """Return what a file holds, from its first byte, gzipped or not."""
    is_packed = raw.read(2) == GZIP
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if is_packed else raw


def cannot_open(path: Path) -> InvalidInput:
    """Return the refusal of a file that cannot be opened."""
    return InvalidInput(
        gettext("Le fichier « %(file)s » ne peut pas être ouvert.", file=path.name),
        field="file",
        remedy=gettext(
            "Vérifiez son chemin et ses droits de lecture ; un dossier ne convient pas."
        ),
    )


def day_of_name(name: str) -> date | None:
    """Return the day that a file's name tells (`adresses-93-2026-11-01.csv.gz`), else None."""
    found = _DAY.search(name)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None
