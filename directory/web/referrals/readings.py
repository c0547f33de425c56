"""Who read a request: told to the team that sends it, so that nobody reads out of curiosity."""

from uuid import UUID

from flask import render_template

from directory.accounts.permissions import Permission
from directory.referrals.queries import get_sent
from directory.referrals.readings import named_readings
from directory.web.referrals.blueprint import blueprint
from directory.web.runtime import runtime
from directory.web.signed_in import member_session, requires, signed_in


@blueprint.get("/orientations/<uuid:id>/lectures")
@requires(Permission.READ_REFERRALS)
def readings(id: UUID) -> str:
    """Show who read a request, newest first.

    :raise NotFound: there is no such request, or another organisation sent it.
    """
    session = member_session()
    referral = get_sent(session, id, to=signed_in())
    return render_template(
        "referrals/readings.html",
        referral=referral,
        readings=named_readings(session, referral),
        kept_days=runtime().settings.readings_kept_days,
    )
