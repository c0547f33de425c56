"""`/connexion` and `/deconnexion`."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts.logins import end_login
from directory.web.accounts.blueprint import blueprint
from directory.web.accounts.coming_back import own_path
from directory.web.session import writing_session
from directory.web.signed_in import current_user, forget_login


@blueprint.get("/connexion")
def sign_in() -> str:
    """Show the form."""
    return render_template(
        "accounts/sign_in.html",
        back=own_path(request.args.get("suite", "")) or "",
        email="",
        problem=None,
    )


@blueprint.post("/deconnexion")
def sign_out() -> Response:
    """End the sign-in, here and in the database; without one, only the page changes."""
    user = current_user()
    if user is not None:
        session = writing_session()
        end_login(session, login_id=user.login_id, at=datetime.now(UTC))
        session.commit()
    response = redirect(url_for("accounts.sign_in"), 303)
    forget_login(response)
    return response
