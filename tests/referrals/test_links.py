"""Links that answer one request: found without changing anything, renewed with measure."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from directory.accounts.organizations import change_organization_account
from directory.listings.models import Contact
from directory.outbox.models import OutboxMessage
from directory.privacy.scope import Scope, scope_of, set_scope
from directory.referrals.fields import erase_fields
from directory.referrals.links import (
    RENEWALS,
    TooManyLinks,
    end_links,
    find_by_token,
    renew_link,
    token_of,
)
from directory.referrals.models import AnswerLink, Referral, ReferralEvent
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Refusal
from tests.referrals.factories import (
    World,
    ask_as,
    colleague,
    make_sent,
    make_service,
    make_token,
    take,
)

pytestmark = pytest.mark.engine

LIFETIME = timedelta(days=30)


def links(session: Session) -> list[AnswerLink]:
    """Return all links the session sees, oldest first."""
    return list(session.scalars(select(AnswerLink).order_by(AnswerLink.created_at)))


def test_a_token_opens_one_request_and_nothing_else(session: Session, world: World) -> None:
    mine, other = world.sent(session), world.sent(session, code="B. E.")
    token = make_token(session, mine, keyring=world.keyring, at=world.at)
    found = find_by_token(session, token=token, at=world.at)
    assert found is not None
    assert found.is_usable
    assert found.referral.id == mine.id
    assert session.scalars(select(Referral.id)).all() == [mine.id]
    assert session.scalar(select(Referral).where(Referral.id == other.id)) is None


def test_a_token_leaves_nothing_of_who_was_signed_in(session: Session, world: World) -> None:
    token = make_token(session, world.sent(session), keyring=world.keyring, at=world.at)
    ask_as(session, world.sender)
    find_by_token(session, token=token, at=world.at)
    assert scope_of(session).organization_id is None
    assert scope_of(session).account_id is None


def test_a_token_that_never_was_opens_nothing(session: Session, world: World) -> None:
    world.sent(session)
    for token in ("", "x", "x" * 43, "x" * 5_000, "é\x00"):
        assert find_by_token(session, token=token, at=world.at) is None
        assert session.scalar(select(func.count()).select_from(Referral)) == 0


def test_looking_a_link_up_a_hundred_times_changes_nothing(session: Session, world: World) -> None:
    referral = world.sent(session)
    token = make_token(session, referral, keyring=world.keyring, at=world.at)
    for _scan in range(100):
        found = find_by_token(session, token=token, at=world.at)
        assert found is not None
        assert found.is_usable
    assert found.referral.version == 2
    assert session.scalar(select(func.count()).select_from(ReferralEvent)) == 1


def test_the_token_is_stored_nowhere(session: Session, world: World) -> None:
    token = make_token(session, world.sent(session), keyring=world.keyring, at=world.at)
    stored = session.scalar(text("SELECT string_agg(l::text, '') FROM answer_link l"))
    mails = session.scalar(text("SELECT string_agg(m::text, '') FROM outbox_message m"))
    assert token not in f"{stored}{mails}"


def test_a_link_opens_until_its_last_second(session: Session, world: World) -> None:
    token = make_token(session, world.sent(session), keyring=world.keyring, at=world.at)
    for later, is_usable in ((LIFETIME - timedelta(seconds=1), True), (LIFETIME, False)):
        found = find_by_token(session, token=token, at=world.at + later)
        assert found is not None
        assert found.is_usable is is_usable


def test_an_ended_link_opens_nothing(session: Session, world: World) -> None:
    referral = world.sent(session)
    token = make_token(session, referral, keyring=world.keyring, at=world.at)
    end_links(session, referral=referral, at=world.at)
    found = find_by_token(session, token=token, at=world.at)
    assert found is not None
    assert not found.is_usable


def test_what_was_erased_is_not_answered(session: Session, world: World) -> None:
    referral = world.sent(session)
    token = make_token(session, referral, keyring=world.keyring, at=world.at)
    erase_fields(session, referral=referral, at=world.at)
    found = find_by_token(session, token=token, at=world.at)
    assert found is not None
    assert not found.is_usable


def renew(session: Session, world: World, referral: Referral, *, hours: int = 1) -> str | None:
    """Ask for a fresh link, as the page of an expired one does; return its token."""
    set_scope(session, Scope(referral_id=referral.id))
    link = renew_link(
        session,
        referral=referral,
        keyring=world.keyring,
        at=world.at + timedelta(hours=hours),
        lifetime=LIFETIME,
    )
    return link and token_of(link, keyring=world.keyring)


def test_a_fresh_link_goes_to_the_address_on_file_and_ends_the_former(
    session: Session, world: World
) -> None:
    referral = world.sent(session)
    former = make_token(session, referral, keyring=world.keyring, at=world.at)
    token = renew(session, world, referral)
    assert token is not None
    later = world.at + timedelta(hours=2)
    for known, is_usable in ((former, False), (token, True)):
        found = find_by_token(session, token=known, at=later)
        assert found is not None
        assert found.is_usable is is_usable
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "new_link")).all()
    assert [mail.recipient for mail in mails] == ["accueil@exemple.invalid"]


def test_fresh_links_are_counted_by_request_and_by_day(session: Session, world: World) -> None:
    referral, other = world.sent(session), world.sent(session, code="B. E.")
    for hour in range(1, RENEWALS + 1):
        assert renew(session, world, referral, hours=hour)
    with pytest.raises(TooManyLinks) as refused:
        renew(session, world, referral, hours=RENEWALS + 1)
    assert refused.value.remedy
    assert renew(session, world, other)
    assert renew(session, world, referral, hours=26)


def test_no_fresh_link_for_what_is_over(session: Session, world: World) -> None:
    referral = world.sent(session)
    world.answered(session, referral, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)
    assert renew(session, world, referral) is None


def test_no_fresh_link_once_the_person_took_back_her_agreement(
    session: Session, world: World
) -> None:
    referral = world.sent(session)
    world.taken_back(session, referral)
    assert renew(session, world, referral) is None


def test_no_fresh_link_without_an_address(session: Session, world: World) -> None:
    service_id = make_service(session, world.at, email=None)
    colleague(session, world.at, service_id)
    referral = make_sent(session, world.sender, service_id, keyring=world.keyring, at=world.at)
    assert renew(session, world, referral) is None


def mailed(session: Session, world: World, kind: str) -> tuple[str, str]:
    """Return to whom the newest mail of a kind goes, and the token of its link."""
    mail = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.kind == kind)
        .order_by(OutboxMessage.created_at.desc())
    ).first()
    assert mail is not None
    return mail.recipient, world.keyring.token("answer_link", mail.values["answer_link_id"])


def opens(session: Session, token: str, at: datetime) -> bool:
    """Tell whether a token opens its request."""
    found = find_by_token(session, token=token, at=at)
    assert found is not None
    return found.is_usable


def correct_on_file(session: Session, world: World) -> None:
    """Have an admin write down another address for the organisation."""
    change_organization_account(
        session,
        organization_id=world.receiver.organization_id or 0,
        is_prescribing=True,
        is_receiving=True,
        referral_email=CORRECTED,
        user=None,
        at=world.at,
    )


def correct_in_listing(session: Session, _world: World) -> None:
    """Have an import bring another address."""
    session.execute(update(Contact).values(email=CORRECTED))


CORRECTED = "juste@exemple.invalid"


@pytest.mark.parametrize("correct", [correct_on_file, correct_in_listing])
def test_a_link_opens_nothing_once_the_address_it_went_to_was_corrected(
    session: Session, world: World, correct: Callable[[Session, World], None]
) -> None:
    """Whoever holds the former mailbox could accept, and read how to reach the person."""
    referral = world.sent(session)
    recipient, token = mailed(session, world, "request_waiting")
    assert recipient == "accueil@exemple.invalid"
    assert opens(session, token, world.at)

    correct(session, world)

    later = world.at + timedelta(days=3)
    assert not opens(session, token, world.at)
    ask_as(session, world.sender)
    reminded = {"actor": Actor.CLOCK, "by": None, "keyring": world.keyring, "at": later}
    take(session, referral, Step.REMIND, **reminded)
    recipient, fresh = mailed(session, world, "request_reminder")
    assert recipient == CORRECTED
    assert fresh != token
    assert [link.ended_at for link in links(session)] == [later, None]
    assert opens(session, fresh, later)
    assert not opens(session, token, later)


def test_an_address_written_in_capitals_is_the_same(session: Session, world: World) -> None:
    world.sent(session)
    _, token = mailed(session, world, "request_waiting")
    session.execute(update(Contact).values(email="Accueil@Exemple.invalid"))
    assert opens(session, token, world.at)


def test_an_address_that_was_taken_off_file_opens_nothing(session: Session, world: World) -> None:
    world.sent(session)
    _, token = mailed(session, world, "request_waiting")
    session.execute(update(Contact).values(email=None))
    assert not opens(session, token, world.at)


def test_another_organisation_sees_no_link(session: Session, world: World) -> None:
    referral = world.sent(session)
    make_token(session, referral, keyring=world.keyring, at=world.at)
    assert links(session)
    ask_as(session, world.stranger)
    assert links(session) == []
