"""What an empty database is given at the first start, so that everything can be tried at once."""

import importlib
from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.postgres.roles import DatabaseUrls

log = structlog.get_logger("fanal.up")

#: Where the site answers to this machine only: elsewhere, invented listings would mislead people.
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def fill_empty_database(settings: Settings, urls: DatabaseUrls) -> None:
    """Store the words of this version, the bundled communes, and the demonstration listings.

    The last two only when there are none yet, and invented listings only where we alone see them.
    """
    from directory.listings.actions import store_vocabulary
    from directory.territories.actions import load_bundled_if_empty

    engine = make_engine(urls.app, pool_size=1)
    sessions = make_sessions(engine)
    try:
        with unit_of_work(sessions) as session:
            store_vocabulary(session)
            load_bundled_if_empty(session, at=datetime.now(UTC))
        if may_demonstrate(settings):
            with unit_of_work(sessions) as session:
                _load_demonstration(session)
    finally:
        engine.dispose()


def may_demonstrate(settings: Settings) -> bool:
    """Tell whether demonstration data is wanted and harmless: private database, own machine."""
    return settings.demonstration and settings.is_private and settings.host in _LOOPBACK


def _load_demonstration(session: Session) -> None:
    try:
        demonstration = importlib.import_module("directory.imports.demonstration")
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("directory.imports"):
            raise
        log.warning("no_demonstration_data")
        return
    demonstration.load_if_empty(session)
