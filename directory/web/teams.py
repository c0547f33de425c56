"""A team as its managers and the admins of its territory see it, and the forms that change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from directory.accounts.invitations import cancel_invitations, invite
from directory.accounts.notices import told_of_changes
from directory.accounts.permissions import Role, User
from directory.accounts.queries import Member, PendingInvitation, invitations_to, members_of
from directory.accounts.teams import change_role, remove_member, require_care_of
from directory.accounts.vocabulary import role_choices
from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.web.forms import typed
from directory.web.runtime import runtime


@dataclass(frozen=True, slots=True)
class Team:
    """What `components/team.html` shows."""

    members: list[Member]
    invitations: list[PendingInvitation]
    #: Its managers learn by mail of what this person changes.
    is_told: bool
    #: Where an invitation is sent, or taken back.
    invite_url: str
    #: Where the form of a member is sent.
    member_url: Callable[[int], str]

    @property
    def roles(self) -> list[tuple[str, str]]:
        """The roles, with what each allows."""
        return role_choices()


def team_of(
    session: Session,
    *,
    organization_id: int,
    user: User,
    at: datetime,
    invite_url: str,
    member_url: Callable[[int], str],
) -> Team:
    """Return the team of an organisation, with the addresses of its forms.

    :raise NotFound: it is not one that this person looks after.
    """
    return Team(
        members=members_of(session, user=user, organization_id=organization_id),
        invitations=invitations_to(session, user=user, organization_id=organization_id, at=at),
        is_told=bool(told_of_changes(session, organization_id=organization_id, user=user)),
        invite_url=invite_url,
        member_url=member_url,
    )


def invite_as_typed(session: Session, *, organization_id: int, user: User, at: datetime) -> None:
    """Invite whom the form of this request names, or take her invitation back.

    :raise FanalError: as `invite` does.
    """
    if typed("geste") == "annuler":
        require_care_of(session, organization_id=organization_id, user=user)
        cancel_invitations(session, email=typed("email"), organization_id=organization_id, at=at)
        return
    invite(
        session,
        organization_id=organization_id,
        email=typed("email"),
        role=read_role("role"),
        invited_by=user,
        keyring=runtime().keyring,
        at=at,
    )


def change_as_typed(
    session: Session, *, organization_id: int, account_id: int, user: User, at: datetime
) -> None:
    """Change the role of a member, or take her out of the team, as the form of this request says.

    :raise FanalError: as `change_role` and `remove_member` do.
    """
    if typed("geste") == "retirer":
        remove_member(
            session, organization_id=organization_id, account_id=account_id, user=user, at=at
        )
        return
    change_role(
        session,
        organization_id=organization_id,
        account_id=account_id,
        role=read_role(f"role-{account_id}"),
        user=user,
        at=at,
    )


def read_role(name: str) -> Role:
    """Return the role that a field of this request names.

    :raise InvalidInput: it names none.
    """
    try:
        return Role(request.form.get(name, ""))
    except ValueError as error:
        raise InvalidInput(gettext("Choisissez un rôle."), field=name) from error
