"""Who in a team may do something: the teams, what tells them, and referrals ask alike."""

from sqlalchemy import Select, select

from directory.accounts.models import Account, Membership
from directory.accounts.permissions import PERMISSIONS, Permission


def accounts_that_may(permission: Permission, *, organization_id: int) -> Select[Account]:
    """Return the query of the open accounts of a team that have a permission, first come first."""
    roles = [role.value for role, allowed in PERMISSIONS.items() if permission in allowed]
    return (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.organization_id == organization_id,
            Membership.removed_at.is_(None),
            Membership.role.in_(roles),
            Account.closed_at.is_(None),
        )
        .order_by(Membership.id)
    )
