"""Whether the database can be used now, answered within a second whatever it does."""

import queue
import threading
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from directory.postgres.migrate import head_revision

#: How long the answer may take, in seconds.
PATIENCE_S = 0.8

#: Probes that wait for a silent database at one time; the next ones do not ask it.
_probes = threading.BoundedSemaphore(4)

_head = cache(head_revision)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a supervisor needs to know before it sends requests."""

    database: bool
    migrations_current: bool

    @property
    def is_ready(self) -> bool:
        """True when requests can be answered."""
        return self.database and self.migrations_current


_NOT_READY = Readiness(database=False, migrations_current=False)


def readiness(engine: Engine) -> Readiness:
    """Return whether the database answers and has this version's migrations, in under a second.

    The question is asked in a thread, because nothing bounds a connection to a silent machine.
    """
    if not _probes.acquire(blocking=False):
        return _NOT_READY
    answers: queue.SimpleQueue[Readiness] = queue.SimpleQueue()
    threading.Thread(target=_probe, args=(engine, answers), daemon=True).start()
    try:
        return answers.get(timeout=PATIENCE_S)
    except queue.Empty:
        return _NOT_READY


def _probe(engine: Engine, answers: "queue.SimpleQueue[Readiness]") -> None:
    try:
        answers.put(_ask(engine))
    except SQLAlchemyError:
        answers.put(_NOT_READY)
    finally:
        _probes.release()


def _ask(engine: Engine) -> Readiness:
    with engine.connect() as connection:
        connection.execute(text("SET LOCAL statement_timeout = '700ms'"))
        try:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        except ProgrammingError:
            return Readiness(database=True, migrations_current=False)
    return Readiness(database=True, migrations_current=revision == _head())
