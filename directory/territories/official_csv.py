"""The table of communes as CSV, in the columns of the official geographic code.

The bundled table and the files one downloads have the same columns; some are optional.
"""

import csv
import io
from collections.abc import Iterator, Sequence

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.territories import cells
from directory.territories.commune import Commune, Kind

REQUIRED = (
    "code",
    "nom",
    "type",
    "departement",
    "region",
    "epci",
    "codes_postaux",
    "population",
    "lon",
    "lat",
)

#: The three cities that have arrondissements, by département.
CITIES = {"75": "75056", "69": "69123", "13": "13055"}

Row = dict[str, str]


def read_csv(text: str) -> Iterator[tuple[int, Commune]]:
    """Yield (line, commune) for each row.

    :raise InvalidInput: a column is missing, a row is cut, or a cell cannot be read; the message
        names the line, the column and the value.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    _check_columns(reader.fieldnames or [])
    try:
        for row in reader:
            yield reader.line_num, _at_line(reader.line_num, row)
    except csv.Error as error:
        raise InvalidInput(
            gettext("Ligne %(line)s : le fichier n'est pas un CSV.", line=reader.line_num),
            remedy=gettext("Téléchargez-le de nouveau : il est sans doute incomplet."),
        ) from error


def _check_columns(names: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise InvalidInput(
            gettext("Il manque ces colonnes : %(columns)s.", columns=", ".join(missing)),
            field=missing[0],
            remedy=gettext(
                "Colonnes attendues, séparées par des virgules : %(columns)s.",
                columns=", ".join(REQUIRED),
            ),
        )


def _at_line(line: int, row: dict[str | None, str | None]) -> Commune:
    if None in row or None in row.values():
        raise InvalidInput(
            gettext("Ligne %(line)s : elle n'a pas autant de cases que l'en-tête.", line=line),
            remedy=gettext("Téléchargez le fichier de nouveau : il est sans doute incomplet."),
        )
    try:
        return _commune({str(name): str(value).strip() for name, value in row.items()})
    except InvalidInput as error:
        raise InvalidInput(
            gettext("Ligne %(line)s. %(problem)s", line=line, problem=error.message),
            field=error.field,
            remedy=error.remedy,
        ) from error


def _commune(row: Row) -> Commune:
    departement = cells.area_code("departement", row["departement"])
    kind = cells.kind("type", row["type"])
    return Commune(
        insee_code=cells.insee_code("code", row["code"]),
        name=cells.words("nom", row["nom"]),
        kind=kind,
        departement=departement,
        region=cells.area_code("region", row["region"]),
        epci=cells.area_code("epci", row["epci"]) if row["epci"] else None,
        ept=cells.area_code("ept", row["ept"]) if row.get("ept") else None,
        city_code=CITIES.get(departement) if kind is Kind.ARRONDISSEMENT else None,
        postal_codes=cells.postal_codes("codes_postaux", row["codes_postaux"].split()),
        population=cells.population("population", row["population"]),
        position=cells.position(("lat", "lon"), row["lat"], row["lon"]),
        is_approximate=row.get("approximatif", "") == "1",
        box=cells.box("bbox", row.get("bbox", "").split()),
        former_codes=cells.insee_codes("anciens_codes", row.get("anciens_codes", "").split()),
        former_names=tuple(name for name in row.get("anciens_noms", "").split("|") if name),
    )
