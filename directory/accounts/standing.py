"""Who was shut out stays so, even when a backup of before is put back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from directory.accounts.models import (
    Account,
    AccountLink,
    Login,
    Membership,
    OrganizationAccount,
    TerritoryAdmin,
)
from directory.accounts.permissions import PERMISSIONS, Role

#: An id and the instant of creation: the id alone may be that of another installation's row.
Row = tuple[int, datetime]

#: How somebody signs in: as now, not as on the day of the backup.
_SIGNING_IN = ("password_hash", "totp_secret", "totp_last_step")


@dataclass(frozen=True, slots=True)
class Standing:
    """Who may do what, by a database; empty where there is nobody."""

    accounts: Mapping[Row, Account] = field(default_factory=dict)
    #: Account and département of each admin.
    territories: frozenset[tuple[int, str]] = frozenset()
    memberships: Mapping[Row, Membership] = field(default_factory=dict)
    organizations: Mapping[Row, OrganizationAccount] = field(default_factory=dict)
    #: Invitations and links to a new password that may still be used.
    open_links: frozenset[str] = frozenset()


@dataclass(slots=True)
class ShutOut:
    """What was done to a restored backup, and what only its operator can know."""

    #: Accesses that were taken since, and are so again.
    again: int = 0
    #: Open accounts and organisations that both databases have, and that the backup alone has.
    known: int = 0
    unknown: int = 0


def standing(session: Session) -> Standing:
    """Return who may do what, nobody in a database without any tables; rows outlive the session.

    The session is one from which nothing is hidden, here and below.
    """
    if not inspect(session.connection()).has_table(Account.__tablename__):
        return Standing()
    found = Standing(
        {(row.id, row.created_at): row for row in session.scalars(select(Account))},
        frozenset(
            (row.account_id, row.departement) for row in session.scalars(select(TerritoryAdmin))
        ),
        {(row.id, row.created_at): row for row in session.scalars(select(Membership))},
        {
            (row.organization_id, row.created_at): row
            for row in session.scalars(select(OrganizationAccount))
        },
        frozenset(session.scalars(select(AccountLink.id).where(AccountLink.spent_at.is_(None)))),
    )
    session.expunge_all()
    return found


def shut_out_again(session: Session, known: Standing, *, at: datetime) -> ShutOut:
    """Take from a restored backup each access that was taken since.

    Passwords, second factors and the address for requests are those of now; whoever was signed in
    does so again. Where the two are of one installation, no link that was spent or forgotten since
    serves. What the database that is replaced does not know is left as it was saved, and counted:
    an account that was made after an older backup was put back is nobody's mistake.
    """
    told = ShutOut()
    _accounts(session, known, told)
    _territories(session, known, told)
    _memberships(session, known, told)
    _organizations(session, known, told)
    if told.known:
        for link in session.scalars(select(AccountLink).where(AccountLink.spent_at.is_(None))):
            link.spent_at = None if link.id in known.open_links else at
    session.execute(update(Login).where(Login.ended_at.is_(None)).values(ended_at=at))
    session.flush()
    return told


def _accounts(session: Session, known: Standing, told: ShutOut) -> None:
    """Close who was closed, and have the others sign in as now."""
    for account in session.scalars(select(Account).where(Account.closed_at.is_(None))):
        now = known.accounts.get((account.id, account.created_at))
        if now is None:
            told.unknown += 1
            continue
        told.known += 1
        told.again += now.closed_at is not None or account.is_super_admin > now.is_super_admin
        account.closed_at = now.closed_at
        account.is_super_admin = account.is_super_admin and now.is_super_admin
        for name in _SIGNING_IN:
            setattr(account, name, getattr(now, name))
        account.totp_candidate = account.totp_candidate_at = None


def _territories(session: Session, known: Standing, told: ShutOut) -> None:
    for admin in session.scalars(select(TerritoryAdmin)):
        account = session.get_one(Account, admin.account_id)
        now = known.accounts.get((account.id, account.created_at))
        if now is not None and (account.id, admin.departement) not in known.territories:
            told.again += 1
            account.stood_down_at = now.stood_down_at
            session.delete(admin)


def _memberships(session: Session, known: Standing, told: ShutOut) -> None:
    """Remove who was removed, and lower the roles that were lowered; none is raised."""
    for membership in session.scalars(select(Membership).where(Membership.removed_at.is_(None))):
        now = known.memberships.get((membership.id, membership.created_at))
        if now is None:
            continue
        is_lower = not PERMISSIONS[Role(membership.role)] <= PERMISSIONS[Role(now.role)]
        told.again += now.removed_at is not None or is_lower
        membership.removed_at = now.removed_at
        if is_lower:
            membership.role = now.role


def _organizations(session: Session, known: Standing, told: ShutOut) -> None:
    for organization in session.scalars(select(OrganizationAccount)):
        now = known.organizations.get((organization.organization_id, organization.created_at))
        if now is None:
            told.unknown += organization.verified_at is not None
            continue
        told.known += 1
        organization.referral_email = now.referral_email
        is_suspended = now.suspended_at is not None and organization.suspended_at is None
        told.again += (
            is_suspended
            or organization.is_prescribing > now.is_prescribing
            or organization.is_receiving > now.is_receiving
        )
        organization.is_prescribing = organization.is_prescribing and now.is_prescribing
        organization.is_receiving = organization.is_receiving and now.is_receiving
        if is_suspended:
            organization.verified_at = organization.verified_by_account_id = None
            organization.suspended_at = now.suspended_at
