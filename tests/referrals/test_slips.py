"""A sheet handed over: a code, a service, a day, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from directory.errors import NotFound
from directory.listings.entries import SearchEntry
from directory.privacy.scope import Scope, set_scope
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.models import Referral, Slip
from directory.referrals.slips import ALPHABET, CODE_SIGNS, get_slip, make_slip, spaced
from tests.referrals.factories import World, make_service

pytestmark = pytest.mark.engine


def test_a_sheet_is_found_by_its_code_however_it_is_typed(session: Session, world: World) -> None:
    code = make_slip(session, service_at_location_id=world.service_id, at=world.at)
    assert len(code) == CODE_SIGNS
    assert set(code) <= set(ALPHABET)
    set_scope(session, Scope())
    for typed in (code, code.lower(), spaced(code), f" {code[:3]}-{code[3:]} "):
        slip = get_slip(session, typed)
        assert (slip.code, slip.service_at_location_id) == (code, world.service_id)
        assert slip.made_on == world.at.date()
        assert slip.sheet is not None
        assert slip.sheet.card["service"]["name"] == "Distribution"


def test_a_sheet_keeps_nothing_of_the_person_nor_of_who_gave_it() -> None:
    assert {column.name for column in inspect(Slip).columns} == {
        "code",
        "service_at_location_id",
        "made_on",
    }


def test_no_referral_is_made_of_a_sheet(session: Session, world: World) -> None:
    make_slip(session, service_at_location_id=world.service_id, at=world.at)
    assert session.scalars(select(Referral)).all() == []


def test_two_sheets_have_two_codes(session: Session, world: World) -> None:
    codes = {
        make_slip(session, service_at_location_id=world.service_id, at=world.at) for _ in range(50)
    }
    assert len(codes) == 50


@pytest.mark.parametrize("code", ["", "2345", "BCDFGHJK", "x" * 1_000, "é\x00", "'; --"])
def test_a_code_that_never_was_says_what_to_do(session: Session, code: str) -> None:
    with pytest.raises(NotFound) as missing:
        get_slip(session, code)
    assert missing.value.remedy


def test_the_day_of_a_sheet_is_the_day_in_paris(session: Session, world: World) -> None:
    late = world.at.replace(hour=0, minute=30)
    code = make_slip(session, service_at_location_id=world.service_id, at=late)
    assert get_slip(session, code).made_on == late.date()
    assert late.date() != (late - timedelta(hours=1)).date()


def test_the_sheet_of_a_service_withdrawn_since_says_so(session: Session, world: World) -> None:
    code = make_slip(session, service_at_location_id=world.service_id, at=world.at)
    session.execute(delete(SearchEntry))
    assert get_slip(session, code).sheet is None


def test_a_confidential_address_is_on_no_sheet(session: Session, world: World) -> None:
    service_id = make_service(
        session, world.at, category="victimes-de-violences", address="7 rue Tenue-Secrète"
    )
    code = make_slip(session, service_at_location_id=service_id, at=world.at)
    assert "Tenue-Secrète" not in str(get_slip(session, code).sheet)


def test_what_only_professionals_may_know_is_on_no_sheet(session: Session, world: World) -> None:
    service_id = make_service(session, world.at, visibility="professionals")
    with pytest.raises(ReferralRefused, match="professionnels"):
        make_slip(session, service_at_location_id=service_id, at=world.at)


def test_there_is_no_sheet_of_a_service_that_never_was(session: Session, world: World) -> None:
    with pytest.raises(ReferralRefused):
        make_slip(session, service_at_location_id=999_999, at=world.at)
