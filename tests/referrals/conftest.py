"""Keys of the tests, and a small world of those who send and receive."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.privacy import keys
from directory.privacy.keys import Keyring
from tests.referrals.factories import World, make_world


@pytest.fixture
def keyring(settings: Settings) -> Keyring:
    """The keys of the installation of this test."""
    return keys.keyring(settings)


@pytest.fixture
def world(session: Session, keyring: Keyring, at: datetime) -> World:
    """A team that sends, a verified service that receives, and a stranger."""
    return make_world(session, keyring, at)
