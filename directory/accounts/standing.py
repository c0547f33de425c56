"""Who was shut out stays so, even when a backup of before is put back."""

from collections.abc import Iterator, Mapping
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
    #: Links that were used, or taken back, and when.
    spent_links: Mapping[str, datetime] = field(default_factory=dict)


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
        {
            row.id: row.spent_at
            for row in session.scalars(select(AccountLink))
            if row.spent_at is not None
        },
    )
    session.expunge_all()
    return found


def shut_out_again(session: Session, known: Standing, *, at: datetime) -> int:
    """Take from a restored backup each access that was taken since; return how many there were.

    Roles, passwords, second factors and the address for requests are those of now. Whoever was
    signed in does so again, and no link that served serves once more.
    """
    parts = (_accounts, _territories, _memberships, _organizations)
    again = sum(is_taken for part in parts for is_taken in part(session, known))
    for link in session.scalars(select(AccountLink).where(AccountLink.spent_at.is_(None))):
        link.spent_at = known.spent_links.get(link.id)
    session.execute(update(Login).where(Login.ended_at.is_(None)).values(ended_at=at))
    session.flush()
    return again


def _accounts(session: Session, known: Standing) -> Iterator[bool]:
    """Close who was closed, have the others sign in as now; tell of each whether access went."""
    for account in session.scalars(select(Account).where(Account.closed_at.is_(None))):
        now = known.accounts.get((account.id, account.created_at))
        if now is not None:
            yield now.closed_at is not None or account.is_super_admin > now.is_super_admin
            account.closed_at = now.closed_at
            account.is_super_admin = account.is_super_admin and now.is_super_admin
            for name in _SIGNING_IN:
                setattr(account, name, getattr(now, name))
            account.totp_candidate = account.totp_candidate_at = None


def _territories(session: Session, known: Standing) -> Iterator[bool]:
    for admin in session.scalars(select(TerritoryAdmin)):
        account = session.get_one(Account, admin.account_id)
        now = known.accounts.get((account.id, account.created_at))
        if now is not None and (account.id, admin.departement) not in known.territories:
            yield True
            account.stood_down_at = now.stood_down_at
            session.delete(admin)


def _memberships(session: Session, known: Standing) -> Iterator[bool]:
    for membership in session.scalars(select(Membership).where(Membership.removed_at.is_(None))):
        now = known.memberships.get((membership.id, membership.created_at))
        if now is not None:
            yield now.removed_at is not None or now.role != membership.role
            membership.removed_at, membership.role = now.removed_at, now.role


def _organizations(session: Session, known: Standing) -> Iterator[bool]:
    for organization in session.scalars(select(OrganizationAccount)):
        now = known.organizations.get((organization.organization_id, organization.created_at))
        if now is None:
            continue
        organization.referral_email = now.referral_email
        if now.suspended_at is not None and organization.suspended_at is None:
            yield True
            organization.verified_at = organization.verified_by_account_id = None
            organization.suspended_at = now.suspended_at
