"""What a person takes back is taken back of every service that her agreement had reached."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.outbox.models import OutboxMessage
from directory.outbox.texts import MessageKind
from directory.referrals.conflicts import StaleReferral
from directory.referrals.fields import read_fields
from directory.referrals.models import Referral
from directory.referrals.redirecting import child_of_refused, redirect_referral
from directory.referrals.rules import Rules
from directory.referrals.steps import Step
from directory.referrals.vocabulary import Refusal
from directory.referrals.withdrawing import withdraw_consent
from tests.referrals.factories import (
    World,
    agreed,
    ask_as,
    colleague,
    make_sent,
    make_service,
)


def passed_on(session: Session, world: World, *, allows: bool = True) -> tuple[Referral, int]:
    """Return the request that a receiver passed on, and the service it went to."""
    first = world.sent(session, with_person=True, allows_redirection=allows)
    other = make_service(session, world.at, email="autre@exemple.invalid")
    pass_on(session, world, first, other)
    return first, other


def pass_on(session: Session, world: World, referral: Referral, to: int) -> None:
    """Pass a request on, as its receiver."""
    ask_as(session, world.receiver)
    redirect_referral(
        session,
        referral=referral,
        version=referral.version,
        to_service_at_location_id=to,
        by=world.receiver,
        at=world.at,
        rules=Rules(world.keyring),
    )
    ask_as(session, world.sender)


def take_back(session: Session, world: World, referral: Referral) -> list[Referral]:
    """Take the agreement back on one request, as its sender."""
    ask_as(session, world.sender)
    return withdraw_consent(
        session,
        referral=referral,
        version=referral.version,
        by=world.sender,
        at=world.at + timedelta(minutes=5),
        rules=Rules(world.keyring),
    )


def child_of(session: Session, world: World, referral: Referral) -> Referral:
    ask_as(session, world.sender)
    return session.scalars(select(Referral).where(Referral.parent_id == referral.id)).one()


def test_the_service_it_was_passed_on_to_is_shut_out_too(session: Session, world: World) -> None:
    first, other = passed_on(session, world)
    reader = colleague(session, world.at, other)

    withdrawn = take_back(session, world, first)

    child = child_of(session, world, first)
    assert {each.id for each in withdrawn} == {first.id, child.id}
    assert (child.state, child.cancel_reason) == ("cancelled", "consent_withdrawn")
    ask_as(session, reader)
    fields = read_fields(session, referral=child, keyring=world.keyring, as_receiver=True)
    assert fields == {}


def test_each_service_that_had_it_open_is_told(session: Session, world: World) -> None:
    first, _other = passed_on(session, world)

    take_back(session, world, first)

    told = session.scalars(
        select(OutboxMessage.recipient).where(
            OutboxMessage.kind == MessageKind.REQUEST_WITHDRAWN.value
        )
    )
    assert told.all() == ["autre@exemple.invalid"]


def test_taken_back_on_the_child_the_first_service_is_shut_out_too(
    session: Session, world: World
) -> None:
    first, _other = passed_on(session, world)

    take_back(session, world, child_of(session, world, first))

    session.refresh(first)
    assert first.consent_withdrawn_at is not None


def test_a_draft_without_any_agreement_stays_on_the_board(session: Session, world: World) -> None:
    first, _other = passed_on(session, world, allows=False)
    child = child_of(session, world, first)
    assert child.state == "draft"

    take_back(session, world, first)

    session.refresh(child)
    assert (child.state, child.consented_at, child.sent_at) == ("draft", None, None)


def test_what_was_passed_on_with_a_code_alone_ends_too(session: Session, world: World) -> None:
    first = world.sent(session, allows_redirection=True)
    other = make_service(session, world.at, email="autre@exemple.invalid")
    pass_on(session, world, first, other)
    assert child_of(session, world, first).state == "sent"

    take_back(session, world, first)

    assert child_of(session, world, first).state == "cancelled"


def test_two_services_that_were_asked_with_one_agreement_are_both_shut_out(
    session: Session, world: World
) -> None:
    """The one is no ancestor of the other: both follow the request in which she agreed."""
    first = world.sent(session, with_person=True, allows_redirection=True)
    world.answered(session, first, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)
    ask_as(session, world.sender)
    second, third = (
        child_of_refused(
            session,
            parent=first,
            to_service_at_location_id=make_service(session, world.at),
            sender=world.sender,
            idempotency_key=uuid4(),
            at=world.at,
            rules=world.rules,
        )
        for _ in range(2)
    )
    assert (second.state, third.state) == ("sent", "sent")

    take_back(session, world, third)

    session.refresh(second)
    assert second.consent_withdrawn_at is not None


def test_what_she_agreed_to_anew_stands(session: Session, world: World) -> None:
    first = world.sent(session, with_person=True)
    other = make_service(session, world.at)
    world.answered(session, first, Step.SEE)
    later = make_sent(
        session,
        world.sender,
        other,
        keyring=world.keyring,
        at=world.at,
        with_person=True,
        parent_id=first.id,
        consent=agreed(world.at + timedelta(seconds=30)),
    )

    take_back(session, world, first)

    session.refresh(later)
    assert (later.state, later.consent_withdrawn_at) == ("sent", None)


def test_a_page_of_yesterday_takes_nothing_back(session: Session, world: World) -> None:
    first, _other = passed_on(session, world)
    child = child_of(session, world, first)

    with pytest.raises(StaleReferral):
        withdraw_consent(
            session,
            referral=first,
            version=1,
            by=world.sender,
            at=world.at,
            rules=Rules(world.keyring),
        )

    session.refresh(child)
    assert child.consent_withdrawn_at is None
