"""Who is shown the listings for professionals: members who may send requests to them."""

from directory.accounts.permissions import Permission
from directory.web.signed_in import current_user


def sees_reserved() -> bool:
    """Tell whether this page may show what is told to professionals alone.

    A page that does must be kept by nobody. The API never asks.
    """
    user = current_user()
    return (
        user is not None
        and user.organization_id is not None
        and user.may(Permission.SEND_REFERRALS)
    )
