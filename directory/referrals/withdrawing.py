"""Taking back an agreement: for the request, and for all that rest on the same agreement."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts.permissions import User
from directory.referrals.models import Referral
from directory.referrals.queries import chain_of
from directory.referrals.rules import Rules
from directory.referrals.steps import Actor, Step
from directory.referrals.taking import take_step


def withdraw_consent(
    session: Session, *, referral: Referral, version: int, by: User, at: datetime, rules: Rules
) -> list[Referral]:
    """Shut every service out of what the person agreed to at once; return the requests it was.

    A request that was passed on carries the agreement with it: those of its chain with the same
    one end too. What she agreed to anew, for another service, stands until she takes that back.

    :raise StaleReferral, IllegalStep, NotFound: as `take_step`, for the request she named.
    """
    chain = chain_of(session, referral)
    for each in chain:
        # Held, the oldest first: a service that answers at this instant is shut out after its
        # answer, and two colleagues who take back from both ends do not wait for each other.
        session.refresh(each, with_for_update=True)
    withdrawn = [_withdraw(session, referral, version=version, by=by, at=at, rules=rules)]
    for other in chain:
        is_same = other.consented_at is not None and other.consented_at == referral.consented_at
        if is_same and other.consent_withdrawn_at is None:
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
