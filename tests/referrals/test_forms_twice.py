"""The same form, sent by several hands at once on connections of their own: one request, one mail.

On a database of its own, which really commits.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from directory.errors import FanalError
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import Keyring, new_keyring
from directory.privacy.scope import Scope, scoped_sessions, set_scope
from directory.referrals.drafts import save_draft
from directory.referrals.links import RENEWALS, renew_link
from directory.referrals.models import AnswerLink, Referral, ReferralEvent, ReferralKey
from directory.referrals.rules import Rules
from directory.referrals.sending import send_referral
from directory.referrals.vocabulary import State
from tests.referrals.factories import PERSON, World, agreed, ask_as, draft_for, make_world

pytestmark = pytest.mark.engine

HANDS = 8

Sessions = sessionmaker[Session]


@pytest.fixture
def sessions(fresh_database: DatabaseUrls) -> Sessions:
    """Sessions of the application, each on a connection of its own."""
    return scoped_sessions(create_engine(fresh_database.app, poolclass=NullPool))


@pytest.fixture
def world(sessions: Sessions, at: datetime) -> World:
    """A team, a service and a stranger, stored for good."""
    with sessions.begin() as session:
        return make_world(session, new_keyring(), at)


def at_once(act: Callable[[int], object]) -> list[object]:
    """Let all hands act at the same moment; return what each got, errors included."""
    barrier = Barrier(HANDS)

    def one(number: int) -> object:
        barrier.wait()
        try:
            return act(number)
        except FanalError as error:
            return error

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def press_send(sessions: Sessions, world: World, key: UUID, keyring: Keyring) -> UUID:
    """Send the form as the page does: keep the draft, send it if it is still one."""
    with sessions.begin() as session:
        ask_as(session, world.sender)
        referral = save_draft(
            session,
            draft=draft_for(world.service_id, fields=PERSON, consent=agreed(world.at)),
            sender=world.sender,
            rules=Rules(keyring),
            at=world.at,
            idempotency_key=key,
        )
        if referral.state == State.DRAFT:
            send_referral(
                session,
                referral=referral,
                version=referral.version,
                sender=world.sender,
                rules=Rules(keyring),
                at=world.at,
            )
        return referral.id


def test_a_form_sent_by_eight_hands_at_once_makes_one_request(
    sessions: Sessions, world: World
) -> None:
    for _round in range(5):
        key = uuid4()
        got = at_once(lambda _number, key=key: press_send(sessions, world, key, world.keyring))
        assert len(set(got)) == 1, got
        with sessions() as session:
            ask_as(session, world.sender)
            made = session.scalars(select(Referral).where(Referral.idempotency_key == key)).one()
            assert (made.id, made.state, made.version) == (got[0], "sent", 2)
            for table in (ReferralEvent, ReferralKey, AnswerLink):
                of_it = select(func.count()).select_from(table)
                assert session.scalar(of_it.where(table.referral_id == made.id)) == 1


def test_fresh_links_stay_counted_when_they_are_asked_for_at_once(
    sessions: Sessions, world: World
) -> None:
    referral_id = press_send(sessions, world, uuid4(), world.keyring)

    def ask(number: int) -> object:
        with sessions.begin() as session:
            set_scope(session, Scope(referral_id=referral_id))
            link = renew_link(
                session,
                referral=session.get_one(Referral, referral_id),
                keyring=world.keyring,
                at=world.at + timedelta(hours=1, seconds=number),
                lifetime=timedelta(days=30),
            )
            return link and link.id

    got = at_once(ask)
    assert len([each for each in got if isinstance(each, UUID)]) == RENEWALS
    with sessions() as session:
        ask_as(session, world.sender)
        usable = select(func.count()).select_from(AnswerLink).where(AnswerLink.ended_at.is_(None))
        assert session.scalar(usable) == 1
