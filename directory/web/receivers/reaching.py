"""From a token to the request it answers, or to a page that says why not, and nothing else."""

from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from flask import Response, g, make_response, render_template, request

from directory.errors import FanalError
from directory.i18n import gettext
from directory.referrals.links import Found, find_by_token
from directory.referrals.queries import events_of
from directory.referrals.steps import ENDED, Actor, Step
from directory.referrals.vocabulary import State
from directory.web import step_texts
from directory.web.receivers.blueprint import blueprint
from directory.web.session import writing_session
from directory.web.step_forms import ORDER, STEP, typed_words


class Shut(StrEnum):
    """Why a link opens nothing."""

    #: There never was such a link, or its request is long gone.
    UNKNOWN = "unknown"
    #: It ended, or a fresh one took its place.
    EXPIRED = "expired"
    #: The request it answers came to an end.
    ENDED = "ended"
    #: The organisation that answers is suspended.
    SUSPENDED = "suspended"


_STATUSES = {
    Shut.UNKNOWN: HTTPStatus.NOT_FOUND,
    Shut.EXPIRED: HTTPStatus.GONE,
    Shut.ENDED: HTTPStatus.GONE,
    Shut.SUSPENDED: HTTPStatus.FORBIDDEN,
}


class LinkShut(FanalError):
    """The link opens nothing; the page that says so tells nothing of the request."""

    def __init__(self, why: Shut, found: Found | None = None) -> None:
        super().__init__(_sentence(why))
        self.why = why
        #: The request that ended, to tell whoever just answered it what became of that.
        self.found = found


def reach(token: str, at: datetime) -> Found:
    """Return the request that a link answers; the session sees that one from then on.

    :raise LinkShut: the link is unknown or ended, its request is, or the service is suspended.
    """
    found = reach_even_ended(token, at)
    if has_ended(found):
        raise LinkShut(Shut.ENDED, found)
    return found


def reach_even_ended(token: str, at: datetime) -> Found:
    """Return the request of a link, be it over: whoever pressed the last button twice ended it.

    :raise LinkShut: the link is unknown or ended, or the service is suspended.
    """
    # The link alone says what may be seen, even to somebody who has an account too.
    g.user = None
    found = find_by_token(writing_session(), token=token, at=at)
    if found is None:
        raise LinkShut(Shut.UNKNOWN)
    if found.is_suspended:
        raise LinkShut(Shut.SUSPENDED)
    if not found.is_usable and not has_ended(found):
        raise LinkShut(Shut.EXPIRED)
    return found


def has_ended(found: Found) -> bool:
    """Tell whether nothing may be read or answered any more."""
    return found.referral.state in ENDED or found.referral.consent_withdrawn_at is not None


@blueprint.errorhandler(LinkShut)
def show_shut(error: LinkShut) -> Response:
    """Say what to do next. To whoever asked for a fresh link the answer is always the same."""
    is_asked = "lien" in request.args
    why = Shut.EXPIRED if is_asked else error.why
    ended = error.found if why is Shut.ENDED else None
    # Whatever was pressed on a page of the request; its opening asked for nothing.
    is_answer = request.form.get(STEP) in ORDER
    response = make_response(
        render_template(
            "receivers/shut.html",
            why=why.value,
            title=_title(why),
            sentence=_not_counted(ended) if ended and is_answer else _sentence(why),
            is_asked=is_asked,
            done=done_text(ended) if ended else None,
            not_taken=_not_taken(why) if is_answer else None,
            token=(request.view_args or {})["token"],
            unsent=typed_words(request.form),
        )
    )
    response.status_code = _STATUSES[why]
    return response


def done_text(found: Found) -> str | None:
    """Return what to tell of the step that the address says was just taken, if it was the last.

    A tab keeps its address: read again later, it would confirm what was undone meanwhile.
    """
    taken = request.args.get("fait")
    return step_texts.done(Step(taken)) if taken and taken == _own_last_step(found) else None


def _own_last_step(found: Found) -> str | None:
    """Return the last step of a request if it was the service's own."""
    last = events_of(writing_session(), found.referral)[-1:]
    return next((event.step for event in last if event.actor == Actor.RECEIVER), None)


def _title(why: Shut) -> str:
    return {
        Shut.UNKNOWN: gettext("Ce lien ne mène à aucune demande"),
        Shut.EXPIRED: gettext("Ce lien ne sert plus"),
        Shut.ENDED: gettext("Il n'y a plus rien à répondre"),
        Shut.SUSPENDED: gettext("Votre structure est suspendue"),
    }[why]


def _not_taken(why: Shut) -> str:
    """Return what to tell of an answer that came too late."""
    return {
        Shut.UNKNOWN: gettext("Votre réponse n'a pas été prise."),
        Shut.EXPIRED: gettext("Votre réponse n'a pas été prise : ce lien ne sert plus."),
        Shut.ENDED: gettext("Votre réponse n'a pas été prise : la demande avait déjà pris fin."),
        Shut.SUSPENDED: gettext("Votre réponse n'a pas été prise."),
    }[why]


def _not_counted(found: Found) -> str:
    """Return why an answer to a request that ended does not count, or what may still be done."""
    if _own_last_step(found):
        return gettext(
            "Votre service avait déjà répondu : c'est cette première réponse qui compte."
        )
    if found.referral.state == State.EXPIRED and found.referral.consent_withdrawn_at is None:
        return gettext(
            "Si vous pouvez encore recevoir la personne, dites-le à l'équipe : elle peut vous"
            " envoyer la demande de nouveau."
        )
    return gettext("Vous n'avez plus rien à faire. Merci de l'attention que vous y avez portée.")


def _sentence(why: Shut) -> str:
    return {
        Shut.UNKNOWN: gettext(
            "L'adresse est peut-être incomplète. Ouvrez de nouveau le lien depuis le courriel."
        ),
        Shut.EXPIRED: gettext("Un lien ne sert qu'un temps. Vous pouvez en recevoir un autre."),
        Shut.ENDED: gettext("La demande a pris fin. Merci de l'attention que vous y avez portée."),
        Shut.SUSPENDED: gettext(
            "Ce lien n'ouvre plus rien. Appelez la personne qui administre Fanal sur votre"
            " territoire : quand votre structure sera de nouveau vérifiée, il se rouvrira."
        ),
    }[why]
