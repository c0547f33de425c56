"""Positions of listings' addresses, remembered in the database."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.geo import Position
from directory.geocoding import AddressIndex, Precision
from directory.geocoding.actions import (
    ListedAddress,
    ListedPosition,
    Recall,
    place_address,
    place_addresses,
)
from directory.geocoding.models import GeocodedAddress
from tests.geocoding.back_ends import VERDUN, Silence, WrittenTable
from tests.territories.places import BONDY, GAZETTEER


def placed(
    session: Session, at: datetime, *back_ends: AddressIndex, street: str = "12 rue de Verdun"
) -> ListedPosition:
    return place_address(
        session,
        street,
        insee_code="93010",
        gazetteer=GAZETTEER,
        back_ends=back_ends,
        at=at,
    )


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(GeocodedAddress)) or 0


def test_an_address_is_asked_for_once(session: Session, at: datetime) -> None:
    table = WrittenTable()
    first = placed(session, at, table)
    again = placed(session, at, table, street="12, RUE DE VERDUN")
    assert first == again
    assert first.position == VERDUN.position
    assert (first.precision, first.source) == (Precision.HOUSENUMBER, "written")
    assert len(table.asked) == 1


def test_what_was_not_found_is_remembered_a_month(session: Session, at: datetime) -> None:
    table = WrittenTable(matches=())
    for _ in range(2):
        assert placed(session, at, table).source == "communes"
    assert len(table.asked) == 1
    table.matches = (VERDUN,)
    later = placed(session, at + timedelta(days=31), table)
    assert later.source == "written"
    assert kept(session) == 1


def test_an_old_answer_is_asked_for_again(session: Session, at: datetime) -> None:
    table = WrittenTable()
    placed(session, at, table)
    placed(session, at + timedelta(days=400), table)
    assert len(table.asked) == 2


def test_silence_is_not_remembered(session: Session, at: datetime) -> None:
    found = placed(session, at, Silence())
    assert found.position == BONDY.position
    assert found.precision is Precision.MUNICIPALITY
    assert kept(session) == 0


def test_a_doubtful_address_stays_to_be_reviewed(session: Session, at: datetime) -> None:
    table = WrittenTable([replace(VERDUN, score=0.6)])
    assert placed(session, at, table).needs_review
    assert placed(session, at, table).needs_review


def test_an_address_without_words_is_its_commune(session: Session, at: datetime) -> None:
    table = WrittenTable()
    assert placed(session, at, table, street=" - ").source == "communes"
    assert table.asked == []


def test_an_unknown_commune_is_refused(session: Session, at: datetime) -> None:
    with pytest.raises(InvalidInput) as refusal:
        place_address(session, "x", insee_code="0", gazetteer=GAZETTEER, back_ends=(), at=at)
    assert refusal.value.field == "insee_code"


def placed_again(
    session: Session, at: datetime, recall: Recall, *back_ends: AddressIndex
) -> ListedPosition:
    address = ListedAddress("12 rue de Verdun", "93010")
    return place_addresses(
        session, [address], gazetteer=GAZETTEER, back_ends=back_ends, at=at, recall=recall
    )[0]


def test_a_table_loaded_since_may_find_what_was_not_found(session: Session, at: datetime) -> None:
    placed(session, at, WrittenTable(matches=()))
    assert not placed_again(session, at, Recall.EVERYTHING, WrittenTable()).is_address
    assert placed_again(session, at, Recall.FOUND, WrittenTable()).is_address


def test_what_was_found_is_asked_again_only_on_demand(session: Session, at: datetime) -> None:
    placed(session, at, WrittenTable(name="first"))
    second = WrittenTable(name="second")
    assert placed_again(session, at, Recall.FOUND, second).source == "first"
    assert placed_again(session, at, Recall.NOTHING, second).source == "second"


def test_what_was_found_is_not_given_up_for_less(session: Session, at: datetime) -> None:
    first = placed(session, at, WrittenTable())
    doubtful = WrittenTable([replace(VERDUN, score=0.6, position=Position(48.9, 2.48))])
    for worse in (doubtful, WrittenTable(matches=()), Silence()):
        assert placed_again(session, at, Recall.NOTHING, worse) == first


def test_many_addresses_are_placed_with_one_question_for_each(
    session: Session, at: datetime
) -> None:
    table = WrittenTable()
    streets = ["12 rue de Verdun", "14 rue de Verdun", "12, rue de Verdun 93140 Bondy", "", "🙂"]
    positions = place_addresses(
        session,
        [ListedAddress(street, "93010") for street in streets],
        gazetteer=GAZETTEER,
        back_ends=[table],
        at=at,
    )
    assert [position.is_address for position in positions] == [True, True, True, False, False]
    assert len(table.asked) == kept(session) == 2
