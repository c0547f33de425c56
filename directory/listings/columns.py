"""A draft as columns of tables: what storing one and storing thousands have in common."""

from dataclasses import asdict
from typing import Any

from directory.listings.attributes import validated
from directory.listings.drafts import (
    CapacityDraft,
    LocationDraft,
    OrganizationDraft,
    PlaceDraft,
    ServiceDraft,
    Source,
)
from directory.listings.models import Capacity, Closure, Contact, Phone, Schedule
from directory.listings.privacy import PUBLIC
from directory.listings.vocabulary import Kind, plain

Columns = dict[str, Any]


def privacy_of(location: LocationDraft, kind: Kind) -> str:
    """Return how much of a place may be told: hidden for a sensitive kind, unless it says."""
    return location.privacy or ("hidden" if kind.is_sensitive else PUBLIC)


def of_source(source: Source) -> Columns:
    """Return what every record says of its source."""
    return {"source_dated_on": source.dated_on, "source_licence": source.licence}


def of_organization(draft: OrganizationDraft) -> Columns:
    """Return the columns of an organization."""
    return {
        "name": draft.name,
        "sort_key": plain(draft.name),
        "kind": draft.kind,
        "siret": draft.siret,
        "networks": list(draft.networks),
        "website": draft.website,
    }


def of_service(draft: ServiceDraft, kind: Kind, organization_id: int, digest: str) -> Columns:
    """Return the columns of a service.

    :raise InvalidInput: an attribute does not fit the kind of help.
    """
    return {
        "organization_id": organization_id,
        "category_id": kind.id,
        "name": draft.name,
        "description": draft.description,
        "visibility": draft.visibility,
        "status": draft.status,
        "conditions": draft.conditions.to_json(),
        "attributes": validated(draft.category, draft.attributes),
        "is_demonstration": draft.is_demonstration,
        "source_hash": digest,
    }


def of_location(draft: LocationDraft, kind: Kind) -> Columns:
    """Return the columns of a location."""
    values = asdict(draft) | {
        "privacy": privacy_of(draft, kind),
        "accessibility": list(draft.accessibility),
        "latitude": draft.position.latitude if draft.position else None,
        "longitude": draft.position.longitude if draft.position else None,
    }
    del values["key"], values["position"]
    return values


def of_place(draft: PlaceDraft, service_id: int, location_id: int | None) -> Columns:
    """Return the columns of a place, its verification apart: that is never taken back."""
    return {
        "service_id": service_id,
        "location_id": location_id,
        "conditions": draft.conditions.to_json() if draft.conditions else {},
        "opening_mode": draft.opening_mode,
        "is_home_base": draft.is_home_base,
        "notice": draft.notice,
        "status": "active",
    }


def rows_of_place(draft: PlaceDraft) -> dict[str, tuple[type[Any], list[Columns]]]:
    """Return the rows below a place, by the name under which a person may take them over."""
    return {
        "schedules": (Schedule, _numbered([{"rule": r.to_row()} for r in draft.schedules])),
        "closures": (Closure, _numbered([{"rule": c.to_row()} for c in draft.closures])),
        "phones": (Phone, _numbered([asdict(phone) for phone in draft.phones])),
        "contacts": (Contact, [asdict(contact) for contact in draft.contacts]),
        "capacity": (Capacity, [_capacity(draft.capacity)] if draft.capacity else []),
    }


def _numbered(rows: list[Columns]) -> list[Columns]:
    return [row | {"ordinal": ordinal} for ordinal, row in enumerate(rows)]


def _capacity(draft: CapacityDraft) -> dict[str, Any]:
    return asdict(draft) | {"expires_at": draft.believed_until}
