"""What the tests of accounts share: keys, and two people who sign in."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Account
from directory.accounts.passwords import hash_password
from directory.outbox.models import OutboxMessage
from directory.privacy.keys import Keyring, new_keyring
from tests.accounts.factories import make_account

AT = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

#: Long enough to stand alone, and nobody's real one.
PASSWORD = "velours tasse orage pivert"
OTHER_PASSWORD = "moulin cerise brouillard 12"

#: Hashed once: it is slow by intention.
_HASH = hash_password(PASSWORD)


@pytest.fixture(scope="session")
def ring() -> Keyring:
    """Keys of this run."""
    return new_keyring()


@pytest.fixture
def awa(session: Session) -> Account:
    """A caseworker whose password is `PASSWORD`."""
    account = session.get_one(Account, make_account(session))
    account.password_hash = _HASH
    session.flush()
    return account


def mails(session: Session) -> list[tuple[str, str]]:
    """Return (kind, recipient) of the mails in the outbox, oldest first."""
    rows = session.execute(
        select(OutboxMessage.kind, OutboxMessage.recipient).order_by(
            OutboxMessage.created_at, OutboxMessage.kind
        )
    )
    return [(kind, recipient) for kind, recipient in rows]
