"""The way from a listing to a request: for those who may send one, and for nobody else."""

from flask import url_for

from directory.accounts.permissions import Permission
from directory.web.searched import searched_commune
from directory.web.signed_in import current_user


def orienting_url(service_at_location_id: int) -> str | None:
    """Return the address of the form for a place of a service; None to a visitor.

    The commune that was searched goes along: if this service refuses, others are sought there.
    """
    user = current_user()
    if user is None or user.organization_id is None or not user.may(Permission.SEND_REFERRALS):
        return None
    return url_for("referrals.new", service=service_at_location_id, commune=searched_commune())
