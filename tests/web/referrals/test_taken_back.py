"""An agreement that is taken back, of a request that her team completed before it went on."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.privacy.keys import Keyring
from directory.referrals.models import Referral
from directory.referrals.redirecting import redirect_referral
from directory.referrals.rules import Rules
from tests.accounts.factories import organization_of
from tests.referrals.factories import ask_as, make_service
from tests.web.conftest import Member
from tests.web.referrals.conftest import Desk, fields_of, ticked

AGREED = {
    "first_name": "Aminata",
    "phone": "06 12 34 56 78",
    "consent_form": "oral",
    "consent_language": "fr",
    "allows_redirection": "oui",
}


def passed_on(desk: Desk, receiver: Member, id: UUID, keyring: Keyring, at: datetime) -> Referral:
    """Pass a request on, as its receiver, to a service that nobody verified; return the draft."""
    other = make_service(desk.session, at, is_verified=False)
    ask_as(desk.session, receiver.user)
    parent = desk.session.get_one(Referral, id)
    redirect_referral(
        desk.session,
        referral=parent,
        version=parent.version,
        to_service_at_location_id=other,
        by=receiver.user,
        at=at,
        rules=Rules(keyring),
    )
    desk.session.commit()
    ask_as(desk.session, desk.member.user)
    child = desk.session.scalars(select(Referral).where(Referral.parent_id == id)).one()
    assert child.state == "draft"
    return child


def verify(session: Session, service_id: int, at: datetime) -> None:
    """Have a person of an admin's verify whoever offers a service."""
    organization_id = organization_of(session, service_id)
    session.execute(
        update(OrganizationAccount)
        .where(OrganizationAccount.organization_id == organization_id)
        .values(verified_at=at)
    )
    session.commit()


@pytest.mark.parametrize("consented_on", ["2026-11-16", "2026-11-17"])
def test_a_draft_that_only_corrects_a_number_rests_on_the_same_agreement(
    desk: Desk, receiver: Member, keyring: Keyring, at: datetime, consented_on: str
) -> None:
    id = desk.sent(**AGREED, consented_on=consented_on)
    child = passed_on(desk, receiver, id, keyring, at)
    verify(desk.session, child.service_at_location_id or 0, at)
    agreed_at = child.consented_at

    with time_machine.travel(at + timedelta(minutes=20), tick=False):
        page = desk.page(child.id)
        assert ticked(page, "consent_form") == ["oral"]
        typed = fields_of(page) | {"consent_form": "oral", "allows_redirection": "oui"}
        for phone in ("06 98 76 54 32", "06 98 76 54 33"):
            desk.sent(**typed | {"phone": phone, "action": "brouillon"})
            typed |= {"version": str(desk.stored(child.id).version)}
        desk.sent(**typed | {"action": "envoyer"})
        sent = desk.stored(child.id)
        assert (sent.state, sent.consented_at) == ("sent", agreed_at)

        desk.step(id, "withdraw_consent")

    assert desk.stored(child.id).state == "cancelled"
    assert desk.stored(child.id).consent_withdrawn_at is not None


@pytest.mark.parametrize(
    "anew",
    [{"consented_on": "2026-11-17"}, {"consent_form": "written"}, {"consent_language": "ar"}],
)
def test_what_she_agreed_to_anew_in_the_draft_stands(
    desk: Desk, receiver: Member, keyring: Keyring, at: datetime, anew: dict[str, str]
) -> None:
    id = desk.sent(**AGREED, consented_on="2026-11-16")
    child = passed_on(desk, receiver, id, keyring, at)
    verify(desk.session, child.service_at_location_id or 0, at)
    typed = fields_of(desk.page(child.id)) | {"consent_form": "oral"} | anew
    desk.sent(**typed | {"action": "envoyer"})

    desk.step(id, "withdraw_consent")

    assert desk.stored(child.id).state == "sent"


def test_what_is_left_without_her_agreement_ends_with_the_first(
    desk: Desk, receiver: Member, keyring: Keyring, at: datetime
) -> None:
    """A code alone needs no agreement, but it came from where she agreed."""
    id = desk.sent(**AGREED, consented_on="2026-11-16")
    child = passed_on(desk, receiver, id, keyring, at)
    left = {"consent_form": "", "first_name": "", "phone": "", "action": "envoyer"}
    desk.sent(**fields_of(desk.page(child.id)) | left)
    assert desk.stored(child.id).state == "sent"

    desk.step(id, "withdraw_consent")

    assert desk.stored(child.id).state == "cancelled"


def test_two_agreements_of_one_past_day_are_two(desk: Desk, session: Session, at: datetime) -> None:
    id = desk.sent(**AGREED, consented_on="2026-11-16")
    other = make_service(session, at)
    next_one = desk.sent(**AGREED, service=other, parent=str(id), consented_on="2026-11-16")
    assert desk.stored(id).consented_at == desk.stored(next_one).consented_at

    desk.step(id, "withdraw_consent")

    assert (desk.stored(id).state, desk.stored(next_one).state) == ("cancelled", "sent")
