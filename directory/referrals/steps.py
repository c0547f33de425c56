"""What may happen to a referral, by whom, and what it needs: one table, and nothing else.

A step that keeps the state (an appointment, a note of the clock) is a row like the others: it too
makes a new version and an event.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from directory.errors import Conflict, InvalidInput
from directory.i18n import gettext
from directory.referrals.vocabulary import Cancellation, Kind, Refusal, State


class Actor(StrEnum):
    """Who acts."""

    SENDER = "sender"
    RECEIVER = "receiver"
    CLOCK = "clock"


class Step(StrEnum):
    """What is done."""

    SEND = "send"
    LOG = "log"
    SEE = "see"
    ASK_INFORMATION = "ask_information"
    GIVE_INFORMATION = "give_information"
    WAITLIST = "waitlist"
    ACCEPT = "accept"
    SET_APPOINTMENT = "set_appointment"
    REFUSE = "refuse"
    REDIRECT = "redirect"
    CANCEL = "cancel"
    WITHDRAW_CONSENT = "withdraw_consent"
    EXPIRE = "expire"
    REMIND = "remind"
    ASK_OUTCOME = "ask_outcome"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    step: Step
    sources: frozenset[State]
    #: None: the state stays as it is.
    target: State | None
    actors: frozenset[Actor]
    #: Names of the values the step cannot do without.
    needs: tuple[str, ...] = ()


_SENDER = frozenset({Actor.SENDER})
_RECEIVER = frozenset({Actor.RECEIVER})
_CLOCK = frozenset({Actor.CLOCK})

#: The receiver may answer: it waits for nobody else, or may decide without what it asked for.
_ANSWERABLE = frozenset({State.SENT, State.IN_REVIEW, State.INFO_REQUESTED, State.WAITLISTED})
_UNDECIDED = frozenset({State.SENT, State.IN_REVIEW})
_ASKED = frozenset({State.INFO_REQUESTED})
#: Sent, and not at its end.
LIVE = _ANSWERABLE | {State.ACCEPTED}
#: Nothing follows, but for an expired request, which may be sent again.
ENDED = frozenset({State.REFUSED, State.REDIRECTED, State.CANCELLED, State.EXPIRED, State.CLOSED})

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Step.SEND, frozenset({State.DRAFT, State.EXPIRED}), State.SENT, _SENDER),
    Transition(Step.LOG, frozenset({State.DRAFT}), State.LOGGED, _SENDER),
    Transition(Step.SEE, frozenset({State.SENT}), State.IN_REVIEW, _RECEIVER),
    Transition(Step.ASK_INFORMATION, _UNDECIDED, State.INFO_REQUESTED, _RECEIVER, ("text",)),
    # `target_of` says which of the two the request goes back to.
    Transition(Step.GIVE_INFORMATION, _ASKED, State.SENT, _SENDER, ("text",)),
    Transition(Step.GIVE_INFORMATION, _ASKED, State.IN_REVIEW, _SENDER, ("text",)),
    # Again from the list itself: a review that took place sets the day of the next.
    Transition(Step.WAITLIST, _UNDECIDED | {State.WAITLISTED}, State.WAITLISTED, _RECEIVER),
    Transition(Step.ACCEPT, _ANSWERABLE, State.ACCEPTED, _RECEIVER),
    Transition(
        Step.SET_APPOINTMENT,
        frozenset({State.ACCEPTED}),
        None,
        frozenset({Actor.SENDER, Actor.RECEIVER}),
        ("appointment_at",),
    ),
    Transition(Step.REFUSE, _ANSWERABLE, State.REFUSED, _RECEIVER, ("refusal_reason",)),
    Transition(
        Step.REDIRECT,
        frozenset({State.SENT, State.IN_REVIEW, State.WAITLISTED}),
        State.REDIRECTED,
        _RECEIVER,
    ),
    Transition(
        Step.CANCEL,
        LIVE | {State.DRAFT},
        State.CANCELLED,
        _SENDER,
        ("cancel_reason",),
    ),
    Transition(Step.CANCEL, _ASKED, State.CANCELLED, _CLOCK, ("cancel_reason",)),
    # Whatever was decided, what is shared is shared no more.
    Transition(Step.WITHDRAW_CONSENT, LIVE | {State.DRAFT}, State.CANCELLED, _SENDER),
    Transition(Step.WITHDRAW_CONSENT, ENDED | {State.LOGGED}, None, _SENDER),
    Transition(
        Step.EXPIRE,
        frozenset({State.SENT, State.IN_REVIEW, State.WAITLISTED}),
        State.EXPIRED,
        _CLOCK,
    ),
    Transition(Step.REMIND, _ANSWERABLE, None, _CLOCK),
    Transition(Step.ASK_OUTCOME, frozenset({State.ACCEPTED, State.LOGGED}), None, _CLOCK),
    Transition(
        Step.CLOSE,
        frozenset({State.ACCEPTED}),
        State.CLOSED,
        frozenset({Actor.SENDER, Actor.RECEIVER, Actor.CLOCK}),
        ("outcome",),
    ),
    Transition(
        Step.CLOSE,
        frozenset({State.LOGGED}),
        State.CLOSED,
        frozenset({Actor.SENDER, Actor.CLOCK}),
        ("outcome",),
    ),
)

#: Steps of requests that go to a service, and of those that are only written down.
_ONLY = {Step.SEND: Kind.LIVE, Step.LOG: Kind.LOGGED}


class IllegalStep(Conflict):
    """The step does not lead on from the state the referral is in, or not for this actor."""


def possible_steps(state: State, *, kind: Kind, actor: Actor) -> list[Step]:
    """Return what an actor may do now, in the order of the table, each once."""
    return list(
        dict.fromkeys(
            row.step
            for row in TRANSITIONS
            if state in row.sources and actor in row.actors and _ONLY.get(row.step, kind) == kind
        )
    )


def target_of(
    step: Step, *, state: State, kind: Kind, actor: Actor, was_seen: bool = False
) -> State:
    """Return the state a step leads to; given information sends a request back to where it was.

    :raise IllegalStep: the table has no such row.
    """
    rows = _rows(step, state, kind, actor)
    if not rows:
        raise IllegalStep(
            gettext("Cette demande a changé entre-temps : ce n'est plus possible."),
            remedy=gettext("Relisez-la, puis choisissez parmi ce qui est proposé."),
        )
    if step is Step.GIVE_INFORMATION:
        return State.IN_REVIEW if was_seen else State.SENT
    return rows[0].target or state


def require_values(step: Step, given: Iterable[str]) -> None:
    """Check that a step has what it needs.

    :raise InvalidInput: names the first value that is missing.
    """
    needed = next(row.needs for row in TRANSITIONS if row.step is step)
    missing = [name for name in needed if name not in set(given)]
    if missing:
        raise InvalidInput(_asked_for(step, missing[0]), field=missing[0])


def require_reason_in_words(reason: Refusal | Cancellation, text: str | None) -> None:
    """Check that « other » comes with a few words.

    :raise InvalidInput: it has none.
    """
    if reason.value == "other" and not (text or "").strip():
        raise InvalidInput(
            gettext("« Autre raison » demande quelques mots."),
            field="text",
            remedy=gettext("Écrivez-les, sans nommer la personne."),
        )


def _rows(step: Step, state: State, kind: Kind, actor: Actor) -> list[Transition]:
    if _ONLY.get(step, kind) != kind:
        return []
    return [
        row
        for row in TRANSITIONS
        if row.step is step and state in row.sources and actor in row.actors
    ]


def _asked_for(step: Step, name: str) -> str:
    if step is Step.GIVE_INFORMATION:
        return gettext("Écrivez l'information demandée.")
    return {
        "text": gettext("Dites ce qu'il vous manque pour répondre."),
        "appointment_at": gettext("Donnez le jour et l'heure du rendez-vous."),
        "refusal_reason": gettext("Choisissez la raison du refus."),
        "cancel_reason": gettext("Choisissez la raison de l'annulation."),
        "outcome": gettext("Choisissez ce qu'il en est advenu."),
    }[name]
