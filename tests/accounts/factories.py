"""People and organisations of the tests, as rows."""

from datetime import UTC, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.logins import Lifetimes, begin_login, find_login
from directory.accounts.models import Account, Membership, OrganizationAccount, TerritoryAdmin
from directory.accounts.permissions import Role, User
from directory.listings.models import Organization, Service, ServiceAtLocation

_numbers = count(1)

#: When everything of the tests was made.
MADE_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def make_organization(
    session: Session,
    name: str = "Entraide",
    *,
    organization_id: int | None = None,
    is_verified: bool = True,
    departement: str = "93",
    referral_email: str | None = None,
) -> int:
    """Return the id of an organisation that takes part in referrals: a new one, or a listed one."""
    if organization_id is None:
        organization = Organization(
            name=name, sort_key=name.lower(), source="test", source_key=f"org-{next(_numbers)}"
        )
        session.add(organization)
        session.flush()
        organization_id = organization.id
    session.add(
        OrganizationAccount(
            organization_id=organization_id,
            is_prescribing=True,
            is_receiving=True,
            departement=departement,
            referral_email=referral_email,
            verified_at=MADE_AT if is_verified else None,
            created_at=MADE_AT,
        )
    )
    session.flush()
    return organization_id


def organization_of(session: Session, service_at_location_id: int) -> int:
    """Return the id of the organisation that offers a service in a place."""
    return session.execute(
        select(Service.organization_id)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .where(ServiceAtLocation.id == service_at_location_id)
    ).scalar_one()


def make_account(
    session: Session,
    name: str = "Awa Diop",
    *,
    role: Role | None = Role.CASEWORKER,
    organization_id: int | None = None,
    departements: tuple[str, ...] = (),
    is_super_admin: bool = False,
    has_telephone: bool | None = None,
) -> int:
    """Return the id of an account, a member of the organisation (a new one unless given).

    An admin has a second factor unless told otherwise, as the site asks; no code fits it.
    """
    if has_telephone is None:
        has_telephone = is_super_admin or bool(departements)
    account = Account(
        email=f"personne{next(_numbers)}@exemple.invalid",
        name=name,
        is_super_admin=is_super_admin,
        totp_secret=b"of nobody" if has_telephone else None,
        created_at=MADE_AT,
    )
    session.add(account)
    session.flush()
    if role is not None:
        session.add(
            Membership(
                account_id=account.id,
                organization_id=organization_id or make_organization(session),
                role=role.value,
                created_at=MADE_AT,
            )
        )
    session.add_all(
        TerritoryAdmin(account_id=account.id, departement=code) for code in departements
    )
    session.flush()
    return account.id


def sign_in(session: Session, account_id: int, *, at: datetime | None = None) -> tuple[str, User]:
    """Begin a sign-in without its pages; return the token of the cookie, and who it is."""
    at = at or datetime.now(UTC)
    token = begin_login(session, account_id=account_id, awaits_second_factor=False, at=at)
    user = find_login(session, token=token, at=at, lifetimes=Lifetimes())
    assert user is not None
    return token, user
