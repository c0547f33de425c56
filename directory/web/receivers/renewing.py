"""A fresh link for one that ended: it goes to the address on file, and to nobody else."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import redirect, url_for
from werkzeug import Response

from directory.referrals.links import TooManyLinks, find_by_token, renew_link
from directory.referrals.notices import LINK_LIFETIME
from directory.web.receivers.blueprint import blueprint
from directory.web.runtime import runtime
from directory.web.session import writing_session


@blueprint.post("/reponse/<token>/nouveau-lien")
def renew(token: str) -> Response:
    """Send a fresh link if there is a request to answer; the page says the same whatever was."""
    session, at = writing_session(), datetime.now(UTC)
    found = find_by_token(session, token=token, at=at)
    if found is not None:
        try:
            renew_link(
                session,
                referral=found.referral,
                keyring=runtime().keyring,
                at=at,
                lifetime=LINK_LIFETIME,
            )
            session.commit()
        except TooManyLinks:
            session.rollback()
    return redirect(url_for("receivers.show", token=token, lien=1), HTTPStatus.SEE_OTHER)
