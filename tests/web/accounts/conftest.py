"""Somebody with a browser and no sign-in yet, who may type her password."""

from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy.orm import Session

from directory.accounts.models import Account
from directory.accounts.passwords import hash_password
from directory.accounts.second_factor import confirm_second_factor, enroll_second_factor
from directory.app import FanalApp
from directory.privacy.keys import Keyring
from directory.web.runtime import EXTENSION
from tests.accounts.factories import make_account
from tests.web.accounts.guest import PASSWORD, Guest, Person


@pytest.fixture(scope="session")
def password_hash() -> str:
    """What is kept of `PASSWORD`; to compute it takes a moment, by design."""
    return hash_password(PASSWORD)


@pytest.fixture
def keyring(app: FanalApp) -> Keyring:
    """The keys of the application."""
    ring: Keyring = app.extensions[EXTENSION].keyring
    return ring


@pytest.fixture
def guest(app: FanalApp) -> Guest:
    """Somebody at her browser."""
    return Guest(app.test_client())


MakePerson = Callable[..., Person]


@pytest.fixture
def person(session: Session, password_hash: str, keyring: Keyring) -> MakePerson:
    """A function that makes an account with `PASSWORD`, and a second factor if asked."""

    def make(*, has_second_factor: bool = False, **values: object) -> Person:
        account_id = make_account(session, **values)  # type: ignore[arg-type]
        account = session.get_one(Account, account_id)
        account.password_hash = password_hash
        secret = None
        if has_second_factor:
            secret = _enroll(session, account_id, keyring)
        session.flush()
        return Person(account_id, account.email, secret)

    return make


def _enroll(session: Session, account_id: int, keyring: Keyring) -> str:
    at = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    secret = enroll_second_factor(session, account_id=account_id, at=at, keyring=keyring).secret
    confirm_second_factor(
        session, account_id=account_id, code=pyotp.TOTP(secret).at(at), at=at, keyring=keyring
    )
    return secret
