"""The answer of the government's geographic API (« communes ») as communes."""

import json
from collections.abc import Iterator
from typing import Any

from directory.errors import InvalidInput
from directory.geo import Position
from directory.i18n import gettext
from directory.territories import cells
from directory.territories.commune import Box, Commune, Kind
from directory.territories.official_csv import CITIES

REQUIRED = ("nom", "code", "centre", "codesPostaux")

#: What `fanal territories update` asks for.
FIELDS = (
    *REQUIRED,
    "population",
    "codeEpci",
    "codeDepartement",
    "codeRegion",
    "bbox",
    "anciensCodes",
    "type",
)

Record = dict[str, Any]


def read_json(text: str) -> Iterator[tuple[int, Commune]]:
    """Yield (rank from 1, commune) for each object of the list.

    :raise InvalidInput: the text is not such a list, or a value cannot be read.
    """
    for rank, record in enumerate(_records(text), start=1):
        try:
            yield rank, _commune(record)
        except InvalidInput as error:
            raise InvalidInput(
                gettext("Commune n° %(rank)s. %(problem)s", rank=rank, problem=error.message),
                field=error.field,
                remedy=error.remedy,
            ) from error


def _records(text: str) -> list[Record]:
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            gettext("Le fichier n'est pas un JSON complet."),
            remedy=gettext("Téléchargez-le de nouveau : il est sans doute tronqué."),
        ) from error
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise InvalidInput(
            gettext("Le fichier JSON n'est pas une liste de communes."),
            remedy=gettext("Demandez l'adresse « /communes » de l'API Découpage administratif."),
        )
    missing = [name for name in REQUIRED if not any(name in item for item in records)]
    if missing:
        raise InvalidInput(
            gettext("Il manque ces champs : %(fields)s.", fields=", ".join(missing)),
            field=missing[0],
            remedy=gettext("Demandez « fields=%(fields)s ».", fields=",".join(FIELDS)),
        )
    return records


def _commune(record: Record) -> Commune:
    code = cells.insee_code("code", str(record.get("code", "")))
    departement = str(record.get("codeDepartement") or _departement(code))
    kind = cells.kind("type", str(record.get("type") or Kind.COMMUNE))
    epci = record.get("codeEpci")
    population = record.get("population")
    return Commune(
        insee_code=code,
        name=cells.words("nom", str(record.get("nom", ""))),
        kind=kind,
        departement=cells.area_code("codeDepartement", departement),
        # Overseas collectivities belong to no region: they stand for their own.
        region=cells.area_code("codeRegion", str(record.get("codeRegion") or departement)),
        epci=cells.area_code("codeEpci", str(epci)) if epci else None,
        city_code=CITIES.get(departement) if kind is Kind.ARRONDISSEMENT else None,
        postal_codes=cells.postal_codes("codesPostaux", _texts(record, "codesPostaux")),
        population=cells.population("population", "" if population is None else str(population)),
        position=_point(record.get("centre")),
        box=_box(record.get("bbox")),
        former_codes=cells.insee_codes("anciensCodes", _texts(record, "anciensCodes")),
    )


def _departement(code: str) -> str:
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _texts(record: Record, field: str) -> list[str]:
    values = record.get(field) or []
    return [str(value) for value in values] if isinstance(values, list) else [str(values)]


def _point(geometry: object) -> Position | None:
    if geometry is None:
        return None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(coordinates, list) or len(coordinates) != 2:
        raise InvalidInput(
            gettext("Champ « centre » : ce n'est pas un point GeoJSON."),
            field="centre",
            remedy=gettext("Donnez un point GeoJSON, longitude puis latitude."),
        )
    return cells.position(("centre", "centre"), str(coordinates[1]), str(coordinates[0]))


def _box(geometry: object) -> Box | None:
    """Return the box of a GeoJSON polygon: the API gives `bbox` as one."""
    if not isinstance(geometry, dict):
        return None
    try:
        ring = [(float(x), float(y)) for x, y in geometry["coordinates"][0]]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise InvalidInput(
            gettext("Champ « bbox » : ce n'est pas un polygone GeoJSON."),
            field="bbox",
            remedy=gettext("Demandez ce champ à l'API, ou retirez-le."),
        ) from error
    longitudes, latitudes = zip(*ring, strict=True)
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))
