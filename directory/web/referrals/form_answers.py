"""The form shown again: refused, or changed by somebody else meanwhile. Nothing typed is lost."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug import Response as BaseResponse

from directory.errors import FanalError, InvalidInput, NotFound
from directory.i18n import gettext
from directory.privacy.access_log import Shown, note_access
from directory.referrals.conflicts import StaleReferral
from directory.referrals.draft_values import ReferralDraft
from directory.referrals.models import Referral
from directory.referrals.queries import get_sent, get_visible
from directory.referrals.snapshots import snapshot_even_gone
from directory.referrals.vocabulary import State
from directory.web.referrals.drafting import nearest_instead, remarks_of, stored_otherwise
from directory.web.referrals.form_page import FIELDS, FormPage, errors_of
from directory.web.referrals.typed import Typed, read_commune
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, signed_in


def refused(
    typed: Typed, error: FanalError, at: datetime, referral: Referral | None = None
) -> Response:
    """Show the form again with what is wrong, and who could help instead of a service that is gone.

    The draft stays kept where it already was. Where nothing was kept of what was typed now, it is
    still decided on the version it began with: what a colleague wrote since is shown to her later.
    """
    beside, alone = errors_of(error, FIELDS)
    page = _page(typed, referral or _draft_of(typed), at)
    version = page.version if referral else typed.number("version") or 0
    page = replace(page, errors=beside, problems=alone, version=version)
    if any(problem.field == "service" for problem in alone):
        near = nearest_instead(page.snapshot, _commune(typed), at)
        page = replace(page, alternatives=near)
    return shown(page, HTTPStatus.BAD_REQUEST)


def conflict(
    typed: Typed, draft: ReferralDraft, error: StaleReferral, at: datetime
) -> BaseResponse:
    """Show what is stored beside what was typed; what says the same is a button pressed twice."""
    session, user = member_session(), signed_in()
    session.rollback()
    if error.referral_id is None:
        raise error
    referral = get_visible(session, error.referral_id, to=user)
    differing = stored_otherwise(referral, draft)
    if not differing:
        return redirect(url_for("referrals.show", id=referral.id), HTTPStatus.SEE_OTHER)
    note_access(session, referral=referral, what=Shown.CONTACT, at=at, user=user)
    session.commit()
    # What went out stays as it went; the words typed since begin another request.
    is_draft = referral.state == State.DRAFT
    page = _page(typed, referral, at) if is_draft else _page(typed.as_new(), None, at)
    page = replace(page, problems=[error], stored=differing, other=referral)
    return shown(page, HTTPStatus.CONFLICT)


def shown(page: FormPage, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Return the form as an answer."""
    return make_response(render_template("referrals/form.html", page=page), status)


def service_id_of(typed: Typed) -> int:
    """Return the service asked for: the one just chosen instead, else the one carried along.

    :raise NotFound: none.
    """
    found = typed.number("instead") or typed.number("service")
    if found is None:
        raise NotFound(
            gettext("Aucun service n'est choisi."),
            remedy=gettext("Cherchez un service, puis choisissez « Orienter »."),
        )
    return found


def _page(typed: Typed, referral: Referral | None, at: datetime) -> FormPage:
    service_id = service_id_of(typed)
    return FormPage(
        snapshot_even_gone(member_session(), service_at_location_id=service_id, at=at),
        service_id,
        typed,
        at,
        remarks=remarks_of(referral, at) if referral else (),
        referral=referral,
        version=referral.version if referral else 0,
        key=typed.key,
    )


def _draft_of(typed: Typed) -> Referral | None:
    """Return the draft that the form carries along.

    :raise NotFound: it is not hers.
    """
    referral_id = typed.id("orientation")
    return get_sent(member_session(), referral_id, to=signed_in()) if referral_id else None


def _commune(typed: Typed) -> str | None:
    try:
        return read_commune(typed.text("commune"), runtime().gazetteer())
    except InvalidInput:
        return None
