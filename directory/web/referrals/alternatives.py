"""After a refusal or a silence: where else, and the next request in one tap."""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from directory.accounts.permissions import Permission
from directory.errors import Conflict, FanalError, InvalidInput
from directory.i18n import gettext
from directory.privacy.access_log import note_access
from directory.referrals.consent import CONSENT_VERSION
from directory.referrals.draft_values import Consent
from directory.referrals.models import Referral
from directory.referrals.queries import get_sent
from directory.referrals.redirecting import child_of_refused
from directory.web.errors import problem_of
from directory.web.referrals.blueprint import blueprint
from directory.web.referrals.file_page import file_page
from directory.web.referrals.typed import Typed
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in


@blueprint.get("/orientations/<uuid:id>/alternatives")
@requires(Permission.SEND_REFERRALS)
def alternatives(id: UUID) -> Response:
    """Show where else the person may turn.

    :raise NotFound: there is no such request, or it is not hers.
    """
    referral = get_sent(member_session(), id, to=signed_in())
    return _shown(referral, None, datetime.now(UTC))


@blueprint.post("/orientations/<uuid:id>/alternatives")
@requires(Permission.SEND_REFERRALS)
def turn_to(id: UUID) -> BaseResponse:
    """Make the request that follows, to the service chosen, and show it.

    :raise NotFound: there is no such request, or it is not hers.
    """
    session, user, at = member_session(), signed_in(), datetime.now(UTC)
    typed = Typed.of(request.form)
    referral = get_sent(session, id, to=user)
    service_id = typed.number("service")
    try:
        if service_id is None:
            raise InvalidInput(gettext("Choisissez un service."), field="service")
        child = child_of_refused(
            session,
            parent=referral,
            to_service_at_location_id=service_id,
            sender=user,
            idempotency_key=typed.key,
            consent=_consent(typed, referral, at),
            at=at,
            rules=runtime().rules,
        )
    except (InvalidInput, Conflict) as error:
        session.rollback()
        return _shown(get_sent(session, id, to=user), error, at)
    session.commit()
    return redirect(url_for("referrals.show", id=child.id), HTTPStatus.SEE_OTHER)


def _consent(typed: Typed, referral: Referral, at: datetime) -> Consent | None:
    """Return the agreement that was just given for the next service, if it was."""
    if not typed.has("agrees"):
        return None
    language = referral.consent_language or "fr"
    return Consent(form="oral", at=at, language=language, version=CONSENT_VERSION)


def _shown(referral: Referral, problem: FanalError | None, at: datetime) -> Response:
    session, user = member_session(), signed_in()
    page = file_page(session, referral=referral, user=user, at=at)
    note_access(session, referral=referral, what=page.sheet.shown, at=at, user=user)
    told = render_template("referrals/alternatives.html", page=page, problem=problem)
    session.commit()
    return make_response(told, problem_of(problem).status if problem else HTTPStatus.OK)
