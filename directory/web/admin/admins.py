"""`/administration/admins`: who looks after which territories; for the super-admin."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts import queries
from directory.accounts.invitations import invite_admin
from directory.accounts.permissions import Permission
from directory.accounts.teams import remove_territory
from directory.errors import FanalError, NotFound
from directory.web.admin.blueprint import blueprint
from directory.web.admin.territories import departement_choices
from directory.web.forms import Form, answer_with, sent, typed
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in


@blueprint.get("/administration/admins")
@requires(Permission.ADMINISTER_EVERYWHERE)
def admins() -> str:
    """Show who looks after territories; there is no such page for who is not super-admin."""
    return _page(Form())


@blueprint.post("/administration/admins")
@requires(Permission.ADMINISTER_EVERYWHERE)
def add_admin() -> Response:
    """Have somebody look after a territory, and invite her by mail."""
    session = member_session()
    try:
        invite_admin(
            session,
            email=typed("email"),
            departements=tuple(filter(None, [typed("departements")])),
            invited_by=signed_in(),
            keyring=runtime().keyring,
            at=datetime.now(UTC),
        )
        session.commit()
    except NotFound:
        raise
    except FanalError as error:
        session.rollback()
        return answer_with(_page(sent(error)), error)
    return redirect(url_for("admin.admins", fait=1), 303)


@blueprint.post("/administration/admins/<int(max=9223372036854775807):account_id>")
@requires(Permission.ADMINISTER_EVERYWHERE)
def take_territory(account_id: int) -> Response:
    """Take a territory from an admin; her sign-ins end."""
    session = member_session()
    remove_territory(
        session,
        account_id=account_id,
        departement=typed("departement"),
        by=signed_in(),
        at=datetime.now(UTC),
    )
    session.commit()
    return redirect(url_for("admin.admins", fait=1), 303)


def _page(form: Form) -> str:
    return render_template(
        "admin/admins.html",
        admins=queries.admins(member_session(), user=signed_in()),
        departements=departement_choices(signed_in()),
        form=form,
        done="fait" in request.args,
    )
