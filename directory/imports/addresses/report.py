"""What loading a file did, printed for people."""

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from directory.addresses.incoming import Replacement
from directory.i18n import gettext, ngettext
from directory.imports.addresses.reading import DepartmentRows
from directory.imports.remarks import Remark
from directory.territories.areas import departement_name


@dataclass(frozen=True, slots=True)
class AddressReport:
    """The outcome of one file that was taken, or was loaded already."""

    file: str
    code: str
    #: The very file that was loaded before: nothing was changed.
    is_same: bool = False
    rows: int = 0
    done: Replacement = Replacement(0, 0, 0)
    refused: int = 0
    communes: int = 0
    #: Communes that the département has, 0 when nobody knows.
    known_communes: int = 0
    #: Streets whose broken accents were repaired.
    repaired: int = 0
    #: How many refused rows for each (column, reason).
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    first: tuple[Remark, ...] = ()

    @classmethod
    def of(
        cls, file: str, rows: DepartmentRows, done: Replacement, *, known_communes: int
    ) -> "AddressReport":
        """Return the report of a file that was walked to its end."""
        return cls(
            file=file,
            code=rows.code,
            rows=rows.rows,
            done=done,
            refused=rows.refused,
            communes=rows.communes,
            known_communes=known_communes,
            repaired=rows.repaired,
            reasons=rows.refusals.reasons,
            first=tuple(rows.refusals.first),
        )

    @property
    def is_partial(self) -> bool:
        """True when the file has less than half of the communes of its département."""
        return self.communes * 2 < self.known_communes

    def show(self, console: Console) -> None:
        """Print the counts, and the refused rows by reason with the first of them."""
        console.print(Group(*self._parts()))

    def _parts(self) -> list[RenderableType]:
        place = gettext(
            "%(file)s : %(name)s (%(code)s)",
            file=self.file,
            name=departement_name(self.code),
            code=self.code,
        )
        if self.is_same:
            same = gettext("Fichier identique à celui qui est chargé : rien n'a changé.")
            return [Text(place, style="bold"), Text(same)]
        refused = [self._reasons(), self._first()] if self.refused else []
        partial = [Text(self._missing(), style="bold")] if self.is_partial else []
        return [Text(place, style="bold"), self._counts(), *partial, *refused]

    def _missing(self) -> str:
        return gettext(
            "Communes du fichier : %(communes)s sur %(known)s. Il remplace pourtant le "
            "département entier : les autres n'ont plus d'adresse. Chargez le fichier du "
            "département.",
            communes=self.communes,
            known=self.known_communes,
        )

    def _counts(self) -> Table:
        table = Table(show_header=False, box=None)
        for label, count in (
            (gettext("Lignes lues"), self.rows),
            (gettext("Lignes refusées"), self.refused),
            (gettext("Communes"), self.communes),
            (gettext("Voies et lieux-dits"), self.done.streets),
            (gettext("Adresses"), self.done.addresses),
            (gettext("Adresses en double, gardées une fois"), self.done.doubled),
            (gettext("Voies aux accents réparés"), self.repaired),
        ):
            table.add_row(label, str(count))
        return table

    def _reasons(self) -> Table:
        table = Table(title=gettext("Lignes refusées, par raison"))
        for label in (gettext("Colonne"), gettext("Raison")):
            table.add_column(label)
        table.add_column(gettext("Nombre"), justify="right")
        for (column, reason), count in self.reasons.most_common():
            table.add_row(Text(column), Text(reason), str(count))
        return table

    def _first(self) -> Table:
        table = Table(title=gettext("Premières lignes"))
        for label in (gettext("Ligne"), gettext("Colonne"), gettext("Valeur"), gettext("Raison")):
            table.add_column(label, overflow="fold")
        for remark in self.first:
            # As texts: square brackets of a file are no colours.
            cells = (str(remark.line), remark.field, remark.value[:80], remark.message)
            table.add_row(*map(Text, cells))
        more = self.refused - len(self.first)
        if more > 0:
            table.caption = ngettext(
                "et %(num)s autre ligne refusée", "et %(num)s autres lignes refusées", more
            )
        return table
