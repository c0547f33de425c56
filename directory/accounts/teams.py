"""Organisations that take part in referrals, who checked them, and who is of their teams."""

import re
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.accounts.listed import has_a_place_in
from directory.accounts.logins import end_logins
from directory.accounts.models import Membership, OrganizationAccount, TerritoryAdmin
from directory.accounts.permissions import EVERYWHERE, Permission, Role, User
from directory.errors import Conflict, InvalidInput, NotFound
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.listings.vocabulary import plain
from directory.outbox.actions import read_address

#: Where organisations come from that no import brought.
SOURCE = "fanal"

_DEPARTEMENT = re.compile(r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97\d|98\d", re.ASCII)


def create_organization_account(
    session: Session,
    *,
    departement: str,
    is_prescribing: bool,
    is_receiving: bool,
    by: User | None,
    at: datetime,
    organization_id: int | None = None,
    name: str = "",
    siret: str | None = None,
    referral_email: str | None = None,
    idempotency_key: UUID | None = None,
) -> OrganizationAccount:
    """Let an organisation take part in referrals: a listed one, or a new one by its name.

    It neither sends nor receives identity before it is verified. `by` is None for a command. A
    form that is sent twice with one key makes one organisation.

    :raise NotFound: the département, or the listed organisation, is not one that this person looks
        after.
    :raise InvalidInput: the name or the role is missing, the département, the SIRET or the address
        cannot be read.
    :raise Conflict: it takes part already.
    """
    departement = read_departement(departement)
    _require_territory(departement, by)
    if not (is_prescribing or is_receiving):
        raise InvalidInput(
            gettext("Dites si cette structure oriente, accueille, ou les deux."),
            field="is_prescribing",
        )
    address = read_address(referral_email).lower() if referral_email else None
    if organization_id is None:
        organization_id = _put_organization(session, name, siret, idempotency_key or uuid4())
        made = session.get(OrganizationAccount, organization_id)
        if made is not None:
            return made
    elif not _may_take_part(session, organization_id, departement, by):
        raise not_found()
    elif session.get(OrganizationAccount, organization_id) is not None:
        raise Conflict(gettext("Cette structure prend déjà part aux orientations."))
    account = OrganizationAccount(
        organization_id=organization_id,
        is_prescribing=is_prescribing,
        is_receiving=is_receiving,
        departement=departement,
        referral_email=address,
        created_at=at,
    )
    session.add(account)
    session.flush()
    return account


def verify_organization(
    session: Session, *, organization_id: int, user: User | None, at: datetime
) -> None:
    """Write down that somebody checked an organisation: from now on it may send and receive.

    :raise NotFound: it is not one that this admin looks after.
    """
    account = _administered(session, organization_id, user)
    if account.verified_at is None:
        account.verified_at = at
        account.verified_by_account_id = None if user is None else user.account_id
    session.flush()


def withdraw_verification(session: Session, *, organization_id: int, user: User | None) -> None:
    """Stop an organisation from sending and receiving, until somebody checks it again.

    :raise NotFound: it is not one that this admin looks after.
    """
    account = _administered(session, organization_id, user)
    account.verified_at = account.verified_by_account_id = None
    session.flush()


def change_role(
    session: Session,
    *,
    organization_id: int,
    account_id: int,
    role: Role,
    user: User | None,
    at: datetime,
) -> None:
    """Change what somebody may do in a team; her sign-ins there end.

    :raise NotFound: the team is not this person's to look after, or nobody of it has that id.
    :raise Conflict: nobody would look after the team any more.
    """
    require_care_of(session, organization_id=organization_id, user=user)
    membership = _membership(session, organization_id, account_id)
    if membership.role == role:
        return
    _keep_a_manager(session, membership)
    membership.role = role.value
    end_logins(session, account_id=account_id, organization_id=organization_id, at=at)
    session.flush()


def remove_member(
    session: Session, *, organization_id: int, account_id: int, user: User | None, at: datetime
) -> None:
    """Take somebody out of a team; her sign-ins there end, her account and other teams stay.

    :raise NotFound: the team is not this person's to look after, or nobody of it has that id.
    :raise Conflict: nobody would look after the team any more.
    """
    require_care_of(session, organization_id=organization_id, user=user)
    membership = _membership(session, organization_id, account_id)
    _keep_a_manager(session, membership)
    membership.removed_at = at
    end_logins(session, account_id=account_id, organization_id=organization_id, at=at)
    session.flush()


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
    """Take a département from an admin; her sign-ins end.

    :raise NotFound: who asks is no super-admin, or that territory is not the other's.
    """
    require_super_admin(by)
    found = session.get(TerritoryAdmin, (account_id, departement))
    if found is None:
        raise not_found()
    session.delete(found)
    end_logins(session, account_id=account_id, at=at)
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


def _administered(session: Session, organization_id: int, user: User | None) -> OrganizationAccount:
    account = session.get(OrganizationAccount, organization_id)
    if account is None or (user is not None and not user.looks_after(account.departement)):
        raise not_found()
    return account


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


def _keep_a_manager(session: Session, leaving: Membership) -> None:
    if leaving.role != Role.MANAGER:
        return
    others = session.scalar(
        select(func.count())
        .select_from(Membership)
        .where(
            Membership.organization_id == leaving.organization_id,
            Membership.removed_at.is_(None),
            Membership.role == Role.MANAGER.value,
            Membership.id != leaving.id,
        )
    )
    if not others:
        raise Conflict(
            gettext("Cette équipe n'aurait plus de responsable."),
            field="role",
            remedy=gettext("Donnez d'abord ce rôle à quelqu'un d'autre."),
        )


def _put_organization(session: Session, name: str, siret: str | None, key: UUID) -> int:
    """Return the id of the organisation that was made under a key, now or before."""
    told = " ".join(name.split())
    if not told or not told.isprintable():
        raise InvalidInput(gettext("Il manque le nom de la structure."), field="name")
    values = {"name": told, "sort_key": plain(told), "siret": read_siret(siret or "")}
    made: int | None = session.scalar(
        insert(Organization)
        .values(source=SOURCE, source_key=str(key), **values)
        .on_conflict_do_nothing(index_elements=[Organization.source, Organization.source_key])
        .returning(Organization.id)
    )
    if made is not None:
        return made
    return session.scalars(
        select(Organization.id).where(
            Organization.source == SOURCE, Organization.source_key == str(key)
        )
    ).one()


def read_siret(text: str) -> str | None:
    """Return the fourteen digits of a SIRET, however they are grouped; None when there is none.

    :raise InvalidInput: it is something else.
    """
    digits = "".join(text.split())
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) == 14):
        raise InvalidInput(
            gettext("Ce numéro SIRET ne se lit pas."),
            field="siret",
            remedy=gettext("Il a quatorze chiffres, ou laissez ce champ vide."),
        )
    return digits


def _may_take_part(
    session: Session, organization_id: int, departement: str, user: User | None
) -> bool:
    """Tell whether there is such a listed organisation, and where this person looks after it."""
    if session.get(Organization, organization_id) is None:
        return False
    if user is None or user.departements == EVERYWHERE:
        return True
    return has_a_place_in(session, organization_id=organization_id, departement=departement)


def _require_territory(departement: str, user: User | None) -> None:
    if user is not None and not user.looks_after(departement):
        raise not_found()


def not_found() -> NotFound:
    """Return the refusal of what does not exist, or not for who asks."""
    return NotFound(gettext("Cette page n'existe pas, ou pas pour vous."))
