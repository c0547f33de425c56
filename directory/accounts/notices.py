"""Who learns by mail what was changed over the head of a team.

An admin may join any team of her territory, or have its requests announced elsewhere. Nobody is
asked for leave, so that a team whose managers are gone can be helped; but those who look after it
learn of it at once, and not only when they next read a list.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts.members import accounts_that_may
from directory.accounts.models import OrganizationAccount
from directory.accounts.permissions import Permission, User
from directory.outbox.actions import put_message
from directory.outbox.texts import MessageKind


def told_of_changes(session: Session, *, organization_id: int, user: User | None) -> list[str]:
    """Return the addresses of who is told when this person changes a team: its other managers.

    Nobody is when a manager changes her own team. `user` is None for a command.
    """
    account = session.get_one(OrganizationAccount, organization_id)
    if user is not None and not user.looks_after(account.departement):
        return []
    return _managers(session, organization_id, user)


def tell_of_changed_team(
    session: Session, *, organization_id: int, user: User | None, at: datetime
) -> None:
    """Tell the managers of a team that an admin, or a command, changes it.

    To be called before the change: a manager who is taken out of the team is told too.
    """
    for address in told_of_changes(session, organization_id=organization_id, user=user):
        put_message(session, kind=MessageKind.TEAM_CHANGED, recipient=address, values={}, at=at)


def tell_of_moved_requests(
    session: Session, *, organization_id: int, former: str | None, user: User | None, at: datetime
) -> None:
    """Tell the managers of an organisation, and its former address, that its requests moved.

    Whoever did it, even another manager; a team without accounts has its former address only.
    """
    addresses = _managers(session, organization_id, user)
    if former is not None and former not in addresses:
        addresses.append(former)
    for address in addresses:
        put_message(session, kind=MessageKind.REQUESTS_MOVED, recipient=address, values={}, at=at)


def _managers(session: Session, organization_id: int, but: User | None) -> list[str]:
    managers = accounts_that_may(Permission.MANAGE_MEMBERS, organization_id=organization_id)
    return [
        account.email
        for account in session.scalars(managers)
        if but is None or account.id != but.account_id
    ]
