"""Migrations: forward only, numbered, run as the owner of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from directory import paths
from directory.errors import Conflict
from directory.i18n import gettext
from directory.postgres.geo_schema import Engine, detect_engine, install_geo


def upgrade(url: str, *, engine: Engine | None = None, revision: str = "head") -> None:
    """Bring the database at `url` (as its owner) to `revision`, with its schema `geo`.

    A lock of the database makes two simultaneous upgrades run one after the other.

    :raise Conflict: a table is held, as a backup does; nothing was changed.
    """
    database = create_engine(url, poolclass=NullPool)
    try:
        with _telling_what_is_held(), database.begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('fanal.upgrade'))")
            connection.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            install_geo(connection, engine or detect_engine(connection))
            configuration = _configuration()
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, revision)
    finally:
        database.dispose()


@contextmanager
def _telling_what_is_held() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise Conflict(
            gettext("La base est occupée, par une sauvegarde peut-être : rien n'a été changé."),
            remedy=gettext("Attendez qu'elle finisse, puis recommencez."),
        ) from error


def current_revision(database: SqlEngine) -> str | None:
    """Return the revision the database is at, None before the first migration."""
    with database.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """Return the revision this version of Fanal needs."""
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    if head is None:
        message = f"there is no migration in {paths.folder('migrations')}"
        raise FileNotFoundError(message)
    return head


def _configuration() -> Config:
    configuration = Config()
    folder: Path = paths.folder("migrations")
    configuration.set_main_option("script_location", str(folder).replace("%", "%%"))
    return configuration
