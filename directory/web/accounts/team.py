"""`/equipe`: who is of the team, who is invited, and what each may do."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts.permissions import Permission
from directory.errors import FanalError, NotFound
from directory.web.accounts.blueprint import blueprint
from directory.web.forms import Form, answer_with, sent
from directory.web.signed_in import member_session, requires, signed_in
from directory.web.teams import change_as_typed, invite_as_typed, team_of


@blueprint.get("/equipe")
@requires(Permission.MANAGE_MEMBERS)
def team() -> str:
    """Show the team of the organisation the manager acts for."""
    return _page(Form())


@blueprint.post("/equipe")
@requires(Permission.MANAGE_MEMBERS)
def invite_member() -> Response:
    """Invite somebody, or take an invitation back."""
    session = member_session()
    try:
        invite_as_typed(
            session, organization_id=_organization_id(), user=signed_in(), at=datetime.now(UTC)
        )
        session.commit()
    except FanalError as error:
        return _shown_again(error)
    return redirect(url_for("accounts.team", fait=1), 303)


@blueprint.post("/equipe/<int(max=9223372036854775807):account_id>")
@requires(Permission.MANAGE_MEMBERS)
def change_member(account_id: int) -> Response:
    """Change what somebody of the team may do, or take her out of it."""
    session = member_session()
    try:
        change_as_typed(
            session,
            organization_id=_organization_id(),
            account_id=account_id,
            user=signed_in(),
            at=datetime.now(UTC),
        )
        session.commit()
    except FanalError as error:
        return _shown_again(error)
    return redirect(url_for("accounts.team", fait=1), 303)


def _organization_id() -> int:
    organization_id = signed_in().organization_id
    assert organization_id is not None, "a manager has one"  # noqa: S101 (a fault of the program)
    return organization_id


def _shown_again(error: FanalError) -> Response:
    if isinstance(error, NotFound):
        raise error
    member_session().rollback()
    return answer_with(_page(sent(error)), error)


def _page(form: Form) -> str:
    found = team_of(
        member_session(),
        organization_id=_organization_id(),
        user=signed_in(),
        at=datetime.now(UTC),
        invite_url=url_for("accounts.invite_member"),
        member_url=lambda account_id: url_for("accounts.change_member", account_id=account_id),
    )
    return render_template("accounts/team.html", team=found, form=form, done="fait" in request.args)
