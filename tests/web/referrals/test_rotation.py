"""The keys are changed while the site works: nothing is restarted, and nothing stops opening."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from directory.config import Settings
from directory.privacy.keys import keyring as keys_of
from directory.privacy.keys import new_keyring, store_keyring
from directory.privacy.rotation import SEALED, seal_lot_again
from directory.privacy.sealing import key_number
from directory.referrals.models import ReferralKey
from tests.referrals.factories import ask_as
from tests.web.referrals.conftest import Desk

CONSENT = {"consent_form": "oral", "consented_on": "2026-11-16", "consent_language": "fr"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings whose keys lie in the data folder, as on the private server."""
    own = settings.model_copy(update={"master_keys": None})
    store_keyring(own, new_keyring())
    return own


def numbers(session: Session, desk: Desk) -> set[int]:
    """Return the numbers of the keys that seal the team's requests."""
    ask_as(session, desk.member.user)
    return {key_number(wrapped) for wrapped in session.scalars(select(ReferralKey.wrapped))}


def name_is_read(desk: Desk, id: UUID) -> bool:
    return "Aminata" in desk.page(id).text


def test_a_running_site_reads_and_writes_through_a_rotation(
    desk: Desk, session: Session, settings: Settings
) -> None:
    before = desk.sent(first_name="Aminata", **CONSENT)

    store_keyring(settings, keys_of(settings).with_new_key())

    during = desk.sent(code="B. E.", first_name="Aminata", **CONSENT)
    assert numbers(session, desk) == {1, 2}
    assert name_is_read(desk, before)
    assert name_is_read(desk, during)

    ask_as(session, desk.member.user)
    lot = seal_lot_again(session, keys_of(settings), SEALED[0])

    assert (lot.sealed_again, lot.unreadable) == (1, 0)
    assert numbers(session, desk) == {2}
    session.expire_all()
    assert name_is_read(desk, before)
    assert name_is_read(desk, during)


def test_with_the_keys_of_another_site_a_request_says_why_it_does_not_open(
    desk: Desk, settings: Settings
) -> None:
    id = desk.sent(first_name="Aminata", **CONSENT)
    store_keyring(settings, new_keyring())

    with capture_logs() as lines:
        page = desk.member.get(f"/orientations/{id}", status=503)

    assert "ne s'ouvre pas avec les clés de ce serveur" in page.text
    assert "cannot_unseal" in [line["event"] for line in lines]
