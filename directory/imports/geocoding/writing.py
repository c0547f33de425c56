"""Writing a file whole or not at all, and never over another one."""

import gzip
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from directory.errors import Conflict, InvalidInput
from directory.i18n import gettext


def output_beside(path: Path) -> Path:
    """Return the file to write when none was named: « liste.csv » gives « liste-positions.csv »."""
    first, dot, rest = path.name.partition(".")
    return path.with_name(f"{first}-positions{dot}{rest}")


@contextmanager
def whole_file(target: Path, *, like: Path, has_bom: bool) -> Iterator[TextIO]:
    """Have a text file for the block, which becomes `target` when the block ends well.

    Until then it has another name, and it is removed when the block fails. It may be read by
    those who may read `like`: addresses can be people's own. A name in `.gz` is packed.

    :raise Conflict: the file exists already, be it the one that is read.
    :raise InvalidInput: it cannot be written there.
    """
    if target.exists() or target.is_symlink():
        raise Conflict(
            gettext("Le fichier %(file)s existe déjà.", file=target),
            field="output",
            remedy=gettext("Donnez un autre nom avec -o, ou effacez-le d'abord."),
        )
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as raw:
            is_packed = target.suffix == ".gz"
            content = cast(BinaryIO, gzip.GzipFile(fileobj=raw, mode="wb")) if is_packed else raw
            encoding = "utf-8-sig" if has_bom else "utf-8"
            with io.TextIOWrapper(content, encoding=encoding, newline="") as text:
                yield text
        shutil.copymode(like, temporary)
        temporary.replace(target)
    except OSError as error:
        raise InvalidInput(
            gettext("Le fichier %(file)s ne peut pas être écrit.", file=target),
            field="output",
            remedy=gettext("Choisissez avec -o un dossier qui existe, où il reste de la place."),
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
