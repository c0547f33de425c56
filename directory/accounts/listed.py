"""Organisations of the listings that an admin may let take part in referrals."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.accounts.permissions import EVERYWHERE, User
from directory.listings.models import Location, Organization, Service, ServiceAtLocation
from directory.listings.vocabulary import plain

#: So many are shown: with more, one word more is needed.
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed organisation, with one of its communes to tell namesakes apart."""

    organization_id: int
    name: str
    siret: str | None
    city: str | None
    takes_part: bool


def listed_organizations(session: Session, *, user: User, words: str) -> list[Listed]:
    """Return the listed organisations whose name holds all these words, by name then id.

    An admin of territories finds those that have a place there; at most `MOST_SHOWN`.
    """
    asked = plain(words).split()
    if not asked:
        return []
    query = (
        select(
            Organization.id,
            Organization.name,
            Organization.siret,
            func.min(Location.city),
            func.count(OrganizationAccount.organization_id) > 0,
        )
        .outerjoin(Service, Service.organization_id == Organization.id)
        .outerjoin(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        .outerjoin(OrganizationAccount, OrganizationAccount.organization_id == Organization.id)
        .where(*(Organization.sort_key.contains(word, autoescape=True) for word in asked))
        .group_by(Organization.id)
        .order_by(Organization.sort_key, Organization.id)
        .limit(MOST_SHOWN)
    )
    if user.departements != EVERYWHERE:
        query = query.where(or_(*(_in_departement(code) for code in user.departements)))
    return [Listed(*row) for row in session.execute(query)]


def has_a_place_in(session: Session, *, organization_id: int, departement: str) -> bool:
    """Tell whether a listed organisation offers something somewhere in a département."""
    query = (
        select(Location.id)
        .join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(Service.organization_id == organization_id, _in_departement(departement))
        .limit(1)
    )
    return session.scalar(query) is not None


def _in_departement(code: str) -> ColumnElement[bool]:
    """Codes of communes begin with that of their département."""
    return Location.insee_code.startswith(code, autoescape=True)
