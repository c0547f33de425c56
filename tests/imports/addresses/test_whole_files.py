"""Whole files: an invented one with a trap in each row, a drawn one, and the real one of Bondy."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.addresses_generator import write_department
from directory.addresses.incoming import Replacement
from directory.addresses.models import Address, Street
from directory.imports.addresses.pipeline import import_file
from directory.territories import Gazetteer
from directory.territories.actions import replace_communes
from directory.territories.sources import Source, bundled
from tests.imports.addresses.conftest import Load, commune
from tests.imports.addresses.factories import street

FOLDER = Path(__file__).parent


def loaded(session: Session) -> list[tuple[str, str, bool, list[str]]]:
    """Return each street with its commune, whether it is a locality, and its numbers."""
    numbers: dict[int, list[str]] = {}
    for address in session.scalars(select(Address)):
        numbers.setdefault(address.street_id, []).append(f"{address.number}{address.repetition}")
    return [
        (street.name, street.city, street.is_locality, sorted(numbers.get(street.id, [])))
        for street in session.scalars(select(Street).order_by(Street.id))
    ]


def test_every_trap_of_the_invented_file_is_avoided(base: Session, at: datetime) -> None:
    report = import_file(base, FOLDER / "addresses_invented.csv", at=at)
    assert loaded(base) == [
        ("Rue de l'Égalité", "Bondy", False, ["1", "12b", "1bis", "3"]),
        ('Allée "Les Bleuets"', "Bondy", False, ["1", "2"]),
        ("Les Coquetiers", "Bondy", True, []),
        ("La Mare à la Veuve", "Bondy", True, []),
        ("Rue de l'Égalité", "Saint-Denis", False, ["1"]),
        ("Rue de l'Égalité", "Saint-Denis", False, ["1"]),
        ("Place du 8 Mai 1945", "Saint-Denis", False, ["0", "10", "2ter", "4", "6", "8"]),
    ]
    assert (report.rows, report.refused, report.repaired, report.done.doubled) == (20, 1, 1, 2)
    third = select(Address.longitude).where(Address.number == 3)
    assert base.scalars(third).one() == 2.4804


def test_a_drawn_departement_is_taken_whole(base: Session, tmp_path: Path, at: datetime) -> None:
    gazetteer = Gazetteer(bundled().communes)
    path, again = tmp_path / "adresses-93.csv.gz", tmp_path / "again.csv.gz"
    streets = write_department(path, "93", 3_000, seed=7, gazetteer=gazetteer)
    assert write_department(again, "93", 3_000, seed=7, gazetteer=gazetteer) == streets
    assert path.read_bytes() == again.read_bytes()
    report = import_file(base, path, at=at)
    assert report.refused == 0
    assert report.done == Replacement(streets, addresses=3_000, doubled=0)


@pytest.mark.real_data
def test_every_address_of_bondy_is_taken(base: Session, shared_data: Path, at: datetime) -> None:
    report = import_file(base, shared_data / "addresses" / "ban_bondy_2022.csv.gz", at=at)
    assert (report.rows, report.refused) == (8_413, 0)
    assert report.done == Replacement(streets=350, addresses=8_413, doubled=0)
    repetitions = base.execute(
        select(Address.repetition, func.count())
        .where(Address.repetition.in_(("bis", "ter")))
        .group_by(Address.repetition)
    )
    assert dict(repetitions.all()) == {"bis": 624, "ter": 73}


def test_streets_of_a_merged_commune_go_to_the_one_it_has_become(
    base: Session, load: Load, at: datetime
) -> None:
    merged = replace(
        commune("93010", "Bondy", "93", 48.902, 2.483), former_codes=("93000", "93010")
    )
    paris = commune("75056", "Paris", "75", 48.859, 2.347)
    replace_communes(base, [merged, paris], source=Source("merged", "test", "1" * 64), at=at)

    load(*street(2, code_insee="93000", nom_commune="Vieux-Bondy", nom_voie="Rue Foch"))

    (row,) = base.scalars(select(Street)).all()
    assert (row.insee_code, row.city_code, row.city) == ("93010", "93010", "Bondy")
    assert (row.former_insee_code, row.former_city) == ("93000", "Vieux-Bondy")
