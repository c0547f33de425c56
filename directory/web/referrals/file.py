"""One request: read, answered, followed; what was typed is never lost to what changed."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from directory.accounts.permissions import Permission
from directory.errors import Conflict, FanalError, InvalidInput
from directory.privacy.access_log import Shown, note_access
from directory.referrals.conflicts import StaleReferral
from directory.referrals.drafts import draft_of
from directory.referrals.models import Referral
from directory.referrals.notes import add_note
from directory.referrals.queries import events_of, get_visible
from directory.referrals.sending import send_referral
from directory.referrals.snapshots import Snapshot
from directory.referrals.steps import Actor, Step, possible_steps
from directory.referrals.vocabulary import Kind, State
from directory.web.errors import problem_of
from directory.web.referrals.blueprint import blueprint
from directory.web.referrals.drafting import remarks_of
from directory.web.referrals.file_page import (
    FilePage,
    NoteForm,
    actors_of,
    file_page,
    with_form_again,
    with_note_again,
)
from directory.web.referrals.form_page import FormPage
from directory.web.referrals.other_team import kept_for_another_team
from directory.web.referrals.remarks import shared_remarks, unseen
from directory.web.referrals.typed import TICKED, Typed
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in
from directory.web.step_forms import read_step, read_version
from directory.web.taking import take_as_typed


@blueprint.get("/orientations/<uuid:id>")
@requires(Permission.READ_REFERRALS)
def show(id: UUID) -> Response:
    """Show a request, or the form of a draft; the reading is written down.

    :raise NotFound: there is none, or not for her.
    """
    session, user, at = member_session(), signed_in(), datetime.now(UTC)
    referral = get_visible(session, id, to=user)
    if referral.state == State.DRAFT and user.may(Permission.SEND_REFERRALS):
        return _shown_draft(referral, at)
    page = file_page(session, referral=referral, user=user, at=at)
    return _shown(page, at)


@blueprint.post("/orientations/<uuid:id>")
@kept_for_another_team
@requires(Permission.SEND_REFERRALS, Permission.ANSWER_REFERRALS)
def act(id: UUID) -> BaseResponse:
    """Take the step that a form asks for, then show the request.

    :raise NotFound: there is none, or not for her.
    """
    session, at = member_session(), datetime.now(UTC)
    referral = get_visible(session, id, to=signed_in())
    try:
        _take(referral, read_step(request.form), at)
    except StaleReferral as error:
        if not error.is_repeat:
            return _shown_again(id, error, at)
        session.rollback()
    except (InvalidInput, Conflict) as error:
        return _shown_again(id, error, at)
    else:
        session.commit()
    return redirect(url_for("referrals.show", id=id), HTTPStatus.SEE_OTHER)


@blueprint.post("/orientations/<uuid:id>/notes")
@kept_for_another_team
@requires(Permission.SEND_REFERRALS, Permission.ANSWER_REFERRALS)
def note(id: UUID) -> BaseResponse:
    """Add a note; one that seems to tell who somebody is, to the other side, is shown once more.

    :raise NotFound: there is no such request, or not for her.
    """
    session, user, at = member_session(), signed_in(), datetime.now(UTC)
    referral = get_visible(session, id, to=user)
    typed = Typed.of(request.form)
    is_shared = typed.has("is_shared")
    form = NoteForm(typed.key, typed.texts.get("text", ""), is_shared)
    found = unseen(shared_remarks(form.text), typed.ticked("seen")) if is_shared else []
    try:
        if not found:
            add_note(
                session,
                referral=referral,
                text=form.text,
                is_shared=is_shared,
                by=user,
                keyring=runtime().keyring,
                at=at,
                note_id=form.key,
                limits=runtime().rules.limits,
            )
            session.commit()
            return redirect(url_for("referrals.show", id=id), HTTPStatus.SEE_OTHER)
    except InvalidInput as error:
        session.rollback()
        form = replace(form, error=error.told)
    referral = get_visible(session, id, to=user)
    page = file_page(session, referral=referral, user=user, at=at)
    page = with_note_again(page, replace(form, remarks=found))
    return _shown(page, at, HTTPStatus.BAD_REQUEST if form.error else HTTPStatus.OK)


def _take(referral: Referral, step: Step, at: datetime) -> None:
    """Take a step as its form says.

    :raise ReferralRefused: the request cannot go out again as it is.
    :raise StaleReferral, InvalidInput, IllegalStep: as `take_as_typed`.
    """
    if step is not Step.SEND:
        take_as_typed(
            member_session(),
            referral=referral,
            step=step,
            form=request.form,
            actor=_actor(referral, step),
            by=signed_in(),
            at=at,
        )
        return
    send_referral(
        member_session(),
        referral=referral,
        version=read_version(request.form),
        sender=signed_in(),
        rules=runtime().rules,
        at=at,
    )


def _actor(referral: Referral, step: Step) -> Actor:
    """Return in which part somebody takes a step: the one that may, the sender's first."""
    actors = actors_of(referral, signed_in())
    state, kind = State(referral.state), Kind(referral.kind)
    able = [each for each in actors if step in possible_steps(state, kind=kind, actor=each)]
    return next(iter([*able, *actors]), Actor.SENDER)


def _shown_again(id: UUID, error: FanalError, at: datetime) -> Response:
    """Show the request as it is now, with the form that could not be taken."""
    session, user = member_session(), signed_in()
    session.rollback()
    referral = get_visible(session, id, to=user)
    if referral.state == State.DRAFT:
        raise error
    page = with_form_again(
        file_page(session, referral=referral, user=user, at=at),
        form=request.form,
        error=error,
        events=events_of(session, referral),
    )
    return _shown(page, at, problem_of(error).status)


def _shown(page: FilePage, at: datetime, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Write down that the file is read, and return its page."""
    session = member_session()
    note_access(session, referral=page.referral, what=page.sheet.shown, at=at, user=signed_in())
    told = render_template("referrals/file.html", page=page, ticked=TICKED)
    session.commit()
    return make_response(told, status)


def _shown_draft(referral: Referral, at: datetime) -> Response:
    """Return the form of a draft, with what to look at again before it goes out."""
    session = member_session()
    draft = draft_of(session, referral=referral, keyring=runtime().keyring)
    page = FormPage(
        Snapshot.of(referral.snapshot),
        referral.service_at_location_id or 0,
        Typed.of_draft(draft, runtime().gazetteer()),
        at,
        remarks=remarks_of(referral, at),
        referral=referral,
        version=referral.version,
    )
    note_access(session, referral=referral, what=Shown.CONTACT, at=at, user=signed_in())
    told = render_template("referrals/form.html", page=page)
    session.commit()
    return make_response(told)
