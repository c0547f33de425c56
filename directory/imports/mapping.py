"""What every importer gives: drafts with the lines they come from, and remarks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from directory.imports.remarks import Remark, Severity
from directory.imports.rows import SourceRow
from directory.listings.drafts import ServiceDraft, Source

#: A key longer than this is a text that slipped into its column.
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class MappedService:
    """A draft, and the lines of the file that made it."""

    draft: ServiceDraft
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Remarks:
    """The remarks on one row, gathered while it is read."""

    file: str
    line: int
    found: list[Remark] = field(default_factory=list)

    def refuse(self, field: str, value: str, message: str, remedy: str = "") -> None:
        """Say why the row is not taken."""
        self._add(Severity.REFUSED, field, value, message, remedy)

    def doubt(self, field: str, value: str, message: str, remedy: str = "") -> None:
        """Say what somebody should look at."""
        self._add(Severity.DOUBTFUL, field, value, message, remedy)

    def note(self, field: str, value: str, message: str, remedy: str = "") -> None:
        """Say what was put right or set aside."""
        self._add(Severity.NOTE, field, value, message, remedy)

    def _add(self, severity: Severity, field: str, value: str, message: str, remedy: str) -> None:
        self.found.append(Remark(severity, self.file, self.line, field, value, message, remedy))


@dataclass(frozen=True, slots=True)
class Mapping:
    """All of a file, told in drafts and remarks."""

    services: tuple[MappedService, ...]
    remarks: tuple[Remark, ...]

    @property
    def placed_lines(self) -> set[int]:
        """The lines that made a service or a part of one."""
        return {line for service in self.services for line in service.lines}

    @property
    def refused_lines(self) -> set[int]:
        """The lines that made nothing, and say why."""
        return {r.line for r in self.remarks if r.severity is Severity.REFUSED}

    def unaccounted(self, rows: Iterable[SourceRow]) -> list[int]:
        """Return the lines that are in none or in both of the two, ascending: a mistake of ours."""
        told = self.placed_lines ^ self.refused_lines
        return [row.line for row in rows if row.line not in told]


class Importer(Protocol):
    """What a source of listings has to know: its columns, and how a row becomes a draft."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns that a file must have."""

    @property
    def source(self) -> Source:
        """Where the drafts come from."""

    def map(self, rows: Sequence[SourceRow], *, file: str) -> Mapping:
        """Return the drafts of all rows; each row makes a draft or is refused, never both."""
