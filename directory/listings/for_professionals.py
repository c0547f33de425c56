"""What is told to professionals alone: their listings, and contacts that are kept for them.

None of it is in the rows that a search shows to everybody: it is asked for, by name.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.listings.cards import told_phone
from directory.listings.entries import SearchEntry
from directory.listings.models import Contact, Phone


@dataclass(frozen=True, slots=True)
class ReservedContacts:
    """Numbers and addresses for professionals, in the order of the listing, as a sheet has its
    own."""

    phones: list[dict[str, Any]]
    contacts: list[dict[str, Any]]


def reserved_among(session: Session, place_ids: Collection[int]) -> frozenset[int]:
    """Return which of these places are listed for professionals alone."""
    rows = session.scalars(
        select(SearchEntry.service_at_location_id).where(
            SearchEntry.service_at_location_id.in_(place_ids), SearchEntry.is_for_professionals
        )
    )
    return frozenset(rows)


def reserved_contacts(session: Session, place_id: int) -> ReservedContacts:
    """Return how professionals reach a place."""
    phones = session.scalars(
        select(Phone)
        .where(Phone.service_at_location_id == place_id, Phone.is_for_professionals)
        .order_by(Phone.ordinal)
    )
    contacts = session.scalars(
        select(Contact)
        .where(Contact.service_at_location_id == place_id, Contact.is_for_professionals)
        .order_by(Contact.id)
    )
    return ReservedContacts(
        phones=[told_phone(phone) for phone in phones],
        contacts=[
            {"name": contact.name, "email": contact.email, "website": contact.website}
            for contact in contacts
        ],
    )
