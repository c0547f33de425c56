"""The readiness of the database is known within a second, whatever it does."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from directory.db import make_engine
from directory.postgres import roles
from directory.postgres.readiness import Readiness, readiness
from directory.postgres.roles import DatabaseUrls
from tests.fixtures.installation import wait_until

#: More than any stall of the machine, and less than what an answer is kept from waiting for.
GENEROUS_S = 10


@pytest.fixture
def engine(fresh_database: DatabaseUrls) -> Iterator[Engine]:
    """A pool of the application on a migrated database."""
    made = make_engine(fresh_database.app)
    yield made
    made.dispose()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an answer that is late on a busy machine be waited for."""
    monkeypatch.setattr("directory.postgres.readiness.PATIENCE_S", 30.0)


@pytest.mark.usefixtures("patient")
def test_a_migrated_database_is_ready(engine: Engine) -> None:
    assert readiness(engine) == Readiness(database=True, migrations_current=True)
    assert readiness(engine).is_ready


@pytest.mark.usefixtures("patient")
def test_an_old_revision_is_not_ready(engine: Engine, fresh_database: DatabaseUrls) -> None:
    with roles.connect(fresh_database.owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert readiness(engine) == Readiness(database=True, migrations_current=False)


@pytest.mark.usefixtures("patient")
def test_an_empty_database_is_not_ready(engine: Engine, fresh_database: DatabaseUrls) -> None:
    with roles.connect(fresh_database.owner) as connection:
        connection.execute("DROP TABLE alembic_version")
    assert not readiness(engine).is_ready


def test_a_server_that_is_gone_is_not_ready() -> None:
    engine = make_engine("postgresql+psycopg://fanal_app@127.0.0.1:1/fanal")
    assert readiness(engine) == Readiness(database=False, migrations_current=False)


def test_a_silent_server_is_not_waited_for() -> None:
    """Six connections that are waited for would take half a minute (`make_engine`: 5 s each)."""
    others = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        engine = make_engine(f"postgresql+psycopg://fanal_app@127.0.0.1:{port}/fanal")
        begun = time.monotonic()
        assert [readiness(engine).database for _ in range(6)] == [False] * 6
        assert time.monotonic() - begun < GENEROUS_S
    # The probes end with the server: those of the tests that follow must find room.
    wait_until(lambda: threading.active_count() <= others, seconds=30)


def test_a_locked_table_is_not_waited_for(engine: Engine, fresh_database: DatabaseUrls) -> None:
    with roles.connect(fresh_database.owner) as connection, connection.transaction():
        connection.execute("LOCK TABLE alembic_version")
        begun = time.monotonic()
        assert not readiness(engine).is_ready
        assert time.monotonic() - begun < GENEROUS_S
