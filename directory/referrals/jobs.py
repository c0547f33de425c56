"""What the clock does when nobody acts: run by the worker, whose role sees every referral."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory import logs
from directory.config import Settings
from directory.privacy.keys import keyring
from directory.referrals.changes import StepValues, facts_of
from directory.referrals.clocks import due, next_tick
from directory.referrals.models import Referral
from directory.referrals.rules import Rules
from directory.referrals.steps import Actor, Step
from directory.referrals.taking import take_step
from directory.referrals.vocabulary import Cancellation, Outcome

log = structlog.get_logger("fanal.referrals")

#: Referrals of one run: their rows stay locked until it commits.
LOT = 100

#: A referral on which the clock failed is left alone this long, so that the others get their turn.
_PAUSE = timedelta(hours=1)

#: What the clock gives with its steps.
_GIVEN = {
    Step.CANCEL: StepValues(cancel_reason=Cancellation.NO_INFORMATION),
    Step.CLOSE: StepValues(outcome=Outcome.UNKNOWN),
}


def run_clocks(session: Session, *, at: datetime, settings: Settings) -> int:
    """Do what is due by the clock for one lot of referrals; return how many it looked at.

    The longest due come first. Rows that somebody is at are left for the next run, and a second
    run at the same instant, or at an earlier one, changes nothing.

    :raise Unavailable: there are no keys to write the mails with.
    """
    lot = session.scalars(
        select(Referral)
        .where(Referral.clock_at <= at)
        .order_by(Referral.clock_at, Referral.id)
        .limit(LOT)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not lot:
        return 0
    rules = Rules.of(settings, keyring(settings))
    for referral in lot:
        referral_id = referral.id
        try:
            with session.begin_nested():
                _act(session, referral, at=at, rules=rules)
        except Exception as error:
            log.error("clock_failed", referral_id=str(referral_id), **logs.describe(error))
            session.refresh(referral)
            referral.clock_at = at + _PAUSE
            session.flush()
    return len(lot)


def _act(session: Session, referral: Referral, *, at: datetime, rules: Rules) -> None:
    """Do what is due of one referral; when the delays were made longer, only set its clock anew."""
    facts = facts_of(referral)
    now = due(facts, rules.clocks, at=at)
    if now is None:
        tick = next_tick(facts, rules.clocks)
        referral.clock_at = tick.at if tick else None
        session.flush()
    elif now.step is None:
        session.execute(delete(Referral).where(Referral.id == referral.id))
        session.expunge(referral)
    else:
        take_step(
            session,
            referral=referral,
            version=referral.version,
            step=now.step,
            actor=Actor.CLOCK,
            by=None,
            at=at,
            rules=rules,
            values=_GIVEN.get(now.step, StepValues()),
        )
