"""`python -m bench.addresses_generator FOLDER`: invented addresses, as the national base has them.

The same seed writes the same bytes. Communes, postal codes and centres are true; streets, numbers
and points are drawn around them.
"""

import csv
import gzip
import io
import math
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import click

from bench.street_names import draw_hamlet, draw_street_name
from bench.towns import draw_spot, moved
from directory.geo import Position
from directory.territories import Commune, Gazetteer, Kind
from directory.territories.sources import bundled, read_file

COLUMNS = (
    "id", "id_fantoir", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune",
    "code_insee_ancienne_commune", "nom_ancienne_commune", "x", "y", "lon", "lat", "type_position",
    "alias", "nom_ld", "libelle_acheminement", "nom_afnor", "source_position", "source_nom_voie",
    "certification_commune", "cad_parcelles",
)  # fmt: skip

#: Cities and fields, the three cities of arrondissements, Corsica and overseas.
DEPARTMENTS = (
    "93", "75", "13", "69", "59", "62", "33", "31", "44", "35",
    "67", "34", "06", "76", "38", "77", "29", "974", "2A", "23",
)  # fmt: skip

_POSITIONS = ("", "entrée", "segment", "parcelle", "bâtiment")
_REPETITIONS = ("bis", "bis", "ter", "a", "b")


@dataclass(frozen=True, slots=True)
class _Street:
    """A street that runs straight from its first number, odd numbers on its left."""

    commune: Commune
    code: str
    name: str
    postal_code: str
    former: tuple[str, str]
    hamlet: str
    start: Position
    heading: float
    step_m: float

    def spot(self, number: int, nudge_m: float) -> Position:
        """Return where a number stands; `nudge_m` moves it along the street."""
        along_m, aside_m = number * self.step_m / 2 + nudge_m, 8.0 if number % 2 else -8.0
        north, east = math.cos(self.heading), math.sin(self.heading)
        return moved(self.start, along_m * north + aside_m * east, along_m * east - aside_m * north)


def write_department(path: Path, code: str, addresses: int, seed: int, gazetteer: Gazetteer) -> int:
    """Write the gzipped file of a département with exactly so many addresses; return its streets.

    None is refused by the importer and no two are the same number of one street. Larger communes
    get more streets; a name comes once in a commune, many names in several.

    :raise ValueError: the gazetteer places no commune of this département.
    """
    chance = random.Random(f"addresses {seed} {code}")
    with path.open("wb") as target, gzip.GzipFile("", "wb", 1, target, mtime=0) as packed:
        text = io.TextIOWrapper(packed, encoding="utf-8", newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(COLUMNS)
        left, streets = addresses, 0
        for street in _streets(chance, code, gazetteer):
            rows = list(_rows(chance, street, left))
            writer.writerows(rows)
            left, streets = left - len(rows), streets + 1
            if left == 0:
                break
        text.flush()
        text.detach()
    return streets


def shares(addresses: int, gazetteer: Gazetteer) -> dict[str, int]:
    """Return how many of all addresses each of `DEPARTMENTS` gets, by the people who live there."""
    people = dict.fromkeys(DEPARTMENTS, 0)
    for commune in gazetteer.communes:
        if commune.kind is Kind.COMMUNE and commune.departement in people:
            people[commune.departement] += commune.population or 0
    bounds = list(accumulate(people.values()))
    cuts = [addresses * bound // bounds[-1] for bound in bounds]
    return {code: cut - before for code, cut, before in zip(people, cuts, [0, *cuts], strict=False)}


def _streets(chance: random.Random, code: str, gazetteer: Gazetteer) -> Iterator[_Street]:
    cities = {commune.city_code for commune in gazetteer.communes if commune.city_code}
    communes = [
        commune
        for commune in gazetteer.communes
        if commune.departement == code and commune.position and commune.insee_code not in cities
    ]
    if not communes:
        raise ValueError(code)
    weights = list(accumulate(200 + (commune.population or 0) for commune in communes))
    taken: set[tuple[str, str]] = set()
    while True:
        commune = chance.choices(communes, cum_weights=weights)[0]
        name = draw_street_name(chance)
        if (commune.insee_code, name) not in taken:
            taken.add((commune.insee_code, name))
            yield _street(chance, commune, name, f"{len(taken):04x}")


def _street(chance: random.Random, commune: Commune, name: str, code: str) -> _Street:
    former = ("", "")
    if commune.former_codes and commune.former_names and chance.random() < 0.6:
        former = (chance.choice(commune.former_codes), chance.choice(commune.former_names))
    is_rural = (commune.population or 0) < 3_000
    return _Street(
        commune=commune,
        code=code,
        name=name,
        postal_code=chance.choice(commune.postal_codes) if commune.postal_codes else "",
        former=former,
        hamlet=draw_hamlet(chance) if is_rural and chance.random() < 0.15 else "",
        start=draw_spot(chance, commune),
        heading=chance.uniform(0, math.tau),
        step_m=chance.uniform(6, 30),
    )


def _rows(chance: random.Random, street: _Street, most: int) -> Iterator[list[str | float]]:
    """Yield the rows of one street: a dozen on average, three hundred at most."""
    size = min(most, 1 + int(chance.lognormvariate(2.2, 0.9)), 300)
    number = 0
    while size:
        number += chance.choices((1, 2, 3), weights=(70, 25, 5))[0]
        yield _row(chance, street, number, "", 0.0)
        size -= 1
        if size and chance.random() < 0.08:
            yield _row(chance, street, number, chance.choice(_REPETITIONS), street.step_m / 3)
            size -= 1


def _row(
    chance: random.Random, street: _Street, number: int, repetition: str, nudge_m: float
) -> list[str | float]:
    """Return a row. Its two projected columns are only near the truth: nobody reads them."""
    commune, spot = street.commune, street.spot(number, nudge_m)
    former_code, former_name = street.former
    key = f"{commune.insee_code}_{street.code}_{number:05}"
    return [
        f"{key}_{repetition}" if repetition else key,
        f"{commune.insee_code}_{street.code}",
        number,
        repetition,
        street.name,
        street.postal_code,
        commune.insee_code,
        commune.name,
        former_code,
        former_name,
        round(700_000 + (spot.longitude - 3) * 73_000, 2),
        round(6_600_000 + (spot.latitude - 46.5) * 111_000, 2),
        round(spot.longitude, 6),
        round(spot.latitude, 6),
        chance.choice(_POSITIONS),
        "",
        street.hamlet,
        _capitals(commune.name),
        _capitals(street.name),
        "commune",
        "commune",
        chance.randint(0, 1),
        f"{commune.insee_code}000{chance.choice('ABCDEFGH')}{chance.randint(1, 999):04}",
    ]


def _capitals(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    return plain.encode("ascii", "ignore").decode().upper().replace("'", " ").replace("-", " ")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--addresses", default=700_000, show_default=True, help="In all départements.")
@click.option("--only", help="One département, with all the addresses.")
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--communes",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An official table of communes; without it the bundled one.",
)
def main(folder: Path, addresses: int, only: str | None, seed: int, communes: Path | None) -> None:
    """Write `adresses-XX.csv.gz` of each département into FOLDER."""
    gazetteer = Gazetteer((read_file(communes) if communes else bundled()).communes)
    sizes = {only: addresses} if only else shares(addresses, gazetteer)
    for code, size in sizes.items():
        path = folder / f"adresses-{code}.csv.gz"
        streets = write_department(path, code, size, seed, gazetteer)
        click.echo(f"{path.name}: {size} addresses, {streets} streets")


if __name__ == "__main__":
    main()
