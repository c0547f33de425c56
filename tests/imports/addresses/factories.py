"""Files of the national address base, as it writes them and as they reach us."""

import gzip
from pathlib import Path
from typing import Any

COLUMNS = (
    "id", "id_fantoir", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune",
    "code_insee_ancienne_commune", "nom_ancienne_commune", "x", "y", "lon", "lat", "type_position",
    "alias", "nom_ld", "libelle_acheminement", "nom_afnor", "source_position", "source_nom_voie",
    "certification_commune", "cad_parcelles",
)  # fmt: skip

HEADER = ";".join(COLUMNS)


def row(**changes: Any) -> dict[str, str]:
    """Return « 1 Rue de Verdun 93140 Bondy », or what differs from it, by column."""
    cells = {
        "numero": "1",
        "rep": "",
        "nom_voie": "Rue de Verdun",
        "code_postal": "93140",
        "code_insee": "93010",
        "nom_commune": "Bondy",
        "lon": "2.4801",
        "lat": "48.9021",
        "certification_commune": "0",
    } | {name: str(value) for name, value in changes.items()}
    street = cells["nom_voie"].casefold().replace(" ", "-")
    known_as = f"{cells['code_insee']}_{street}_{cells['numero']}_{cells['rep']}"
    return {"id": known_as, **cells}


def line(**changes: Any) -> str:
    """Return a row as a line of the file."""
    cells = row(**changes)
    return ";".join(cells.get(name, "") for name in COLUMNS)


def text(*lines: str) -> str:
    """Return a file with these lines below the header."""
    return "\n".join((HEADER, *lines, ""))


def write(path: Path, *lines: str) -> Path:
    """Write a file with these lines below the header, packed when its name says so."""
    content = text(*lines).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def street(count: int, **changes: Any) -> list[str]:
    """Return the lines of a street with so many numbers, one every ten metres or so."""
    return [
        line(**{"numero": n, "lon": round(2.48 + n * 0.0001, 6), **changes})
        for n in range(1, count + 1)
    ]
