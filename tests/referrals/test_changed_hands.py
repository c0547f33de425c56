"""A service that another organisation takes over: what was sent to the first is not for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.listings.indexing import refresh
from directory.listings.models import Contact, Service, ServiceAtLocation
from directory.outbox.models import OutboxMessage
from directory.referrals.links import find_by_token, renew_link
from directory.referrals.models import Referral
from directory.referrals.sending import send_referral
from directory.referrals.steps import Actor, Step
from tests.accounts.factories import make_organization
from tests.referrals.factories import World, ask_as, make_token, take

pytestmark = pytest.mark.engine

NEW_ADDRESS = "nouveaux@exemple.invalid"


def taken_over(session: Session, world: World) -> int:
    """Give the service to another organisation, as an import does; return that one."""
    other = make_organization(session, "Repreneur", is_verified=False)
    service_id = session.get_one(ServiceAtLocation, world.service_id).service_id
    session.execute(update(Service).where(Service.id == service_id).values(organization_id=other))
    session.execute(update(Contact).values(email=NEW_ADDRESS))
    session.flush()
    refresh(session, at=world.at, service_at_location_ids=[world.service_id])
    session.expire_all()
    return other


def reminded(session: Session, world: World, referral: Referral) -> list[str]:
    """Have the clock remind the service; return who is written to."""
    later = world.at + timedelta(days=3)
    take(
        session, referral, Step.REMIND, actor=Actor.CLOCK, by=None, keyring=world.keyring, at=later
    )
    mails = select(OutboxMessage.recipient).where(OutboxMessage.kind == "request_reminder")
    return list(session.scalars(mails))


def test_whoever_takes_a_service_over_gets_no_link_to_what_the_former_received(
    session: Session, world: World
) -> None:
    """Who the person is would be told by whether the former organisation was verified."""
    sent = world.sent(session, with_person=True)
    taken_over(session, world)

    assert reminded(session, world, sent) == [world.receiver.email]


def test_a_fresh_link_does_not_go_to_whoever_took_the_service_over(
    session: Session, world: World
) -> None:
    sent = world.sent(session)
    taken_over(session, world)

    fresh = renew_link(
        session,
        referral=sent,
        keyring=world.keyring,
        at=world.at,
        lifetime=timedelta(days=30),
    )
    assert fresh is None
    assert NEW_ADDRESS not in session.scalars(select(OutboxMessage.recipient)).all()


def test_a_request_sent_again_to_whoever_took_over_is_no_longer_the_formers(
    session: Session, world: World
) -> None:
    sent = world.sent(session)
    lasts = timedelta(days=90)
    former = make_token(session, sent, keyring=world.keyring, at=world.at, lifetime=lasts)
    later = world.at + world.rules.clocks.sent_expires
    take(session, sent, Step.EXPIRE, actor=Actor.CLOCK, by=None, keyring=world.keyring, at=later)
    other = taken_over(session, world)

    ask_as(session, world.sender)
    again = send_referral(
        session,
        referral=sent,
        version=sent.version,
        sender=world.sender,
        at=later,
        rules=world.rules,
    )

    assert again.receiver_organization_id == other
    found = find_by_token(session, token=former, at=later)
    assert found is not None
    assert not found.is_usable
