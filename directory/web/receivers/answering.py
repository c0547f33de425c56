"""One request, read and answered by the link that a service received.

To read changes nothing at all; only a form does. A reading is written down when the request is
opened, and with each answer, since both are forms.
"""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from directory.errors import Conflict, FanalError, InvalidInput
from directory.privacy.access_log import Shown, note_access
from directory.referrals.conflicts import StaleReferral
from directory.referrals.fields import CONTACT, read_fields
from directory.referrals.links import Found
from directory.referrals.queries import events_of
from directory.referrals.steps import Actor, Step, possible_steps
from directory.referrals.taking import take_step
from directory.referrals.vocabulary import Kind, State
from directory.web.errors import problem_of
from directory.web.receivers.blueprint import blueprint
from directory.web.receivers.opening import is_open, make_pass
from directory.web.receivers.page import request_page, with_form_again
from directory.web.receivers.reaching import done_text, has_ended, reach, reach_even_ended
from directory.web.runtime import runtime
from directory.web.session import writing_session
from directory.web.step_forms import STEP, read_step
from directory.web.taking import take_as_typed

#: What the one button of the neutral page says in place of a step.
OPEN = "ouvrir"


@blueprint.get("/reponse/<token>")
def show(token: str) -> Response:
    """Show the request while it is open, else the page with the button that opens it.

    :raise LinkShut: the link opens nothing.
    """
    at = datetime.now(UTC)
    found = reach(token, at)
    if not is_open(runtime().keyring, found.link.id, request.args.get("ouverte", ""), at):
        return make_response(render_template("receivers/waiting.html", token=token))
    page = request_page(writing_session(), found=found, token=token, at=at, done=done_text(found))
    return make_response(render_template("receivers/request.html", page=page))


@blueprint.post("/reponse/<token>")
def answer(token: str) -> Response:
    """Open the request, or take the step that a form asks for; then show it.

    :raise LinkShut: the link opens nothing.
    """
    at = datetime.now(UTC)
    if request.form.get(STEP) == OPEN:
        return _open(reach(token, at), token, at)
    found = reach_even_ended(token, at)
    try:
        step = read_step(request.form)
        take_as_typed(
            writing_session(),
            referral=found.referral,
            step=step,
            form=request.form,
            actor=Actor.RECEIVER,
            by=None,
            at=at,
        )
    except StaleReferral as error:
        if not error.is_repeat:
            return _show_again(token, error, at)
        writing_session().rollback()
        found = reach_even_ended(token, at)
    except (InvalidInput, Conflict) as error:
        return _show_again(token, error, at)
    return _lead_back(found, token, at, done=step)


def _open(found: Found, token: str, at: datetime) -> Response:
    """Let the sender know that the request was read, and show it."""
    if Step.SEE in _possible(found):
        try:
            take_step(
                writing_session(),
                referral=found.referral,
                version=found.referral.version,
                step=Step.SEE,
                actor=Actor.RECEIVER,
                by=None,
                at=at,
                rules=runtime().rules,
            )
        except Conflict:
            # It changed in this very instant: what it is now is shown.
            writing_session().rollback()
            found = reach(token, at)
    return _lead_back(found, token, at)


def _show_again(token: str, error: FanalError, at: datetime) -> Response:
    """Show the request as it is now, with the form that could not be taken.

    :raise LinkShut: it ended meanwhile; the words typed are shown there.
    """
    session = writing_session()
    session.rollback()
    found = reach(token, at)
    page = with_form_again(
        request_page(session, found=found, token=token, at=at),
        form=request.form,
        error=error,
        events=events_of(session, found.referral),
    )
    note_access(session, referral=found.referral, what=page.sheet.shown, at=at, link=found.link)
    session.commit()
    response = make_response(render_template("receivers/request.html", page=page))
    response.status_code = problem_of(error).status
    return response


def _lead_back(found: Found, token: str, at: datetime, done: Step | None = None) -> Response:
    """Write down what will be shown, commit, and lead to the request."""
    session, keyring = writing_session(), runtime().keyring
    if not has_ended(found):
        fields = read_fields(session, referral=found.referral, keyring=keyring, as_receiver=True)
        what = Shown.FILE if CONTACT.isdisjoint(fields) else Shown.CONTACT
        note_access(session, referral=found.referral, what=what, at=at, link=found.link)
    session.commit()
    address = url_for(
        "receivers.show",
        token=token,
        ouverte=make_pass(keyring, found.link.id, at),
        fait=done.value if done else None,
    )
    return redirect(address, HTTPStatus.SEE_OTHER)


def _possible(found: Found) -> list[Step]:
    referral = found.referral
    return possible_steps(State(referral.state), kind=Kind(referral.kind), actor=Actor.RECEIVER)
