"""What is kept of sign-ins, links and accounts, and for how long; run by the worker."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Delete, and_, delete, exists, func, or_
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
    """Return the condition of accounts that nobody uses, and did not since an instant.

    They left their last team or territory before it, or were made before it for somebody who never
    came: an address that was mistyped is a stranger's.
    """
    in_a_team = exists().where(
        Membership.account_id == Account.id,
        or_(Membership.removed_at.is_(None), Membership.removed_at > since),
    )
    looks_after = or_(
        Account.is_super_admin, exists().where(TerritoryAdmin.account_id == Account.id)
    )
    never_came = Account.password_hash.is_(None)
    return and_(
        ~in_a_team,
        or_(~looks_after, never_came),
        Account.created_at <= since,
        func.coalesce(Account.stood_down_at, Account.created_at) <= since,
        ~exists().where(Login.account_id == Account.id, Login.seen_at > since),
        ~exists().where(AccountLink.email == Account.email, AccountLink.created_at > since),
    )


def _run(session: Session, statement: Delete) -> int:
    result: CursorResult[Any] = session.connection().execute(statement)
    return result.rowcount
