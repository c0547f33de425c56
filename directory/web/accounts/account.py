"""`/compte`: what somebody may do about her own account, and her sign-ins elsewhere."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts import actions
from directory.accounts.logins import change_organization, end_logins
from directory.accounts.queries import logins_of
from directory.errors import FanalError, InvalidInput, NotFound
from directory.i18n import gettext
from directory.web.accounts.blueprint import blueprint
from directory.web.forms import Form, answer_with, sent, typed
from directory.web.runtime import runtime
from directory.web.session import writing_session
from directory.web.signed_in import (
    for_members,
    forget_login,
    keep_login,
    lifetimes,
    member_session,
    needs_telephone,
    signed_in,
)


@blueprint.get("/compte")
@for_members
def account() -> str:
    """Show the account of whoever is signed in."""
    return account_page(Form({"name": signed_in().name}))


@blueprint.post("/compte/nom")
@for_members
def change_name() -> Response:
    """Change how colleagues see somebody."""
    session = member_session()
    try:
        actions.change_name(session, account_id=signed_in().account_id, name=typed("name"))
        session.commit()
    except FanalError as error:
        return shown_again(error)
    return redirect(url_for("accounts.account", fait="nom"), 303)


@blueprint.post("/compte/mot-de-passe")
@for_members
def change_password() -> Response:
    """Change the password; every sign-in ends, and this one goes on under another token."""
    session = member_session()
    try:
        token = actions.change_password(
            session,
            user=signed_in(),
            current=request.form.get("current_password", ""),
            password=request.form.get("password", ""),
            at=datetime.now(UTC),
            keyring=runtime().keyring,
        )
        session.commit()
    except FanalError as error:
        return shown_again(error)
    response = redirect(url_for("accounts.account", fait="mot-de-passe"), 303)
    keep_login(response, token)
    return response


@blueprint.post("/compte/structure")
@for_members
def act_for() -> Response:
    """Act for another of one's organisations from now on."""
    session, chosen = member_session(), typed("organization_id")
    mine = {str(id): id for id, _name in signed_in().other_organizations}
    if chosen not in mine:
        return shown_again(
            InvalidInput(gettext("Choisissez une de vos structures."), field="organization_id")
        )
    change_organization(session, user=signed_in(), organization_id=mine[chosen])
    session.commit()
    return redirect(url_for("accounts.account", fait="structure"), 303)


@blueprint.post("/compte/connexions")
@for_members
def end_other_sign_ins() -> Response:
    """End one's sign-ins on other devices."""
    session, user = member_session(), signed_in()
    end_logins(
        session, account_id=user.account_id, at=datetime.now(UTC), except_login_id=user.login_id
    )
    session.commit()
    return redirect(url_for("accounts.account", fait="connexions"), 303)


def account_page(form: Form) -> str:
    """Return the page of the account, with a form of it as it was sent."""
    session, user = member_session(), signed_in()
    logins = logins_of(session, user=user, at=datetime.now(UTC), lifetimes=lifetimes())
    return render_template(
        "accounts/account.html",
        form=form,
        others=[each for each in logins if not each.is_this_one],
        done=request.args.get("fait"),
        awaits_telephone=needs_telephone(user),
    )


def shown_again(error: FanalError) -> Response:
    """Return the page of the account, with what is wrong beside its field; nothing is kept.

    :raise NotFound: passed on; that is another page.
    """
    if isinstance(error, NotFound):
        raise error
    writing_session().rollback()
    values = {"name": signed_in().name, **sent(error).values}
    return answer_with(account_page(Form(values, error)), error)


def signed_out_to(done: str) -> Response:
    """Lead to the sign-in page, which says what was done."""
    response = redirect(url_for("accounts.sign_in", fait=done), 303)
    forget_login(response)
    return response
