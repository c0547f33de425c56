"""Who is signed in: read from the cookie at each request, asked of the database each time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from werkzeug import Response as BaseResponse

from directory.accounts.logins import Lifetimes, find_login, note_seen
from directory.accounts.permissions import ADMINISTERING, Permission, User, require
from directory.privacy.scope import Scope, set_scope
from directory.web.runtime import runtime
from directory.web.security import is_called_by_https
from directory.web.session import writing_session

COOKIE = "fanal_login"

#: Where the site is called by https: browsers then take the cookie from this very host and by
#: https only, so that no other name of the same domain can plant one.
HOST_COOKIE = f"__Host-{COOKIE}"

View = Callable[..., Any]


def current_user() -> User | None:
    """Return who is signed in, or None; without a cookie the database is not asked."""
    if "user" not in g:
        # Whoever cannot be looked up is nobody for the page that says so: it must not ask again.
        g.user = None
        g.user = _find()
    return cast("User | None", g.user)


def signed_in() -> User:
    """Return who is signed in, in a view that `for_members` or `requires` guards."""
    user = current_user()
    assert user is not None, "the view has no guard"  # noqa: S101 (a fault of the program)
    return user


def for_members(view: View) -> View:
    """Guard a view: who is not signed in is led to the sign-in page, and back after."""

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> Any:
        if current_user() is None:
            return to_sign_in()
        return view(*args, **values)

    guarded.access = "member"  # type: ignore[attr-defined]  # read by the access matrix
    return guarded


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Guard a view: only those who have one of the permissions; for others there is no page."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            user = current_user()
            if user is None:
                return to_sign_in()
            require(user, *permissions)
            if needs_telephone(user) and not _as_a_member(user, permissions):
                return redirect(url_for("accounts.account"), HTTPStatus.SEE_OTHER)
            return view(*args, **values)

        guarded.access = permissions  # type: ignore[attr-defined]  # read by the access matrix
        return guarded

    return guard


def needs_telephone(user: User) -> bool:
    """Tell whether an admin has to add a second factor before she administers anything.

    A password alone is guessed or told; whoever has an admin's lets himself into any team.
    """
    is_asked = runtime().settings.admin_second_factor and not user.is_demonstration
    return is_asked and user.is_admin and not user.has_second_factor


def member_session() -> Session:
    """Return the session of this request, which sees the rows of the user's organisation.

    Reading a file is written down, so that even a GET may write here; nothing is committed.
    """
    return writing_session()


def to_sign_in() -> BaseResponse:
    """Lead to the sign-in page; a page that was only read is come back to.

    A form that comes too late is answered with what was typed, to be sent again: nobody loses half
    an hour of words because the sign-in lasted half an hour.
    """
    typed = list(request.form.items(multi=True))
    # A password is repeated by no page; its form is short.
    if typed and not any("password" in name for name, _text in typed):
        told = render_template("errors/signed_out.html", typed=typed, action=request.full_path)
        response = make_response(told, HTTPStatus.UNAUTHORIZED)
        response.headers["Cache-Control"] = "no-store"
        return response
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", suite=back))


def cookie_name() -> str:
    """Return the name of the cookie that tells who is signed in, on this site."""
    return HOST_COOKIE if is_called_by_https(runtime().settings) else COOKIE


def keep_login(response: BaseResponse, token: str) -> None:
    """Put the token of a sign-in into the cookie: for our pages only, never for scripts."""
    response.set_cookie(cookie_name(), token, path="/", **_cookie_attributes())


def forget_login(response: BaseResponse) -> None:
    """Take the cookie away."""
    response.delete_cookie(cookie_name(), path="/", **_cookie_attributes())


def lifetimes() -> Lifetimes:
    """Return how long a sign-in lasts here."""
    settings = runtime().settings
    return Lifetimes(
        idle=timedelta(minutes=settings.login_idle_min),
        absolute=timedelta(hours=settings.login_absolute_h),
    )


def register(app: Flask) -> None:
    """Tell templates who is signed in, and keep pages of members out of every cache."""

    @app.context_processor
    def describe() -> dict[str, object]:
        try:
            return {"user": current_user()}
        except (OperationalError, PoolTimeout):
            # The page that says that the database does not answer is shown as to nobody.
            return {"user": None}

    @app.after_request
    def keep_out_of_caches(response: Response) -> Response:
        if request.cookies.get(cookie_name()) and not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "private, no-store"
        elif response.cache_control.public and response.mimetype == "text/html":
            # Whoever signs in must not be shown what her browser kept for a visitor.
            response.vary.add("Cookie")
        return response


def _as_a_member(user: User, permissions: tuple[Permission, ...]) -> bool:
    """Tell whether a page is open to somebody by what she is in her team, territories apart."""
    return any(user.may(each) for each in permissions if each not in ADMINISTERING)


def _find() -> User | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    session, at = writing_session(), datetime.now(UTC)
    user = find_login(session, token=token, at=at, lifetimes=lifetimes())
    if user is not None:
        try:
            note_seen(session, login_id=user.login_id, at=at)
            session.commit()
        except InternalError as error:
            # While a backup is put back nobody writes, but who signed in may read on.
            if not error.connection_invalidated:
                raise
            session.rollback()
        set_scope(session, scope_for(user))
    return user


def scope_for(user: User) -> Scope:
    """Return what somebody may see: her organisation's rows, her territory's figures."""
    return Scope(
        organization_id=user.organization_id,
        account_id=user.account_id,
        departements=user.departements,
    )


def _cookie_attributes() -> dict[str, Any]:
    is_secure = request.is_secure or is_called_by_https(runtime().settings)
    return {"httponly": True, "samesite": "Lax", "secure": is_secure}
