"""A service that takes no requests any more: what is still known of it, and who could instead."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.i18n import gettext
from directory.listings.models import Location, Organization, Service, ServiceAtLocation
from directory.listings.vocabulary import BY_ID
from directory.opening_hours import OpeningHours
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.models import Referral
from directory.referrals.snapshots import Snapshot, take_snapshot
from directory.web.alternatives import Alternative, alternatives_to
from directory.web.runtime import runtime


def told_snapshot(session: Session, service_at_location_id: int, at: datetime) -> Snapshot:
    """Return a service as it is told now; of one that was withdrawn, its names alone."""
    try:
        return take_snapshot(session, service_at_location_id=service_at_location_id, at=at)
    except ReferralRefused:
        return _names_alone(session, service_at_location_id, at)


def nearest_instead(
    session: Session, snapshot: Snapshot, insee_code: str | None, at: datetime
) -> list[Alternative]:
    """Return the nearest services for the same need, from a commune, else from the service's."""
    location = snapshot.location or {}
    # Never added to the session: it only carries what a search is made from.
    request = Referral(
        snapshot=snapshot.to_json(),
        category_code=snapshot.category_code,
        insee_code=insee_code or location.get("insee_code"),
        conditions=[],
    )
    return alternatives_to(session, request, at=at, gazetteer=runtime().gazetteer())


def _names_alone(session: Session, service_at_location_id: int, at: datetime) -> Snapshot:
    """Return what a card has of a service whose listing is gone; nothing of where it was.

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
