"""Fixtures of the imports: real communes and the real file when they are there."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.imports.france_services import FranceServices
from directory.listings.actions import store_vocabulary
from directory.territories import Box, Commune, Gazetteer, Kind
from directory.territories.official_csv import read_csv

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def real_gazetteer(shared_data: Path) -> Gazetteer:
    """All communes of 2026."""
    path = shared_data / "territories" / "communes_2026.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as table:
        return Gazetteer(commune for _line, commune in read_csv(table.read()))


@pytest.fixture(scope="session")
def real_france_services(real_gazetteer: Gazetteer) -> FranceServices:
    """The importer of the list of August 2024."""
    return FranceServices(real_gazetteer, date(2024, 8, 1))


@pytest.fixture(scope="session")
def real_file(shared_data: Path) -> Path:
    """The list of August 2024."""
    return shared_data / "listings" / "france_services_2024-08-01.csv"


@pytest.fixture(scope="session")
def invented_gazetteer() -> Gazetteer:
    """Three communes with boxes, postal codes and a former code."""
    return Gazetteer(
        [
            Commune(
                insee_code=code,
                name=name,
                kind=Kind.COMMUNE,
                departement=departement,
                region=region,
                ept=ept,
                postal_codes=(postal_code,),
                population=population,
                position=Position(latitude, longitude),
                box=Box(longitude - 0.05, latitude - 0.05, longitude + 0.05, latitude + 0.05),
                former_codes=former,
            )
            for code, name, departement, region, ept, postal_code, population, latitude, longitude,
            former in (
                ("93010", "Bondy", "93", "11", None, "93140", 54_000, 48.902, 2.483, ("93999",)),
                ("35238", "Rennes", "35", "53", None, "35000", 220_000, 48.11, -1.68, ()),
                ("97411", "Saint-Denis", "974", "04", None, "97400", 150_000, -20.89, 55.45, ()),
                ("93066", "Saint-Denis", "93", "11", "200057867", "93200", 1, 48.93, 2.35, ()),
            )
        ]
    )  # fmt: skip


@pytest.fixture(scope="session")
def invented_importer(invented_gazetteer: Gazetteer) -> FranceServices:
    """The importer of the invented list, dated by its name."""
    return FranceServices(invented_gazetteer, date(2024, 8, 1))


@pytest.fixture(scope="session")
def invented_content() -> bytes:
    """Eighteen invented rows, one for each trap of the real file."""
    return (FOLDER / "france_services_invented.csv").read_bytes()


@pytest.fixture
def session_with_words(session: Session) -> Session:
    """A session on a database that knows the kinds of help."""
    store_vocabulary(session)
    return session
