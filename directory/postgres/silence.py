"""A database that falls silent must not hold up those who ask it.

A connection that is closed is noticed at once. One whose packets are lost, or taken by something
in between that says nothing, is not: libpq waits for ever, and as many such waits as there are
threads are the whole site. So whoever waits for a second asks on another connection whether the
database lives; and once it does not, one at a time tries, while the others are told at once.
"""

import select
import threading
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, TypeVar

import psycopg
import structlog
from psycopg.abc import PQGen
from psycopg.rows import TupleRow
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

log = structlog.get_logger("fanal.database")

#: The least that libpq knows.
CONNECT_S = 2

#: After a try that met silence, nobody tries for so long.
PAUSE_S = 0.5

#: How often a wait wakes up, and after how many times without a word it doubts: a second, then two,
#: four… of a statement that is merely slow.
_INTERVAL_S = 0.1
_FIRST_DOUBT = 10


Result = TypeVar("Result")


class SilentDatabase(psycopg.OperationalError):
    """The database took what was sent, or lost it, and says nothing."""


def watch(*engines: Engine) -> None:
    """Have the connections of these engines fail within seconds once their database is silent."""
    reach = _Reach()
    for engine in engines:
        event.listen(engine, "do_connect", reach.connect_for)


def refuse_closed(engine: Engine) -> None:
    """Have a connection that the server closed while it rested replaced before it is used.

    A database that was started again has closed all of them. Looking whether there is anything to
    read takes microseconds, and no round trip; a connection that rests is never told anything else.
    """
    event.listen(engine, "checkout", _require_open)


def _require_open(connection: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        message = "the server closed it"
        raise InvalidatePoolError(message)


class _Connection(psycopg.Connection[TupleRow]):
    """A connection that doubts while it waits."""

    is_silent: Callable[[], bool]

    def wait(
        self, gen: PQGen[Result], interval: float = _INTERVAL_S, timeout: float | None = None
    ) -> Result:
        """Consume a generator of psycopg.

        :raise SilentDatabase: nothing came for a second, nor on another connection.
        """
        return super().wait(self._doubting(gen), interval, timeout)

    def _doubting(self, gen: PQGen[Result]) -> Generator[Any, Any, Result]:
        quiet, doubt = 0, _FIRST_DOUBT
        try:
            asked = next(gen)
            while True:
                ready = yield asked
                if ready:
                    quiet, doubt = 0, _FIRST_DOUBT
                elif (quiet := quiet + 1) >= doubt:
                    self._require_word()
                    doubt *= 2
                asked = gen.send(ready)
        except StopIteration as end:
            result: Result = end.value
            return result

    def _require_word(self) -> None:
        if not self.is_silent():
            return
        self.close()
        log.error("database_silent")
        message = "nothing comes, nor on another connection"
        raise SilentDatabase(message)


class _Reach:
    """Whether the database can be reached, as the last try told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_away = False
        self._closed_until = 0.0

    def connect_for(
        self, _dialect: object, _record: object, words: list[Any], options: dict[str, Any]
    ) -> _Connection:
        """Open a connection, in the place of SQLAlchemy."""
        return self._connect(*words, **(options | {"connect_timeout": CONNECT_S}))

    def _connect(self, *words: Any, **options: Any) -> _Connection:
        self._take_turn()
        is_away = False
        try:
            connection = _Connection.connect(*words, **options)
        except psycopg.errors.ConnectionTimeout:
            is_away = True
            raise
        finally:
            # A refusal is an answer too.
            self._note(is_away)
        connection.is_silent = partial(self._is_silent, *words, **options)
        return connection

    def _is_silent(self, *words: Any, **options: Any) -> bool:
        try:
            self._connect(*words, **options).close()
        except (psycopg.errors.ConnectionTimeout, SilentDatabase):
            return True
        except psycopg.Error:
            return False
        return False

    def _take_turn(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                message = "it was silent a moment ago"
                raise SilentDatabase(message)
            if self._is_away:
                self._closed_until = now + CONNECT_S + PAUSE_S

    def _note(self, is_away: bool) -> None:
        with self._lock:
            self._is_away = is_away
            self._closed_until = time.monotonic() + PAUSE_S if is_away else 0.0
