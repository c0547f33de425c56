"""The scope of a transaction holds for it alone, whoever used the connection before."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from directory.db import make_engine, make_sessions
from directory.errors import Unavailable
from directory.postgres.roles import DatabaseUrls
from directory.privacy.scope import (
    NOBODY,
    Scope,
    acting_for,
    require_every_row,
    scope_of,
    scoped_sessions,
    set_scope,
)
from directory.referrals.models import Referral
from tests.accounts.factories import MADE_AT, make_organization

pytestmark = pytest.mark.engine

ONE, TWO = Scope(organization_id=1, account_id=11), Scope(organization_id=2, account_id=22)


@pytest.fixture
def engine(fresh_database: DatabaseUrls) -> Iterator[Engine]:
    """The site's engine with one connection, which everybody has after everybody."""
    engine = make_engine(fresh_database.app, pool_size=1)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions as the web has them."""
    return scoped_sessions(engine)


def in_force(session: Session) -> tuple[str, str]:
    """Return what the database knows of who asks."""
    row = session.execute(
        text(
            "SELECT coalesce(current_setting('fanal.organization', true), ''),"
            " coalesce(current_setting('fanal.account', true), '')"
        )
    ).one()
    return row[0], row[1]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_next_transaction_on_the_connection_is_nobodys(
    sessions: sessionmaker[Session], end: str
) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        getattr(session, end)()
    with sessions() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == pid
        assert in_force(session) == ("", "")


def test_it_does_not_leak_to_a_session_that_knows_no_scope(
    engine: Engine, sessions: sessionmaker[Session]
) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        session.commit()
    with make_sessions(engine)() as session:
        assert in_force(session) == ("", "")


def test_rows_of_one_are_not_seen_by_the_next(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        organization_id = make_organization(session)
        set_scope(session, Scope(organization_id=organization_id))
        session.execute(
            insert(Referral).values(
                id=uuid4(),
                kind="live",
                state="sent",
                state_since=MADE_AT,
                sender_organization_id=organization_id,
                snapshot={},
                category_code="colis",
                idempotency_key=uuid4(),
                created_at=MADE_AT,
            )
        )
        session.commit()
        assert session.scalar(text("SELECT count(*) FROM referral")) == 1
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM referral")) == 0


def test_a_failed_transaction_takes_its_scope_with_it(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT 1 / 0"))
    with sessions() as session:
        assert in_force(session) == ("", "")


def test_every_transaction_of_a_session_asks_for_the_same(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        session.commit()
        assert in_force(session) == ("1", "11")
        session.rollback()
        assert in_force(session) == ("1", "11")


def test_acting_for_somebody_else_ends_with_the_block(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        with acting_for(session, organization_id=TWO.organization_id):
            assert in_force(session) == ("2", "11")
        assert in_force(session) == ("1", "11")
        assert scope_of(session) == ONE


def test_acting_for_somebody_else_ends_when_the_block_fails(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        with pytest.raises(ValueError, match="stop"), acting_for(session, organization_id=2):
            raise ValueError("stop")
        assert in_force(session) == ("1", "11")


def test_acting_for_somebody_else_ends_when_the_database_fails(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        with pytest.raises(DBAPIError), acting_for(session, organization_id=2):
            session.execute(text("SELECT 1 / 0"))
        session.rollback()
        assert in_force(session) == ("1", "11")


def test_what_went_wrong_while_acting_for_somebody_else_is_what_is_told(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        with pytest.raises(DataError), acting_for(session, organization_id=2):
            session.execute(text("SELECT 1 / 0"))


def test_a_savepoint_that_fails_while_acting_for_somebody_else_ends_it(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        set_scope(session, ONE)
        with (
            pytest.raises(DataError),
            session.begin_nested(),
            acting_for(session, organization_id=2),
        ):
            session.execute(text("SELECT 1 / 0"))
        assert in_force(session) == ("1", "11")


def test_a_new_session_asks_for_nobody(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        assert scope_of(session) == NOBODY


def test_jobs_refuse_a_role_from_which_rows_are_hidden(fresh_database: DatabaseUrls) -> None:
    for url, is_bound in ((fresh_database.app, True), (fresh_database.worker, False)):
        engine = make_engine(url, pool_size=1)
        with Session(engine) as session:
            if is_bound:
                with pytest.raises(Unavailable, match="toutes les lignes"):
                    require_every_row(session)
            else:
                require_every_row(session)
        engine.dispose()
