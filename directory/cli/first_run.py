"""What a database is given besides its tables, so that everything can be tried at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work


def store_words_and_communes(url: str) -> None:
    """Store the words of this version, and the bundled communes where there are none yet."""
    from directory.listings.actions import store_vocabulary
    from directory.territories.actions import load_bundled_if_empty

    with session_on(url) as session:
        store_vocabulary(session)
        load_bundled_if_empty(session, at=datetime.now(UTC))


def make_searchable(url: str) -> int:
    """Rebuild the index of search from the listings; return how many services it has."""
    from directory.listings.indexing import refresh

    store_words_and_communes(url)
    with session_on(url) as session:
        return refresh(session, at=datetime.now(UTC))


def make_first_keys(settings: Settings, url: str) -> None:
    """Make the keys of a private database in which nothing was sealed yet.

    Where something was, other keys would hide that the true ones are missing; `url` is the
    worker's, from whom no row is hidden.
    """
    from directory.privacy.keys import key_file, new_keyring, store_keyring
    from directory.privacy.rotation import anything_sealed

    if settings.master_keys is not None or not settings.is_private or key_file(settings).exists():
        return
    with session_on(url) as session:
        if not anything_sealed(session):
            store_keyring(settings, new_keyring())


def demonstrate(settings: Settings, url: str) -> None:
    """Load the demonstration listings into an empty directory, and the accounts to try them."""
    from directory.accounts.demonstration import put_accounts
    from directory.imports import demonstration

    if settings.may_demonstrate:
        now = datetime.now(UTC)
        with session_on(url) as session:
            demonstration.load_if_empty(session, at=now)
            put_accounts(session, settings=settings, at=now)


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """Open a session for a block that is committed at its end."""
    engine = make_engine(url, pool_size=1)
    try:
        with unit_of_work(make_sessions(engine)) as session:
            yield session
    finally:
        engine.dispose()
