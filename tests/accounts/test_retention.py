"""Accounts that nobody uses are not kept for ever, and open to no stranger meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.actions import ask_reset
from directory.accounts.invitations import accept_invitation, invite_admin
from directory.accounts.links import link_token
from directory.accounts.models import Account, AccountLink, TerritoryAdmin
from directory.accounts.retention import forget_old
from directory.accounts.second_factor import replace_lost_telephone
from directory.accounts.teams import remove_territory
from directory.config import Settings
from directory.privacy.keys import Keyring
from tests.accounts.conftest import AT, PASSWORD, mails
from tests.accounts.factories import make_account

SETTINGS = Settings()
YEAR = timedelta(days=SETTINGS.account_kept_days)
MISTYPED = "stranger@exemple.invalid"


def left(session: Session, at: datetime) -> set[str]:
    """Forget, twice, and return whose accounts are left."""
    forget_old(session, at=at, settings=SETTINGS)
    found = set(session.scalars(select(Account.email)))
    assert forget_old(session, at=at, settings=SETTINGS) == 0, "a second run changes nothing"
    return found


def admin_invited(session: Session, ring: Keyring, *, at: datetime = AT) -> AccountLink:
    return invite_admin(
        session, email=MISTYPED, departements=("93",), invited_by=None, keyring=ring, at=at
    )


def ask(session: Session, ring: Keyring, at: datetime) -> None:
    ask_reset(session, email=MISTYPED, at=at, keyring=ring, address_prefix="203.0.113.0/24")


@pytest.fixture
def admin(session: Session) -> Account:
    """An admin who has a password, and who has been there for long."""
    account = session.get_one(Account, make_account(session, role=None, departements=("93", "59")))
    account.password_hash = "some hash"
    account.created_at = AT - 3 * YEAR
    session.flush()
    return account


def test_the_account_of_an_admin_goes_a_year_after_her_last_territory(
    session: Session, admin: Account
) -> None:
    assert admin.email in left(session, AT)
    for departement in ("93", "59"):
        remove_territory(session, account_id=admin.id, departement=departement, by=None, at=AT)
    email = admin.email

    assert email in left(session, AT + YEAR - timedelta(seconds=1))
    assert email not in left(session, AT + YEAR)


def test_the_account_of_an_admin_who_stays_is_kept(session: Session, admin: Account) -> None:
    remove_territory(session, account_id=admin.id, departement="59", by=None, at=AT)
    chief = session.get_one(Account, make_account(session, role=None, is_super_admin=True))
    chief.password_hash = "some hash"
    session.flush()

    assert {admin.email, chief.email} <= left(session, AT + 5 * YEAR)


def test_an_account_that_nobody_came_to_goes_with_its_territory(
    session: Session, ring: Keyring
) -> None:
    admin_invited(session, ring)

    assert MISTYPED in left(session, AT + YEAR - timedelta(seconds=1))
    assert MISTYPED not in left(session, AT + YEAR)
    assert session.scalars(select(TerritoryAdmin)).all() == []


def test_whoever_was_invited_again_lately_is_waited_for(session: Session, ring: Keyring) -> None:
    admin_invited(session, ring)
    admin_invited(session, ring, at=AT + YEAR)

    assert MISTYPED in left(session, AT + YEAR + timedelta(days=1))


def test_a_stranger_at_a_mistyped_address_does_not_enter_once_the_invitation_has_ended(
    session: Session, ring: Keyring
) -> None:
    admin_invited(session, ring)
    ask(session, ring, AT + timedelta(days=7))
    assert mails(session) == [("invitation", MISTYPED)]

    ask(session, ring, AT + timedelta(days=6, hours=23))
    assert mails(session) == [("invitation", MISTYPED), ("reset", MISTYPED)]


def test_whoever_came_and_lost_her_telephone_gets_a_new_password_by_mail(
    session: Session, ring: Keyring
) -> None:
    link = admin_invited(session, ring)
    account_id = accept_invitation(
        session,
        token=link_token(ring, link.id),
        name="Jeanne",
        password=PASSWORD,
        at=AT,
        keyring=ring,
    )
    replace_lost_telephone(session, account_id=account_id, at=AT)

    ask(session, ring, AT + timedelta(days=30))

    assert ("reset", MISTYPED) in mails(session)
    assert MISTYPED in left(session, AT + 2 * YEAR)
