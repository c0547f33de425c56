"""Which columns of a file hold the address and its commune: told, or known by their usual names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.imports.remarks import BrokenFile
from directory.territories.words import fold

#: Usual names, folded, the surest first.
_ADDRESS = (
    "adresse", "adresse complete", "adresse postale", "adresse 1", "adresse1", "adresse ligne 1",
    "address", "numero et voie", "nom voie", "libelle voie", "voie", "rue", "street",
)  # fmt: skip
_POSTCODE = (
    "code postal", "codepostal", "code postal 1", "cp", "postcode", "postal code", "zip",
)  # fmt: skip
_INSEE = (
    "code insee", "codeinsee", "insee", "insee com", "com insee", "code commune insee",
    "code insee commune", "insee code", "code commune", "codecommune", "codgeo", "depcom",
    "citycode",
)  # fmt: skip
_CITY = (
    "commune", "ville", "nom commune", "nom de la commune", "lib com", "libelle commune",
    "commune nom", "nom com", "localite", "city",
)  # fmt: skip

#: What is looked for -> its usual names.
USUAL: dict[str, Sequence[str]] = {
    "address": _ADDRESS,
    "postcode": _POSTCODE,
    "insee": _INSEE,
    "city": _CITY,
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The ranks of the columns that are read; None for what the file does not have."""

    address: int
    postcode: int | None = None
    insee: int | None = None
    city: int | None = None

    @property
    def state_commune(self) -> bool:
        """True when the commune has a column of its own, in whatever form."""
        return (self.postcode, self.insee, self.city) != (None, None, None)


def find_columns(names: Sequence[str], told: Mapping[str, str | None]) -> Columns:
    """Return the columns to read: those that were told, else those of a usual name.

    `told` holds names of columns under `address`, `postcode`, `insee` and `city`.

    :raise InvalidInput: a column that was told does not exist or exists twice.
    :raise BrokenFile: no column looks like an address.
    """
    folded = [fold(name) for name in names]
    ranks = {what: _rank(names, folded, what, told.get(what)) for what in USUAL}
    address = ranks.pop("address")
    if address is None:
        raise BrokenFile(
            gettext("Aucune colonne ne ressemble à une adresse : %(names)s.", names=_listed(names)),
            line=1,
            field="address",
            remedy=gettext(
                "Nommez-la avec --address COLONNE. S'il n'y en a qu'une, le séparateur n'est "
                "peut-être ni « ; », ni « , », ni une tabulation."
            ),
        )
    return Columns(address, **ranks)


def _rank(names: Sequence[str], folded: Sequence[str], what: str, told: str | None) -> int | None:
    if told is None:
        usual = (folded.index(name) for name in USUAL[what] if name in folded)
        return next(usual, None)
    same = [rank for rank, name in enumerate(names) if name == told]
    same = same or [rank for rank, name in enumerate(folded) if name == fold(told)]
    if len(same) == 1:
        return same[0]
    problem = (
        gettext("La colonne « %(column)s » est plusieurs fois dans le fichier.", column=told)
        if same
        else gettext("La colonne « %(column)s » n'est pas dans le fichier.", column=told)
    )
    raise InvalidInput(
        problem, field=what, remedy=gettext("Ses colonnes : %(names)s.", names=_listed(names))
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)[:500]
