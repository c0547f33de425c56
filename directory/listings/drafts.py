"""A listing as somebody brings it: an importer, a form, the demonstration data, a test.

`actions.put_service` stores a draft; the same draft twice changes nothing.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from directory.geo import Position
from directory.listings.conditions import Conditions
from directory.opening_hours import Closure, ScheduleRule

#: How long a declaration of room is believed when it names no end (domain, section 3).
CAPACITY_HOLDS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Source:
    """Where drafts come from."""

    name: str
    dated_on: date | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationDraft:
    """Who offers the service; `key` is its own key at the source."""

    key: str
    name: str
    kind: str | None = None
    siret: str | None = None
    networks: tuple[str, ...] = ()
    website: str | None = None


@dataclass(frozen=True, slots=True)
class LocationDraft:
    """Where; zones follow from the commune and are filled by the importer."""

    key: str
    city: str
    insee_code: str
    name: str | None = None
    address: str | None = None
    address_extra: str | None = None
    postal_code: str | None = None
    position: Position | None = None
    precision: str = "municipality"
    #: None follows the kind of help: hidden for a sensitive one, else public.
    privacy: str | None = None
    time_zone: str = "Europe/Paris"
    holiday_zone: str = "Métropole"
    school_zone: str | None = None
    accessibility: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhoneDraft:
    """A number in E.164, or short as it is dialled."""

    number: str
    label: str | None = None
    is_for_professionals: bool = False


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A mail address or a site."""

    name: str | None = None
    email: str | None = None
    website: str | None = None
    is_for_professionals: bool = False


@dataclass(frozen=True, slots=True)
class CapacityDraft:
    """Whether there is room, as declared."""

    status: str
    declared_at: datetime
    #: Until when the declaration is believed; None is `CAPACITY_HOLDS` after it was made.
    expires_at: datetime | None = None
    places_maximum: int | None = None
    places_free: int | None = None
    days_to_first_appointment: int | None = None
    declared_by: str | None = None

    @property
    def believed_until(self) -> datetime:
        """The end of the declaration, said or by default."""
        return self.expires_at or self.declared_at + CAPACITY_HOLDS


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """The service in one place; without a location it is remote or only covers an area."""

    key: str
    location: LocationDraft | None
    opening_mode: str = "unknown"
    schedules: tuple[ScheduleRule, ...] = ()
    closures: tuple[Closure, ...] = ()
    phones: tuple[PhoneDraft, ...] = ()
    contacts: tuple[ContactDraft, ...] = ()
    conditions: Conditions | None = None
    is_home_base: bool = False
    notice: str | None = None
    verified_at: datetime | None = None
    capacity: CapacityDraft | None = None


@dataclass(frozen=True, slots=True)
class AreaDraft:
    """A territory whose inhabitants are served (`departement:93`)."""

    code: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CredentialDraft:
    """A label, agreement or habilitation."""

    kind: str
    number: str | None = None
    authority: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class TourDraft:
    """A round of stops, by the keys of their places, in order."""

    name: str
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceDraft:
    """A whole service with its places. `category` is a code of the vocabulary."""

    key: str
    organization: OrganizationDraft
    category: str
    name: str
    places: tuple[PlaceDraft, ...]
    description: str | None = None
    visibility: str = "public"
    status: str = "active"
    conditions: Conditions = field(default_factory=Conditions)
    attributes: dict[str, Any] = field(default_factory=dict)
    areas: tuple[AreaDraft, ...] = ()
    credentials: tuple[CredentialDraft, ...] = ()
    tours: tuple[TourDraft, ...] = ()
    is_demonstration: bool = False


def fingerprint(draft: Any) -> str:
    """Return a digest that is equal for equal drafts, whatever process computes it."""
    return hashlib.sha256(_written_out(draft)).hexdigest()


def everything_said(draft: ServiceDraft) -> str:
    """Return all that a draft says but its locations, as one text to look for words in."""
    places = tuple(replace(place, location=None) for place in draft.places)
    return _written_out(replace(draft, places=places)).decode()


def _written_out(draft: Any) -> bytes:
    return orjson.dumps(draft, default=_plain_value, option=orjson.OPT_SORT_KEYS)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Conditions):
        return value.to_json()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    message = f"{type(value).__name__} has no place in a draft"
    raise TypeError(message)
