"""`/administration/courriers`: mails that could not be sent, and one more chance for each.

An address of any territory may be among them, so they are the super-admin's.
"""

from datetime import UTC, datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from directory.accounts.permissions import Permission
from directory.outbox.actions import send_again
from directory.outbox.queries import dead_letters, held_up
from directory.web.admin.blueprint import blueprint
from directory.web.signed_in import member_session, requires


@blueprint.get("/administration/courriers")
@requires(Permission.ADMINISTER_EVERYWHERE)
def letters() -> str:
    """Show the mails that will not leave by themselves any more, and what holds others up."""
    session = member_session()
    return render_template(
        "admin/letters.html",
        letters=dead_letters(session),
        held_up=held_up(session),
        done="fait" in request.args,
    )


@blueprint.post("/administration/courriers/<uuid:message_id>")
@requires(Permission.ADMINISTER_EVERYWHERE)
def try_again(message_id: UUID) -> Response:
    """Give a mail all its tries again."""
    session = member_session()
    send_again(session, message_id=message_id, at=datetime.now(UTC))
    session.commit()
    return redirect(url_for("admin.letters", fait=1), 303)
