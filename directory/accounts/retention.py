"""What is kept of sign-ins, links and accounts, and for how long; run by the worker."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Delete, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from directory.accounts.models import (
    Account,
    AccountLink,
    Login,
    Membership,
    TerritoryAdmin,
    Throttle,
)
from directory.accounts.second_factor import forget_abandoned
from directory.accounts.throttles import LONGEST_WINDOW
from directory.config import Settings


def forget_old(session: Session, *, at: datetime, settings: Settings) -> int:
    """Delete what is no longer needed of sign-ins and accounts; return how many rows went.

    A second run at the same instant, or at an earlier one, changes nothing.
    """
    traces = at - timedelta(days=settings.traces_kept_days)
    accounts = at - timedelta(days=settings.account_kept_days)
    return forget_abandoned(session, at=at) + sum(
        _run(session, statement)
        for statement in (
            delete(Login).where(func.coalesce(Login.ended_at, Login.seen_at) <= traces),
            delete(AccountLink).where(
                or_(AccountLink.spent_at <= traces, AccountLink.expires_at <= traces)
            ),
            delete(Throttle).where(Throttle.last_tried_at <= at - LONGEST_WINDOW),
            delete(Account).where(or_(Account.closed_at <= accounts, _left_alone(accounts))),
        )
    )


def _left_alone(since: datetime) -> ColumnElement[bool]:
    """Return the condition of accounts that left their last organisation before an instant.

    Those of admins stay, and those that never were in any.
    """
    memberships = select(Membership).where(Membership.account_id == Account.id)
    stays = or_(Membership.removed_at.is_(None), Membership.removed_at > since)
    return and_(
        ~Account.is_super_admin,
        ~exists().where(TerritoryAdmin.account_id == Account.id),
        memberships.exists(),
        ~memberships.where(stays).exists(),
    )


def _run(session: Session, statement: Delete) -> int:
    result: CursorResult[Any] = session.connection().execute(statement)
    return result.rowcount
