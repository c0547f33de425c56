"""Loading one file: recognised, read, and put in the place of its département. Nothing commits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from directory.addresses.actions import hold_department, replace_department
from directory.addresses.incoming import SourceFile
from directory.addresses.loaded import loaded_sha256
from directory.imports.addresses.bounds import communes_of, department_box, successors
from directory.imports.addresses.opening import Inspection, inspect, open_text
from directory.imports.addresses.reading import DepartmentRows, Progress
from directory.imports.addresses.report import AddressReport


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator decides."""

    #: The day of the data, when neither the name of the file nor the file itself tells it.
    dated_on: date | None = None
    #: Take a file that has over 10 % fewer addresses than what is loaded.
    accept_fewer: bool = False
    #: Load the very file again that is loaded.
    is_again: bool = False


def _silently(_code: str) -> None:
    """Say nothing."""


def import_file(
    session: Session,
    path: Path,
    *,
    at: datetime,
    options: Options | None = None,
    progress: Progress | None = None,
    on_wait: Callable[[str], None] = _silently,
) -> AddressReport:
    """Put the addresses of a file in the place of those of its département.

    The very file that is loaded already is left as it is. `on_wait` is told the code of a
    département that another import holds, before it is waited for.

    :raise InvalidInput: the file cannot be opened or is not a whole file of one département.
    :raise Conflict: it has far fewer addresses than what is loaded (unless `accept_fewer`).
    """
    options = options or Options()
    found = inspect(path)
    with open_text(path) as text:
        rows = DepartmentRows(text, file=path.name, lines=found.lines, progress=progress)
        if not hold_department(session, rows.code, patiently=False):
            on_wait(rows.code)
            hold_department(session, rows.code)
        if not options.is_again and loaded_sha256(session, rows.code) == found.sha256:
            return AddressReport(file=path.name, code=rows.code, is_same=True)
        rows.box = department_box(session, rows.code)
        rows.follow(successors(session, rows.code))
        done = replace_department(
            session,
            code=rows.code,
            incoming=rows,
            source=_source(path, found, options),
            at=at,
            accept_fewer=options.accept_fewer,
        )
        known = communes_of(session, rows.code)
    return AddressReport.of(path.name, rows, done, known_communes=known)


def _source(path: Path, found: Inspection, options: Options) -> SourceFile:
    return SourceFile(path.name, options.dated_on or found.dated_on, found.sha256)
