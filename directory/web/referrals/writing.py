"""Making a request: its form, a draft that is kept, and sending it."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import Response, redirect, request, url_for
from werkzeug import Response as BaseResponse

from directory.accounts.permissions import Permission
from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.privacy.access_log import Shown, note_access
from directory.referrals.conflicts import ReferralRefused, StaleReferral
from directory.referrals.draft_values import ReferralDraft
from directory.referrals.drafts import draft_of, save_draft
from directory.referrals.models import Referral
from directory.referrals.queries import get_sent
from directory.referrals.sending import log_referral, send_referral
from directory.referrals.slips import make_slip
from directory.referrals.snapshots import take_snapshot
from directory.referrals.typed_values import typed_fields
from directory.referrals.vocabulary import Kind, State
from directory.web.referrals.blueprint import blueprint
from directory.web.referrals.drafting import remarks_of
from directory.web.referrals.form_answers import conflict, refused, service_id_of, shown
from directory.web.referrals.form_page import FormPage
from directory.web.referrals.remarks import unseen
from directory.web.referrals.typed import Typed, read_draft
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in

#: What the buttons of the form ask for, and how the request is then carried.
DRAFT, SEND, LOG, SLIP = "brouillon", "envoyer", "noter", "fiche"


@blueprint.get("/orientations/nouvelle")
@requires(Permission.SEND_REFERRALS)
def new() -> Response:
    """Show the form of a request to a service; one that follows another begins as that was.

    :raise NotFound: no service is named.
    """
    at = datetime.now(UTC)
    asked = Typed.of(request.args)
    service_id = service_id_of(asked)
    parent = asked.id("parent")
    typed = _as_before(parent, at) if parent else _searched_in(asked.text("commune"))
    try:
        snapshot = take_snapshot(member_session(), service_at_location_id=service_id, at=at)
    except ReferralRefused as error:
        return refused(Typed({**typed.texts, "service": str(service_id)}, typed.lists), error, at)
    return shown(FormPage(snapshot, service_id, typed, at))


@blueprint.post("/orientations")
@requires(Permission.SEND_REFERRALS)
def make() -> BaseResponse:
    """Keep what was typed, and send it when that was asked for; a form sent twice makes one."""
    at = datetime.now(UTC)
    typed = Typed.of(request.form)
    action = typed.text("action")
    if action == SLIP:
        return _hand_over(typed, at)
    if _is_anothers(typed):
        return refused(typed.of_nobody(), _another_team(), at)
    try:
        draft = _read(typed, action, at)
        try:
            referral = _save(draft, typed, at)
        except StaleReferral as stale:
            return conflict(typed, draft, stale, at)
        return _gone_on(referral, typed, action, at)
    except InvalidInput as error:
        member_session().rollback()
        return refused(typed, error, at)


def _is_anothers(typed: Typed) -> bool:
    """Tell whether the form was shown before she changed, in another tab, to another of her teams.

    The request would be kept, and read, where the person never asked for help.
    """
    return typed.text("structure") not in ("", str(signed_in().organization_id))


def _another_team() -> InvalidInput:
    return InvalidInput(
        gettext(
            "Vous agissez maintenant pour %(name)s : rien n'a été gardé.",
            name=signed_in().organization_name,
        ),
        remedy=gettext(
            "Si c'est bien cette structure qui suit la personne, envoyez de nouveau. Sinon, "
            "revenez à l'autre dans « Mon compte »."
        ),
    )


def _read(typed: Typed, action: str, at: datetime) -> ReferralDraft:
    """Return the draft as it would be kept.

    :raise InvalidInputs: what is not understood, and what cannot be kept.
    """
    service_id = service_id_of(typed)
    draft = read_draft(
        typed,
        kind=Kind.LOGGED if action == LOG else Kind.LIVE,
        snapshot=take_snapshot(member_session(), service_at_location_id=service_id, at=at),
        service_at_location_id=service_id,
        gazetteer=runtime().gazetteer(),
        at=at,
    )
    return replace(draft, code="", fields=typed_fields(draft.typed, at=at))


def _save(draft: ReferralDraft, typed: Typed, at: datetime) -> Referral:
    return save_draft(
        member_session(),
        draft=draft,
        sender=signed_in(),
        rules=runtime().rules,
        at=at,
        idempotency_key=typed.key,
        referral_id=typed.id("orientation"),
        version=typed.number("version"),
    )


def _gone_on(referral: Referral, typed: Typed, action: str, at: datetime) -> BaseResponse:
    """Go as far as was asked with a draft that is kept; what stops it costs nothing typed."""
    session = member_session()
    is_ready = referral.state == State.DRAFT and action in (SEND, LOG)
    if is_ready and not unseen(remarks_of(referral, at), typed.ticked("seen")):
        try:
            with session.begin_nested():
                _go(referral, action, at)
        except InvalidInput as error:
            session.commit()
            return refused(typed, error, at, referral)
    session.commit()
    return redirect(url_for("referrals.show", id=referral.id), HTTPStatus.SEE_OTHER)


def _go(referral: Referral, action: str, at: datetime) -> None:
    go = send_referral if action == SEND else log_referral
    go(
        member_session(),
        referral=referral,
        version=referral.version,
        sender=signed_in(),
        rules=runtime().rules,
        at=at,
    )


def _hand_over(typed: Typed, at: datetime) -> BaseResponse:
    """Make a sheet: nothing of what was typed is kept, not even as a draft."""
    session = member_session()
    try:
        code = make_slip(
            session,
            service_at_location_id=service_id_of(typed),
            at=at,
            seed=runtime().keyring.digest("slip", str(typed.key)),
        )
    except InvalidInput as error:
        return refused(typed, error, at)
    session.commit()
    return redirect(url_for("referrals.slip", code=code), HTTPStatus.SEE_OTHER)


def _searched_in(insee_code: str) -> Typed:
    """Return an empty form, with the commune that was searched."""
    commune = runtime().gazetteer().by_insee(insee_code) if insee_code else None
    return Typed({"commune": commune.label} if commune else {})


def _as_before(referral_id: UUID, at: datetime) -> Typed:
    """Return what was written in the request that this one follows; she consents anew."""
    session, user = member_session(), signed_in()
    parent = get_sent(session, referral_id, to=user)
    draft = draft_of(session, referral=parent, keyring=runtime().keyring)
    note_access(session, referral=parent, what=Shown.CONTACT, at=at, user=user)
    session.commit()
    typed = Typed.of_draft(replace(draft, consent=None), runtime().gazetteer())
    follows = {"parent": str(parent.id)} if parent.state != State.DRAFT else {}
    return Typed({**typed.texts, **follows}, typed.lists)
