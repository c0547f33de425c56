"""What each step changes of a referral, and which values it may be given."""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.referrals.clocks import PARIS, Clocks, Facts, calls_until, review_date
from directory.referrals.models import Referral
from directory.referrals.steps import (
    ENDED,
    Actor,
    IllegalStep,
    Step,
    require_reason_in_words,
    require_values,
)
from directory.referrals.vocabulary import Cancellation, Outcome, Refusal, State

#: An appointment or a review further away is a slip of the finger.
LONGEST_WAIT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class StepValues:
    """What somebody gives with a step."""

    text: str | None = None
    refusal_reason: Refusal | None = None
    available_on: date | None = None
    review_on: date | None = None
    appointment_at: datetime | None = None
    cancel_reason: Cancellation | None = None
    outcome: Outcome | None = None

    @property
    def given(self) -> set[str]:
        """The names of the values that are there; blank words are none."""
        names = {field.name for field in fields(self) if getattr(self, field.name) is not None}
        return names if (self.text or "").strip() else names - {"text"}


#: What a step keeps of its values; anything else it is given is ignored.
_KEPT: dict[Step, tuple[str, ...]] = {
    Step.WAITLIST: ("review_on",),
    Step.ACCEPT: ("appointment_at",),
    Step.SET_APPOINTMENT: ("appointment_at",),
    Step.REFUSE: ("refusal_reason", "available_on"),
    Step.CANCEL: ("cancel_reason",),
    Step.CLOSE: ("outcome",),
}


def facts_of(referral: Referral, **changes: Any) -> Facts:
    """Return what the clock needs to know of a referral, once these columns are changed."""

    def value(name: str) -> Any:
        return changes[name] if name in changes else getattr(referral, name)

    return Facts(
        state=State(value("state")),
        state_since=value("state_since"),
        is_urgent=value("is_urgent"),
        reminders=value("reminders"),
        review_on=value("review_on"),
        appointment_at=value("appointment_at"),
    )


def details_of(step: Step, values: StepValues) -> dict[str, str]:
    """Return what the event of a step tells: codes and dates, no words."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name in _KEPT.get(step, ())
        if (value := _stored(values, name)) is not None
    }


def check_values(
    referral: Referral, step: Step, *, actor: Actor, values: StepValues, at: datetime
) -> None:
    """Check the values a step is given.

    :raise InvalidInput: one is missing or out of bounds.
    :raise IllegalStep: the person took back her agreement: nothing goes out for her any more.
    """
    require_values(step, values.given)
    if step is Step.REFUSE and values.refusal_reason:
        require_reason_in_words(values.refusal_reason, values.text)
    if step is Step.CANCEL and values.cancel_reason:
        require_reason_in_words(values.cancel_reason, values.text)
        if (values.cancel_reason is Cancellation.NO_INFORMATION) != (actor is Actor.CLOCK):
            raise InvalidInput(
                gettext("Choisissez la raison de l'annulation."), field="cancel_reason"
            )
    kept = _KEPT.get(step, ())
    today = at.astimezone(PARIS).date()
    for name in ("review_on", "available_on"):
        if name in kept and (day := getattr(values, name)) is not None:
            _require_day(day, today=today, field=name)
    if "appointment_at" in kept and values.appointment_at is not None:
        _require_appointment(referral, values.appointment_at, at=at)
    if step in (Step.SEND, Step.WITHDRAW_CONSENT) and referral.consent_withdrawn_at is not None:
        raise IllegalStep(
            gettext("La personne a retiré son accord : cette demande ne peut plus repartir."),
            remedy=gettext("Si elle le souhaite à nouveau, faites une nouvelle demande."),
        )


def changes_of(
    referral: Referral,
    step: Step,
    *,
    target: State,
    actor: Actor,
    values: StepValues,
    at: datetime,
    clocks: Clocks,
) -> dict[str, Any]:
    """Return the columns that a step changes, `version` and `clock_at` left out."""
    changes: dict[str, Any] = {name: _stored(values, name) for name in _KEPT.get(step, ())}
    changes |= {"state": target.value}
    # A review that took place begins the wait anew, though the state is the same.
    if target != referral.state or step is Step.WAITLIST:
        changes |= {"state_since": at, "reminders": 0}
    # To have opened it is no answer: whoever then says nothing would be the quickest of all.
    if actor is Actor.RECEIVER and step is not Step.SEE and referral.first_answered_at is None:
        changes["first_answered_at"] = at
    if target in ENDED and referral.state not in ENDED:
        changes["ended_at"] = at
    match step:
        case Step.SEND:
            changes |= {"sent_at": referral.sent_at or at, "ended_at": None, "review_on": None}
        case Step.WAITLIST:
            changes["review_on"] = review_date(values.review_on, at=at, clocks=clocks)
        case Step.ACCEPT:
            changes["accepted_at"] = at
        case Step.SET_APPOINTMENT:
            # Its outcome is asked for after it, whatever was asked before.
            changes["reminders"] = 0
        case Step.REFUSE if values.refusal_reason is not Refusal.NO_CAPACITY:
            changes["available_on"] = None
        case Step.CANCEL if values.cancel_reason is Cancellation.CONSENT_WITHDRAWN:
            changes["consent_withdrawn_at"] = referral.consent_withdrawn_at or at
        case Step.WITHDRAW_CONSENT:
            changes["consent_withdrawn_at"] = at
            if target is State.CANCELLED and referral.state != State.CANCELLED:
                changes["cancel_reason"] = Cancellation.CONSENT_WITHDRAWN.value
        case Step.REMIND | Step.ASK_OUTCOME:
            made = calls_until(facts_of(referral), clocks, at=at)
            changes["reminders"] = max(made, referral.reminders + 1)
        case _:
            pass
    return changes


def _stored(values: StepValues, name: str) -> date | str | None:
    value = getattr(values, name)
    return value.value if isinstance(value, StrEnum) else value


def _require_day(day: date, *, today: date, field: str) -> None:
    if not today <= day <= today + LONGEST_WAIT:
        raise InvalidInput(
            gettext("Ce jour est passé, ou trop loin."),
            field=field,
            remedy=gettext("Choisissez un jour d'ici un an."),
        )


def _require_appointment(referral: Referral, appointment_at: datetime, *, at: datetime) -> None:
    """Check an appointment: one that took place may be noted, back to when the request was made."""
    earliest = referral.created_at - timedelta(days=1)
    if not earliest <= appointment_at <= at + LONGEST_WAIT:
        raise InvalidInput(
            gettext("Ce rendez-vous est avant la demande, ou trop loin."),
            field="appointment_at",
            remedy=gettext("Choisissez un jour d'ici un an."),
        )
