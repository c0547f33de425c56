"""One street name under several postal codes of a commune: its own code tells which, or nobody."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses.table import AddressTable
from directory.geo import Position
from directory.geocoding.asking import Found
from directory.geocoding.batch import StatedAddress, ask_many, stated_address
from directory.territories import Gazetteer
from directory.territories.sources import bundled
from tests.addresses.factories import store_streets

#: (INSEE code, city, postal code, where its street of that name is).
STREETS = (
    ("06088", "Nice", "06000", Position(43.7010, 7.2680)),
    ("06088", "Nice", "06100", Position(43.7250, 7.2500)),
    ("75105", "Paris", "75005", Position(48.8440, 2.3500)),
    ("75111", "Paris", "75011", Position(48.8590, 2.3800)),
)


@pytest.fixture(scope="module")
def france() -> Gazetteer:
    return Gazetteer(bundled().communes)


@pytest.fixture
def table(session: Session) -> AddressTable:
    """« Rue Pasteur » twice in Nice and in Paris, each with a number 1."""
    for insee_code, city, postal_code, near in STREETS:
        store_streets(session, insee_code, postal_code, city, {"Rue Pasteur": ["1"]}, near=near)
    return AddressTable(
        sessionmaker(session.connection(), join_transaction_mode="create_savepoint")
    )


def found(
    france: Gazetteer, table: AddressTable, insee_code: str, postcode: str | None, text: str
) -> Found:
    commune = france.by_insee(insee_code)
    assert commune
    address = stated_address(text, commune, france, postcode=postcode)
    (answer,) = ask_many([address], france, [table])
    assert answer.found
    return answer.found


@pytest.mark.parametrize("insee_code", ["06088", "75056"])
@pytest.mark.parametrize("postcode", [None, "06300", "75012", "06399"])
def test_a_code_that_does_not_tell_them_apart_leaves_them_to_a_person(
    france: Gazetteer, table: AddressTable, insee_code: str, postcode: str | None
) -> None:
    assert found(france, table, insee_code, postcode, "1 rue Pasteur").needs_review


@pytest.mark.parametrize(
    ("insee_code", "postcode", "text", "told"),
    [
        ("06088", "06100", "1 rue Pasteur", "06100"),
        ("06088", "06000", "1 rue Pasteur", "06000"),
        ("06088", None, "1 rue Pasteur 06100 Nice", "06100"),
        ("06088", "06099", "1 rue Pasteur 06100 Nice", "06100"),
        ("06088", "06000", "1 rue Pasteur 06100 Nice", "06000"),
        ("75056", None, "1 rue Pasteur, 75011 Paris", "75011"),
        ("75056", "75011", "1 rue Pasteur", "75011"),
        ("75111", None, "1 rue Pasteur", "75011"),
    ],
)
def test_a_code_of_the_commune_stated_or_written_tells_them_apart(
    france: Gazetteer,
    table: AddressTable,
    insee_code: str,
    postcode: str | None,
    text: str,
    told: str,
) -> None:
    one = found(france, table, insee_code, postcode, text)
    assert (one.match.postcode, one.needs_review) == (told, False)


def test_each_of_many_gets_its_own(france: Gazetteer, table: AddressTable) -> None:
    nice = france.by_insee("06088")
    assert nice
    asked = [StatedAddress("1 rue Pasteur", nice, code) for code in ("06000", None, "06100")]
    answers = [answer.found for answer in ask_many(asked, france, [table])]
    assert [one.match.postcode for one in answers if one and not one.needs_review] == [
        "06000",
        "06100",
    ]
