"""The rows that are refused: counted by reason, the first of them kept to be shown."""

from collections import Counter

from directory.i18n import gettext
from directory.imports.remarks import BrokenFile, Remark, Severity

#: A file of which more is refused is not the file it should be.
LARGEST_SHARE = 0.05

#: How many refused rows are kept whole.
KEPT = 10


class RowRefused(Exception):
    """A row that cannot be taken: which column, what it holds, and the reason in a sentence."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason


class Refusals:
    """What was refused of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        #: How many rows for each (column, reason).
        self.reasons: Counter[tuple[str, str]] = Counter()
        #: The first rows, in the order of the file.
        self.first: list[Remark] = []

    @property
    def count(self) -> int:
        """How many rows were refused."""
        return self.reasons.total()

    def add(self, line: int, refused: RowRefused) -> None:
        """Count a row, and keep it when it is one of the first."""
        self.reasons[refused.column, refused.reason] += 1
        if len(self.first) < KEPT:
            remark = Remark(
                Severity.REFUSED, self._file, line, refused.column, refused.value, refused.reason
            )
            self.first.append(remark)

    def check_share(self, rows: int) -> None:
        """Refuse the file when more than 5 % of its rows are.

        :raise BrokenFile: it tells how many, and the first of them.
        """
        if self.count <= rows * LARGEST_SHARE:
            return
        first = self.first[0]
        raise BrokenFile(
            gettext(
                "Lignes refusées : %(refused)s sur %(rows)s, plus de 5 %%. La première : "
                "ligne %(line)s, colonne « %(column)s », valeur « %(value)s ». %(reason)s",
                rows=rows,
                refused=self.count,
                line=first.line,
                column=first.field,
                value=first.value[:60],
                reason=first.message,
            ),
            line=first.line,
            field=first.field,
            remedy=gettext(
                "Reprenez le fichier publié, sans l'enregistrer dans un tableur, qui coupe les "
                "codes et décale les cases."
            ),
        )
