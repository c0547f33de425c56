"""What a process of the web keeps between requests: the database, the communes, the geocoder."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import Unavailable
from directory.i18n import gettext

if TYPE_CHECKING:
    from directory.geocoding import Geocoder
    from directory.territories import Gazetteer

EXTENSION = "fanal"

#: The table of communes changes a few times a year: asking the database oftener is waste.
GAZETTEER_CHECK_S = 30.0


@dataclass
class Runtime:
    """Reached by `runtime()`; a test may put its own in `app.extensions["fanal"]`."""

    settings: Settings
    #: Sessions that may write.
    sessions: sessionmaker[Session]
    #: Sessions whose transactions PostgreSQL itself holds read-only: every GET uses one.
    readers: sessionmaker[Session]
    _communes: "Communes" = field(default_factory=lambda: Communes())
    _geocoder: "Geocoder | None" = None

    def gazetteer(self) -> "Gazetteer":
        """Return the communes in memory, at most `GAZETTEER_CHECK_S` behind the database."""
        return self._communes.current(self.readers)

    @property
    def geocoder(self) -> "Geocoder":
        """Return the one geocoder of the process: its cache and circuit breaker live in it."""
        if self._geocoder is None:
            from directory.geocoding import make_geocoder

            self._geocoder = make_geocoder(self.settings)
        return self._geocoder


class Communes:
    """The gazetteer of the process, loaded at first use and again when its table changed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded: Gazetteer | None = None
        self._version: object = None
        self._checked_at = -GAZETTEER_CHECK_S

    def current(self, readers: sessionmaker[Session]) -> "Gazetteer":
        """Return the gazetteer; only one thread looks whether it is stale."""
        now = self._clock()
        if self._loaded is None or now - self._checked_at >= GAZETTEER_CHECK_S:
            with self._lock:
                if self._loaded is None or now - self._checked_at >= GAZETTEER_CHECK_S:
                    self._refresh(readers)
                    self._checked_at = now
        if self._loaded is None:  # pragma: no cover - `_refresh` has just set it
            raise RuntimeError
        return self._loaded

    def _refresh(self, readers: sessionmaker[Session]) -> None:
        from directory.territories import queries

        with readers() as session:
            version = queries.version(session)
            if self._loaded is None or version != self._version:
                self._loaded = queries.load_gazetteer(session)
                self._version = version


def make_runtime(settings: Settings) -> Runtime:
    """Return the runtime of a process; no connection is opened before the first request.

    :raise Unavailable: no database is named.
    """
    if settings.database_url is None:
        raise Unavailable(
            gettext("Aucune base de données n'est indiquée."),
            field="DATABASE_URL",
            remedy=gettext("Lancez « fanal up », ou donnez DATABASE_URL."),
        )
    engine = make_engine(settings.database_url, pool_size=8)
    return Runtime(settings, make_sessions(engine), make_readers(engine))


def make_readers(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of read-only sessions, on the same connections.

    The driver sends `BEGIN READ ONLY`, so this lock costs no round trip.
    """
    return make_sessions(engine.execution_options(postgresql_readonly=True))


def runtime() -> Runtime:
    """Return the runtime of the application in force."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found
