"""Names of the areas above the commune: EPT, EPCI, départements, regions.

They are bundled, because they are few, change once a year, and label what people read.
"""

import csv
import gzip
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from directory.territories.words import fold

#: The area that every commune is in.
COUNTRY = "france:FR"


@dataclass(frozen=True, slots=True)
class Area:
    """An area made of communes."""

    kind: str
    code: str
    name: str
    #: The région of a département, the métropole of an EPT.
    parent: str | None


def read_bundled(name: str) -> io.TextIOWrapper:
    """Open a bundled table as text."""
    packed = files("directory.territories").joinpath("bundled", name).read_bytes()
    return io.TextIOWrapper(gzip.GzipFile(fileobj=io.BytesIO(packed)), "utf-8", newline="")


@cache
def areas() -> dict[str, Area]:
    """Return every bundled area by its code (`departement:93`, `epci:200054781`)."""
    with read_bundled("areas.csv.gz") as lines:
        rows = [
            Area(row["kind"], row["code"], row["name"], row["parent"] or None)
            for row in csv.DictReader(lines)
        ]
    return {f"{area.kind}:{area.code}": area for area in rows}


def area_name(code: str) -> str | None:
    """Return the name of an area by its code, or None for a commune or an unknown one."""
    if code == COUNTRY:
        return "France"
    area = areas().get(code)
    return area.name if area else None


def departement_name(code: str) -> str:
    """Return the name of a département, or its code when it has none."""
    return area_name(f"departement:{code}") or code


@cache
def departements_by_name() -> dict[str, frozenset[str]]:
    """Return the codes of the départements that a folded name of département or region means."""
    found: dict[str, set[str]] = {}
    for area in areas().values():
        if area.kind == "departement":
            found.setdefault(fold(area.name), set()).add(area.code)
            region = areas().get(f"region:{area.parent}")
            if region is not None:
                found.setdefault(fold(region.name), set()).add(area.code)
    found["reunion"] = found.get("la reunion", set())
    return {name: frozenset(codes) for name, codes in found.items()}
