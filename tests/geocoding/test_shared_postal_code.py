"""A postal code of the country serves several communes: the street tells which."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses.table import AddressTable
from directory.geo import Position
from directory.geocoding import Choices, Origin, locate
from directory.territories import Gazetteer
from directory.territories.sources import bundled
from tests.addresses.factories import store_streets
from tests.geocoding.back_ends import WrittenTable

JUSSAC, REILHAC = Position(44.984, 2.421), Position(44.973, 2.421)


@pytest.fixture(scope="module")
def france() -> Gazetteer:
    return Gazetteer(bundled().communes)


@pytest.fixture
def table(session: Session) -> AddressTable:
    """Streets of two of the eight communes of 15250."""
    streets = {"Rue du Moulin": ["3"], "Rue de l'Église": ["3"]}
    store_streets(session, "15083", "15250", "Jussac", streets, near=JUSSAC)
    store_streets(
        session, "15160", "15250", "Reilhac", {"Rue de l'Église": ["3"]}, near=REILHAC,
        localities=["Le Bourg"],
    )  # fmt: skip
    return AddressTable(
        sessionmaker(session.connection(), join_transaction_mode="create_savepoint")
    )


@pytest.mark.parametrize(
    ("text", "insee_code"), [("3 rue du moulin 15250", "15083"), ("Le Bourg 15250", "15160")]
)
def test_the_only_commune_that_has_the_street_is_supposed(
    france: Gazetteer, table: AddressTable, text: str, insee_code: str
) -> None:
    found = locate(text, gazetteer=france, back_ends=[table])
    assert isinstance(found, Origin)
    assert (found.insee_code, found.insee_code_certain) == (insee_code, False)


def test_only_those_that_have_it_are_offered(france: Gazetteer, table: AddressTable) -> None:
    found = locate("3 rue de l'église 15250", gazetteer=france, back_ends=[table])
    assert isinstance(found, Choices)
    assert [match.commune.name for match in found.matches] == ["Jussac", "Reilhac"]
    assert found.street == "3 rue de l'église"


@pytest.mark.parametrize("text", ["3 rue Inconnue 15250", "15250"])
def test_all_are_offered_when_none_has_it(
    france: Gazetteer, table: AddressTable, text: str
) -> None:
    found = locate(text, gazetteer=france, back_ends=[table])
    assert isinstance(found, Choices)
    assert len(found.matches) == 8


def test_nobody_outside_is_asked_eight_times(france: Gazetteer) -> None:
    outside = WrittenTable(is_outside=True)
    found = locate("3 rue du Moulin 15250", gazetteer=france, back_ends=[outside])
    assert isinstance(found, Choices)
    assert outside.asked == []


def test_a_code_and_a_name_that_disagree_stay_a_choice(
    france: Gazetteer, table: AddressTable
) -> None:
    found = locate("3 rue du Moulin 15250 Aurillac", gazetteer=france, back_ends=[table])
    assert isinstance(found, Choices)
