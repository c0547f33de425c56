"""Streets whose names end with that of a commune: nobody is sent to a village for them."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses.table import AddressTable
from directory.geocoding import Choices, Origin, locate
from directory.territories import Gazetteer
from directory.territories.sources import bundled
from tests.addresses.factories import store_streets


@pytest.fixture(scope="module")
def france() -> Gazetteer:
    return Gazetteer(bundled().communes)


@pytest.fixture
def table(session: Session) -> AddressTable:
    """Our own table with streets of Bondy, one of which Rennes has too."""
    streets = {"Rue Édouard Vaillant": ["3"], "Avenue Suzanne Buisson": ["1"], "Rue Foch": ["2"]}
    store_streets(session, "93010", "93140", "Bondy", streets)
    store_streets(session, "35238", "35000", "Rennes", {"Rue Édouard Vaillant": ["3"]})
    inside = sessionmaker(session.connection(), join_transaction_mode="create_savepoint")
    return AddressTable(inside)


def test_a_street_is_not_cut_at_the_name_of_a_village(
    france: Gazetteer, table: AddressTable
) -> None:
    found = locate("1 avenue suzanne buisson", gazetteer=france, back_ends=[table])
    assert isinstance(found, Origin)
    assert found.label == "1 Avenue Suzanne Buisson 93140 Bondy"
    assert not found.insee_code_certain


def test_its_towns_are_chosen_from(france: Gazetteer, table: AddressTable) -> None:
    found = locate("3 rue edouard vaillant", gazetteer=france, back_ends=[table])
    assert isinstance(found, Choices)
    assert [match.label for match in found.matches] == ["Rennes (35)", "Bondy (93)"]
    assert found.street == "3 rue edouard vaillant"


@pytest.mark.parametrize(
    ("text", "insee_code"),
    [
        ("3 rue edouard vaillant bondy", "93010"),
        ("2 rue foch vaillant", "52499"),
        ("3 rue edouard, vaillant", "52499"),
        ("2 rue foch 52160 vaillant", "52499"),
        ("3 rue edouard vaillant 35000", "35238"),
    ],
)
def test_a_commune_that_is_named_stays_the_one_meant(
    france: Gazetteer, table: AddressTable, text: str, insee_code: str
) -> None:
    found = locate(text, gazetteer=france, back_ends=[table])
    assert isinstance(found, Origin)
    assert found.insee_code == insee_code
