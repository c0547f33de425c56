"""An agreement that is taken back at the instant at which a service passes the request on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from directory.accounts.permissions import User
from directory.config import Settings
from directory.db import make_engine
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring
from directory.privacy.scope import scoped_sessions
from directory.referrals.models import Referral
from directory.referrals.redirecting import redirect_referral
from directory.referrals.withdrawing import withdraw_consent
from tests.referrals.factories import World, ask_as, colleague, make_service, make_world

pytestmark = pytest.mark.engine

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@dataclass
class House:
    """A database of its own, a request that was passed on once, and whoever has it now."""

    app: Engine
    world: World
    second: User
    third_service: int

    @contextmanager
    def session_of(self, user: User) -> Iterator[Session]:
        """Sit down somewhere in a transaction of one's own."""
        with scoped_sessions(self.app)() as session:
            ask_as(session, user)
            yield session

    def pass_on(self, session: Session, by: User, to: int) -> None:
        """Pass on what somebody received."""
        query = select(Referral).where(Referral.receiver_organization_id == by.organization_id)
        referral = session.scalars(query).one()
        redirect_referral(
            session,
            referral=referral,
            version=referral.version,
            to_service_at_location_id=to,
            by=by,
            at=self.world.at,
            rules=self.world.rules,
        )

    def take_back(self) -> None:
        """Take the agreement back on the first request."""
        with self.session_of(self.world.sender) as session:
            first = session.scalars(select(Referral).where(Referral.parent_id.is_(None))).one()
            withdraw_consent(
                session,
                referral=first,
                version=first.version,
                by=self.world.sender,
                at=self.world.at,
                rules=self.world.rules,
            )
            session.commit()

    def until_somebody_waits(self) -> None:
        """Return once a statement waits for a lock."""
        ends = monotonic() + 30
        with self.app.connect() as connection:
            while not connection.scalar(_WAITING):
                assert monotonic() < ends, "nobody waits"
                # Within a transaction the same activity would be told again.
                connection.rollback()
                sleep(0.02)

    def withdrawn(self) -> list[bool]:
        """Tell of each request, the oldest first, whether its agreement was taken back."""
        with self.session_of(self.world.sender) as session:
            query = select(Referral).order_by(Referral.created_at)
            return [each.consent_withdrawn_at is not None for each in session.scalars(query)]


@pytest.fixture
def house(fresh_database: DatabaseUrls, settings: Settings, at: object) -> Iterator[House]:
    """An installation in which everything is committed."""
    app = make_engine(fresh_database.app, pool_size=4)
    with scoped_sessions(app)() as session:
        world = make_world(session, keyring(settings), at)  # type: ignore[arg-type]
        second, third = (make_service(session, world.at) for _ in range(2))
        receiver = colleague(session, world.at, second, name="Anne Relais")
        world.sent(session, with_person=True, allows_redirection=True)
        house = House(app, world, receiver, third)
        ask_as(session, world.receiver)
        house.pass_on(session, world.receiver, second)
        session.commit()
    yield house
    app.dispose()


def test_what_is_passed_on_at_that_instant_ends_too(house: House) -> None:
    with ThreadPoolExecutor(1) as pool, house.session_of(house.second) as session:
        house.pass_on(session, house.second, house.third_service)
        taking_back = pool.submit(house.take_back)
        house.until_somebody_waits()
        session.commit()
        taking_back.result(timeout=60)

    assert house.withdrawn() == [True, True, True]
