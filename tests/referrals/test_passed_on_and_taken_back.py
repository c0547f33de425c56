"""One colleague asks the next service while another takes the person's agreement back."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.db import make_engine
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring
from directory.privacy.scope import scoped_sessions
from directory.referrals.models import Referral
from directory.referrals.redirecting import child_of_refused
from directory.referrals.steps import IllegalStep, Step
from directory.referrals.vocabulary import Refusal
from directory.referrals.withdrawing import withdraw_consent
from tests.referrals.factories import World, ask_as, make_service, make_world

pytestmark = pytest.mark.engine


@dataclass
class House:
    """A refused request that may be passed on, and another service to ask."""

    app: Engine
    worker: Engine
    world: World
    parent_id: UUID
    there: int

    def ask_next(self, session: Session, parent: Referral) -> Referral:
        """Press « Orienter ici »."""
        return child_of_refused(
            session,
            parent=parent,
            to_service_at_location_id=self.there,
            sender=self.world.sender,
            idempotency_key=uuid4(),
            at=self.world.at,
            rules=self.world.rules,
        )

    def take_back(self, session: Session) -> None:
        """Press « Retirer l'accord »."""
        parent = self.parent(session)
        withdraw_consent(
            session,
            referral=parent,
            version=parent.version,
            by=self.world.sender,
            at=self.world.at,
            rules=self.world.rules,
        )

    def parent(self, session: Session) -> Referral:
        """Return the refused request, as the sender reads it."""
        ask_as(session, self.world.sender)
        return session.get_one(Referral, self.parent_id)

    def wait_for_a_lock(self) -> None:
        """Wait until somebody waits for somebody."""
        blocked = text(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE datname = current_database() AND NOT granted"
        )
        until = monotonic() + 30
        with self.worker.connect() as connection:
            while monotonic() < until:
                if connection.scalar(blocked):
                    return
                connection.rollback()
                sleep(0.02)
        raise AssertionError("nobody waits")

    def reaching(self) -> list[str]:
        """Return the states of the requests that some service may read."""
        with Session(self.worker) as session:
            query = select(Referral.state).where(
                Referral.consent_withdrawn_at.is_(None), Referral.sent_at.is_not(None)
            )
            return list(session.scalars(query))


@pytest.fixture
def house(fresh_database: DatabaseUrls, settings: Settings, at: datetime) -> Iterator[House]:
    """An installation in which everything is committed."""
    app, worker = make_engine(fresh_database.app), make_engine(fresh_database.worker)
    with scoped_sessions(app)() as session:
        world = make_world(session, keyring(settings), at)
        there = make_service(session, at, email="ailleurs@exemple.invalid")
        parent = world.sent(session, with_person=True, allows_redirection=True)
        world.answered(session, parent, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)
        session.commit()
        yield House(app, worker, world, parent.id, there)
    app.dispose()
    worker.dispose()


def test_an_agreement_that_was_just_taken_back_goes_to_no_other_service(house: House) -> None:
    def ask() -> None:
        # She reads the page before her colleague's answer is written.
        with scoped_sessions(house.app)() as session:
            parent = house.parent(session)
            read.set_result(None)
            taken.result(timeout=30)
            house.ask_next(session, parent)
            session.commit()

    read: Future[None] = Future()
    taken: Future[None] = Future()
    with ThreadPoolExecutor(1) as pool, scoped_sessions(house.app)() as session:
        asked = pool.submit(ask)
        read.result(timeout=30)
        house.take_back(session)
        taken.set_result(None)
        house.wait_for_a_lock()
        session.commit()
        with pytest.raises(IllegalStep):
            asked.result(timeout=30)

    assert house.reaching() == []


def test_an_agreement_taken_back_an_instant_later_is_taken_back_there_too(house: House) -> None:
    def take_back() -> None:
        with scoped_sessions(house.app)() as session:
            house.take_back(session)
            session.commit()

    with ThreadPoolExecutor(1) as pool, scoped_sessions(house.app)() as session:
        child = house.ask_next(session, house.parent(session))
        assert child.state == "sent"
        taken = pool.submit(take_back)
        house.wait_for_a_lock()
        session.commit()
        taken.result(timeout=30)

    assert house.reaching() == []
