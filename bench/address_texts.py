"""Addresses drawn from a file of the national base, and how people write them."""

import csv
import gzip
import random
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from directory.imports.accents import repaired


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """A house number with where it is, as the file tells it."""

    number: str
    street: str
    postal_code: str
    insee_code: str
    city: str
    latitude: float
    longitude: float

    def text(self, write: Callable[[str], str] = str) -> str:
        """Return the address as it is typed, its street written in some way."""
        return f"{self.number} {write(self.street)}, {self.postal_code} {self.city}"


def addresses_of(path: Path) -> Iterator[KnownAddress]:
    """Yield the house numbers of a file, in its order; broken accents are what people write."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter=";"):
            yield KnownAddress(
                number=f"{row['numero']} {row['rep']}".strip(),
                street=repaired(row["nom_voie"]),
                postal_code=row["code_postal"],
                insee_code=row["code_insee"],
                city=row["nom_commune"],
                latitude=float(row["lat"]),
                longitude=float(row["lon"]),
            )


def one_of_each_street(
    addresses: Iterable[KnownAddress], chance: random.Random
) -> list[KnownAddress]:
    """Draw one house number of each street, in the order of the streets."""
    of_street: dict[tuple[str, str], list[KnownAddress]] = {}
    for address in addresses:
        of_street.setdefault((address.insee_code, address.street), []).append(address)
    return [chance.choice(of_street[street]) for street in sorted(of_street)]


def drawn(
    addresses: Iterable[KnownAddress], count: int, chance: random.Random
) -> list[KnownAddress]:
    """Draw `count` addresses, each as likely as the others, in one pass."""
    kept: list[KnownAddress] = []
    for seen, address in enumerate(addresses):
        if len(kept) < count:
            kept.append(address)
        elif (at := chance.randrange(seen + 1)) < count:
            kept[at] = address
    return kept


def ways_of_writing(chance: random.Random) -> dict[str, Callable[[str], str]]:
    """Return the ways people write a street, each with its name."""
    return {
        "exact": str,
        "one typo": lambda street: with_typo(street, chance),
        "no accents, capitals": lambda street: without_accents(street).upper(),
        "abbreviated": abbreviated,
        "abbreviated, one typo": lambda street: with_typo(abbreviated(street), chance),
    }


def with_typo(text: str, chance: random.Random) -> str:
    """Lose, change, add or swap one letter."""
    letters = [at for at, sign in enumerate(text) if sign.isalpha()]
    at = chance.choice(letters)
    other = chance.choice(string.ascii_lowercase)
    return chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + other + text[at + 1 :],
            text[:at] + other + text[at:],
            text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
        )
    )


def without_accents(text: str) -> str:
    """Return the text without its accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def abbreviated(street: str) -> str:
    """Shorten what people shorten."""
    return " ".join(_SHORT.get(without_accents(word).lower(), word) for word in street.split())


_SHORT = {
    "avenue": "av",
    "boulevard": "bd",
    "rue": "r",
    "place": "pl",
    "chemin": "che",
    "impasse": "imp",
    "allee": "all",
    "route": "rte",
    "square": "sq",
    "passage": "pass",
    "residence": "res",
    "faubourg": "fg",
    "general": "Gal",
    "marechal": "Mal",
    "docteur": "Dr",
    "president": "Pdt",
    "saint": "St",
    "sainte": "Ste",
}
