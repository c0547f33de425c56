"""What pages show of accounts: a team, its invitations, a territory's organisations, sign-ins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, aliased

from directory.accounts.logins import Lifetimes
from directory.accounts.models import (
    Account,
    AccountLink,
    Login,
    Membership,
    OrganizationAccount,
    TerritoryAdmin,
)
from directory.accounts.permissions import EVERYWHERE, Role, User
from directory.accounts.teams import not_found, require_care_of, require_super_admin
from directory.listings.models import Organization


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team."""

    account_id: int
    name: str
    email: str
    role: Role
    joined_at: datetime
    has_second_factor: bool
    #: She signs in no more, and looks after nothing.
    is_closed: bool


@dataclass(frozen=True, slots=True)
class PendingInvitation:
    """Somebody who was invited and has not come yet."""

    email: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Participant:
    """An organisation that takes part in referrals."""

    organization_id: int
    name: str
    siret: str | None
    departement: str
    is_prescribing: bool
    is_receiving: bool
    referral_email: str | None
    created_at: datetime
    verified_at: datetime | None
    verified_by: str | None
    #: It was verified once, and is shut out until it is again.
    suspended_at: datetime | None
    member_count: int


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who looks after territories."""

    account_id: int
    name: str
    email: str
    is_super_admin: bool
    departements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenLogin:
    """A sign-in under way."""

    login_id: int
    created_at: datetime
    seen_at: datetime
    organization_name: str | None
    is_this_one: bool


def members_of(session: Session, *, user: User, organization_id: int) -> list[Member]:
    """Return the team of an organisation, by name.

    :raise NotFound: it is not one that this person looks after.
    """
    require_care_of(session, organization_id=organization_id, user=user)
    rows = session.execute(
        select(Membership, Account)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.organization_id == organization_id, Membership.removed_at.is_(None))
        .order_by(func.lower(Account.name), Account.id)
    )
    return [
        Member(
            account_id=account.id,
            name=account.name,
            email=account.email,
            role=Role(membership.role),
            joined_at=membership.created_at,
            has_second_factor=account.totp_secret is not None,
            is_closed=account.closed_at is not None,
        )
        for membership, account in rows
    ]


def invitations_to(
    session: Session, *, user: User, organization_id: int, at: datetime
) -> list[PendingInvitation]:
    """Return who was invited into a team and may still come, the latest first.

    :raise NotFound: it is not one that this person looks after.
    """
    require_care_of(session, organization_id=organization_id, user=user)
    links = session.scalars(
        select(AccountLink)
        .where(
            AccountLink.purpose == "invitation",
            AccountLink.organization_id == organization_id,
            AccountLink.spent_at.is_(None),
            AccountLink.expires_at > at,
        )
        .order_by(AccountLink.created_at.desc(), AccountLink.id)
    )
    return [PendingInvitation(link.email, Role(str(link.role)), link.expires_at) for link in links]


def organizations_to_verify(session: Session, *, user: User) -> list[Participant]:
    """Return the organisations of an admin's territory that nobody checked yet, oldest first."""
    query = _participants(user).where(OrganizationAccount.verified_at.is_(None))
    rows = session.execute(query.order_by(OrganizationAccount.created_at, Organization.id))
    return [Participant(**row) for row in rows.mappings()]


def organizations_verified(session: Session, *, user: User) -> list[Participant]:
    """Return the organisations of an admin's territory that somebody checked, by name."""
    query = _participants(user).where(OrganizationAccount.verified_at.is_not(None))
    rows = session.execute(query.order_by(Organization.sort_key, Organization.id))
    return [Participant(**row) for row in rows.mappings()]


def participant(session: Session, *, user: User, organization_id: int) -> Participant:
    """Return one organisation of an admin's territory.

    :raise NotFound: it is not one that this admin looks after.
    """
    query = _participants(user).where(Organization.id == organization_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise not_found()
    return Participant(**row)


def admins(session: Session, *, user: User) -> list[Admin]:
    """Return who looks after territories, by name.

    :raise NotFound: who asks is no super-admin.
    """
    require_super_admin(user)
    territories = (
        select(
            TerritoryAdmin.account_id,
            func.array_agg(TerritoryAdmin.departement).label("departements"),
        )
        .group_by(TerritoryAdmin.account_id)
        .subquery()
    )
    rows = session.execute(
        select(Account, territories.c.departements)
        .outerjoin(territories, territories.c.account_id == Account.id)
        .where(
            Account.closed_at.is_(None),
            Account.is_super_admin | territories.c.account_id.is_not(None),
        )
        .order_by(func.lower(Account.name), Account.id)
    )
    return [
        Admin(
            account_id=account.id,
            name=account.name,
            email=account.email,
            is_super_admin=account.is_super_admin,
            departements=tuple(sorted(departements or ())),
        )
        for account, departements in rows
    ]


def logins_of(
    session: Session, *, user: User, at: datetime, lifetimes: Lifetimes
) -> list[OpenLogin]:
    """Return somebody's own sign-ins that are open, the latest used first."""
    rows = session.execute(
        select(Login, Organization.name)
        .outerjoin(Organization, Organization.id == Login.organization_id)
        .where(
            Login.account_id == user.account_id,
            Login.stage == "complete",
            Login.ended_at.is_(None),
            Login.seen_at > at - lifetimes.idle,
            Login.created_at > at - lifetimes.absolute,
        )
        .order_by(Login.seen_at.desc(), Login.id)
    )
    return [
        OpenLogin(login.id, login.created_at, login.seen_at, name, login.id == user.login_id)
        for login, name in rows
    ]


def _participants(user: User) -> Select[*tuple[Any, ...]]:
    """Return the query of an admin's organisations, as the fields of `Participant`."""
    member = aliased(Account)
    member_count = (
        select(func.count())
        .select_from(Membership)
        .join(member, member.id == Membership.account_id)
        .where(
            Membership.organization_id == OrganizationAccount.organization_id,
            Membership.removed_at.is_(None),
            member.closed_at.is_(None),
        )
        .scalar_subquery()
    )
    territory: ColumnElement[bool] = true()
    if user.departements != EVERYWHERE:
        territory = OrganizationAccount.departement.in_(user.departements)
    return (
        select(
            OrganizationAccount.organization_id,
            Organization.name,
            Organization.siret,
            OrganizationAccount.departement,
            OrganizationAccount.is_prescribing,
            OrganizationAccount.is_receiving,
            OrganizationAccount.referral_email,
            OrganizationAccount.created_at,
            OrganizationAccount.verified_at,
            Account.name.label("verified_by"),
            OrganizationAccount.suspended_at,
            member_count.label("member_count"),
        )
        .join(Organization, OrganizationAccount.organization_id == Organization.id)
        .outerjoin(Account, Account.id == OrganizationAccount.verified_by_account_id)
        .where(territory)
    )
