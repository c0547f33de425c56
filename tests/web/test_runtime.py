"""The communes in memory follow their table, without asking for it at every request."""

import gc
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from directory.config import Settings
from directory.errors import Unavailable
from directory.postgres.roles import DatabaseUrls, connect
from directory.territories.actions import replace_communes
from directory.territories.sources import Source
from directory.web.runtime import GAZETTEER_CHECK_S, Communes, make_runtime
from tests.factories import small_gazetteer


class Clock:
    """A clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Return the time shown."""
        return self.now


@pytest.fixture
def readers(session: Session) -> sessionmaker[Session]:
    return sessionmaker(session.connection(), join_transaction_mode="create_savepoint")


def load(session: Session, at: datetime, names: int, digest: str) -> None:
    communes = small_gazetteer().communes[:names]
    source = Source("test", "test", digest * 64)
    replace_communes(session, communes, source=source, at=at, accept_fewer=True)


def test_a_new_table_is_seen_after_half_a_minute_and_not_before(
    session: Session, readers: sessionmaker[Session], at: datetime
) -> None:
    clock = Clock()
    communes = Communes(clock)
    load(session, at, 3, "a")
    first = communes.current(readers)
    assert len(first.communes) == 3

    load(session, at, 5, "b")
    clock.now += GAZETTEER_CHECK_S - 1
    assert communes.current(readers) is first
    clock.now += 1
    assert len(communes.current(readers).communes) == 5


def test_a_table_that_did_not_change_is_not_loaded_again(
    session: Session, readers: sessionmaker[Session], at: datetime
) -> None:
    clock = Clock()
    communes = Communes(clock)
    load(session, at, 3, "a")
    first = communes.current(readers)
    clock.now += 10 * GAZETTEER_CHECK_S
    assert communes.current(readers) is first


def test_an_empty_table_says_how_to_fill_it(readers: sessionmaker[Session]) -> None:
    with pytest.raises(Unavailable, match="communes"):
        Communes().current(readers)


def test_a_process_without_a_database_says_how_to_get_one() -> None:
    with pytest.raises(Unavailable) as raised:
        make_runtime(Settings(database_url=None))
    assert raised.value.field == "DATABASE_URL"
    assert "fanal up" in (raised.value.remedy or "")


def test_the_communes_can_be_loaded_before_anybody_asks(
    session: Session, readers: sessionmaker[Session], settings: Settings, at: datetime
) -> None:
    load(session, at, 3, "a")
    runtime = make_runtime(settings)
    runtime.readers = readers
    runtime.warm().join()
    runtime.readers = sessionmaker()  # bound to nothing: it could load nothing
    assert len(runtime.gazetteer().communes) == 3


def test_a_database_that_is_down_does_not_stop_a_process_from_starting(settings: Settings) -> None:
    nowhere = "postgresql+psycopg://fanal_app@127.0.0.1:1/none"
    make_runtime(settings.model_copy(update={"database_url": nowhere})).warm().join()


def test_the_communes_are_left_out_of_garbage_collection(
    session: Session, readers: sessionmaker[Session], at: datetime
) -> None:
    load(session, at, 3, "a")
    try:
        Communes().current(readers)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_what_is_sent_after_the_database_was_restarted_is_not_lost(
    fresh_database: DatabaseUrls,
) -> None:
    made = make_runtime(Settings(database_url=fresh_database.app))
    with made.sessions() as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
    with connect(fresh_database.superuser) as killer:
        killer.execute("SELECT pg_terminate_backend(%s, 30000)", [pid])
    with made.sessions() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != pid
    made.dispose()
