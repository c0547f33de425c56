"""Taking back an agreement: for the request, and for all that rest on the same agreement."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts.permissions import User
from directory.referrals.agreements import hold_all_of
from directory.referrals.models import Referral
from directory.referrals.rules import Rules
from directory.referrals.steps import Actor, Step
from directory.referrals.taking import take_step


def withdraw_consent(
    session: Session, *, referral: Referral, version: int, by: User, at: datetime, rules: Rules
) -> list[Referral]:
    """Shut every service out of what the person agreed to at once; return the requests it was.

    A request that was passed on carries the agreement with it: all that rest on the same one end
    too. What she agreed to anew, for another service, stands until she takes that back.

    :raise StaleReferral, IllegalStep, NotFound: as `take_step`, for the request she named.
    """
    # Held before anything: a service that answers at this instant is shut out after its answer.
    held = hold_all_of(session, referral)
    withdrawn = [_withdraw(session, referral, version=version, by=by, at=at, rules=rules)]
    for other in held:
        if other.consent_withdrawn_at is None:
            withdrawn.append(
                _withdraw(session, other, version=other.version, by=by, at=at, rules=rules)
            )
    return withdrawn


def _withdraw(
    session: Session, referral: Referral, *, version: int, by: User, at: datetime, rules: Rules
) -> Referral:
    return take_step(
        session,
        referral=referral,
        version=version,
        step=Step.WITHDRAW_CONSENT,
        actor=Actor.SENDER,
        by=by,
        at=at,
        rules=rules,
    )
