"""The keys: kept apart from the data, read whole or not at all, read again when they change."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from directory.config import Settings
from directory.errors import InvalidInput, Unavailable
from directory.privacy.keys import (
    Keyring,
    KeysInForce,
    key_file,
    keyring,
    new_keyring,
    read_keyring,
    store_keyring,
)
from directory.privacy.sealing import CannotUnseal, Place

PLACE = Place("referral_key", "wrapped", "1")


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings of a private server, whose keys lie in its data folder."""
    return Settings(data_dir=tmp_path, database_url=None)


def test_a_ring_is_read_back_as_it_was_written() -> None:
    ring = new_keyring().with_new_key()

    assert read_keyring(ring.as_text()).as_text() == ring.as_text()


@settings(deadline=None)
@given(text=st.text(max_size=100))
def test_what_is_no_ring_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_keyring(text)

    assert refusal.value.message == "Les clés de Fanal ne se lisent pas."


@pytest.mark.parametrize("lost", ["the digest key", "the sealing key", "a letter"])
def test_a_ring_that_lost_something_is_refused(lost: str) -> None:
    sealing, digest = new_keyring().as_text().split(",")
    texts = {"the digest key": sealing, "the sealing key": digest}

    with pytest.raises(InvalidInput):
        read_keyring(texts.get(lost, f"{sealing[:-3]},{digest}"))


def test_after_a_rotation_old_values_still_open_and_new_ones_use_the_new_key() -> None:
    before = new_keyring()
    sealed = before.seal(b"Awa", place=PLACE)
    after = before.with_new_key()

    assert after.unseal(sealed, place=PLACE) == b"Awa"
    assert after.seal(b"Awa", place=PLACE)[0] == 2
    with pytest.raises(CannotUnseal):
        before.unseal(after.seal(b"Awa", place=PLACE), place=PLACE)


def test_without_the_former_keys_what_they_sealed_stays_shut() -> None:
    before = new_keyring()
    sealed = before.seal(b"Awa", place=PLACE)

    with pytest.raises(CannotUnseal):
        before.with_new_key().without_former_keys().unseal(sealed, place=PLACE)


def test_digests_and_tokens_outlive_a_rotation() -> None:
    before = new_keyring()
    after = before.with_new_key().without_former_keys()

    assert after.digest("referral.code", "AD") == before.digest("referral.code", "AD")
    assert after.token("answer_link", "1") == before.token("answer_link", "1")


def test_a_digest_is_of_its_purpose_and_of_its_installation() -> None:
    ring = new_keyring()

    assert ring.digest("one", "AD") != ring.digest("two", "AD")
    assert ring.digest("one", "AD") != new_keyring().digest("one", "AD")


def test_a_ring_shows_none_of_its_keys() -> None:
    ring = new_keyring()

    assert ring.as_text()[2:20] not in repr(ring)
    assert "secret" not in repr(ring.keys)


def test_keys_are_written_for_their_owner_alone(own: Settings) -> None:
    store_keyring(own, new_keyring())

    assert key_file(own).stat().st_mode & 0o777 == 0o600
    assert key_file(own).parent.stat().st_mode & 0o777 == 0o700
    assert os.listdir(key_file(own).parent) == ["master"]


def test_without_keys_it_is_said_what_to_do(own: Settings) -> None:
    with pytest.raises(Unavailable) as refusal:
        keyring(own)

    assert "fanal keys create" in str(refusal.value.remedy)


def test_a_running_process_reads_the_keys_again_when_they_changed(own: Settings) -> None:
    first = new_keyring()
    store_keyring(own, first)
    in_force = KeysInForce(own)
    assert in_force.current().as_text() == first.as_text()
    assert in_force.current() is in_force.current()

    store_keyring(own, first.with_new_key())

    assert in_force.current().current.number == 2


def test_keys_of_the_settings_win_over_the_file(own: Settings) -> None:
    store_keyring(own, new_keyring())
    ring = new_keyring()
    settings = own.model_copy(update={"master_keys": SecretStr(ring.as_text())})

    assert KeysInForce(settings).current().as_text() == ring.as_text()


def test_a_ring_holds_255_keys_and_then_says_so() -> None:
    ring: Keyring = new_keyring()
    for _ in range(254):
        ring = ring.with_new_key()

    with pytest.raises(Unavailable):
        ring.with_new_key()
