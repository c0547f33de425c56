"""`/administration`: what waits for an admin."""

from flask import render_template
from sqlalchemy.orm import Session

from directory.accounts.permissions import EVERYWHERE, Permission
from directory.accounts.queries import organizations_to_verify, organizations_verified
from directory.outbox.queries import dead_letters, held_up
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
        letters=_letters(session) if everywhere else 0,
        everywhere=everywhere,
    )


def _letters(session: Session) -> int:
    """Return how many mails did not leave, those that are tried again among them."""
    return len(dead_letters(session)) + sum(each.count for each in held_up(session))
