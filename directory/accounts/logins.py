"""Sign-ins under way: begun, looked up at each request, ended. They live in the database, so
that a logout, a new password or a lost role ends them at the next request, on every process."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.accounts.models import (
    Account,
    Login,
    Membership,
    OrganizationAccount,
    TerritoryAdmin,
)
from directory.accounts.permissions import EVERYWHERE, Role, User
from directory.errors import NotFound
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.privacy.keys import token_hash

TOKEN_BYTES = 32

#: How stale the note of the last request may be: a write per minute, not per request.
SEEN_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a sign-in lasts: without a request, and in all."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


def begin_login(
    session: Session,
    *,
    account_id: int,
    awaits_second_factor: bool,
    at: datetime,
    organization_id: int | None = None,
) -> str:
    """Write a sign-in down and return the token of its cookie, which is stored nowhere.

    The person acts for the organisation given, else for the one of her latest sign-in: she comes
    back to what she was writing. Else for the first she belongs to, by name.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    own = [id for id, _name, _role in _memberships(session, account_id)]
    latest = _latest_organization(session, account_id)
    session.add(
        Login(
            token_hash=token_hash(token),
            account_id=account_id,
            organization_id=organization_id or (latest if latest in own else next(iter(own), None)),
            stage="password" if awaits_second_factor else "complete",
            created_at=at,
            seen_at=at,
        )
    )
    session.flush()
    return token


def find_login(
    session: Session, *, token: str, at: datetime, lifetimes: Lifetimes, stage: str = "complete"
) -> User | None:
    """Return who the token of a cookie belongs to, or None: unknown, ended, too old, closed."""
    row = session.execute(
        select(Login, Account)
        .join(Account, Account.id == Login.account_id)
        .where(
            Login.token_hash == token_hash(token),
            Login.stage == stage,
            Login.ended_at.is_(None),
            Login.seen_at > at - lifetimes.idle,
            Login.created_at > at - lifetimes.absolute,
            Account.closed_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else _user(session, *row)


def find_member(session: Session, *, email: str, organization_id: int | None = None) -> User:
    """Return somebody as if she had signed in, for a command that is run at her request.

    She acts for the first organisation she belongs to, by name, unless one is given.

    :raise NotFound: there is no such account, or it is closed, or not of that organisation.
    """
    account = session.scalar(
        select(Account).where(Account.email == email.strip().lower(), Account.closed_at.is_(None))
    )
    user = None
    if account is not None:
        own = [id for id, _name, _role in _memberships(session, account.id)]
        chosen = organization_id or next(iter(own), None)
        # Kept nowhere: nobody signs in.
        user = _user(session, Login(id=0, organization_id=chosen), account)
    if user is None:
        raise NotFound(
            gettext("Aucun compte ouvert n'a cette adresse dans cette structure."),
            field="--by",
            remedy=gettext("Voyez « fanal accounts list »."),
        )
    return user


def note_seen(session: Session, *, login_id: int, at: datetime) -> None:
    """Write down that a sign-in was used, at most once in `SEEN_STEP`."""
    session.execute(
        update(Login)
        .where(Login.id == login_id, Login.seen_at < at - SEEN_STEP)
        .values(seen_at=at)
        .execution_options(synchronize_session=False)
    )


def end_login(session: Session, *, login_id: int, at: datetime) -> None:
    """End one sign-in."""
    _end(session, Login.id == login_id, at)


def end_logins(
    session: Session,
    *,
    account_id: int,
    at: datetime,
    organization_id: int | None = None,
    except_login_id: int | None = None,
) -> None:
    """End every sign-in of an account, or those in the name of one organisation if it is given;
    not the one in whose name it is asked, if that is given."""
    condition = Login.account_id == account_id
    if organization_id is not None:
        condition &= Login.organization_id == organization_id
    if except_login_id is not None:
        condition &= Login.id != except_login_id
    _end(session, condition, at)


def change_organization(session: Session, *, user: User, organization_id: int) -> bool:
    """Have somebody act for another of her organisations; False when it is not hers."""
    if organization_id not in {id for id, _name in user.other_organizations}:
        return False
    session.execute(
        update(Login).where(Login.id == user.login_id).values(organization_id=organization_id)
    )
    return True


def _end(session: Session, condition: object, at: datetime) -> None:
    session.execute(
        update(Login)
        .where(condition, Login.ended_at.is_(None))  # type: ignore[arg-type]  # SQL expressions
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )


def _latest_organization(session: Session, account_id: int) -> int | None:
    """Return for which organisation somebody acted last; None where no sign-in is kept."""
    return session.scalar(
        select(Login.organization_id)
        .where(Login.account_id == account_id)
        .order_by(Login.seen_at.desc(), Login.id.desc())
        .limit(1)
    )


def _memberships(session: Session, account_id: int) -> list[tuple[int, str, str]]:
    """Return (organization_id, name, role) of the present memberships, by name."""
    rows = session.execute(
        select(Membership.organization_id, Organization.name, Membership.role)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.account_id == account_id, Membership.removed_at.is_(None))
        .order_by(Organization.sort_key, Organization.id)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]  # a row of three columns


def _user(session: Session, login: Login, account: Account) -> User | None:
    """Return the person as her memberships of today say; None when she lost the one in force."""
    memberships = {id: (name, role) for id, name, role in _memberships(session, account.id)}
    departements = _departements(session, account)
    common = {
        "account_id": account.id,
        "login_id": login.id,
        "name": account.name,
        "email": account.email,
        "has_second_factor": account.totp_secret is not None,
        "is_demonstration": account.is_demonstration,
        "departements": departements,
    }
    if login.organization_id is None:
        return User(**common) if departements else None  # type: ignore[arg-type]  # as declared
    if login.organization_id not in memberships:
        return None
    name, role = memberships.pop(login.organization_id)
    part = session.get_one(OrganizationAccount, login.organization_id)
    return User(
        **common,  # type: ignore[arg-type]  # as declared
        organization_id=login.organization_id,
        organization_name=name,
        role=Role(role),
        is_verified=part.verified_at is not None,
        is_suspended=part.suspended_at is not None,
        is_prescribing=part.is_prescribing,
        is_receiving=part.is_receiving,
        other_organizations=tuple((id, other) for id, (other, _role) in memberships.items()),
    )


def _departements(session: Session, account: Account) -> tuple[str, ...]:
    if account.is_super_admin:
        return EVERYWHERE
    query = select(TerritoryAdmin.departement).where(TerritoryAdmin.account_id == account.id)
    return tuple(sorted(session.scalars(query)))
