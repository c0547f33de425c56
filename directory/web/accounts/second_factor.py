"""`/compte/second-facteur`: a code of the telephone besides the password."""

from datetime import UTC, datetime

import segno
from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug import Response

from directory.accounts import second_factor as factors
from directory.errors import FanalError
from directory.web.accounts.account import shown_again, signed_out_to
from directory.web.accounts.blueprint import blueprint
from directory.web.forms import Form, answer_with, sent, typed
from directory.web.runtime import runtime
from directory.web.signed_in import for_members, member_session, signed_in


@blueprint.post("/compte/second-facteur")
@for_members
def begin_second_factor() -> Response:
    """Make a secret that awaits its first code, for whoever knows the password."""
    session = member_session()
    try:
        factors.begin_second_factor(
            session,
            account_id=signed_in().account_id,
            password=request.form.get("enrolling_password", ""),
            at=datetime.now(UTC),
            keyring=runtime().keyring,
        )
        session.commit()
    except FanalError as error:
        return shown_again(_beside(error, "enrolling_password"))
    return redirect(url_for("accounts.second_factor"), 303)


@blueprint.get("/compte/second-facteur")
@for_members
def second_factor() -> str | Response:
    """Show the secret that awaits its first code, as a picture and as letters."""
    return _page(Form()) or redirect(url_for("accounts.account"))


@blueprint.post("/compte/second-facteur/code")
@for_members
def confirm() -> Response:
    """Put the second factor in force: the telephone has shown that it has the secret."""
    session, user = member_session(), signed_in()
    try:
        factors.confirm_second_factor(
            session,
            account_id=user.account_id,
            code=typed("code"),
            at=datetime.now(UTC),
            keyring=runtime().keyring,
            except_login_id=user.login_id,
        )
        session.commit()
    except FanalError as error:
        session.rollback()
        page = _page(sent(error))
        if page is None:
            return redirect(url_for("accounts.account"), 303)
        return answer_with(page, error)
    return redirect(url_for("accounts.account", fait="second-facteur"), 303)


@blueprint.post("/compte/second-facteur/retrait")
@for_members
def drop() -> Response:
    """Ask for the code no more; every sign-in ends."""
    session = member_session()
    try:
        factors.drop_second_factor(
            session,
            account_id=signed_in().account_id,
            password=request.form.get("standing_password", ""),
            at=datetime.now(UTC),
            keyring=runtime().keyring,
        )
        session.commit()
    except FanalError as error:
        return shown_again(_beside(error, "standing_password"))
    return signed_out_to("second-facteur")


def _beside(error: FanalError, field: str) -> FanalError:
    """Return the error beside its field: the page has another « password », for a new one."""
    error.field = field if error.field == "password" else error.field
    return error


def _page(form: Form) -> str | None:
    """Return the page of the secret that awaits its code, or None when none does."""
    found = factors.enrollment_under_way(
        member_session(),
        account_id=signed_in().account_id,
        at=datetime.now(UTC),
        keyring=runtime().keyring,
    )
    if found is None:
        return None
    groups = [found.secret[start : start + 4] for start in range(0, len(found.secret), 4)]
    return render_template(
        "accounts/second_factor.html",
        form=form,
        picture=_picture(found.uri),
        letters=" ".join(groups),
        uri=found.uri,
    )


def _picture(uri: str) -> Markup:
    """Return a QR code as SVG, dark on light whatever the theme: cameras want it so."""
    svg = segno.make(uri, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return Markup(svg)  # noqa: S704 - drawn by segno from an address of ours
