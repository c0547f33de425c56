"""The line of figures of a referral, written with each of its steps. It tells of no person."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.referrals.clocks import PARIS
from directory.referrals.models import Referral, ReferralFigure
from directory.referrals.vocabulary import Outcome, State


def record_figure(session: Session, referral: Referral) -> None:
    """Write what is counted of a referral, in place of what was; drafts are not counted."""
    if not _counts(referral):
        return
    values = _values(session, referral)
    session.execute(
        insert(ReferralFigure)
        .values(id=referral.id, **values)
        .on_conflict_do_update(index_elements=[ReferralFigure.id], set_=values)
        .execution_options(synchronize_session=False)
    )


def _counts(referral: Referral) -> bool:
    """Tell whether a request was ever more than a draft."""
    was_dropped = referral.state == State.CANCELLED and referral.sent_at is None
    return referral.state != State.DRAFT and not was_dropped


def _values(session: Session, referral: Referral) -> dict[str, Any]:
    is_known = referral.outcome not in (None, Outcome.UNKNOWN)
    return {
        "month_on": referral.created_at.astimezone(PARIS).date().replace(day=1),
        "sender_organization_id": referral.sender_organization_id,
        "receiver_organization_id": referral.receiver_organization_id,
        "departement": _departement(session, referral),
        "insee_code": referral.insee_code,
        "category_code": referral.category_code,
        "kind": referral.kind,
        "state": referral.state,
        "is_urgent": referral.is_urgent,
        "refusal_reason": referral.refusal_reason,
        "outcome": referral.outcome,
        "first_answer_h": _hours(referral, referral.first_answered_at),
        "acceptance_h": _hours(referral, referral.accepted_at),
        "outcome_h": _hours(referral, referral.ended_at if is_known else None),
    }


def _hours(referral: Referral, until: datetime | None) -> int | None:
    """Return whole hours since sending: no step is older than the one before it."""
    if referral.sent_at is None or until is None:
        return None
    return int((until - referral.sent_at).total_seconds() // 3600)


def _departement(session: Session, referral: Referral) -> str | None:
    """Return where help is sought, else where the sender sits: its admins read the figures."""
    code = referral.insee_code
    if code:
        return code[:3] if code.startswith(("97", "98")) else code[:2]
    return session.scalar(
        select(OrganizationAccount.departement).where(
            OrganizationAccount.organization_id == referral.sender_organization_id
        )
    )
