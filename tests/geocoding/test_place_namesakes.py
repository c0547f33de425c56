"""What is remembered of a street whose name a commune has under several postal codes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.geocoding import AddressMatch
from directory.geocoding.actions import ListedAddress, ListedPosition, place_addresses
from directory.geocoding.models import GeocodedAddress
from tests.geocoding.back_ends import VERDUN, WrittenTable
from tests.territories.places import GAZETTEER

IN_20000 = replace(
    VERDUN, citycode="2A004", postcode="20000", position=Position(41.9200, 8.7380), score=1.0
)
IN_20090 = replace(IN_20000, postcode="20090", position=Position(41.9350, 8.7300))


def placed(
    session: Session,
    at: datetime,
    *addresses: tuple[str, str | None],
    matches: Sequence[AddressMatch] = (IN_20000, IN_20090),
) -> list[ListedPosition]:
    return place_addresses(
        session,
        [ListedAddress(street, "2A004", postcode) for street, postcode in addresses],
        gazetteer=GAZETTEER,
        back_ends=[WrittenTable(matches)],
        at=at,
    )


def test_two_postal_codes_are_two_places(session: Session, at: datetime) -> None:
    asked = (("1 rue Pasteur", "20000"), ("1 rue Pasteur", "20090"))
    for _ in range(2):
        one, other = placed(session, at, *asked)
        assert (one.position, other.position) == (IN_20000.position, IN_20090.position)
        assert [one.needs_review, other.needs_review] == [False, False]


def test_what_one_code_tells_is_not_said_of_an_address_without(
    session: Session, at: datetime
) -> None:
    placed(session, at, ("1 rue Pasteur", "20000"))
    (without,) = placed(session, at, ("1 rue Pasteur", None))
    assert without.needs_review


def test_a_code_written_in_the_address_is_as_good_as_a_stated_one(
    session: Session, at: datetime
) -> None:
    (written,) = placed(session, at, ("1 rue Pasteur 20090 Ajaccio", None))
    assert (written.position, written.needs_review) == (IN_20090.position, False)
    assert placed(session, at, ("1 rue Pasteur", "20090"), matches=()) == [written]


def test_a_cedex_is_no_code_of_its_own(session: Session, at: datetime) -> None:
    placed(session, at, ("1 rue Pasteur", "20176"), ("1 rue Pasteur", None))
    assert session.scalars(select(GeocodedAddress.postal_code)).all() == [""]


def test_the_only_code_of_a_commune_makes_no_second_row(session: Session, at: datetime) -> None:
    asked = [ListedAddress("12 rue de Verdun", "93010", code) for code in ("93140", None)]
    table = WrittenTable()
    place_addresses(session, asked, gazetteer=GAZETTEER, back_ends=[table], at=at)
    assert session.scalars(select(GeocodedAddress.postal_code)).all() == [""]
    assert len(table.asked) == 1
