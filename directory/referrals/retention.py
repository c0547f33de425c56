"""What is kept of referrals, and for how long; run by the worker, whose role sees all of them.

At the end of a request, its clock starts: first what tells who the person is goes, and all free
text; later the request itself. What is counted of it stays, under a number of its own.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CursorResult,
    Executable,
    Select,
    delete,
    func,
    or_,
    select,
    tuple_,
    union,
    update,
)
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.privacy.access_log import forget_readings
from directory.privacy.audit import forget_audit
from directory.referrals.clocks import PARIS
from directory.referrals.fields import FieldName
from directory.referrals.models import (
    AnswerLink,
    Referral,
    ReferralField,
    ReferralFigure,
    ReferralNote,
    Slip,
)

#: Requests of one transaction: their rows stay locked until it commits.
LOT = 2_000


def forget_old(session: Session, *, at: datetime, settings: Settings) -> bool:
    """Delete one lot of everything whose time is over; True while there is more.

    A second run at the same instant, or at an earlier one, changes nothing.
    """
    forgets: tuple[Callable[[Session, datetime, Settings], int], ...] = (
        _fields_with_their_own_end,
        _contact_and_free_text,
        _whole_referrals,
        _slips,
        _readings,
        _audit,
    )
    return sum(forget(session, at, settings) for forget in forgets) > 0


def _fields_with_their_own_end(session: Session, at: datetime, _settings: Settings) -> int:
    """Delete fields from the day on that was set for them."""
    today = at.astimezone(PARIS).date()
    due = (
        select(ReferralField.referral_id, ReferralField.name)
        .where(ReferralField.erase_on <= today)
        .limit(LOT)
    )
    key = tuple_(ReferralField.referral_id, ReferralField.name)
    gone = session.execute(
        delete(ReferralField)
        .where(key.in_(due))
        .returning(ReferralField.referral_id, ReferralField.name)
        .execution_options(synchronize_session=False)
    ).all()
    codes = [referral_id for referral_id, name in gone if name == FieldName.CODE.value]
    # Without its code a request is found by it no longer.
    _run(session, update(Referral).where(Referral.id.in_(codes)).values(code_index=None))
    return len(gone)


def _contact_and_free_text(session: Session, at: datetime, settings: Settings) -> int:
    """Delete fields but the code, notes and links of requests that ended long enough ago."""
    ended = Referral.ended_at <= at - timedelta(days=settings.contact_kept_days)
    identifying = ReferralField.name != FieldName.CODE.value
    due = union(
        _of(ReferralField).where(identifying, ended).limit(LOT),
        _of(ReferralNote).where(ended).limit(LOT),
        _of(AnswerLink).where(ended).limit(LOT),
    )
    ids = session.scalars(due).all()
    for statement in (
        delete(ReferralField).where(ReferralField.referral_id.in_(ids), identifying),
        delete(ReferralNote).where(ReferralNote.referral_id.in_(ids)),
        delete(AnswerLink).where(AnswerLink.referral_id.in_(ids)),
    ):
        _run(session, statement)
    return len(ids)


def _whole_referrals(session: Session, at: datetime, settings: Settings) -> int:
    """Delete requests that ended long enough ago, and any that are older than the ceiling."""
    due = (
        select(Referral.id)
        .where(
            or_(
                Referral.ended_at <= at - timedelta(days=settings.referral_kept_days),
                Referral.created_at <= at - timedelta(days=settings.referral_ceiling_days),
            )
        )
        .order_by(Referral.id)
        .limit(LOT)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(due).all()
    _unlink_figures(session, ids)
    _run(session, delete(Referral).where(Referral.id.in_(ids)))
    return len(ids)


def _unlink_figures(session: Session, ids: Sequence[UUID]) -> None:
    """Give what is counted of requests a number that leads nowhere."""
    _run(
        session,
        update(ReferralFigure).where(ReferralFigure.id.in_(ids)).values(id=func.gen_random_uuid()),
    )


def _slips(session: Session, at: datetime, settings: Settings) -> int:
    oldest = (at - timedelta(days=settings.slip_kept_days)).astimezone(PARIS).date()
    return _run(session, delete(Slip).where(Slip.made_on <= oldest))


def _readings(session: Session, at: datetime, settings: Settings) -> int:
    before = at - timedelta(days=settings.readings_kept_days)
    return forget_readings(session, before=before)


def _audit(session: Session, at: datetime, settings: Settings) -> int:
    return forget_audit(session, before=at - timedelta(days=settings.audit_kept_days))


def _of(table: type[ReferralField | ReferralNote | AnswerLink]) -> Select[Any]:
    """Return the query of the requests that rows of a table are of."""
    return select(table.referral_id).join(Referral, Referral.id == table.referral_id)


def _run(session: Session, statement: Executable) -> int:
    """Run a statement on the rows themselves; return how many it wrote."""
    result: CursorResult[Any] = session.connection().execute(statement)
    return result.rowcount
