"""Who read a request, with their names as far as they still have one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Account
from directory.listings.models import Organization
from directory.privacy.access_log import Reading, Shown, readings_of
from directory.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class NamedReading:
    """One line: when, what, who."""

    at: datetime
    what: Shown
    #: None: deleted since, or read by a link, or by an operator.
    account_name: str | None
    organization_name: str | None
    by_link: bool
    #: Nobody's account and no link: by a command, on the machine itself.
    by_operator: bool


def named_readings(session: Session, referral: Referral) -> list[NamedReading]:
    """Return who read a request, newest first; empty for whoever did not send it."""
    readings = readings_of(session, referral.id)
    accounts = _names(session, Account, {reading.account_id for reading in readings})
    organizations = _names(
        session,
        Organization,
        {reading.organization_id for reading in readings} | {referral.receiver_organization_id},
    )
    return [_named(reading, referral, accounts, organizations) for reading in readings]


def _named(
    reading: Reading,
    referral: Referral,
    accounts: dict[int, str],
    organizations: dict[int, str],
) -> NamedReading:
    by_link = reading.answer_link_id is not None
    # A link goes to the service alone.
    organization_id = referral.receiver_organization_id if by_link else reading.organization_id
    return NamedReading(
        at=reading.at,
        what=reading.what,
        account_name=accounts.get(reading.account_id or 0),
        organization_name=organizations.get(organization_id or 0),
        by_link=by_link,
        by_operator=not by_link and reading.account_id is None,
    )


def _names(
    session: Session, table: type[Account | Organization], ids: set[int | None]
) -> dict[int, str]:
    query = select(table.id, table.name).where(table.id.in_(ids - {None}))
    return {row.id: row.name for row in session.execute(query)}
