"""Who is invited into a team, and how an invitation is accepted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.accounts.actions import read_name
from directory.accounts.links import find_link, issue_link, link_gone, spend_link
from directory.accounts.models import Account, AccountLink, Membership
from directory.accounts.notices import tell_of_changed_team
from directory.accounts.passwords import choose_password, password_fits
from directory.accounts.permissions import Role, User
from directory.accounts.teams import add_territory, require_care_of, require_super_admin
from directory.accounts.throttles import INVITATION, INVITED_ADDRESS, count_try
from directory.errors import Conflict, InvalidInput
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.outbox.actions import read_address
from directory.privacy.keys import Keyring


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the page of an invitation shows."""

    email: str
    #: None for an admin of no organisation.
    organization_name: str | None
    role: Role | None
    #: The address has an account with a password: that one is asked, no new one is chosen.
    has_account: bool


def invite(
    session: Session,
    *,
    organization_id: int,
    email: str,
    role: Role,
    invited_by: User | None,
    keyring: Keyring,
    at: datetime,
) -> AccountLink:
    """Invite somebody into a team by mail; an earlier invitation there serves no more.

    `invited_by` is None for a command. The managers are told of what an admin does.

    :raise NotFound: the organisation is not one that this person looks after.
    :raise InvalidInput: the address cannot be read.
    :raise Conflict: she is of the team already, or her account is closed.
    :raise Throttled: too many invitations in a day, of this person or to this address.
    """
    require_care_of(session, organization_id=organization_id, user=invited_by)
    address = read_address(email).lower()
    if invited_by is not None:
        tries = {INVITATION: str(invited_by.account_id), INVITED_ADDRESS: address}
        count_try(session, keyring=keyring, tries=tries, at=at)
    _require_open(_account_of(session, address))
    if _is_member(session, address, organization_id):
        raise Conflict(gettext("Cette personne est déjà de l'équipe."), field="email")
    cancel_invitations(session, email=address, organization_id=organization_id, at=at)
    tell_of_changed_team(session, organization_id=organization_id, user=invited_by, at=at)
    return issue_link(
        session,
        purpose="invitation",
        email=address,
        keyring=keyring,
        at=at,
        organization_id=organization_id,
        role=role.value,
        invited_by_account_id=None if invited_by is None else invited_by.account_id,
    )


def invite_admin(
    session: Session,
    *,
    email: str,
    departements: tuple[str, ...],
    is_super_admin: bool = False,
    invited_by: User | None,
    keyring: Keyring,
    at: datetime,
) -> AccountLink:
    """Make somebody an admin, of these départements or of all, and invite her by mail.

    :raise NotFound: who invites is no super-admin.
    :raise InvalidInput: the address cannot be read, or nothing is to be looked after.
    :raise Conflict: the account is closed.
    """
    require_super_admin(invited_by)
    if not departements and not is_super_admin:
        raise InvalidInput(
            gettext("Il manque le département."),
            field="departements",
            remedy=gettext("Donnez-en au moins un, comme 93 ou 2A."),
        )
    address = read_address(email).lower()
    account = _account_of(session, address)
    if account is None:
        account = Account(email=address, name=address, created_at=at)
        session.add(account)
    _require_open(account)
    account.is_super_admin = account.is_super_admin or is_super_admin
    session.flush()
    for departement in departements:
        add_territory(session, account_id=account.id, departement=departement, by=invited_by)
    return issue_link(
        session,
        purpose="invitation",
        email=address,
        keyring=keyring,
        at=at,
        invited_by_account_id=None if invited_by is None else invited_by.account_id,
    )


def find_invitation(session: Session, *, token: str, at: datetime) -> Invitation | None:
    """Return what an invitation opens, or None when its link does not serve; nothing changes.

    For an account that was closed it does not: nobody fills in what cannot be accepted.
    """
    link = find_link(session, token=token, purpose="invitation", at=at)
    if link is None:
        return None
    account = _account_of(session, link.email)
    if account is not None and account.closed_at is not None:
        return None
    name = None
    if link.organization_id is not None:
        name = session.get_one(Organization, link.organization_id).name
    return Invitation(
        email=link.email,
        organization_name=name,
        role=None if link.role is None else Role(link.role),
        has_account=account is not None and account.password_hash is not None,
    )


def accept_invitation(
    session: Session, *, token: str, name: str, password: str, at: datetime, keyring: Keyring
) -> int:
    """Spend an invitation: make the account and the membership, and return the account's id.

    Whoever has an account already types its password; its name stays as it is.

    :raise NotFound: the link does not serve, or not any more.
    :raise InvalidInput: the name is missing, or the password is refused.
    :raise Throttled: too many passwords.
    """
    link = spend_link(session, token=token, purpose="invitation", at=at)
    account = _account_of(session, link.email)
    if account is not None and account.closed_at is not None:
        raise link_gone()
    if account is not None and account.password_hash is not None:
        _require_own_password(session, account, password, at, keyring)
    else:
        account = account or Account(email=link.email, name="", created_at=at)
        account.name = read_name(name)
        session.add(account)
        session.flush()
        choose_password(session, account_id=account.id, password=password, at=at)
    _join(session, account, link, at)
    return account.id


def cancel_invitations(session: Session, *, email: str, organization_id: int, at: datetime) -> None:
    """Take back the invitations of an address into a team."""
    session.execute(
        update(AccountLink)
        .where(
            AccountLink.purpose == "invitation",
            AccountLink.email == email,
            AccountLink.organization_id == organization_id,
            AccountLink.spent_at.is_(None),
        )
        .values(spent_at=at)
        .execution_options(synchronize_session=False)
    )


def _require_open(account: Account | None) -> None:
    """Refuse to invite whom an administrator shut out.

    :raise Conflict: the account is closed.
    """
    if account is not None and account.closed_at is not None:
        raise Conflict(
            gettext("Ce compte est fermé."),
            field="email",
            remedy=gettext("La personne qui administre Fanal l'a fermé : demandez-lui pourquoi."),
        )


def _require_own_password(
    session: Session, account: Account, password: str, at: datetime, keyring: Keyring
) -> None:
    if not password_fits(session, account=account, typed=password, at=at, keyring=keyring):
        raise InvalidInput(
            gettext("Ce n'est pas le mot de passe de votre compte."),
            field="password",
            remedy=gettext("Si vous l'avez oublié, choisissez-en d'abord un nouveau."),
        )


def _join(session: Session, account: Account, link: AccountLink, at: datetime) -> None:
    """Add what an invitation opens, unless the person has it already."""
    if link.organization_id is None or link.role is None:
        return
    if _is_member(session, account.email, link.organization_id):
        return
    session.add(
        Membership(
            account_id=account.id,
            organization_id=link.organization_id,
            role=link.role,
            created_at=at,
        )
    )
    session.flush()


def _account_of(session: Session, email: str) -> Account | None:
    return session.scalars(select(Account).where(Account.email == email)).one_or_none()


def _is_member(session: Session, email: str, organization_id: int) -> bool:
    query = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Account.email == email,
            Membership.organization_id == organization_id,
            Membership.removed_at.is_(None),
        )
    )
    return session.scalar(query) is not None
