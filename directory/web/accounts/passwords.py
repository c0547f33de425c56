"""`/mot-de-passe/oublie` and the link that the mail then brings. Opening a link spends nothing."""

from datetime import UTC, datetime

from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts import actions
from directory.accounts.links import find_link
from directory.accounts.throttles import prefix_of
from directory.errors import FanalError, NotFound
from directory.web.accounts.blueprint import blueprint
from directory.web.forms import Form, answer_with, sent, typed
from directory.web.runtime import runtime
from directory.web.session import current_session, writing_session
from directory.web.signed_in import forget_login


@blueprint.get("/mot-de-passe/oublie")
def forgotten_password() -> str:
    """Ask for the address that the link goes to, or say that it may have gone."""
    return render_template(
        "accounts/forgotten_password.html", form=Form(), is_sent="envoye" in request.args
    )


@blueprint.post("/mot-de-passe/oublie")
def send_reset_link() -> Response:
    """Send a link, if the address is somebody's; the answer is the same either way."""
    session = writing_session()
    try:
        actions.ask_reset(
            session,
            email=typed("email"),
            at=datetime.now(UTC),
            keyring=runtime().keyring,
            address_prefix=prefix_of(request.remote_addr),
        )
        session.commit()
    except FanalError as error:
        session.rollback()
        page = render_template("accounts/forgotten_password.html", form=sent(error), is_sent=False)
        return answer_with(page, error)
    return redirect(url_for("accounts.forgotten_password", envoye=1), 303)


@blueprint.get("/mot-de-passe/<token>")
def reset_password(token: str) -> str | Response:
    """Show the form of a new password; mail scanners open links too, so nothing changes."""
    link = find_link(current_session(), token=token, purpose="reset", at=datetime.now(UTC))
    return gone() if link is None else _form(token, Form())


@blueprint.post("/mot-de-passe/<token>")
def choose_new_password(token: str) -> Response:
    """Spend the link and give the account its new password; every sign-in of it ends."""
    session = writing_session()
    try:
        actions.reset_password(
            session, token=token, password=request.form.get("password", ""), at=datetime.now(UTC)
        )
        session.commit()
    except NotFound:
        return gone()
    except FanalError as error:
        session.rollback()
        return answer_with(_form(token, sent(error)), error)
    response = redirect(url_for("accounts.sign_in", fait="mot-de-passe"), 303)
    forget_login(response)
    return response


def gone() -> Response:
    """Say that a link serves no more, whatever the reason, and where to get another."""
    return make_response(render_template("accounts/link_gone.html"), 404)


def _form(token: str, form: Form) -> str:
    return render_template("accounts/reset_password.html", token=token, form=form)
