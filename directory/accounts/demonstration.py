"""Demonstration accounts: people of invented teams, to try what needs a sign-in.

They exist only on the private server of one's own machine. Their passwords are made at random for
each installation and kept in its data folder, for its owner's eyes only.
"""

import json
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from directory.accounts.models import Account, Membership, OrganizationAccount, TerritoryAdmin
from directory.accounts.passwords import hash_password
from directory.accounts.permissions import Role
from directory.config import Settings
from directory.files import replace_private
from directory.listings.models import Location, Organization, Service, ServiceAtLocation
from directory.listings.vocabulary import plain
from directory.territories.models import CommuneRow

FILE_NAME = "demonstration.json"

#: Of the invented listings (`imports.demonstration`), and of the teams made here.
SOURCE = "demonstration"

_DEPARTEMENT = "93"
_SENDERS = ("equipe-mobile-bondy", "Équipe mobile de Bondy (exemple)")
_UNVERIFIED = ("accueil-des-peupliers", "Accueil des Peupliers (exemple)")

#: Without the letters and digits that are taken for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented, of the organisation of a key; without one, an admin of the territory."""

    email: str
    name: str
    organization_key: str | None
    role: Role | None


PEOPLE = (
    Person("awa@equipe-mobile.example.org", "Awa Diop", _SENDERS[0], Role.CASEWORKER),
    Person("camille@equipe-mobile.example.org", "Camille Martin", _SENDERS[0], Role.MANAGER),
    Person("malik@halte.example.org", "Malik Haddad", "halte-des-tilleuls", Role.MANAGER),
    Person("lucie@halte.example.org", "Lucie Bernard", "halte-des-tilleuls", Role.EDITOR),
    Person("admin93@example.org", "Jeanne Moreau-Kaya", None, None),
)


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """How to sign in as somebody invented."""

    email: str
    name: str
    role: Role | None
    password: str = field(repr=False)


def stored_accounts(settings: Settings) -> list[DemonstrationAccount]:
    """Return the accounts of this installation, as they were made; none where there are none."""
    kept = _passwords(_file(settings))
    return [
        DemonstrationAccount(person.email, person.name, person.role, kept[person.email])
        for person in PEOPLE
        if person.email in kept
    ]


def put_accounts(session: Session, *, settings: Settings, at: datetime) -> None:
    """Make the accounts where there are invented listings; those that are there stay.

    Their passwords are written down first: were the machine to stop in between, the next start
    makes the accounts with the same ones.
    """
    if not session.scalar(select(exists().where(Service.is_demonstration))):
        return
    kept = _passwords(_file(settings))
    known = {account.email: account for account in session.scalars(select(Account))}
    new = {person.email: _new_password() for person in PEOPLE if person.email not in kept}
    if new:
        replace_private(_file(settings), json.dumps(kept | new, indent=2).encode())
    _put_organizations(session, at)
    for person in PEOPLE:
        account = known.get(person.email)
        if account is None:
            _put_person(session, person, (kept | new)[person.email], at)
        elif person.email in new:
            account.password_hash = hash_password(new[person.email])
    session.flush()


def organization_ids(session: Session) -> list[int]:
    """Return the organisations that are invented, listed or not."""
    return list(session.scalars(select(Organization.id).where(Organization.source == SOURCE)))


def remove_accounts(session: Session) -> int:
    """Remove the accounts and their organisations' part in referrals; return how many went.

    Their referrals must be gone by then. Listed organisations go with their listings.
    """
    ids = organization_ids(session)
    session.execute(delete(OrganizationAccount).where(OrganizationAccount.organization_id.in_(ids)))
    gone = session.scalars(
        delete(Account).where(Account.is_demonstration).returning(Account.id)
    ).all()
    session.execute(
        delete(Organization).where(
            Organization.id.in_(ids), Organization.id.not_in(select(Service.organization_id))
        )
    )
    return len(gone)


def forget_passwords(settings: Settings) -> None:
    """Delete the file of the passwords."""
    _file(settings).unlink(missing_ok=True)


def _put_organizations(session: Session, at: datetime) -> None:
    """Let every invented organisation take part; one waits to be verified, to show how."""
    _put_team(session, _SENDERS, is_verified=True, at=at)
    _put_team(session, _UNVERIFIED, is_verified=False, at=at)
    listed = session.execute(
        select(Organization.id, Organization.source_key, func.min(CommuneRow.departement))
        .join(Service, Service.organization_id == Organization.id)
        .outerjoin(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        .outerjoin(CommuneRow, CommuneRow.insee_code == Location.insee_code)
        .where(
            Organization.source == SOURCE,
            Organization.id.not_in(select(OrganizationAccount.organization_id)),
        )
        .group_by(Organization.id)
    )
    session.add_all(
        OrganizationAccount(
            organization_id=id,
            is_receiving=True,
            departement=departement or _DEPARTEMENT,
            referral_email=f"accueil@{key}.example.org",
            verified_at=at,
            created_at=at,
        )
        for id, key, departement in listed.all()
    )
    session.flush()


def _put_team(session: Session, team: tuple[str, str], *, is_verified: bool, at: datetime) -> None:
    key, name = team
    if _organization(session, key) is not None:
        return
    organization = Organization(source=SOURCE, source_key=key, name=name, sort_key=plain(name))
    session.add(organization)
    session.flush()
    session.add(
        OrganizationAccount(
            organization_id=organization.id,
            is_prescribing=True,
            departement=_DEPARTEMENT,
            verified_at=at if is_verified else None,
            created_at=at,
        )
    )


def _put_person(session: Session, person: Person, password: str, at: datetime) -> None:
    account = Account(
        email=person.email,
        name=person.name,
        password_hash=hash_password(password),
        is_demonstration=True,
        created_at=at,
    )
    session.add(account)
    session.flush()
    if person.organization_key is None or person.role is None:
        session.add(TerritoryAdmin(account_id=account.id, departement=_DEPARTEMENT))
        return
    organization = _organization(session, person.organization_key)
    if organization is not None:
        session.add(
            Membership(
                account_id=account.id,
                organization_id=organization.id,
                role=person.role.value,
                created_at=at,
            )
        )
    session.flush()


def _organization(session: Session, key: str) -> Organization | None:
    return session.scalars(
        select(Organization).where(Organization.source == SOURCE, Organization.source_key == key)
    ).one_or_none()


def _new_password() -> str:
    """Return four groups of four letters and digits, easy to copy by hand."""
    letters = [secrets.choice(_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def _file(settings: Settings) -> Path:
    return settings.data_dir.absolute() / FILE_NAME


def _passwords(path: Path) -> dict[str, str]:
    """Return password by address; none when the file is not there, or is not ours any more."""
    with suppress(OSError, ValueError):
        kept = json.loads(path.read_text())
        if isinstance(kept, dict):
            return {str(email): str(password) for email, password in kept.items()}
    return {}
