"""What a request waits for, and until when: the sentences of its page and of the board."""

from dataclasses import dataclass

from directory.i18n import gettext
from directory.referrals.changes import facts_of
from directory.referrals.clocks import Clocks, Tick, next_tick
from directory.referrals.following import goes_on
from directory.referrals.models import Referral
from directory.referrals.snapshots import Snapshot
from directory.referrals.steps import Step
from directory.referrals.vocabulary import Cancellation, State
from directory.web.filters import moment
from directory.web.runtime import runtime


@dataclass(frozen=True, slots=True)
class Wait:
    """Who acts next and what about it; what the clock does if nobody acts."""

    action: str
    clock: str | None = None


def wait_of(
    referral: Referral,
    *,
    is_sender: bool,
    follower: Referral | None = None,
    is_over: bool = False,
) -> Wait:
    """Return what a request waits for, as its sender or its receiver is told.

    `follower`: the newest living one that follows it, for its sender. `is_over`: the board counts
    it as over. Hours are those of the place, where the appointment is.
    """
    nothing = _nothing_left(referral, follower, is_over=is_over, is_sender=is_sender)
    if nothing is not None:
        return Wait(nothing)
    state, time_zone = State(referral.state), Snapshot.of(referral.snapshot).hours.time_zone
    tick = next_tick(facts_of(referral), Clocks.of(runtime().settings))
    told = _of_sender if is_sender else _of_receiver
    clock = None if tick is None else _clock(tick, time_zone)
    return Wait(told(state, referral, time_zone), clock)


def _nothing_left(
    referral: Referral, follower: Referral | None, *, is_over: bool, is_sender: bool
) -> str | None:
    """Return why a request itself waits for nothing any more; None when it does."""
    if is_sender and referral.consent_withdrawn_at is not None:
        return gettext("Rien à faire : la personne a retiré son accord.")
    if is_sender and referral.erased_at is not None:
        return gettext("Rien à faire : ce qui a été écrit sur la personne est effacé.")
    if is_sender and follower is not None and goes_on(referral):
        return _followed(State(referral.state), State(follower.state))
    is_hidden = referral.consent_withdrawn_at is not None or referral.erased_at is not None
    return gettext("Rien à faire.") if is_over or is_hidden else None


def _followed(state: State, follower: State) -> str:
    """Return what is left to do of a request that another one follows."""
    if follower is State.DRAFT:
        return gettext("À vous d'envoyer : un brouillon attend.")
    if state is State.REDIRECTED:
        return gettext("Rien à faire : le service l'a passée à un autre service.")
    return gettext("Rien à faire : une autre demande a suivi.")


def _of_sender(state: State, referral: Referral, time_zone: str) -> str:
    return {
        State.DRAFT: gettext("À terminer et à envoyer."),
        State.SENT: gettext("Le service doit répondre."),
        State.IN_REVIEW: gettext("Le service a lu la demande : il doit répondre."),
        State.INFO_REQUESTED: gettext("Le service attend une information de vous."),
        State.WAITLISTED: gettext("La personne attend une place."),
        State.ACCEPTED: _accepted(
            referral,
            time_zone,
            (
                gettext("Le service reçoit la personne."),
                gettext("Le service doit dire ce qu'il en est advenu."),
                gettext("Le service n'en dit rien : à vous de dire ce qu'il en est advenu."),
            ),
        ),
        State.REFUSED: gettext("À orienter ailleurs : des services proches sont proposés."),
        State.REDIRECTED: gettext("À orienter ailleurs : rien n'est parti à un autre service."),
        State.CANCELLED: _cancelled(referral),
        State.EXPIRED: gettext("Personne n'a répondu : envoyez-la de nouveau, ou ailleurs."),
        State.LOGGED: gettext("À vous de dire ce qu'il en est advenu.")
        if referral.reminders
        else gettext("Quand vous le saurez, dites ce qu'il en est advenu."),
        State.CLOSED: gettext("Rien à faire : la demande est terminée."),
    }[state]


def _of_receiver(state: State, referral: Referral, time_zone: str) -> str:
    asked = gettext("L'équipe vous demande ce qu'il en est advenu.")
    return {
        State.SENT: gettext("L'équipe attend votre réponse."),
        State.IN_REVIEW: gettext("L'équipe attend votre réponse."),
        State.INFO_REQUESTED: gettext("L'équipe doit vous donner une information."),
        State.WAITLISTED: gettext("La personne attend une place chez vous."),
        State.ACCEPTED: _accepted(
            referral, time_zone, (gettext("La personne vient chez vous."), asked, asked)
        ),
    }.get(state, gettext("Rien à faire."))


def _accepted(referral: Referral, time_zone: str, told: tuple[str, str, str]) -> str:
    """Return what an accepted request waits for: the person, then news of her, asked once or twice.

    Of an appointment nobody asks before it was.
    """
    if referral.reminders == 0 and referral.appointment_at is not None:
        at = moment(referral.appointment_at, time_zone)
        return gettext("Rendez-vous le %(moment)s.", moment=at)
    return told[min(referral.reminders, 2)]


def _cancelled(referral: Referral) -> str:
    if referral.cancel_reason == Cancellation.NO_INFORMATION:
        return gettext("L'information n'est pas venue à temps : refaites la demande, ou ailleurs.")
    return gettext("Rien à faire : la demande est annulée.")


def _clock(tick: Tick, time_zone: str) -> str:
    """Return what the clock does next, in a sentence."""
    told = moment(tick.at, time_zone)
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
