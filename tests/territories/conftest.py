"""The bundled gazetteer, read once."""

import pytest

from directory.territories import Gazetteer
from directory.territories.sources import bundled


@pytest.fixture(scope="session")
def france() -> Gazetteer:
    """Every commune of the bundled table: names and codes are official."""
    return Gazetteer(bundled().communes)
