"""Communes that merged have several streets of one name: none hides another."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses.models import Street
from directory.addresses.table import AddressTable
from directory.geo import Position
from directory.geocoding import Origin, locate
from directory.territories import Gazetteer
from directory.territories.sources import bundled
from tests.addresses.factories import store_streets

CHEMILLE = Position(47.212, -0.728)
FORMER = {"Valanjou": Position(47.218, -0.606), "La Tourlandry": Position(47.135, -0.70)}


@pytest.fixture(scope="module")
def france() -> Gazetteer:
    return Gazetteer(bundled().communes)


@pytest.fixture
def table(session: Session) -> AddressTable:
    """« Rue de la Paix » in Chemillé and in two communes that became part of it."""
    for former, near in {None: CHEMILLE, **FORMER}.items():
        streets = {"Rue de la Paix": ["3"]}
        ids = store_streets(session, "49092", "49120", "Chemillé-en-Anjou", streets, near=near)
        at = Street.id == ids["Rue de la Paix"]
        session.execute(update(Street).where(at).values(former_city=former))
    inside = sessionmaker(session.connection(), join_transaction_mode="create_savepoint")
    return AddressTable(inside)


def test_each_of_them_is_found(table: AddressTable) -> None:
    matches = table.search("3 rue de la Paix", citycode="49092")
    assert {match.former_city for match in matches} == {None, "Valanjou", "La Tourlandry"}


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("3 rue de la Paix, Valanjou", "Valanjou"),
        ("3 rue de la paix 49120 la tourlandry", "La Tourlandry"),
        ("49120 La Tourlandry, 3 rue de la Paix", "La Tourlandry"),
    ],
)
def test_the_former_commune_that_was_typed_is_the_one_meant(
    france: Gazetteer, table: AddressTable, text: str, former: str
) -> None:
    found = locate(text, gazetteer=france, back_ends=[table])
    assert isinstance(found, Origin)
    assert found.position == FORMER[former]
    assert not found.needs_review


def test_without_it_the_address_is_to_be_checked(france: Gazetteer, table: AddressTable) -> None:
    found = locate("3 rue de la Paix, Chemillé-en-Anjou", gazetteer=france, back_ends=[table])
    assert isinstance(found, Origin)
    assert found.needs_review
