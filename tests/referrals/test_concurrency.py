"""Sixteen hands on one request at the same instant: one decides, the others are told so."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.outbox.models import OutboxMessage
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring
from directory.privacy.scope import scoped_sessions
from directory.referrals.conflicts import StaleReferral
from directory.referrals.jobs import run_clocks
from directory.referrals.models import Referral, ReferralEvent, ReferralFigure, ReferralNote
from directory.referrals.steps import Actor, Step
from tests.referrals.desk import Desk, make_desk

pytestmark = pytest.mark.engine

CLIENTS = 16
ROUNDS = 20

#: What sixteen people do about one request that was just sent: each decides on version 1.
HANDS = [
    (Step.ACCEPT, Actor.RECEIVER),
    (Step.REFUSE, Actor.RECEIVER),
    (Step.WAITLIST, Actor.RECEIVER),
    (Step.SEE, Actor.RECEIVER),
    (Step.ASK_INFORMATION, Actor.RECEIVER),
    (Step.REDIRECT, Actor.RECEIVER),
    (Step.CANCEL, Actor.SENDER),
    (Step.WITHDRAW_CONSENT, Actor.SENDER),
]


@dataclass
class Answer:
    """What one client was told."""

    step: Step
    stale: StaleReferral | None


@dataclass
class House:
    """A database of its own, and enough connections for everyone."""

    app: Engine
    worker: Engine
    desk: Desk

    @contextmanager
    def desk_session(self) -> Iterator[Desk]:
        """Sit down at the desks in a transaction of one's own."""
        with scoped_sessions(self.app)() as session:
            yield replace(self.desk, session=session)

    def sent(self, at: datetime, state: str = "sent") -> UUID:
        """Return a request that was just sent, or came into another state."""
        with self.desk_session() as desk:
            referral = desk.make(at, state)
            desk.session.commit()
            return referral.id


@pytest.fixture
def house(fresh_database: DatabaseUrls, settings: Settings) -> Iterator[House]:
    """An installation in which everything is committed."""
    app = make_engine(fresh_database.app, pool_size=CLIENTS)
    worker = make_engine(fresh_database.worker, pool_size=CLIENTS)
    with scoped_sessions(app)() as session:
        desk = make_desk(session, keyring=keyring(settings))
        session.commit()
    yield House(app, worker, desk)
    app.dispose()
    worker.dispose()


def press(
    house: House, referral_id: UUID, step: Step, actor: Actor, at: datetime, ready: Barrier
) -> Answer:
    """Read the request, wait until everybody has, then take a step on what was read."""
    with house.desk_session() as desk:
        desk.act_as(actor, Referral(id=referral_id))
        referral = desk.session.get_one(Referral, referral_id)
        ready.wait(timeout=30)
        try:
            desk.take(referral, step, at=at, actor=actor)
            desk.session.commit()
        except StaleReferral as stale:
            return Answer(step, stale)
    return Answer(step, None)


def all_at_once(
    house: House, referral_id: UUID, hands: list[tuple[Step, Actor]], at: datetime
) -> list[Answer]:
    """Have each hand press its button at the same time."""
    ready = Barrier(len(hands))
    with ThreadPoolExecutor(len(hands)) as pool:
        pressed = [
            pool.submit(press, house, referral_id, step, actor, at, ready) for step, actor in hands
        ]
        return [answer.result(timeout=60) for answer in pressed]


def rows(house: House, table: type, referral_id: UUID) -> list[object]:
    """Return what a table holds of a request, as the worker sees it."""
    column = table.id if table is ReferralFigure else table.referral_id  # type: ignore[attr-defined]
    with Session(house.worker) as session:
        return list(session.scalars(select(table).where(column == referral_id)))


def mails(house: House) -> int:
    """Return how many mails there are."""
    with Session(house.worker) as session:
        return len(session.scalars(select(OutboxMessage.id)).all())


def test_of_sixteen_clients_exactly_one_wins_each_round(house: House, at: datetime) -> None:
    for number in range(ROUNDS):
        referral_id, before = house.sent(at), mails(house)
        hands = [HANDS[(number + client) % len(HANDS)] for client in range(CLIENTS)]

        answers = all_at_once(house, referral_id, hands, at)

        (winner,) = [answer for answer in answers if answer.stale is None]
        losers = [answer.stale for answer in answers if answer.stale is not None]
        assert [(stale.decided_on, stale.stored) for stale in losers] == [(1, 2)] * (CLIENTS - 1)
        (event,) = rows(house, ReferralEvent, referral_id)
        assert (event.version, event.step) == (2, winner.step)  # type: ignore[attr-defined]
        (figure,) = rows(house, ReferralFigure, referral_id)
        assert figure.state == event.to_state  # type: ignore[attr-defined]
        notes = rows(house, ReferralNote, referral_id)
        assert len(notes) == (winner.step is Step.ASK_INFORMATION)
        # Whoever only looked writes to nobody.
        assert mails(house) - before == (winner.step is not Step.SEE)


def test_steps_that_keep_the_state_are_taken_one_at_a_time_too(house: House, at: datetime) -> None:
    hands = [(Step.SET_APPOINTMENT, actor) for actor in (Actor.SENDER, Actor.RECEIVER)] * 8
    for _ in range(5):
        referral_id = house.sent(at, "accepted")

        answers = all_at_once(house, referral_id, hands, at)

        assert [answer.stale for answer in answers].count(None) == 1
        assert len(rows(house, ReferralEvent, referral_id)) == 1


def test_of_sixteen_presses_of_one_button_one_counts_and_all_are_told_it_is_done(
    house: House, at: datetime
) -> None:
    referral_id = house.sent(at)

    answers = all_at_once(house, referral_id, [(Step.ACCEPT, Actor.RECEIVER)] * CLIENTS, at)

    repeats = [answer.stale.is_repeat for answer in answers if answer.stale is not None]
    assert repeats == [True] * (CLIENTS - 1)
    assert (len(rows(house, ReferralEvent, referral_id)), mails(house)) == (1, 1)


def test_workers_that_run_the_same_clocks_at_once_send_each_reminder_once(
    house: House, settings: Settings, at: datetime
) -> None:
    ids = [house.sent(at) for _ in range(30)]
    ready = Barrier(4)

    def run() -> None:
        ready.wait(timeout=30)
        found = True
        while found:
            with make_sessions(house.worker)() as session, session.begin():
                later = at + timedelta(days=3)
                found = bool(run_clocks(session, at=later, settings=settings))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(run) for _ in range(4)]:
            done.result(timeout=60)

    assert [len(rows(house, ReferralEvent, id)) for id in ids] == [1] * 30
    assert mails(house) == 30


def test_an_answer_at_the_instant_of_expiry_wins_or_loses_whole(
    house: House, settings: Settings, at: datetime
) -> None:
    late = at + timedelta(days=30)
    for _ in range(10):
        referral_id, ready = house.sent(at), Barrier(2)

        def expire(ready: Barrier = ready) -> None:
            ready.wait(timeout=30)
            with make_sessions(house.worker)() as session, session.begin():
                run_clocks(session, at=late, settings=settings)

        with ThreadPoolExecutor(2) as pool:
            running = pool.submit(expire)
            answer = pool.submit(
                press, house, referral_id, Step.ACCEPT, Actor.RECEIVER, late, ready
            ).result(timeout=60)
            running.result(timeout=60)

        (event,) = rows(house, ReferralEvent, referral_id)
        expected = Step.ACCEPT if answer.stale is None else Step.EXPIRE
        assert event.step == expected  # type: ignore[attr-defined]
