"""Fixtures of every test: a real PostgreSQL, a session that leaves no trace, fixed time."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.postgres.engines import available_engines
from directory.postgres.geo_schema import Engine
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import new_keyring
from tests.fixtures.cluster import ThrowawayCluster, rolled_back, throwaway_cluster
from tests.fixtures.presence import skip_or_fail

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def engine_name() -> Engine:
    """The engine of this run: `FANAL_ENGINE`, else PostGIS when the machine has it."""
    present = available_engines()
    asked = os.environ.get("FANAL_ENGINE", "auto")
    usable = [engine for engine in present if asked in ("auto", engine)]
    if not usable:
        skip_or_fail(f"FANAL_ENGINE={asked}, and this machine has {present or 'no PostgreSQL'}")
    return usable[0]


@pytest.fixture(scope="session")
def cluster(engine_name: Engine) -> Iterator[ThrowawayCluster]:
    """A server for this process, stopped and removed at the end whatever happens."""
    with throwaway_cluster(engine_name) as running:
        yield running


@pytest.fixture(scope="session")
def database(cluster: ThrowawayCluster) -> DatabaseUrls:
    """The addresses, by role, of a migrated database shared by the tests of this process."""
    return cluster.copy_of_template("tests")


@pytest.fixture
def fresh_database(cluster: ThrowawayCluster) -> Iterator[DatabaseUrls]:
    """A migrated database for one test alone, which may commit in it."""
    with cluster.short_lived_copy() as urls:
        yield urls


@pytest.fixture
def session(database: DatabaseUrls) -> Iterator[Session]:
    """A session as the application; commits are savepoints, everything is rolled back."""
    with rolled_back(database.app) as opened:
        yield opened


@pytest.fixture
def owner_session(database: DatabaseUrls) -> Iterator[Session]:
    """A session as the owner of the tables, rolled back too; it does not see `session`'s rows."""
    with rolled_back(database.owner) as opened:
        yield opened


@pytest.fixture
def settings(database: DatabaseUrls, tmp_path: Path) -> Settings:
    """Settings that point at the database of the tests and at no outside service."""
    return Settings(
        database_url=database.app,
        migration_url=database.owner,
        worker_url=database.worker,
        data_dir=tmp_path,
        geocoder_url="",
        demonstration=False,
        master_keys=SecretStr(new_keyring().as_text()),
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real open data: `FANAL_SHARED_DATA`, else beside the checkout."""
    folder = Path(os.environ.get("FANAL_SHARED_DATA") or CHECKOUT.parent / "shared" / "data")
    if not folder.is_dir():
        skip_or_fail("the real data is not beside the checkout (FANAL_SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def at() -> datetime:
    """Tuesday 17 November 2026, ten o'clock in Paris."""
    return datetime(2026, 11, 17, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
