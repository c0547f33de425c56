"""The steps of a request on its page: the forms of those possible now, and taking the one sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts.permissions import User
from directory.errors import InvalidInput
from directory.referrals.changes import StepValues
from directory.referrals.conflicts import StaleReferral
from directory.referrals.models import Referral
from directory.referrals.redirecting import redirect_referral
from directory.referrals.steps import Actor, Step
from directory.referrals.taking import take_step
from directory.referrals.withdrawing import withdraw_consent
from directory.web.forms import read_number
from directory.web.redirections import DESTINATION, Redirection, redirection
from directory.web.request_sheet import time_zone_of
from directory.web.runtime import runtime
from directory.web.step_forms import StepForms, read_values, read_version
from directory.web.step_words import require_seen

_NOTHING_OFFERED = Redirection([])


def forms_of(
    session: Session, *, referral: Referral, steps: Sequence[Step], action: str, at: datetime
) -> tuple[StepForms, Redirection]:
    """Return the forms of these steps, and what the one that passes the request on offers.

    Where nothing is near, passing on has no form.
    """
    offered = _NOTHING_OFFERED
    if Step.REDIRECT in steps:
        offered = redirection(session, referral=referral, keyring=runtime().keyring, at=at)
    shown = [step for step in steps if step is not Step.REDIRECT or offered.alternatives]
    return StepForms(action=action, version=referral.version, steps=shown), offered


def take_as_typed(
    session: Session,
    *,
    referral: Referral,
    step: Step,
    form: Mapping[str, str],
    actor: Actor,
    by: User | None,
    at: datetime,
) -> None:
    """Take a step as its form says; `by` is None for the holder of an answer link.

    :raise StaleReferral: the request changed since the page was shown.
    :raise InvalidInput: a value is missing, not understood or out of bounds.
    :raise IllegalStep: it is not possible now.
    """
    if step is Step.REDIRECT:
        _redirect(session, referral, form, by=by, at=at)
    elif step is Step.WITHDRAW_CONSENT and by is not None:
        version, rules = read_version(form), runtime().rules
        withdraw_consent(session, referral=referral, version=version, by=by, at=at, rules=rules)
    else:
        values = _values(referral, step, form)
        if actor is Actor.SENDER:
            _require_seen(referral, values, form)
        take_step(
            session,
            referral=referral,
            version=read_version(form),
            step=step,
            actor=actor,
            by=by,
            at=at,
            rules=runtime().rules,
            values=values,
        )


def _redirect(
    session: Session,
    referral: Referral,
    form: Mapping[str, str],
    *,
    by: User | None,
    at: datetime,
) -> None:
    redirect_referral(
        session,
        referral=referral,
        version=read_version(form),
        to_service_at_location_id=_destination(session, referral, form, at),
        by=by,
        at=at,
        rules=runtime().rules,
    )


def _values(referral: Referral, step: Step, form: Mapping[str, str]) -> StepValues:
    """Read the values of a step; what changed is told before what was mistyped.

    :raise StaleReferral: what was mistyped is no repeat of anything that was taken.
    """
    try:
        return read_values(step, form, time_zone=time_zone_of(referral))
    except InvalidInput as error:
        decided_on = read_version(form)
        if decided_on == referral.version:
            raise
        raise StaleReferral(decided_on=decided_on, stored=referral.version) from error


def _require_seen(referral: Referral, values: StepValues, form: Mapping[str, str]) -> None:
    """Check that the sender saw what her words seem to tell, if a service is to read them.

    :raise UnseenTraces: she did not. What changed meanwhile is told before that.
    """
    if referral.sent_at is not None and read_version(form) == referral.version:
        require_seen(values.text, form)


def _destination(
    session: Session, referral: Referral, form: Mapping[str, str], at: datetime
) -> int:
    """Read the service that was chosen; what changed is told before what was not chosen."""
    if read_version(form) != referral.version:
        return read_number(form.get(DESTINATION, "")) or 0
    offered = redirection(session, referral=referral, keyring=runtime().keyring, at=at)
    return offered.read(form)
