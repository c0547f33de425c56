"""Codes of the second factor: once each, one step early or late, and never too many."""

from collections import Counter
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.logins import Lifetimes, find_login
from directory.accounts.models import Account
from directory.accounts.passwords import check_password, choose_password
from directory.accounts.retention import forget_old
from directory.accounts.second_factor import (
    CODE_ACCOUNT,
    STEP_S,
    WAITING,
    check_code,
    confirm_second_factor,
    drop_second_factor,
    enroll_second_factor,
    enrollment_under_way,
    matching_step,
    replace_lost_telephone,
)
from directory.config import Settings
from directory.errors import InvalidInput, Throttled
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import Keyring
from tests.accounts.conftest import AT, OTHER_PASSWORD, PASSWORD, mails
from tests.accounts.factories import make_account, sign_in


def code_of(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def enrolled(session: Session, account_id: int, ring: Keyring) -> str:
    """Give an account a second factor an hour ago; return its secret."""
    before = AT - timedelta(hours=1)
    secret = enroll_second_factor(session, account_id=account_id, at=before, keyring=ring).secret
    confirm_second_factor(
        session, account_id=account_id, code=code_of(secret, before), at=before, keyring=ring
    )
    return secret


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the last six digits of its eight, for SHA-1."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        at = datetime.fromtimestamp(seconds, tz=AT.tzinfo)
        assert matching_step(secret, code, at) == seconds // STEP_S


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_telephone_one_step_off_is_let_in(
    session: Session, awa: Account, ring: Keyring, steps: int
) -> None:
    secret = enrolled(session, awa.id, ring)
    code = code_of(secret, AT + timedelta(seconds=steps * STEP_S))
    assert check_code(session, account_id=awa.id, code=code, at=AT, keyring=ring)


@pytest.mark.parametrize("steps", [-2, 2, 10])
def test_a_telephone_further_off_is_not(
    session: Session, awa: Account, ring: Keyring, steps: int
) -> None:
    secret = enrolled(session, awa.id, ring)
    code = code_of(secret, AT + timedelta(seconds=steps * STEP_S))
    assert not check_code(session, account_id=awa.id, code=code, at=AT, keyring=ring)


def test_a_code_serves_once_and_an_older_one_no_more(
    session: Session, awa: Account, ring: Keyring
) -> None:
    secret = enrolled(session, awa.id, ring)
    now, before = code_of(secret, AT), code_of(secret, AT - timedelta(seconds=STEP_S))
    assert check_code(session, account_id=awa.id, code=f" {now[:3]} {now[3:]}", at=AT, keyring=ring)
    assert not check_code(session, account_id=awa.id, code=now, at=AT, keyring=ring)
    assert not check_code(session, account_id=awa.id, code=before, at=AT, keyring=ring)


def test_the_code_that_proved_the_telephone_does_not_sign_in_too(
    session: Session, awa: Account, ring: Keyring
) -> None:
    secret = enroll_second_factor(session, account_id=awa.id, at=AT, keyring=ring).secret
    code = code_of(secret, AT)
    confirm_second_factor(session, account_id=awa.id, code=code, at=AT, keyring=ring)
    assert not check_code(session, account_id=awa.id, code=code, at=AT, keyring=ring)


def test_of_two_requests_with_one_code_one_gets_in(
    fresh_database: DatabaseUrls, ring: Keyring
) -> None:
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as first, Session(engine) as second:
        account_id = make_account(first)
        secret = enrolled(first, account_id, ring)
        first.commit()
        code = code_of(secret, AT)
        # Both have read the account before either spends the code.
        second.scalars(select(Account)).all()
        assert check_code(first, account_id=account_id, code=code, at=AT, keyring=ring)
        first.commit()
        assert not check_code(second, account_id=account_id, code=code, at=AT, keyring=ring)
    engine.dispose()


def test_the_sixth_wrong_code_within_five_minutes_is_not_even_looked_at(
    session: Session, awa: Account, ring: Keyring
) -> None:
    secret = enrolled(session, awa.id, ring)
    for _try in range(CODE_ACCOUNT.tries):
        assert not check_code(session, account_id=awa.id, code="000000", at=AT, keyring=ring)
    with pytest.raises(Throttled):
        check_code(session, account_id=awa.id, code=code_of(secret, AT), at=AT, keyring=ring)


def test_nothing_is_in_force_before_a_code_proved_it(
    session: Session, awa: Account, ring: Keyring
) -> None:
    shown = enroll_second_factor(session, account_id=awa.id, at=AT, keyring=ring)
    assert awa.totp_secret is None
    assert enrollment_under_way(session, account_id=awa.id, at=AT, keyring=ring) == shown
    with pytest.raises(InvalidInput):
        confirm_second_factor(session, account_id=awa.id, code="12", at=AT, keyring=ring)
    assert awa.totp_secret is None
    assert not check_code(
        session, account_id=awa.id, code=code_of(shown.secret, AT), at=AT, keyring=ring
    )


def test_a_secret_waits_ten_minutes_for_its_code_and_is_then_forgotten(
    session: Session, awa: Account, ring: Keyring
) -> None:
    """It was asked for with a password, and the page that shows it asks for none."""
    shown = enroll_second_factor(session, account_id=awa.id, at=AT, keyring=ring)
    just_before, late = AT + WAITING - timedelta(seconds=1), AT + WAITING
    own = {"account_id": awa.id, "keyring": ring}

    assert enrollment_under_way(session, at=just_before, **own) == shown  # type: ignore[arg-type]
    assert enrollment_under_way(session, at=late, **own) is None  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        confirm_second_factor(session, code=code_of(shown.secret, late), at=late, **own)  # type: ignore[arg-type]
    assert forget_old(session, at=just_before, settings=Settings()) == 0
    assert forget_old(session, at=late, settings=Settings()) == 1
    assert forget_old(session, at=late, settings=Settings()) == 0
    assert (awa.totp_candidate, awa.totp_candidate_at) == (None, None)


def test_another_password_ends_what_was_begun_with_the_former_one(
    session: Session, awa: Account, ring: Keyring
) -> None:
    enroll_second_factor(session, account_id=awa.id, at=AT, keyring=ring)
    choose_password(session, account_id=awa.id, password=OTHER_PASSWORD, at=AT)
    assert awa.totp_candidate is None


def test_a_mail_tells_of_every_telephone_that_comes_or_goes(
    session: Session, awa: Account, ring: Keyring
) -> None:
    enroll_second_factor(session, account_id=awa.id, at=AT, keyring=ring)
    assert mails(session) == []
    enrolled(session, awa.id, ring)
    drop_second_factor(session, account_id=awa.id, password=PASSWORD, at=AT, keyring=ring)
    enrolled(session, awa.id, ring)
    replace_lost_telephone(session, account_id=awa.id, at=AT)
    replace_lost_telephone(session, account_id=awa.id, at=AT)
    kinds = Counter(kind for kind, address in mails(session) if address == awa.email)
    assert kinds == {"second_factor_added": 2, "second_factor_removed": 2}


def test_the_secret_is_kept_sealed_and_shows_in_no_text(
    session: Session, awa: Account, ring: Keyring
) -> None:
    shown = enroll_second_factor(session, account_id=awa.id, at=AT, keyring=ring)
    assert shown.secret in shown.uri
    assert shown.secret not in repr(shown)
    assert awa.totp_candidate is not None
    assert shown.secret.encode() not in awa.totp_candidate


def test_a_new_second_factor_ends_the_other_sign_ins(
    session: Session, awa: Account, ring: Keyring
) -> None:
    other, _user = sign_in(session, awa.id, at=AT)
    own, user = sign_in(session, awa.id, at=AT)
    secret = enroll_second_factor(session, account_id=awa.id, at=AT, keyring=ring).secret
    confirm_second_factor(
        session,
        account_id=awa.id,
        code=code_of(secret, AT),
        at=AT,
        keyring=ring,
        except_login_id=user.login_id,
    )
    assert find_login(session, token=other, at=AT, lifetimes=Lifetimes()) is None
    assert find_login(session, token=own, at=AT, lifetimes=Lifetimes()) is not None


def test_it_is_dropped_only_with_a_password_that_can_stand_alone(
    session: Session, awa: Account, ring: Keyring
) -> None:
    enrolled(session, awa.id, ring)
    with pytest.raises(InvalidInput):
        drop_second_factor(session, account_id=awa.id, password="wrong", at=AT, keyring=ring)
    assert awa.totp_secret is not None
    drop_second_factor(session, account_id=awa.id, password=PASSWORD, at=AT, keyring=ring)
    assert awa.totp_secret is None
    assert check_password(awa, PASSWORD)


def test_with_a_lost_telephone_the_password_goes_too(
    session: Session, awa: Account, ring: Keyring
) -> None:
    enrolled(session, awa.id, ring)
    token, _user = sign_in(session, awa.id, at=AT)
    replace_lost_telephone(session, account_id=awa.id, at=AT)
    assert awa.totp_secret is None
    assert not check_password(awa, PASSWORD)
    assert find_login(session, token=token, at=AT, lifetimes=Lifetimes()) is None
