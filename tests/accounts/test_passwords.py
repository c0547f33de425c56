"""Which passwords are taken, how they are kept, and what a check tells."""

import time

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from sqlalchemy.orm import Session

from directory.accounts.models import Account
from directory.accounts.passwords import (
    check_choice,
    check_password,
    choose_password,
    hash_password,
    refresh_hash,
)
from directory.errors import InvalidInput
from tests.accounts.conftest import AT, OTHER_PASSWORD, PASSWORD


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    kept = extract_parameters(hash_password(PASSWORD))
    assert kept.type is Type.ID
    assert (kept.time_cost, kept.memory_cost, kept.parallelism) == (3, 65_536, 4)
    assert (kept.salt_len, kept.hash_len) == (16, 32)


def test_the_same_password_is_never_kept_twice_in_the_same_way() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    [
        "court mais bon",
        "motdepasse123456",
        "azertyuiopqsdfghjklm",
        "aaaaaaaaaaaaaaaaaaaa",
        "123456789012345",
        "passwordpassword",
        "Bonjour2024!!!!",
        "marseillemarseille",
        "awa.diop@exemple.invalid",
        "Entraide de Bondy",
        "abc" * 90,
    ],
)
def test_a_password_that_is_short_or_easy_to_guess_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_choice(
            password,
            has_second_factor=False,
            known=["Awa Diop", "awa.diop@exemple.invalid", "Entraide de Bondy"],
        )
    assert refused.value.field == "password"
    assert refused.value.remedy
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", [PASSWORD, "nous allons au marché", "4h7k2mqzwvb39xr"])
def test_words_without_a_link_are_taken(password: str) -> None:
    check_choice(password, has_second_factor=False, known=["Awa Diop"])


def test_ten_characters_suffice_beside_a_second_factor() -> None:
    check_choice("4h7k-2mqz-", has_second_factor=True, known=[])
    with pytest.raises(InvalidInput):
        check_choice("4h7k-2mqz", has_second_factor=True, known=[])


def test_only_its_own_password_fits_an_open_account(session: Session, awa: Account) -> None:
    assert check_password(awa, PASSWORD)
    assert not check_password(awa, OTHER_PASSWORD)
    assert not check_password(None, PASSWORD)
    awa.closed_at = AT
    assert not check_password(awa, PASSWORD)


def test_an_account_without_a_password_is_entered_with_none(session: Session, awa: Account) -> None:
    awa.password_hash = None
    for typed in ("", PASSWORD, "None"):
        assert not check_password(awa, typed)


def test_an_accent_typed_in_two_ways_is_the_same_password(session: Session, awa: Account) -> None:
    choose_password(session, account_id=awa.id, password="brouillard cerise été lune", at=AT)
    assert check_password(awa, "brouillard cerise e\u0301te\u0301 lune")


@pytest.mark.parametrize("typed", ["\x00", "\ud800", "é" * 60_000])
def test_no_text_breaks_the_check(session: Session, awa: Account, typed: str) -> None:
    assert not check_password(awa, typed)


def test_a_password_as_long_as_a_form_keeps_nobody_waiting(session: Session, awa: Account) -> None:
    """Signs that stand on others are put in order one by one: 64 KiB of them take seconds."""
    check_password(None, "")
    started = time.process_time()
    assert not check_password(awa, "\u0315" * 16_000 + "\u0316" * 16_000)
    assert time.process_time() - started < 1.5


def test_a_hash_of_weaker_parameters_is_renewed_at_the_next_sign_in(awa: Account) -> None:
    weak = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$1/bzUOl3LtcTOkPAkQXi5w"
    awa.password_hash = weak
    refresh_hash(awa, PASSWORD)
    assert awa.password_hash != weak
    kept = awa.password_hash
    refresh_hash(awa, PASSWORD)
    assert awa.password_hash == kept


def test_no_password_shows_in_what_stands_for_an_account(awa: Account) -> None:
    assert PASSWORD not in repr(awa)
    assert "argon2" not in repr(awa)
