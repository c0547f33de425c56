"""What is told of a listing: the card of a result, and the details of its own page.

Every output of Fanal (pages, API, exports) starts from these two, built from the disclosed place:
nothing else of a confidential address is at hand.
"""

from collections.abc import Iterable
from typing import Any

import orjson
import phonenumbers

from directory.listings.conditions import Conditions
from directory.listings.models import (
    Capacity,
    Credential,
    Organization,
    Phone,
    Provenance,
    Service,
    ServiceAtLocation,
)
from directory.listings.privacy import DisclosedLocation
from directory.listings.vocabulary import BY_ID
from directory.opening_hours import OpeningHours


def card(
    place: ServiceAtLocation,
    location: DisclosedLocation | None,
    conditions: Conditions,
    hours: OpeningHours,
) -> dict[str, Any]:
    """Return what a result shows, as JSON values; hours stay text, parsed when a state is asked."""
    service = place.service
    return {
        "service": _service(service),
        "organization": _organization(service.organization),
        "location": _location(location),
        "conditions": _conditions(conditions, location),
        "phones": [told_phone(phone) for phone in place.phones if not phone.is_for_professionals],
        "opening": orjson.dumps(hours.to_json(), option=orjson.OPT_SORT_KEYS).decode(),
        "areas": [area.area_code for area in service.areas],
        "capacity": _capacity(place.capacity),
        "verified_at": place.verified_at.isoformat() if place.verified_at else None,
        "to_verify": place.verified_at is None,
        "source": _source(place),
        "demonstration": service.is_demonstration,
        "is_home_base": place.is_home_base,
        "notice": place.notice,
    }


def details(place: ServiceAtLocation, credentials: Iterable[Credential]) -> dict[str, Any]:
    """Return what only the place's own page shows besides the card."""
    return {
        "contacts": [
            {"name": contact.name, "email": contact.email, "website": contact.website}
            for contact in place.contacts
            if not contact.is_for_professionals
        ],
        "attributes": place.service.attributes,
        "credentials": [_credential(credential) for credential in credentials],
        "area_notes": {area.area_code: area.note for area in place.service.areas if area.note},
        "organization_website": place.service.organization.website,
    }


def _service(service: Service) -> dict[str, Any]:
    kind = BY_ID[service.category_id]
    return {
        "id": service.id,
        "name": service.name,
        "category": kind.code,
        "category_label": kind.label,
        "description": service.description,
    }


def _organization(organization: Organization) -> dict[str, Any]:
    return {"id": organization.id, "name": organization.name}


def _location(location: DisclosedLocation | None) -> dict[str, Any] | None:
    if location is None:
        return None
    position = location.position
    return {
        "id": location.id,
        "name": location.name,
        "address": location.address,
        "postal_code": location.postal_code,
        "city": location.city,
        "insee_code": location.insee_code,
        "latitude": position.latitude if position else None,
        "longitude": position.longitude if position else None,
        "precision": location.precision,
        "privacy": location.privacy,
    }


def _conditions(conditions: Conditions, location: DisclosedLocation | None) -> dict[str, Any]:
    told = conditions.model_dump(mode="json", exclude={"version"})
    accessibility = location.accessibility if location else ()
    told["accessibility"] = list(accessibility)
    told["accessible"] = is_accessible(accessibility)
    return told


def is_accessible(accessibility: tuple[str, ...]) -> bool | None:
    """Say whether a wheelchair gets in; None when nobody said."""
    if "wheelchair" in accessibility:
        return True
    return False if "no-wheelchair" in accessibility else None


def told_phone(phone: Phone) -> dict[str, Any]:
    """Return a number as cards tell it."""
    return {
        "number": phone.number,
        "display": dialled(phone.number),
        "uri": f"tel:{phone.number}",
        "label": phone.label,
    }


def dialled(number: str) -> str:
    """Return a number as people in France write it; short numbers stay as they are."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code in _FRENCH_COUNTRY_CODES
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)


#: France, Guadeloupe and its islands, Guyane, Martinique, La Réunion and Mayotte.
_FRENCH_COUNTRY_CODES = {33, 262, 590, 594, 596}


def _capacity(capacity: Capacity | None) -> dict[str, Any] | None:
    if capacity is None:
        return None
    return {
        "status": capacity.status,
        "places_maximum": capacity.places_maximum,
        "places_free": capacity.places_free,
        "days_to_first_appointment": capacity.days_to_first_appointment,
        "declared_at": capacity.declared_at.isoformat(),
        "expires_at": capacity.expires_at.isoformat(),
    }


def _credential(credential: Credential) -> dict[str, Any]:
    return {
        "kind": credential.kind,
        "number": credential.number,
        "authority": credential.authority,
        "starts_on": credential.starts_on.isoformat() if credential.starts_on else None,
        "ends_on": credential.ends_on.isoformat() if credential.ends_on else None,
    }


def _source(record: Provenance) -> dict[str, Any]:
    return {
        "name": record.source,
        "key": record.source_key,
        "dated_on": record.source_dated_on.isoformat() if record.source_dated_on else None,
        "licence": record.source_licence,
    }
