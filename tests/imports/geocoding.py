"""The command `fanal geocode` without its database: a file, a written table, a result."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from directory.geocoding import AddressIndex
from directory.imports.geocoding.answering import Answers
from directory.imports.geocoding.columns import find_columns
from directory.imports.geocoding.opening import open_table
from directory.imports.geocoding.run import Summary, geocode
from directory.listings.placing import AddressSources
from tests.geocoding.back_ends import WrittenTable
from tests.territories.places import GAZETTEER

COVERED = frozenset({"93010"})


class Geocoding:
    """The command without its database: a file, a written table of addresses, a result."""

    def __init__(self, folder: Path) -> None:
        self.input, self.output = folder / "liste.csv", folder / "positions.csv"
        self.back_ends: Sequence[AddressIndex] = [WrittenTable()]
        self.summary = Summary()

    def __call__(self, content: bytes | str, **told: str) -> list[dict[str, str]]:
        """Return the rows written, by the names of their columns."""
        self.input.write_bytes(content.encode() if isinstance(content, str) else content)
        self.output.unlink(missing_ok=True)
        self.run(**told)
        text = self.output.read_bytes().decode("utf-8-sig")
        delimiter = max(";,\t", key=text.split("\n", 1)[0].count)
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))

    def run(self, **told: str) -> None:
        answers = Answers(AddressSources(GAZETTEER, self.back_ends), COVERED)
        with open_table(self.input) as table:
            columns = find_columns(table.layout.names, told)
            self.summary = geocode(table, columns, answers, path=self.input, output=self.output)
