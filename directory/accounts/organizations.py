"""Organisations that take part in referrals, and who checked them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.accounts.listed import has_a_place_in
from directory.accounts.models import OrganizationAccount
from directory.accounts.notices import tell_of_moved_requests
from directory.accounts.permissions import EVERYWHERE, User
from directory.accounts.teams import not_found, read_departement
from directory.errors import Conflict, InvalidInput
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.listings.vocabulary import plain
from directory.outbox.actions import read_address

#: Where organisations come from that no import brought.
SOURCE = "fanal"


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

    :raise NotFound: the département or organisation is not one that this person looks after.
    :raise InvalidInput: the name or the role is missing, the département, the SIRET or the address
        cannot be read.
    :raise Conflict: it takes part already.
    """
    departement = _own_departement(departement, by)
    _require_a_part(is_prescribing, is_receiving)
    address = _read_referral_email(referral_email)
    if organization_id is None:
        organization_id = _put_organization(session, name, siret, idempotency_key or uuid4())
        made = session.get(OrganizationAccount, organization_id)
        if made is not None:
            return made
    else:
        _require_may_take_part(session, organization_id, departement, by)
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


def change_organization_account(
    session: Session,
    *,
    organization_id: int,
    is_prescribing: bool,
    is_receiving: bool,
    referral_email: str | None,
    user: User | None,
    at: datetime,
) -> None:
    """Change what an organisation takes part in, and where requests for it are announced.

    Of another address its managers are told, and the former address.

    :raise NotFound: it is not one that this admin looks after.
    :raise InvalidInput: it would take no part, or the address cannot be read.
    """
    account = _administered(session, organization_id, user)
    _require_a_part(is_prescribing, is_receiving)
    former, address = account.referral_email, _read_referral_email(referral_email)
    if address != former:
        tell_of_moved_requests(
            session, organization_id=organization_id, former=former, user=user, at=at
        )
    account.referral_email = address
    account.is_prescribing, account.is_receiving = is_prescribing, is_receiving
    session.flush()


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
        account.suspended_at = None
    session.flush()


def withdraw_verification(
    session: Session, *, organization_id: int, user: User | None, at: datetime
) -> None:
    """Suspend an organisation: it sends, reads and answers nothing until it is verified again.

    :raise NotFound: it is not one that this admin looks after.
    """
    account = _administered(session, organization_id, user)
    account.verified_at = account.verified_by_account_id = None
    account.suspended_at = account.suspended_at or at
    session.flush()


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


def _administered(session: Session, organization_id: int, user: User | None) -> OrganizationAccount:
    account = session.get(OrganizationAccount, organization_id)
    if account is None or (user is not None and not user.looks_after(account.departement)):
        raise not_found()
    return account


def _require_may_take_part(
    session: Session, organization_id: int, departement: str, user: User | None
) -> None:
    """Let through a listed organisation that takes no part yet, where this person looks after it.

    :raise NotFound: there is none, or not there.
    :raise Conflict: it takes part already.
    """
    if session.get(Organization, organization_id) is None:
        raise not_found()
    is_everywhere = user is None or user.departements == EVERYWHERE
    if not is_everywhere and not has_a_place_in(
        session, organization_id=organization_id, departement=departement
    ):
        raise not_found()
    if session.get(OrganizationAccount, organization_id) is not None:
        raise Conflict(gettext("Cette structure prend déjà part aux orientations."))


def _own_departement(text: str, user: User | None) -> str:
    departement = read_departement(text)
    if user is not None and not user.looks_after(departement):
        raise not_found()
    return departement


def _read_referral_email(text: str | None) -> str | None:
    try:
        return read_address(text).lower() if text else None
    except InvalidInput as error:
        error.field = "referral_email"
        raise


def _require_a_part(is_prescribing: bool, is_receiving: bool) -> None:
    if not (is_prescribing or is_receiving):
        raise InvalidInput(
            gettext("Dites si cette structure oriente, accueille, ou les deux."),
            field="is_prescribing",
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
