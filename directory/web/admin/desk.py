"""`/administration`: what waits for an admin."""

from flask import render_template

from directory.accounts.permissions import EVERYWHERE, Permission
from directory.accounts.queries import organizations_to_verify, organizations_verified
from directory.outbox.queries import dead_letters
from directory.web.admin.blueprint import blueprint
from directory.web.signed_in import member_session, requires, signed_in


@blueprint.get("/administration")
@requires(Permission.ADMINISTER)
def desk() -> str:
    """Show the organisations of the admin's territories, those to verify first."""
    session, user = member_session(), signed_in()
    everywhere = user.departements == EVERYWHERE
    return render_template(
        "admin/desk.html",
        waiting=organizations_to_verify(session, user=user),
        verified=organizations_verified(session, user=user),
        letters=dead_letters(session) if everywhere else [],
        everywhere=everywhere,
    )
