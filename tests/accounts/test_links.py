"""Links to choose a password: random, kept as a digest, open for a while, spent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.actions import ask_reset, reset_password
from directory.accounts.links import find_link, issue_link, link_token, spend_link
from directory.accounts.logins import Lifetimes, find_login
from directory.accounts.models import Account, AccountLink
from directory.accounts.passwords import check_password
from directory.accounts.throttles import RESET_ACCOUNT, RESET_PREFIX
from directory.errors import InvalidInput, NotFound, Throttled
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import Keyring, new_keyring, token_hash
from tests.accounts.conftest import AT, OTHER_PASSWORD, PASSWORD, mails
from tests.accounts.factories import sign_in


def asked(session: Session, ring: Keyring, email: str, *, at: datetime = AT) -> None:
    ask_reset(session, email=email, at=at, keyring=ring, address_prefix="203.0.113.0/24")


def token_of_latest(session: Session, ring: Keyring) -> str:
    query = select(AccountLink.id).order_by(AccountLink.created_at.desc()).limit(1)
    return link_token(ring, session.scalars(query).one())


def test_the_mail_carries_the_link_and_the_database_only_its_digest(
    session: Session, awa: Account, ring: Keyring
) -> None:
    asked(session, ring, awa.email.upper())
    assert mails(session) == [("reset", awa.email)]
    token = token_of_latest(session, ring)
    (link,) = session.scalars(select(AccountLink))
    assert link.token_hash == token_hash(token)
    assert token not in (link.id, link.email)
    assert len(token) == 43, "256 bits"


def test_a_token_is_of_its_row_and_of_this_installation(ring: Keyring) -> None:
    assert link_token(ring, "a") != link_token(ring, "b")
    assert link_token(ring, "a") != link_token(new_keyring(), "a")


def test_for_an_address_that_nobody_has_nothing_is_sent_and_nothing_is_said(
    session: Session, awa: Account, ring: Keyring
) -> None:
    asked(session, ring, "nobody@exemple.invalid")
    awa.closed_at = AT
    asked(session, ring, awa.email)
    assert mails(session) == []


def test_looking_at_a_link_spends_nothing(session: Session, awa: Account, ring: Keyring) -> None:
    asked(session, ring, awa.email)
    token = token_of_latest(session, ring)
    for _scanner in range(3):
        assert find_link(session, token=token, purpose="reset", at=AT) is not None
    reset_password(session, token=token, password=OTHER_PASSWORD, at=AT)
    assert check_password(awa, OTHER_PASSWORD)


def test_a_link_is_spent_once(session: Session, awa: Account, ring: Keyring) -> None:
    asked(session, ring, awa.email)
    token = token_of_latest(session, ring)
    reset_password(session, token=token, password=OTHER_PASSWORD, at=AT)
    assert find_link(session, token=token, purpose="reset", at=AT) is None
    with pytest.raises(NotFound):
        reset_password(session, token=token, password=PASSWORD, at=AT)


def test_of_eight_that_spend_a_link_at_once_one_does(
    fresh_database: DatabaseUrls, ring: Keyring
) -> None:
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        link = issue_link(session, purpose="reset", email="a@b.invalid", keyring=ring, at=AT)
        token = link_token(ring, link.id)
        session.commit()

    def spend(_client: int) -> bool:
        with Session(engine) as session:
            try:
                spend_link(session, token=token, purpose="reset", at=AT)
            except NotFound:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as clients:
        assert sum(clients.map(spend, range(8))) == 1
    engine.dispose()


def test_a_link_of_another_purpose_does_not_serve(
    session: Session, awa: Account, ring: Keyring
) -> None:
    link = issue_link(session, purpose="invitation", email=awa.email, keyring=ring, at=AT)
    token = link_token(ring, link.id)
    with pytest.raises(NotFound):
        reset_password(session, token=token, password=OTHER_PASSWORD, at=AT)


@pytest.mark.parametrize("token", ["", "x", "é" * 50, "\x00", "A" * 43])
def test_what_is_no_token_opens_nothing(session: Session, token: str) -> None:
    assert find_link(session, token=token, purpose="reset", at=AT) is None


def test_a_link_to_choose_a_password_lives_an_hour(
    session: Session, awa: Account, ring: Keyring
) -> None:
    asked(session, ring, awa.email)
    token = token_of_latest(session, ring)
    late = AT + timedelta(hours=1)
    assert find_link(session, token=token, purpose="reset", at=late) is None
    with pytest.raises(NotFound):
        reset_password(session, token=token, password=OTHER_PASSWORD, at=late)


def test_a_refused_password_leaves_the_link_as_it_was(
    session: Session, awa: Account, ring: Keyring
) -> None:
    asked(session, ring, awa.email)
    session.commit()
    token = token_of_latest(session, ring)
    with pytest.raises(InvalidInput):
        reset_password(session, token=token, password="court", at=AT)
    session.rollback()
    assert find_link(session, token=token, purpose="reset", at=AT) is not None


def test_a_new_password_ends_sign_ins_and_voids_the_other_links(
    session: Session, awa: Account, ring: Keyring
) -> None:
    login, _user = sign_in(session, awa.id, at=AT)
    asked(session, ring, awa.email)
    first = token_of_latest(session, ring)
    asked(session, ring, awa.email, at=AT + timedelta(seconds=1))
    second = token_of_latest(session, ring)
    reset_password(session, token=second, password=OTHER_PASSWORD, at=AT)
    assert find_link(session, token=first, purpose="reset", at=AT) is None
    assert find_login(session, token=login, at=AT, lifetimes=Lifetimes()) is None
    assert ("password_changed", awa.email) in mails(session)


def test_a_mailbox_is_not_flooded(session: Session, awa: Account, ring: Keyring) -> None:
    for _ask in range(RESET_ACCOUNT.tries):
        asked(session, ring, awa.email)
    for email in (awa.email, awa.email.upper()):
        with pytest.raises(Throttled):
            asked(session, ring, email)
    assert len(mails(session)) == RESET_ACCOUNT.tries


def test_many_mailboxes_are_not_flooded_from_one_network(session: Session, ring: Keyring) -> None:
    for number in range(RESET_PREFIX.tries):
        asked(session, ring, f"name{number}@exemple.invalid")
    with pytest.raises(Throttled):
        asked(session, ring, "one-more@exemple.invalid")


@pytest.mark.parametrize("email", ["", "awa", "a@b, c@d", "a@b\nBcc: c@d"])
def test_what_is_no_address_is_told(session: Session, ring: Keyring, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        asked(session, ring, email)
    assert refused.value.field == "email"
