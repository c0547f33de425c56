"""Nobody writes while a restore runs: what was written meanwhile would be in neither database.

The old database goes on being read. That it is held so lies in the database itself, where it binds
whoever connects; that it is meant so is a lock that dies with the process which restores.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, sql

from directory.errors import Conflict
from directory.i18n import gettext
from directory.postgres import roles

#: First key of the lock, « FANA »; the second is made from the database's name.
_KEY = 0x46414E41

_ATTEMPTS = 25
#: A session that had just read its settings shows up among the others after a moment.
_MOMENT_S = 0.2

_SEND_AWAY = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE datname = %s AND backend_type = 'client backend' AND backend_start <= %s
  AND pid <> pg_backend_pid()
"""

_IS_HELD = """
SELECT EXISTS (
    SELECT FROM pg_db_role_setting setting JOIN pg_database ON pg_database.oid = setdatabase
    WHERE datname = %s AND setrole = 0 AND 'default_transaction_read_only=on' = ANY (setconfig))
"""

_RESTORE_RUNS = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted
    AND classid = %s AND objid::bigint = hashtext(%s)::bigint & 4294967295)
"""


@contextmanager
def read_only(server: str, database: str) -> Iterator[Callable[[], None]]:
    """Have a database refuse writes for the block, and whatever bears its name take them after it.

    `server` is a superuser's address on another database of the same server, `postgres`.
    Those who are connected are sent away, since a session keeps the settings it began with. The
    block is given what raises once the hold on the database was lost, to be asked last.

    :raise Conflict: another restore is at work, or somebody's session does not end.
    """
    with roles.connect(server) as connection:
        _lock(connection, database)
        try:
            with _ended_gently():
                _hold(connection, database)
                yield lambda: _require_lock(connection)
        finally:
            # On a connection of its own: the other may be what failed.
            with roles.connect(server) as another:
                _reset(another, database)


def allow_again(connection: Connection[tuple[Any, ...]]) -> None:
    """Make the database of a connection writable, where a restore that was killed left it held.

    The connection itself may write from now on; a restore that is at work keeps its hold on others.
    """
    database = connection.info.dbname
    connection.execute("SET default_transaction_read_only = off")
    if is_held(connection) and not restore_runs(connection):
        _reset(connection, database)


def is_held(connection: Connection[tuple[Any, ...]]) -> bool:
    """Tell whether the database of a connection refuses writes to whoever connects."""
    return _answer(connection, _IS_HELD, connection.info.dbname)


def restore_runs(connection: Connection[tuple[Any, ...]]) -> bool:
    """Tell whether the database of a connection is being replaced now."""
    return _answer(connection, _RESTORE_RUNS, _KEY, connection.info.dbname)


@contextmanager
def _ended_gently() -> Iterator[None]:
    """Have a closed terminal or a stopped container end the block as an error does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGTERM, signal.SIGHUP)
    before = {
        each: signal.signal(each, lambda number, _: sys.exit(128 + number)) for each in signals
    }
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _lock(connection: Connection[tuple[Any, ...]], database: str) -> None:
    query = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
    if not _answer(connection, query, _KEY, database):
        raise Conflict(
            gettext("Une sauvegarde est déjà en train d'être remise en place."),
            remedy=gettext("Attendez qu'elle le soit, puis recommencez."),
        )


def _hold(connection: Connection[tuple[Any, ...]], database: str) -> None:
    """Refuse writes to whoever connects from now on, and send away those who were connected."""
    name = sql.Identifier(database)
    held = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name)
    connection.execute(held)
    now = connection.execute("SELECT clock_timestamp()").fetchone()
    quiet = 0
    for _attempt in range(_ATTEMPTS):
        row = connection.execute(_SEND_AWAY, [database, now and now[0]]).fetchone()
        quiet = quiet + 1 if row == (0,) else 0
        if quiet == 2:
            return
        time.sleep(_MOMENT_S)
    raise Conflict(
        gettext("La base de données est encore utilisée : rien n'a été changé."),
        remedy=gettext("Arrêtez Fanal (fanal down), puis recommencez."),
    )


def _require_lock(connection: Connection[tuple[Any, ...]]) -> None:
    """Ask something: the lock lasts as long as the connection."""
    connection.execute("SELECT 1")


def _reset(connection: Connection[tuple[Any, ...]], database: str) -> None:
    connection.execute(
        sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(
            sql.Identifier(database)
        )
    )


def _answer(connection: Connection[tuple[Any, ...]], query: str, *values: object) -> bool:
    row = connection.execute(query.encode(), values).fetchone()
    return bool(row and row[0])
