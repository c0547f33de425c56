"""What happened to a request, in sentences: for its page, and for whoever acted on a former one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from directory.i18n import gettext
from directory.referrals.steps import Step
from directory.referrals.vocabulary import (
    Cancellation,
    Outcome,
    Refusal,
    cancellation_label,
    outcome_label,
    refusal_label,
)
from directory.web.filters import day, moment


class _Event(Protocol):
    """An event as it is stored (`referrals.models.ReferralEvent`)."""

    @property
    def version(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def step(self) -> str: ...
    @property
    def details(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, and what."""

    at: datetime
    text: str


def timeline(events: Iterable[_Event], *, time_zone: str, after: int = 0) -> list[Happening]:
    """Return what happened, oldest first; `after` a version, what that one did not know.

    Hours are those of a place, which nobody may forget to name: it may be far from Paris.
    """
    return [
        Happening(event.at, " ".join([_step(event.step), *_details(event.details, time_zone)]))
        for event in sorted(events, key=lambda event: event.version)
        if event.version > after
    ]


def _step(step: str) -> str:
    return {
        Step.SEND: gettext("Demande envoyée."),
        Step.LOG: gettext("Orientation notée."),
        Step.SEE: gettext("Demande lue par le service."),
        Step.ASK_INFORMATION: gettext("Information demandée par le service."),
        Step.GIVE_INFORMATION: gettext("Information donnée par l'équipe."),
        Step.WAITLIST: gettext("Mise sur liste d'attente."),
        Step.ACCEPT: gettext("Demande acceptée."),
        Step.SET_APPOINTMENT: gettext("Rendez-vous noté."),
        Step.REFUSE: gettext("Demande refusée."),
        Step.REDIRECT: gettext("Réorientée vers un autre service."),
        Step.CANCEL: gettext("Demande annulée."),
        Step.WITHDRAW_CONSENT: gettext("La personne a retiré son accord."),
        Step.EXPIRE: gettext("Restée sans réponse : la demande a expiré."),
        Step.REMIND: gettext("Rappel envoyé."),
        Step.ASK_OUTCOME: gettext("Nouvelles demandées."),
        Step.CLOSE: gettext("Demande terminée."),
    }.get(Step(step), step)


def _details(details: Mapping[str, Any], time_zone: str) -> list[str]:
    """Return the coded details that are there, as sentences, in one order."""
    tellers: dict[str, Callable[[str], str]] = {
        "refusal_reason": lambda value: refusal_label(Refusal(value)),
        "cancel_reason": lambda value: cancellation_label(Cancellation(value)),
        "outcome": lambda value: outcome_label(Outcome(value)),
        "appointment_at": lambda value: gettext(
            "Rendez-vous le %(moment)s", moment=moment(datetime.fromisoformat(value), time_zone)
        ),
        "available_on": lambda value: gettext(
            "De la place à partir du %(day)s", day=day(date.fromisoformat(value))
        ),
        "review_on": lambda value: gettext(
            "Nouveau point le %(day)s", day=day(date.fromisoformat(value))
        ),
    }
    return [f"{tell(details[name])}." for name, tell in tellers.items() if details.get(name)]
