"""What a process of the web keeps between requests: the database, the communes, the geocoder."""

import gc
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from flask import current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from directory.addresses.table import AddressTable
from directory.config import Settings
from directory.db import make_engine, make_reading_engine, make_sessions
from directory.errors import FanalError, Unavailable
from directory.geocoding import Geocoder, make_geocoder
from directory.i18n import gettext
from directory.postgres.silence import refuse_closed, watch
from directory.privacy.keys import Keyring, KeysInForce
from directory.privacy.scope import scoped_sessions
from directory.referrals.rules import Rules
from directory.territories import Gazetteer, queries

EXTENSION = "fanal"

#: The table of communes changes a few times a year: asking the database oftener is waste.
GAZETTEER_CHECK_S = 30.0


@dataclass
class Runtime:
    """Reached by `runtime()`; a test may put its own in `app.extensions["fanal"]`."""

    settings: Settings
    engine: Engine
    #: Sessions that may write; each of their transactions says for whom it asks.
    sessions: sessionmaker[Session]
    #: Sessions that PostgreSQL itself holds read-only: every GET uses one.
    readers: sessionmaker[Session]
    _reading_engine: Engine | None = None
    _communes: "Communes" = field(default_factory=lambda: Communes())
    _geocoder: Geocoder | None = None
    _making: threading.Lock = field(default_factory=threading.Lock)

    def dispose(self) -> None:
        """Close the connections that rest in the pools."""
        self.engine.dispose()
        if self._reading_engine is not None:
            self._reading_engine.dispose()

    def gazetteer(self) -> Gazetteer:
        """Return the communes in memory, at most `GAZETTEER_CHECK_S` behind the database."""
        return self._communes.current(self.readers)

    def warm(self) -> threading.Thread:
        """Load the communes in a thread, so that no visitor waits for them; return the thread.

        What fails here fails again, and is told, at the first request that needs it.
        """

        def load() -> None:
            with suppress(SQLAlchemyError, FanalError):
                self.gazetteer()

        thread = threading.Thread(target=load, name="communes", daemon=True)
        thread.start()
        return thread

    @cached_property
    def _keys(self) -> KeysInForce:
        return KeysInForce(self.settings)

    @property
    def keyring(self) -> Keyring:
        """Return the keys that seal what is personal, as their file holds them now."""
        return self._keys.current()

    @property
    def rules(self) -> Rules:
        """Return by what requests are written and followed here, under the keys of now."""
        return Rules.of(self.settings, self.keyring)

    @property
    def geocoder(self) -> Geocoder:
        """Return the one geocoder of the process: its cache and circuit breaker live in it."""
        with self._making:
            if self._geocoder is None:
                self._geocoder = make_geocoder(self.settings, own=[AddressTable(self.readers)])
            return self._geocoder


class Communes:
    """The gazetteer of the process, loaded at first use and again when its table changed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._loaded: Gazetteer | None = None
        self._checked_at = 0.0

    def current(self, readers: sessionmaker[Session]) -> Gazetteer:
        """Return the gazetteer; only one thread at a time looks whether it is stale."""
        loaded = self._loaded
        if loaded is not None and not self._check_is_due():
            return loaded
        with self._lock:
            return self._refreshed(readers)

    def _refreshed(self, readers: sessionmaker[Session]) -> Gazetteer:
        loaded = self._loaded
        if loaded is None or self._check_is_due():
            with readers() as session:
                if loaded is None or queries.current_version(session) != loaded.version:
                    loaded = queries.load_gazetteer(session)
                    _spare_the_collector()
            self._loaded, self._checked_at = loaded, self._clock()
        return loaded

    def _check_is_due(self) -> bool:
        return self._clock() - self._checked_at >= GAZETTEER_CHECK_S


def _spare_the_collector() -> None:
    """Leave what stays for the life of the process out of garbage collection.

    Walking through the communes again would hold up every request for a tenth of a second.
    """
    gc.collect()
    gc.freeze()


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
    reading = make_reading_engine(settings.database_url, pool_size=8)
    watch(engine, reading)
    refuse_closed(reading)
    return Runtime(settings, engine, scoped_sessions(engine), make_sessions(reading), reading)


def runtime() -> Runtime:
    """Return the runtime of the application in force."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found
