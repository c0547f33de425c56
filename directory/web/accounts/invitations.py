"""`/invitation/<token>`: somebody joins a team. Opening the link spends nothing."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts.invitations import Invitation, accept_invitation, find_invitation
from directory.errors import FanalError, NotFound
from directory.web.accounts.blueprint import blueprint
from directory.web.accounts.passwords import gone
from directory.web.forms import Form, answer_with, sent, typed
from directory.web.runtime import runtime
from directory.web.session import current_session, writing_session


@blueprint.get("/invitation/<token>")
def invitation(token: str) -> str | Response:
    """Show who invites and into what, and ask for a name and a password."""
    found = find_invitation(current_session(), token=token, at=datetime.now(UTC))
    return gone() if found is None else _form(token, found, Form())


@blueprint.post("/invitation/<token>")
def join(token: str) -> Response:
    """Spend the invitation; the person then signs in with what she has just chosen."""
    session, at = writing_session(), datetime.now(UTC)
    found = find_invitation(session, token=token, at=at)
    try:
        accept_invitation(
            session,
            token=token,
            name=typed("name"),
            password=request.form.get("password", ""),
            at=at,
            keyring=runtime().keyring,
        )
        session.commit()
    except NotFound:
        return gone()
    except FanalError as error:
        session.rollback()
        return gone() if found is None else answer_with(_form(token, found, sent(error)), error)
    return redirect(url_for("accounts.sign_in", fait="invitation"), 303)


def _form(token: str, found: Invitation, form: Form) -> str:
    return render_template("accounts/invitation.html", token=token, invitation=found, form=form)
