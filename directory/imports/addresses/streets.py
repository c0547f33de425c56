"""The streets of a file, found from the cells of their rows and kept until its end."""

from typing import NamedTuple

from directory.addresses.cities import city_code
from directory.addresses.incoming import IncomingStreet
from directory.addresses.words import street_key
from directory.i18n import gettext
from directory.imports.accents import readable, repaired
from directory.imports.addresses.bounds import Successors
from directory.imports.addresses.columns import Cells
from directory.imports.addresses.refusals import RowRefused
from directory.territories.cells import INSEE_CODE

_LONGEST_NAME = 200


class _Identity(NamedTuple):
    """What makes two rows of one street."""

    insee_code: str
    former_insee_code: str | None
    postal_code: str | None
    name: str


class StreetBook:
    """Streets in the order in which the file first names them.

    A street is written the same on all its rows: what is costly is done once for each spelling.
    """

    def __init__(self) -> None:
        self._by_spelling: dict[tuple[str, ...], int | RowRefused] = {}
        self._by_identity: dict[_Identity, int] = {}
        self._streets: list[IncomingStreet] = []
        self._numbered: set[int] = set()
        self._repaired: set[int] = set()
        #: What communes out of force have become.
        self.successors: Successors = {}

    def rank(self, cells: Cells, name: str, column: str) -> int:
        """Return the number of the street of this name that the row is in.

        :raise RowRefused: a cell that says which street it is cannot be read.
        """
        spelling = (
            cells.code_insee,
            cells.code_insee_ancienne_commune,
            cells.code_postal,
            cells.nom_commune,
            cells.nom_ancienne_commune,
            name,
        )
        known = self._by_spelling.get(spelling)
        if known is None:
            known = self._read(cells, name, column)
            self._by_spelling[spelling] = known
        if isinstance(known, RowRefused):
            # Without the trace of the rows before, which would grow with each of them.
            raise known.with_traceback(None)
        return known

    def add_number(self, rank: int) -> None:
        """Note that a street has a house number: it is no locality."""
        self._numbered.add(rank)

    @property
    def repaired(self) -> int:
        """How many streets had broken accents."""
        return len(self._repaired)

    def streets(self) -> list[IncomingStreet]:
        """Return the streets; those without a number are localities.

        A locality of the same name as a street with numbers, in the same commune, is left out.
        Each of the communes that merged may have its own « Le Bourg ».
        """
        named = {_locality(street) for street in self._streets if street.rank in self._numbered}
        return [
            street._replace(is_locality=street.rank not in self._numbered)
            for street in self._streets
            if street.rank in self._numbered or _locality(street) not in named
        ]

    def _read(self, cells: Cells, name: str, column: str) -> int | RowRefused:
        try:
            street = self._followed(_street(cells, name, column, rank=len(self._streets)))
        except RowRefused as refused:
            return refused
        identity = _Identity(
            street.insee_code, street.former_insee_code, street.postal_code, street.name
        )
        rank = self._by_identity.setdefault(identity, street.rank)
        if rank == street.rank:
            self._streets.append(street)
        if repaired(name) != name:
            self._repaired.add(rank)
        return rank

    def _followed(self, street: IncomingStreet) -> IncomingStreet:
        """Return the street in the commune in force, with the one of the file as its former."""
        if street.insee_code not in self.successors:
            return street
        code, name = self.successors[street.insee_code]
        return street._replace(
            insee_code=code,
            city_code=city_code(code),
            city=name,
            former_insee_code=street.former_insee_code or street.insee_code,
            former_city=street.former_city or street.city,
        )


def _locality(street: IncomingStreet) -> tuple[str | None, ...]:
    """Return what a locality and a street with numbers share when they are one."""
    return street.insee_code, street.former_insee_code, street.postal_code, street.key


def _street(cells: Cells, name: str, column: str, *, rank: int) -> IncomingStreet:
    insee_code = cells.code_insee
    shown = _name(column, name)
    return IncomingStreet(
        rank=rank,
        insee_code=insee_code,
        city_code=city_code(insee_code),
        postal_code=_postal_code(cells.code_postal),
        city=_name("nom_commune", cells.nom_commune),
        former_insee_code=_former_code(cells.code_insee_ancienne_commune),
        former_city=readable(cells.nom_ancienne_commune) or None,
        name=shown,
        key=street_key(shown),
        is_locality=False,
    )


def read_insee_code(text: str) -> str:
    """Return the code of a commune.

    :raise RowRefused: it is none; a spreadsheet cuts the zero of those that begin with one.
    """
    if not INSEE_CODE.fullmatch(text):
        raise RowRefused("code_insee", text, gettext("Un code INSEE a cinq signes : 93010, 2A004."))
    return text


def _former_code(text: str) -> str | None:
    if text and not INSEE_CODE.fullmatch(text):
        reason = gettext("Un code INSEE a cinq signes : 93010, 2A004.")
        raise RowRefused("code_insee_ancienne_commune", text, reason)
    return text or None


def _postal_code(text: str) -> str | None:
    if text and not (len(text) == 5 and text.isascii() and text.isdigit()):
        raise RowRefused("code_postal", text, gettext("Un code postal a cinq chiffres."))
    return text or None


def _name(column: str, text: str) -> str:
    name = readable(text)
    if not name or len(name) > _LONGEST_NAME:
        raise RowRefused(column, text, gettext("Il manque un nom lisible."))
    return name
