"""Who is of the team of an organisation, who looks after it, and after a territory."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.links import withdraw_invitations
from directory.accounts.logins import end_logins
from directory.accounts.members import accounts_that_may
from directory.accounts.models import Account, Membership, OrganizationAccount, TerritoryAdmin
from directory.accounts.notices import tell_of_changed_team
from directory.accounts.permissions import Permission, Role, User
from directory.errors import Conflict, InvalidInput, NotFound
from directory.i18n import gettext

_DEPARTEMENT = re.compile(r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97\d|98\d", re.ASCII)


def change_role(
    session: Session,
    *,
    organization_id: int,
    account_id: int,
    role: Role,
    user: User | None,
    at: datetime,
) -> None:
    """Change what somebody may do in a team; her sign-ins there end, and so do her invitations.

    The managers are told of what an admin changes.

    :raise NotFound: the team is not this person's to look after, or nobody of it has that id.
    :raise Conflict: nobody would look after the team any more.
    """
    require_care_of(session, organization_id=organization_id, user=user)
    membership = _membership(session, organization_id, account_id)
    if membership.role == role:
        return
    _keep_a_manager(session, membership)
    tell_of_changed_team(session, organization_id=organization_id, user=user, at=at)
    membership.role = role.value
    _end_part(session, membership, at)


def remove_member(
    session: Session, *, organization_id: int, account_id: int, user: User | None, at: datetime
) -> None:
    """Take somebody out of a team; her sign-ins there end, and so do her invitations.

    Her account and other teams stay. The managers are told of what an admin changes.

    :raise NotFound: the team is not this person's to look after, or nobody of it has that id.
    :raise Conflict: nobody would look after the team any more.
    """
    require_care_of(session, organization_id=organization_id, user=user)
    membership = _membership(session, organization_id, account_id)
    _keep_a_manager(session, membership)
    tell_of_changed_team(session, organization_id=organization_id, user=user, at=at)
    membership.removed_at = at
    _end_part(session, membership, at)


def add_territory(session: Session, *, account_id: int, departement: str, by: User | None) -> None:
    """Have somebody look after the organisations of a département.

    :raise NotFound: who asks is no super-admin.
    :raise InvalidInput: it is none.
    """
    require_super_admin(by)
    code = read_departement(departement)
    session.merge(TerritoryAdmin(account_id=account_id, departement=code))
    session.flush()


def remove_territory(
    session: Session, *, account_id: int, departement: str, by: User | None, at: datetime
) -> None:
    """Take a département from an admin; her sign-ins end, and so do her invitations there.

    :raise NotFound: who asks is no super-admin, or that territory is not the other's.
    """
    require_super_admin(by)
    found = session.get(TerritoryAdmin, (account_id, departement))
    if found is None:
        raise not_found()
    session.delete(found)
    session.get_one(Account, account_id).stood_down_at = at
    end_logins(session, account_id=account_id, at=at)
    withdraw_invitations(session, account_id=account_id, departement=departement, at=at)
    session.flush()


def read_departement(text: str) -> str:
    """Return the code of a département.

    :raise InvalidInput: it is none.
    """
    code = text.strip().upper()
    if not _DEPARTEMENT.fullmatch(code):
        raise InvalidInput(
            gettext("Ce département ne se lit pas."),
            field="departement",
            remedy=gettext("Donnez son numéro, comme 93, 2A ou 974."),
        )
    return code


def require_care_of(session: Session, *, organization_id: int, user: User | None) -> None:
    """Let through the managers of an organisation, the admins of its territory, and commands.

    :raise NotFound: for anybody else, in the words for an organisation that does not exist.
    """
    account = session.get(OrganizationAccount, organization_id)
    if account is None:
        raise not_found()
    if user is None or user.looks_after(account.departement):
        return
    if user.organization_id != organization_id or not user.may(Permission.MANAGE_MEMBERS):
        raise not_found()


def require_super_admin(user: User | None) -> None:
    """Let through the super-admins, and commands.

    :raise NotFound: for anybody else.
    """
    if user is not None and not user.looks_after("*"):
        raise not_found()


def _membership(session: Session, organization_id: int, account_id: int) -> Membership:
    """Return a present membership; the row is held, so that two managers cannot both go."""
    everyone = session.scalars(
        select(Membership)
        .where(Membership.organization_id == organization_id, Membership.removed_at.is_(None))
        .order_by(Membership.id)
        .with_for_update()
    )
    found = [one for one in everyone if one.account_id == account_id]
    if not found:
        raise not_found()
    return found[0]


def _end_part(session: Session, membership: Membership, at: datetime) -> None:
    """End what somebody began in a team as what she was there."""
    account_id, organization_id = membership.account_id, membership.organization_id
    end_logins(session, account_id=account_id, organization_id=organization_id, at=at)
    withdraw_invitations(session, account_id=account_id, organization_id=organization_id, at=at)
    session.flush()


def _keep_a_manager(session: Session, leaving: Membership) -> None:
    """Refuse what leaves a team to nobody; whose account is closed looks after nothing."""
    query = accounts_that_may(Permission.MANAGE_MEMBERS, organization_id=leaving.organization_id)
    managers = {each.id for each in session.scalars(query)}
    if managers == {leaving.account_id}:
        raise Conflict(
            gettext("Cette équipe n'aurait plus de responsable."),
            field="role",
            remedy=gettext("Donnez d'abord ce rôle à quelqu'un d'autre."),
        )


def not_found() -> NotFound:
    """Return the refusal of what does not exist, or not for who asks."""
    return NotFound(gettext("Cette page n'existe pas, ou pas pour vous."))
