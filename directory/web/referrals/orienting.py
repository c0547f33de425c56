"""The way from a listing to a request: for those who may send one, and for nobody else."""

from flask import request, url_for

from directory.accounts.permissions import Permission
from directory.web.signed_in import current_user


def orienting_url(service_at_location_id: int) -> str | None:
    """Return the address of the form for a place of a service; None to a visitor.

    The commune that was searched goes along, when the address of the page names it.
    """
    user = current_user()
    if user is None or user.organization_id is None or not user.may(Permission.SEND_REFERRALS):
        return None
    commune = request.args.get("insee") or None
    return url_for("referrals.new", service=service_at_location_id, commune=commune)
