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


@pytest.mark.parametrize(
    ("text", "street", "town"),
    [
        ("2 rue foch vaillant", "2 rue foch", "Vaillant (52)"),
        ("rue paul vaillant", "rue paul", "Vaillant (52)"),
        ("12 rue jacqueline auriol", "12 rue jacqueline", "Auriol (13)"),
        ("11 rue pierre paris", "11 rue pierre", "Paris (75)"),
        ("rue des 5 croix", "", "Croix (59)"),
    ],
)
def test_a_commune_that_only_ends_the_text_is_to_be_confirmed(
    france: Gazetteer, table: AddressTable, text: str, street: str, town: str
) -> None:
    """The street may be that of a town whose département is not loaded."""
    found = locate(text, gazetteer=france, back_ends=[table])
    assert isinstance(found, Choices)
    assert ([match.label for match in found.matches], found.street) == ([town], street)
    confirmed = locate(f"{street}, {town}", gazetteer=france, back_ends=[table])
    assert isinstance(confirmed, Origin)
    assert confirmed.insee_code == found.matches[0].commune.insee_code


def test_a_commune_where_the_street_only_resembles_is_to_be_confirmed(
    france: Gazetteer, session: Session, table: AddressTable
) -> None:
    store_streets(session, "52499", "52160", "Vaillant", {"Rue du Pont": ["3"]})
    found = locate("3 rue du petit pont vaillant", gazetteer=france, back_ends=[table])
    assert isinstance(found, Choices)
    confirmed = locate("3 rue du petit pont, Vaillant", gazetteer=france, back_ends=[table])
    assert isinstance(confirmed, Origin)
    assert confirmed.needs_review


def test_a_commune_that_has_the_street_is_meant(
    france: Gazetteer, session: Session, table: AddressTable
) -> None:
    store_streets(session, "52499", "52160", "Vaillant", {"Rue Foch": ["2"]})
    found = locate("2 rue foch vaillant", gazetteer=france, back_ends=[table])
    assert isinstance(found, Origin)
    assert found.label == "2 Rue Foch 52160 Vaillant"
    assert not found.needs_review
