"""The service as it was told when the request was made. Listings change; a request must not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.i18n import gettext
from directory.listings.models import Location, Organization, Service, ServiceAtLocation
from directory.listings.queries import get_sheet
from directory.listings.vocabulary import BY_ID, category_label
from directory.opening_hours import OpeningHours
from directory.referrals.conflicts import ReferralRefused

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The card and the details of a place at an instant.

    They are those of the listings' own page, where a confidential address is its commune alone.
    """

    taken_at: datetime
    card: dict[str, Any]
    details: dict[str, Any]

    @property
    def service_name(self) -> str:
        """Name of the service."""
        return str(self.card["service"]["name"])

    @property
    def category_code(self) -> str:
        """Kind of help."""
        return str(self.card["service"]["category"])

    @property
    def category_label(self) -> str:
        """Kind of help, in the language in force."""
        return category_label(self.category_code)

    @property
    def organization_id(self) -> int:
        """Whose service it is."""
        return int(self.card["organization"]["id"])

    @property
    def organization_name(self) -> str:
        """Name of that organisation."""
        return str(self.card["organization"]["name"])

    @property
    def location(self) -> dict[str, Any] | None:
        """Where, as far as it may be told: address, postal_code, city, insee_code…"""
        location: dict[str, Any] | None = self.card["location"]
        return location

    @property
    def city(self) -> str | None:
        """Commune; None for a service without a place."""
        return None if self.location is None else str(self.location["city"])

    @property
    def hours(self) -> OpeningHours:
        """Opening hours of that day."""
        return OpeningHours.from_json_text(self.card["opening"])

    def to_json(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "version": 1,
            "taken_at": self.taken_at.isoformat(),
            "card": self.card,
            "details": self.details,
        }

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """Read what `to_json` stored."""
        return cls(
            taken_at=datetime.fromisoformat(stored["taken_at"]),
            card=stored["card"],
            details=stored["details"],
        )


def take_snapshot(session: Session, *, service_at_location_id: int, at: datetime) -> Snapshot:
    """Return what is told of a place now, to professionals.

    :raise ReferralRefused: it is suspended, closed, or was withdrawn.
    """
    # Ids come from addresses that anybody may type; the database compares no longer ones.
    if not 0 < service_at_location_id <= _LARGEST_ID:
        raise _refused(gettext("Ce service n'est plus dans l'annuaire."))
    sheet = get_sheet(session, service_at_location_id, include_professionals=True)
    if sheet is None:
        raise _gone(session, service_at_location_id)
    return Snapshot(taken_at=at, card=sheet.card, details=sheet.details)


def snapshot_even_gone(session: Session, *, service_at_location_id: int, at: datetime) -> Snapshot:
    """Return what is told of a place now; of one that was withdrawn, its names alone.

    For a form that is shown again, with who could help instead; never for a request.
    """
    try:
        return take_snapshot(session, service_at_location_id=service_at_location_id, at=at)
    except ReferralRefused:
        return _names_alone(session, service_at_location_id, at)


def _names_alone(session: Session, service_at_location_id: int, at: datetime) -> Snapshot:
    """Return what a card has of a service that is not told any more; nothing of where it was.

    The commune stays, for the search of another one: it tells no more than any card does.
    """
    row = session.execute(
        select(Service, Organization, Location.insee_code, Location.city)
        .select_from(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .outerjoin(Location, Location.id == ServiceAtLocation.location_id)
        .where(ServiceAtLocation.id == service_at_location_id)
    ).one_or_none()
    service, organization, insee_code, city = row or (None, None, None, None)
    commune = {
        "privacy": "hidden",
        "precision": "municipality",
        "latitude": None,
        "longitude": None,
        "city": city,
        "insee_code": insee_code,
    }
    card: dict[str, Any] = {
        "service": {
            "id": service.id if service else 0,
            "name": service.name if service else gettext("Service retiré de l'annuaire"),
            "category": BY_ID[service.category_id].code if service else "autre",
        },
        "organization": {
            "id": organization.id if organization else 0,
            "name": organization.name if organization else "",
        },
        "location": commune if insee_code else None,
        "conditions": {},
        "areas": [],
        "phones": [],
        "opening": orjson.dumps(OpeningHours().to_json()).decode(),
    }
    return Snapshot(taken_at=at, card=card, details={})


def _gone(session: Session, service_at_location_id: int) -> ReferralRefused:
    """Return why nobody can be sent there."""
    statuses = session.execute(
        select(Service.status, ServiceAtLocation.status)
        .join(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
        .where(ServiceAtLocation.id == service_at_location_id)
    ).one_or_none()
    if statuses is not None and "closed" not in statuses and "suspended" in statuses:
        message = gettext("Ce service est suspendu : il ne reçoit pas de demande en ce moment.")
    elif statuses is not None and "closed" in statuses:
        message = gettext("Ce service a fermé.")
    else:
        message = gettext("Ce service n'est plus dans l'annuaire.")
    return _refused(message)


def _refused(message: str) -> ReferralRefused:
    return ReferralRefused(
        message,
        field="service",
        remedy=gettext("Choisissez-en un autre : les plus proches vous sont proposés."),
    )
