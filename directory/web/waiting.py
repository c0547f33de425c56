"""What a request waits for, and until when: the sentences of its page and of the board."""

from dataclasses import dataclass

from directory.i18n import gettext
from directory.referrals.changes import facts_of
from directory.referrals.clocks import Clocks, Tick, next_tick
from directory.referrals.models import Referral
from directory.referrals.steps import Step
from directory.referrals.vocabulary import State
from directory.web.filters import moment
from directory.web.runtime import runtime


@dataclass(frozen=True, slots=True)
class Wait:
    """Who acts next and what about it; what the clock does if nobody acts."""

    action: str
    clock: str | None = None


def wait_of(referral: Referral, *, is_sender: bool, is_over: bool = False) -> Wait:
    """Return what a request waits for, as its sender or its receiver is told.

    `is_over`: another one follows it already, or it is too late for that.
    """
    if is_over:
        return Wait(gettext("Rien à faire."))
    state = State(referral.state)
    tick = next_tick(facts_of(referral), Clocks.of(runtime().settings))
    action = _of_sender(state, referral) if is_sender else _of_receiver(state, referral)
    return Wait(action, None if tick is None else _clock(tick))


def _of_sender(state: State, referral: Referral) -> str:
    return {
        State.DRAFT: gettext("À terminer et à envoyer."),
        State.SENT: gettext("Le service doit répondre."),
        State.IN_REVIEW: gettext("Le service a lu la demande : il doit répondre."),
        State.INFO_REQUESTED: gettext("Le service attend une information de vous."),
        State.WAITLISTED: gettext("La personne attend une place."),
        State.ACCEPTED: _appointment(referral) or gettext("Le service reçoit la personne."),
        State.REFUSED: gettext("À orienter ailleurs : des services proches sont proposés."),
        State.REDIRECTED: gettext("Le service l'a passée à un autre service."),
        State.CANCELLED: gettext("Rien à faire : la demande est annulée."),
        State.EXPIRED: gettext("Personne n'a répondu : envoyez-la de nouveau, ou ailleurs."),
        State.LOGGED: gettext("À vous de dire ce qu'il en est advenu."),
        State.CLOSED: gettext("Rien à faire : la demande est terminée."),
    }[state]


def _of_receiver(state: State, referral: Referral) -> str:
    return {
        State.SENT: gettext("L'équipe attend votre réponse."),
        State.IN_REVIEW: gettext("L'équipe attend votre réponse."),
        State.INFO_REQUESTED: gettext("L'équipe doit vous donner une information."),
        State.WAITLISTED: gettext("La personne attend une place chez vous."),
        State.ACCEPTED: _appointment(referral) or gettext("La personne vient chez vous."),
    }.get(state, gettext("Rien à faire."))


def _appointment(referral: Referral) -> str | None:
    if referral.appointment_at is None:
        return None
    return gettext("Rendez-vous le %(moment)s.", moment=moment(referral.appointment_at))


def _clock(tick: Tick) -> str:
    """Return what the clock does next, in a sentence."""
    told = moment(tick.at)
    match tick.step:
        case None:
            return gettext("Sans envoi, le brouillon est effacé le %(moment)s.", moment=told)
        case Step.REMIND:
            return gettext("Rappel automatique le %(moment)s.", moment=told)
        case Step.ASK_OUTCOME:
            return gettext("Nous demanderons des nouvelles le %(moment)s.", moment=told)
        case Step.EXPIRE:
            return gettext("Sans réponse, elle prend fin le %(moment)s.", moment=told)
        case Step.CANCEL:
            return gettext("Sans information, elle est annulée le %(moment)s.", moment=told)
        case _:
            return gettext("Sans nouvelles, elle se termine le %(moment)s.", moment=told)
