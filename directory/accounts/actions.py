"""What people do about their own account: sign in, change a password, ask for another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from directory.accounts.links import (
    has_invitation,
    issue_link,
    link_gone,
    spend_link,
    withdraw_invitations,
)
from directory.accounts.logins import begin_login, end_login, end_logins
from directory.accounts.models import Account, Membership, TerritoryAdmin
from directory.accounts.passwords import (
    check_password,
    choose_password,
    password_fits,
    refresh_hash,
)
from directory.accounts.permissions import User
from directory.accounts.second_factor import abandon_enrollment, check_code, code_refused
from directory.accounts.throttles import (
    RESET_ACCOUNT,
    RESET_ALL,
    RESET_PREFIX,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ALL,
    SIGN_IN_PREFIX,
    count_try,
    forget,
    take_back,
)
from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.outbox.actions import put_message, read_address
from directory.privacy.keys import Keyring

#: Longer than any name people go by.
LONGEST_NAME = 100


class SignInRefused(InvalidInput):
    """The name or the password does not fit: which of them is not told."""


@dataclass(frozen=True, slots=True)
class SignInResult:
    """Whose password was right, and whether a code is still awaited."""

    account_id: int
    awaits_second_factor: bool


def sign_in(
    session: Session,
    *,
    email: str,
    password: str,
    address_prefix: str,
    at: datetime,
    keyring: Keyring,
) -> SignInResult:
    """Return whose name and password these are; a sign-in is not begun yet.

    The try is counted before anything is looked at. `address_prefix` is `throttles.prefix_of`.

    :raise SignInRefused: unknown, wrong, closed, or of nobody's team: in the same words.
    :raise Throttled: too many tries.
    """
    typed = _as_kept(email)
    by_account = {SIGN_IN_ACCOUNT: typed}
    others = {SIGN_IN_PREFIX: address_prefix, SIGN_IN_ALL: ""}
    count_try(session, keyring=keyring, tries=by_account | others, at=at)
    account = _find(session, typed)
    if not check_password(account, password) or account is None or not _acts(session, account):
        raise SignInRefused(
            gettext("Cette adresse et ce mot de passe ne vont pas ensemble."),
            field="password",
            remedy=gettext("Vérifiez-les, ou choisissez un nouveau mot de passe."),
        )
    forget(session, keyring=keyring, limit=SIGN_IN_ACCOUNT, key=typed)
    take_back(session, keyring=keyring, tries=others, at=at)
    refresh_hash(account, password)
    return SignInResult(account.id, awaits_second_factor=account.totp_secret is not None)


def complete_sign_in(
    session: Session, *, user: User, code: str, at: datetime, keyring: Keyring
) -> str:
    """Return the token of a complete sign-in, instead of the one that awaited its code.

    `user` is whom `second_factor.find_waiting_login` found.

    :raise InvalidInput: the code does not fit, or served before.
    :raise Throttled: too many codes.
    """
    if not check_code(session, account_id=user.account_id, code=code, at=at, keyring=keyring):
        raise code_refused()
    end_login(session, login_id=user.login_id, at=at)
    return begin_login(session, account_id=user.account_id, awaits_second_factor=False, at=at)


def sign_out(session: Session, *, user: User, at: datetime) -> None:
    """End a sign-in, and what was begun in it of a second factor."""
    end_login(session, login_id=user.login_id, at=at)
    abandon_enrollment(session, account_id=user.account_id)


def change_password(
    session: Session, *, user: User, current: str, password: str, at: datetime, keyring: Keyring
) -> str:
    """Give somebody another password, end all her sign-ins, and return the token of a new one.

    She goes on acting for the same organisation.

    :raise InvalidInput: the current one is wrong, or the new one refused.
    :raise Throttled: too many tries.
    """
    account = session.get_one(Account, user.account_id)
    if not password_fits(session, account=account, typed=current, at=at, keyring=keyring):
        raise InvalidInput(
            gettext("Ce n'est pas votre mot de passe actuel."), field="current_password"
        )
    choose_password(session, account_id=account.id, password=password, at=at)
    put_message(session, kind="password_changed", recipient=account.email, values={}, at=at)
    return begin_login(
        session,
        account_id=account.id,
        awaits_second_factor=False,
        at=at,
        organization_id=user.organization_id,
    )


def change_name(session: Session, *, account_id: int, name: str) -> None:
    """Change how colleagues see somebody.

    :raise InvalidInput: there is nothing, or far too much.
    """
    session.get_one(Account, account_id).name = read_name(name)
    session.flush()


def ask_reset(
    session: Session, *, email: str, at: datetime, keyring: Keyring, address_prefix: str
) -> None:
    """Send a link to choose a new password, if the address is somebody's; nothing tells whether.

    Whoever never had one needs her invitation, and not a mailbox alone: the address of an admin may
    have been mistyped, and is then a stranger's.

    :raise InvalidInput: what was typed is no address.
    :raise Throttled: too many requests.
    """
    address = read_address(email).lower()
    tries = {RESET_ACCOUNT: address, RESET_PREFIX: address_prefix, RESET_ALL: ""}
    count_try(session, keyring=keyring, tries=tries, at=at)
    account, is_invited = _find(session, address), has_invitation(session, email=address, at=at)
    is_open = account is not None and account.closed_at is None
    has_come = account is not None and account.password_hash is not None
    # For a name that nobody has the same is written, then taken back: it takes as long.
    with session.begin_nested() as attempt:
        issue_link(session, purpose="reset", email=address, keyring=keyring, at=at)
        if not (is_open and (has_come or is_invited)):
            attempt.rollback()


def reset_password(session: Session, *, token: str, password: str, at: datetime) -> int:
    """Spend a link to choose a new password, end every sign-in, and return the account's id.

    The second factor stays asked: who reads a mailbox has not the telephone.

    :raise NotFound: the link does not serve, or not any more.
    :raise InvalidInput: the password is refused; the link is then not spent, as nothing is kept.
    """
    link = spend_link(session, token=token, purpose="reset", at=at)
    account = _find(session, link.email)
    if account is None or account.closed_at is not None:
        raise link_gone()
    choose_password(session, account_id=account.id, password=password, at=at)
    put_message(session, kind="password_changed", recipient=account.email, values={}, at=at)
    return account.id


def close_account(session: Session, *, account_id: int, at: datetime) -> None:
    """Shut somebody out for good: no sign-in, and no invitation opens the account again."""
    account = session.get_one(Account, account_id)
    account.closed_at = account.closed_at or at
    account.password_hash = account.totp_secret = None
    account.totp_candidate = account.totp_candidate_at = None
    end_logins(session, account_id=account_id, at=at)
    withdraw_invitations(session, account_id=account_id, at=at)
    session.flush()


def read_name(text: str) -> str:
    """Return a person's name as it was typed, without spaces around.

    :raise InvalidInput: there is nothing, or far too much.
    """
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            gettext("Il manque votre nom."),
            field="name",
            remedy=gettext("Écrivez le nom que vos collègues connaissent."),
        )
    return name


def _as_kept(email: str) -> str:
    """Return an address as accounts keep it; what is none, "" for short, is nobody's."""
    try:
        return read_address(email).lower()
    except InvalidInput:
        return ""


def _find(session: Session, email: str) -> Account | None:
    return session.scalars(select(Account).where(Account.email == email)).one_or_none()


def _acts(session: Session, account: Account) -> bool:
    """Tell whether somebody acts for an organisation or a territory, as a sign-in needs."""
    if account.is_super_admin:
        return True
    member = exists().where(Membership.account_id == account.id, Membership.removed_at.is_(None))
    admin = exists().where(TerritoryAdmin.account_id == account.id)
    return bool(session.scalar(select(or_(member, admin))))
