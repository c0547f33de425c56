"""What an import has to say of a row: why it was refused, what to look at, what was put right."""

from dataclasses import dataclass
from enum import StrEnum

from directory.errors import InvalidInput


class Severity(StrEnum):
    """How serious a remark is."""

    #: The row, or the whole file, was not taken.
    REFUSED = "refused"
    #: Taken, and somebody should look.
    DOUBTFUL = "doubtful"
    #: Taken; something was put right or set aside without loss.
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said of one cell. `message` is the reason: equal for all rows it is true of."""

    severity: Severity
    file: str
    #: Line of the file, 1 is the header; 0 is the file as a whole.
    line: int
    field: str
    value: str
    message: str
    remedy: str = ""

    @classmethod
    def of_error(cls, error: InvalidInput, *, file: str, line: int = 0) -> "Remark":
        """Return the remark that tells a refusal."""
        return cls(
            severity=Severity.REFUSED,
            file=file,
            line=line,
            field=error.field or "",
            value="",
            message=error.message,
            remedy=error.remedy or "",
        )


class BrokenFile(InvalidInput):
    """The file cannot be read as a whole: nothing of it is taken."""

    def __init__(self, message: str, *, line: int, field: str, remedy: str) -> None:
        super().__init__(message, field=field, remedy=remedy)
        self.line = line
