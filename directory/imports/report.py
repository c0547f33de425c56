"""What an import did or would do: printed for people, written as CSV for a spreadsheet."""

import csv
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from directory.i18n import gettext, ngettext
from directory.imports.comparison import Comparison
from directory.imports.remarks import Remark, Severity
from directory.listings.placing import Placed

#: How many remarks are printed; the CSV holds all.
SHOWN = 10

#: Signs with which a spreadsheet begins a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one import. With an obstacle nothing was written."""

    file: str
    rows: int = 0
    #: Rows that made a service, or a place of one.
    placed: int = 0
    #: Rows that made nothing; each has its remark.
    refused: int = 0
    comparison: Comparison = Comparison()
    #: What became of the addresses that came without a point.
    located: Placed = Placed()
    remarks: tuple[Remark, ...] = ()
    is_dry_run: bool = False
    obstacle: Remark | None = None

    def with_obstacle(self, obstacle: Remark | None) -> "Report":
        """Return the report of an import that something stopped, or itself."""
        return self if obstacle is None else replace(self, obstacle=obstacle)

    @property
    def is_applied(self) -> bool:
        """True when the differences were written."""
        return self.obstacle is None and not self.is_dry_run

    @property
    def all_remarks(self) -> tuple[Remark, ...]:
        """The obstacle first, then the remarks in the order of the file."""
        return ((self.obstacle,) if self.obstacle else ()) + self.remarks

    def write_csv(self, path: Path) -> None:
        """Write every remark; cells that a spreadsheet would compute are kept from it."""
        with path.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(
                ["severity", "file", "line", "field", "value", "message", "remedy"],
            )
            for r in self.all_remarks:
                cells = (r.severity.value, r.file, r.line, r.field, r.value, r.message, r.remedy)
                writer.writerow([_harmless(str(cell)) for cell in cells])

    def show(self, console: Console) -> None:
        """Print the counts, the reasons with their numbers, and the first remarks."""
        console.print(Group(*self._parts()))

    def _parts(self) -> list[Text | Table]:
        if self.obstacle is not None:
            stopped = Text(gettext("Rien n'a été écrit : %(file)s", file=self.file), "bold red")
            told = Text("\n".join(filter(None, (self.obstacle.message, self.obstacle.remedy))))
            return [stopped, told, *([self._counts(), *self._details()] if self.rows else [])]
        title = (
            gettext("À blanc, rien n'a été écrit : %(file)s", file=self.file)
            if self.is_dry_run
            else gettext("Importé : %(file)s", file=self.file)
        )
        return [Text(title, style="bold"), self._counts(), *self._details()]

    def _details(self) -> list[Text | Table]:
        if not self.remarks:
            return []
        return [self._reasons(), self._first()]

    def _counts(self) -> Table:
        table = Table(show_header=False, box=None)
        compared = self.comparison
        for label, count in (
            (gettext("Lignes lues"), self.rows),
            (gettext("Lignes prises"), self.placed),
            (gettext("Lignes refusées"), self.refused),
            (gettext("Services créés"), len(compared.created)),
            (gettext("Services changés"), len(compared.changed)),
            (gettext("Services dont seule la date de la source change"), len(compared.redated)),
            (gettext("Services inchangés"), len(compared.unchanged)),
            (gettext("Services absents du fichier"), len(compared.vanished)),
        ):
            table.add_row(label, str(count))
        if self.located.asked:
            for label, count in rows_of(self.located):
                table.add_row(label, str(count))
        return table

    def _reasons(self) -> Table:
        table = Table(title=gettext("Remarques par raison"))
        table.add_column(gettext("Gravité"))
        table.add_column(gettext("Champ"))
        table.add_column(gettext("Raison"))
        table.add_column(gettext("Nombre"), justify="right")
        reasons = Counter((r.severity, r.field, r.message) for r in self.remarks)
        rank = list(Severity)
        ordered = sorted(reasons.items(), key=lambda item: (rank.index(item[0][0]), -item[1]))
        for (severity, field, message), count in ordered:
            table.add_row(*_plain(severity_label(severity), field, message, str(count)))
        return table

    def _first(self) -> Table:
        table = Table(title=gettext("Premières lignes"))
        for label in (gettext("Ligne"), gettext("Champ"), gettext("Valeur"), gettext("Que faire")):
            table.add_column(label, overflow="fold")
        rank = list(Severity)
        worst = sorted(self.remarks, key=lambda r: (rank.index(r.severity), r.line))
        for r in worst[:SHOWN]:
            table.add_row(*_plain(str(r.line), r.field, r.value[:80], r.remedy or r.message))
        more = len(worst) - SHOWN
        if more > 0:
            table.caption = ngettext(
                "et %(num)s autre remarque (--report FICHIER les écrit toutes)",
                "et %(num)s autres remarques (--report FICHIER les écrit toutes)",
                more,
            )
        return table


def rows_of(located: Placed) -> list[tuple[str, int]]:
    """Return what became of addresses without a point, as lines of a table."""
    return [
        (gettext("Adresses sans point, cherchées"), located.asked),
        (gettext("– trouvées"), located.found),
        (gettext("– à vérifier (fanal places review)"), located.to_review),
        (gettext("– non trouvées : centre de la commune"), located.at_commune),
    ]


def severity_label(severity: Severity) -> str:
    """Return the word for a severity in the language in force."""
    return {
        Severity.REFUSED: gettext("refusé"),
        Severity.DOUBTFUL: gettext("à vérifier"),
        Severity.NOTE: gettext("pour information"),
    }[severity]


def _plain(*cells: str) -> list[Text]:
    """Keep square brackets of a file from being read as colours."""
    return [Text(cell) for cell in cells]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
