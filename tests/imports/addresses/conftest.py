"""Fixtures of the import of addresses: a table of communes, and files brought in by one call."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.imports.addresses.pipeline import Options, import_file
from directory.imports.addresses.report import AddressReport
from directory.territories import Box, Commune, Kind
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from tests.imports.addresses.factories import write

Load = Callable[..., AddressReport]


def commune(code: str, name: str, departement: str, latitude: float, longitude: float) -> Commune:
    """Return a commune with a box of some kilometres."""
    return Commune(
        insee_code=code,
        name=name,
        kind=Kind.COMMUNE,
        departement=departement,
        region="11",
        postal_codes=("93140",),
        population=50_000,
        position=Position(latitude, longitude),
        box=Box(longitude - 0.05, latitude - 0.05, longitude + 0.05, latitude + 0.05),
    )


@pytest.fixture
def base(session: Session, at: datetime) -> Session:
    """A session on a base that knows Bondy and Paris."""
    communes = [
        commune("93010", "Bondy", "93", 48.902, 2.483),
        commune("75056", "Paris", "75", 48.859, 2.347),
    ]
    source = Source("two communes", "test", "0" * 64)
    replace_communes(session, communes, source=source, at=at)
    return session


@pytest.fixture
def load(base: Session, tmp_path: Path, at: datetime) -> Load:
    """Bring in a file with these lines below the header."""

    def load_lines(*lines: str, name: str = "adresses-93.csv", **options: bool) -> AddressReport:
        path = write(tmp_path / name, *lines)
        return import_file(base, path, at=at, options=Options(**options))

    return load_lines
