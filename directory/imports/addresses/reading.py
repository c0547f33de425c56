"""From the rows of a file to the addresses of one département, one row at a time."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from directory.addresses.cities import city_code, department_code
from directory.addresses.incoming import IncomingAddress, IncomingStreet
from directory.geocoding.trust import PLACEHOLDERS
from directory.i18n import gettext, ngettext
from directory.imports.addresses.bounds import ANYWHERE, Successors
from directory.imports.addresses.columns import DELIMITER, Cells, picker
from directory.imports.addresses.numbers import position_choice, read_number, read_repetition
from directory.imports.addresses.refusals import Refusals, RowRefused
from directory.imports.addresses.streets import StreetBook, read_insee_code
from directory.imports.broken import cut_at, not_csv
from directory.imports.remarks import BrokenFile
from directory.territories import Box

#: After how many rows the progress is told.
_STEP = 5_000

#: Tells the share of the file that is read; 1 once, when only the writing is left.
Progress = Callable[[float], None]


class DepartmentRows:
    """The addresses of a file, walked once, with what there is to tell of the others.

    While it is walked it holds the streets in memory, never the addresses.
    """

    def __init__(
        self, text: Iterable[str], *, file: str, lines: int, progress: Progress | None = None
    ) -> None:
        """Read the header, and on to the first row whose commune is known.

        :raise BrokenFile: the columns are not those of the base, or there is no such row.
        """
        self._reader = csv.reader(text, delimiter=DELIMITER, strict=True)
        self._lines = lines
        self._progress = progress
        self._book = StreetBook()
        self.refusals = Refusals(file)
        #: Rows that were read so far, refused ones included, blank ones not.
        self.rows = 0
        #: The rectangle that holds every address.
        self.box: Box = ANYWHERE
        self._names = [name.strip().casefold() for name in self._header()]
        self._pick = picker(self._names)
        #: The whole city of each commune of the département that was met.
        self._communes: dict[str, str] = {}
        #: The département of the file, and the line that says so.
        self.code, self._first_line = "", 0
        self._whole_rows = self._rows()
        self._peeked = list(islice(self._whole_rows, 1))
        if not self._peeked:
            self.refusals.check_share(self.rows)
            raise _without_address()

    def follow(self, successors: Successors) -> None:
        """Give the streets of communes out of force to those that they have become."""
        self._book.successors = successors

    @property
    def streets(self) -> Sequence[IncomingStreet]:
        """The streets met so far, in the order of the file."""
        return self._book.streets()

    @property
    def refused(self) -> int:
        """How many rows were refused so far."""
        return self.refusals.count

    @property
    def repaired(self) -> int:
        """How many streets had broken accents so far."""
        return self._book.repaired

    @property
    def communes(self) -> int:
        """How many communes were met so far, the arrondissements of a city as one."""
        return len(set(self._communes.values()))

    def __iter__(self) -> Iterator[IncomingAddress]:
        """Yield the addresses.

        :raise BrokenFile: a row is of another département, the file ends amid a row, or more than
            5 % of the rows are refused.
        """
        for line, cells in chain(self._peeked, self._whole_rows):
            try:
                yield from self._addresses(cells)
            except RowRefused as refused:
                self.refusals.add(line, refused)
        self.refusals.check_share(self.rows)
        self._tell(1.0)

    def _tell(self, share: float) -> None:
        if self._progress is not None:
            self._progress(share)

    def _header(self) -> list[str]:
        return next(self._records(), (1, []))[1]

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each record with the line it begins on."""
        line = self._reader.line_num + 1
        try:
            for record in self._reader:
                yield line, record
                line = self._reader.line_num + 1
        except csv.Error as error:
            raise not_csv(error, line) from error

    def _rows(self) -> Iterator[tuple[int, Cells]]:
        """Yield the rows that have as many cells as the header and a commune of the département."""
        width = len(self._names)
        for line, record in self._records():
            if not record:
                continue
            self.rows += 1
            if self.rows % _STEP == 0:
                self._tell(line / self._lines)
            try:
                if len(record) != width:
                    raise self._uneven(line, record)
                cells = Cells._make(self._pick(record))
                self._check_department(line, cells.code_insee)
            except RowRefused as refused:
                self.refusals.add(line, refused)
            else:
                yield line, cells

    def _uneven(self, line: int, record: list[str]) -> RowRefused:
        last = self._names[min(len(record), len(self._names)) - 1]
        if self._reader.line_num >= self._lines and len(record) < len(self._names):
            raise cut_at(line, last)
        reason = gettext(
            "La ligne n'a pas les %(wanted)s cases de l'en-tête.", wanted=len(self._names)
        )
        found = ngettext("%(num)s case", "%(num)s cases", len(record))
        return RowRefused(last, found, reason)

    def _check_department(self, line: int, insee_code: str) -> None:
        if insee_code in self._communes:
            return
        code = department_code(read_insee_code(insee_code))
        if not self.code:
            self.code, self._first_line = code, line
        if code != self.code:
            raise BrokenFile(
                gettext(
                    "Ligne %(line)s : la commune %(commune)s est du département %(other)s, celle "
                    "de la ligne %(first)s est du %(code)s.",
                    line=line,
                    commune=insee_code,
                    other=code,
                    first=self._first_line,
                    code=self.code,
                ),
                line=line,
                field="code_insee",
                remedy=gettext("Donnez un fichier par département."),
            )
        self._communes[insee_code] = city_code(insee_code)

    def _addresses(self, cells: Cells) -> Iterator[IncomingAddress]:
        """Yield the address of a row, then a point of the locality that the row names."""
        if not cells.id.strip():
            raise RowRefused("id", cells.id, gettext("Il manque l'identifiant de l'adresse."))
        is_certified = cells.certification_commune == "1"
        number = read_number(cells.numero.strip(), is_certified=is_certified)
        repetition = read_repetition(cells.rep) if cells.rep else ""
        longitude, latitude = self._point(cells.lon, cells.lat)
        choice = position_choice(cells.type_position)
        ranks = [
            (self._book.rank(cells, name, column), counts)
            for name, column, counts in (
                (cells.nom_voie, "nom_voie", number),
                (cells.nom_ld, "nom_ld", None),
            )
            if name or (column == "nom_voie" and not cells.nom_ld)
        ]
        for rank, counted in ranks:
            if counted is not None:
                self._book.add_number(rank)
            yield IncomingAddress(
                rank,
                counted,
                repetition if counted is not None else "",
                choice,
                cells.id,
                longitude,
                latitude,
            )

    def _point(self, lon: str, lat: str) -> tuple[float, float]:
        """Return the longitude and the latitude of a row."""
        try:
            longitude, latitude = float(lon), float(lat)
        except ValueError:
            column, value = ("lat", lat) if _is_number(lon) else ("lon", lon)
            reason = gettext("Il manque un nombre décimal, avec un point.")
            raise RowRefused(column, value, reason) from None
        west, south, east, north = self.box
        # Written so that NaN is outside too.
        if not west <= longitude <= east:
            raise RowRefused("lon", lon, gettext("Le point est loin du département."))
        if not south <= latitude <= north:
            raise RowRefused("lat", lat, gettext("Le point est loin du département."))
        if (latitude, longitude) in PLACEHOLDERS:
            raise RowRefused("lat", lat, gettext("Le point n'est celui d'aucune adresse."))
        return longitude, latitude


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _without_address() -> BrokenFile:
    return BrokenFile(
        gettext("Le fichier ne contient aucune adresse."),
        line=1,
        field="file",
        remedy=gettext("Téléchargez-le de nouveau : il est incomplet ou abîmé."),
    )
