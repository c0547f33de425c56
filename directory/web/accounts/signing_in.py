"""`/connexion`, its second step `/connexion/code`, and `/deconnexion`."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts import actions
from directory.accounts.logins import begin_login, end_login, find_login
from directory.accounts.permissions import User
from directory.accounts.second_factor import find_waiting_login
from directory.accounts.throttles import prefix_of
from directory.errors import FanalError
from directory.web.accounts.blueprint import blueprint
from directory.web.accounts.coming_back import own_path
from directory.web.accounts.demonstration import shown_accounts
from directory.web.forms import Form, answer_with, sent, typed
from directory.web.navigation import home
from directory.web.runtime import runtime
from directory.web.session import writing_session
from directory.web.signed_in import cookie_name, current_user, forget_login, keep_login, lifetimes


@blueprint.get("/connexion")
def sign_in() -> str | Response:
    """Show the form; whoever is signed in goes on."""
    back, user = own_path(request.args.get("suite", "")), current_user()
    if user is not None:
        return redirect(back or home(user))
    return _form(Form(), back)


@blueprint.post("/connexion")
def sign_in_with_password() -> Response:
    """Check the password, then ask for the code, or go to the page that was asked for."""
    session, at, back = writing_session(), datetime.now(UTC), own_path(typed("suite"))
    before = current_user()
    try:
        found = actions.sign_in(
            session,
            email=typed("email"),
            password=request.form.get("password", ""),
            address_prefix=prefix_of(request.remote_addr),
            at=at,
            keyring=runtime().keyring,
        )
    except FanalError as error:
        session.rollback()
        return answer_with(_form(sent(error), back), error)
    if before is not None:
        end_login(session, login_id=before.login_id, at=at)
    token = begin_login(
        session,
        account_id=found.account_id,
        awaits_second_factor=found.awaits_second_factor,
        at=at,
    )
    if not found.awaits_second_factor:
        return _let_in(token, back, at)
    session.commit()
    response = redirect(url_for("accounts.code", suite=back), 303)
    keep_login(response, token)
    return response


@blueprint.get("/connexion/code")
def code() -> str | Response:
    """Ask for the code of the second factor of whoever typed her password."""
    back = own_path(request.args.get("suite", ""))
    if _waiting(datetime.now(UTC)) is None:
        return redirect(url_for("accounts.sign_in", suite=back))
    return _code_form(Form(), back)


@blueprint.post("/connexion/code")
def sign_in_with_code() -> Response:
    """Check the code, and put the token of a complete sign-in in place of the one that waited."""
    session, at, back = writing_session(), datetime.now(UTC), own_path(typed("suite"))
    user = _waiting(at)
    if user is None:
        return redirect(url_for("accounts.sign_in", suite=back), 303)
    try:
        token = actions.complete_sign_in(
            session, user=user, code=typed("code"), at=at, keyring=runtime().keyring
        )
    except FanalError as error:
        session.rollback()
        return answer_with(_code_form(sent(error), back), error)
    return _let_in(token, back, at)


@blueprint.post("/deconnexion")
def sign_out() -> Response:
    """End the sign-in, here and in the database; without one, only the page changes."""
    session, at = writing_session(), datetime.now(UTC)
    user = current_user() or _waiting(at)
    if user is not None:
        actions.sign_out(session, user=user, at=at)
        session.commit()
    response = redirect(url_for("accounts.sign_in"), 303)
    forget_login(response)
    return response


def _let_in(token: str, back: str | None, at: datetime) -> Response:
    """Commit, give the cookie, and lead where the person wanted to go."""
    session = writing_session()
    user = find_login(session, token=token, at=at, lifetimes=lifetimes())
    session.commit()
    response = redirect(back or (home(user) if user else url_for("caseworkers.search")), 303)
    keep_login(response, token)
    return response


def _waiting(at: datetime) -> User | None:
    """Return whose password was right and whose code is awaited, by the cookie of this request."""
    token = request.cookies.get(cookie_name())
    return find_waiting_login(writing_session(), token=token, at=at) if token else None


def _form(form: Form, back: str | None) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        back=back,
        done=request.args.get("fait"),
        demonstration=shown_accounts(),
    )


def _code_form(form: Form, back: str | None) -> str:
    return render_template("accounts/code.html", form=form, back=back)
