"""Signing in, and everything that ends a sign-in at the next request."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.actions import (
    SignInRefused,
    change_password,
    close_account,
    complete_sign_in,
    sign_in,
)
from directory.accounts.logins import (
    Lifetimes,
    begin_login,
    change_organization,
    end_login,
    end_logins,
    find_login,
    note_seen,
)
from directory.accounts.models import Account, Membership
from directory.accounts.passwords import check_password, choose_password, hash_password
from directory.accounts.permissions import Role, User
from directory.accounts.second_factor import (
    confirm_second_factor,
    enroll_second_factor,
    find_waiting_login,
)
from directory.accounts.teams import change_role, remove_member
from directory.accounts.throttles import SIGN_IN_ACCOUNT, SIGN_IN_PREFIX
from directory.errors import InvalidInput, Throttled
from directory.privacy.keys import Keyring
from tests.accounts import factories
from tests.accounts.conftest import AT, OTHER_PASSWORD, PASSWORD, mails
from tests.accounts.factories import make_account, make_organization

OFFICE = "203.0.113.0/24"


def try_to_sign_in(
    session: Session,
    ring: Keyring,
    email: str,
    password: str = PASSWORD,
    *,
    prefix: str = OFFICE,
    at: datetime = AT,
) -> int:
    return sign_in(
        session, email=email, password=password, address_prefix=prefix, at=at, keyring=ring
    ).account_id


def refusal(session: Session, ring: Keyring, email: str, password: str = PASSWORD) -> str:
    with pytest.raises(SignInRefused) as refused:
        try_to_sign_in(session, ring, email, password)
    error = refused.value
    return f"{error.message}|{error.field}|{error.remedy}"


def test_name_and_password_let_in_however_the_name_is_typed(
    session: Session, awa: Account, ring: Keyring
) -> None:
    assert try_to_sign_in(session, ring, f"  {awa.email.upper()} ") == awa.id


def test_every_refusal_has_the_same_words(session: Session, awa: Account, ring: Keyring) -> None:
    wrong = refusal(session, ring, awa.email, "wrong")
    assert refusal(session, ring, "nobody@exemple.invalid") == wrong
    assert refusal(session, ring, "not an address") == wrong
    assert refusal(session, ring, "a\x00@exemple.invalid") == wrong
    awa.password_hash, kept = None, awa.password_hash
    assert refusal(session, ring, awa.email) == wrong
    awa.password_hash, awa.closed_at = kept, AT
    assert refusal(session, ring, awa.email) == wrong
    awa.closed_at = None
    membership = session.scalars(select(Membership)).one()
    membership.removed_at = AT
    assert refusal(session, ring, awa.email) == wrong


def test_the_eleventh_guess_within_five_minutes_waits_even_if_it_is_right(
    session: Session, awa: Account, ring: Keyring
) -> None:
    for second in range(SIGN_IN_ACCOUNT.tries):
        with pytest.raises(SignInRefused):
            try_to_sign_in(
                session, ring, awa.email, "wrong",
                prefix=f"203.0.{second}.0/24", at=AT + timedelta(seconds=second),
            )  # fmt: skip
    with pytest.raises(Throttled):
        try_to_sign_in(session, ring, awa.email, at=AT + timedelta(minutes=4))
    assert try_to_sign_in(session, ring, awa.email, at=AT + timedelta(minutes=5)) == awa.id


def test_a_name_that_nobody_has_is_slowed_down_like_one_that_somebody_has(
    session: Session, ring: Keyring
) -> None:
    for number in range(SIGN_IN_ACCOUNT.tries):
        with pytest.raises(SignInRefused):
            try_to_sign_in(session, ring, "nobody@exemple.invalid", prefix=str(number))
    with pytest.raises(Throttled):
        try_to_sign_in(session, ring, "nobody@exemple.invalid")


def test_a_spray_over_many_names_is_slowed_down_after_fifty_from_one_network(
    session: Session, awa: Account, ring: Keyring
) -> None:
    for number in range(SIGN_IN_PREFIX.tries):
        with pytest.raises(SignInRefused):
            try_to_sign_in(session, ring, f"name{number}@exemple.invalid", "short")
    with pytest.raises(Throttled):
        try_to_sign_in(session, ring, awa.email)
    assert try_to_sign_in(session, ring, awa.email, prefix="198.51.100.0/24") == awa.id


def test_an_office_where_everybody_signs_in_at_nine_is_no_spray(
    session: Session, awa: Account, ring: Keyring
) -> None:
    for _colleague in range(12):
        try_to_sign_in(session, ring, awa.email)
    with pytest.raises(SignInRefused):
        try_to_sign_in(session, ring, awa.email, "wrong")


def test_with_a_second_factor_nothing_opens_before_the_code(
    session: Session, awa: Account, ring: Keyring
) -> None:
    before = AT - timedelta(hours=1)
    secret = enroll_second_factor(session, account_id=awa.id, at=before, keyring=ring).secret
    code = pyotp.TOTP(secret).at(before)
    confirm_second_factor(session, account_id=awa.id, code=code, at=before, keyring=ring)
    found = sign_in(
        session, email=awa.email, password=PASSWORD, address_prefix="", at=AT, keyring=ring
    )
    assert found.awaits_second_factor
    waiting = begin_login(session, account_id=awa.id, awaits_second_factor=True, at=AT)
    assert find_login(session, token=waiting, at=AT, lifetimes=Lifetimes()) is None
    late = AT + timedelta(minutes=11)
    assert find_waiting_login(session, token=waiting, at=late) is None
    user = find_waiting_login(session, token=waiting, at=AT)
    assert user is not None
    with pytest.raises(InvalidInput):
        complete_sign_in(session, user=user, code="000000", at=AT, keyring=ring)
    code = pyotp.TOTP(secret).at(AT)
    token = complete_sign_in(session, user=user, code=code, at=AT, keyring=ring)
    assert token != waiting
    assert find_waiting_login(session, token=waiting, at=AT) is None
    assert find_login(session, token=token, at=AT, lifetimes=Lifetimes()) is not None


def _log_out(session: Session, account: Account, login_id: int) -> None:
    end_login(session, login_id=login_id, at=AT)


def _change_password(session: Session, account: Account, login_id: int) -> None:
    choose_password(session, account_id=account.id, password=OTHER_PASSWORD, at=AT)


def _leave_the_team(session: Session, account: Account, login_id: int) -> None:
    membership = session.scalars(select(Membership)).one()
    remove_member(
        session,
        organization_id=membership.organization_id,
        account_id=account.id,
        user=None,
        at=AT,
    )


def _get_another_role(session: Session, account: Account, login_id: int) -> None:
    membership = session.scalars(select(Membership)).one()
    change_role(
        session,
        organization_id=membership.organization_id,
        account_id=account.id,
        role=Role.READER,
        user=None,
        at=AT,
    )


def _be_shut_out(session: Session, account: Account, login_id: int) -> None:
    close_account(session, account_id=account.id, at=AT)


def _have_all_ended(session: Session, account: Account, login_id: int) -> None:
    end_logins(session, account_id=account.id, at=AT)


@pytest.mark.parametrize(
    "what",
    [
        _log_out,
        _change_password,
        _leave_the_team,
        _get_another_role,
        _be_shut_out,
        _have_all_ended,
    ],
)
def test_a_sign_in_is_over_at_the_next_request(
    session: Session, awa: Account, what: Callable[[Session, Account, int], None]
) -> None:
    token, user = factories.sign_in(session, awa.id, at=AT)
    what(session, awa, user.login_id)
    assert find_login(session, token=token, at=AT, lifetimes=Lifetimes()) is None


def test_leaving_one_team_leaves_the_sign_in_for_another(session: Session, awa: Account) -> None:
    first = session.scalars(select(Membership)).one().organization_id
    token, _user = factories.sign_in(session, awa.id, at=AT)
    other = make_organization(session, "Autre")
    session.add(Membership(account_id=awa.id, organization_id=other, role="manager", created_at=AT))
    session.flush()
    remove_member(session, organization_id=first, account_id=awa.id, user=None, at=AT)
    assert find_login(session, token=token, at=AT, lifetimes=Lifetimes()) is None
    again, user = factories.sign_in(session, awa.id, at=AT)
    assert user.organization_id == other
    assert find_login(session, token=again, at=AT, lifetimes=Lifetimes()) is not None


@pytest.mark.parametrize(("idle", "hours"), [(timedelta(minutes=31), 1), (timedelta(0), 13)])
def test_a_sign_in_ends_by_itself(
    session: Session, awa: Account, idle: timedelta, hours: int
) -> None:
    begun = AT - timedelta(hours=hours)
    token, user = factories.sign_in(session, awa.id, at=begun)
    note_seen(session, login_id=user.login_id, at=AT - idle)
    assert find_login(session, token=token, at=AT, lifetimes=Lifetimes()) is None


def test_a_changed_password_gives_the_one_who_changed_it_a_new_sign_in(
    session: Session, awa: Account, ring: Keyring
) -> None:
    token, user = factories.sign_in(session, awa.id, at=AT)
    with pytest.raises(InvalidInput) as refused:
        change_password(
            session, user=user, current="wrong", password=OTHER_PASSWORD, at=AT, keyring=ring
        )
    assert refused.value.field == "current_password"
    new = change_password(
        session, user=user, current=PASSWORD, password=OTHER_PASSWORD, at=AT, keyring=ring
    )
    assert find_login(session, token=token, at=AT, lifetimes=Lifetimes()) is None
    assert find_login(session, token=new, at=AT, lifetimes=Lifetimes()) is not None
    assert check_password(awa, OTHER_PASSWORD)
    assert mails(session) == [("password_changed", awa.email)]


def test_a_changed_password_changes_nothing_of_whom_one_acts_for(
    session: Session, awa: Account, ring: Keyring
) -> None:
    """Else she would write for one team what she believes to write for the other."""
    other = make_organization(session, "Zone libre")
    session.add(Membership(account_id=awa.id, organization_id=other, role="reader", created_at=AT))
    session.flush()
    token, user = factories.sign_in(session, awa.id, at=AT)
    assert change_organization(session, user=user, organization_id=other)
    user = found(session, token)

    new = change_password(
        session, user=user, current=PASSWORD, password=OTHER_PASSWORD, at=AT, keyring=ring
    )

    assert found(session, new).organization_id == other


def found(session: Session, token: str) -> User:
    user = find_login(session, token=token, at=AT, lifetimes=Lifetimes())
    assert user is not None
    return user


def test_one_comes_back_to_the_team_one_acted_for_last(session: Session, awa: Account) -> None:
    """After lunch, with half a note on the screen of the other team."""
    first = make_organization(session, "Accueil")
    session.add(
        Membership(account_id=awa.id, organization_id=first, role="caseworker", created_at=AT)
    )
    session.flush()
    _token, user = factories.sign_in(session, awa.id, at=AT)
    assert user.organization_name == "Accueil", "the first by name, the first time"
    own = next(id for id, _name in user.other_organizations)
    change_organization(session, user=user, organization_id=own)

    later = AT + timedelta(hours=1)
    _token, again = factories.sign_in(session, awa.id, at=later)
    assert again.organization_id == own

    remove_member(session, organization_id=own, account_id=awa.id, user=None, at=later)
    _token, left = factories.sign_in(session, awa.id, at=later)
    assert left.organization_id == first


def test_guessing_the_present_password_of_an_open_page_is_slowed_down_too(
    session: Session, awa: Account, ring: Keyring
) -> None:
    _token, user = factories.sign_in(session, awa.id, at=AT)
    for _try in range(SIGN_IN_ACCOUNT.tries):
        with pytest.raises(InvalidInput):
            change_password(
                session, user=user, current="wrong", password=OTHER_PASSWORD, at=AT, keyring=ring
            )
    with pytest.raises(Throttled):
        change_password(
            session, user=user, current=PASSWORD, password=OTHER_PASSWORD, at=AT, keyring=ring
        )


def test_an_admin_of_no_team_signs_in(session: Session, ring: Keyring) -> None:
    admin = session.get_one(
        Account, make_account(session, "Jeanne", role=None, departements=("93",))
    )
    admin.password_hash = hash_password(PASSWORD)
    session.flush()
    assert try_to_sign_in(session, ring, admin.email) == admin.id
