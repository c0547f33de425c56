"""Positions of listings' addresses, remembered in the database."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.geocoding import AddressIndex, Precision
from directory.geocoding.actions import ListedPosition, place_address
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
