"""The format of a town's file: what somebody writes by hand to invent services, checked whole.

Days and hours are short (`days = "lu-ve"`, `slots = "09:00-12:00 14:00-17:00"`); dates that must
stay near today are counted in days from the day of loading.
"""

import tomllib
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.listings.conditions import Conditions


class Written(BaseModel):
    """A table of the file; a key that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WrittenOrganization(Written):
    """Who offers services."""

    name: str
    kind: str | None = None
    networks: tuple[str, ...] = ()
    website: str | None = None


class WrittenLocation(Written):
    """A place on the ground, in the commune of its INSEE code."""

    insee: str
    address: str
    latitude: float
    longitude: float
    name: str | None = None
    address_extra: str | None = None
    privacy: str | None = None
    accessibility: tuple[str, ...] = ()


class WrittenHours(Written):
    """Slots on some days; `rule` holds the rarer columns of a schedule rule, as stored."""

    days: str = "lu-di"
    slots: str
    rule: dict[str, Any] = Field(default_factory=dict)


class WrittenClosure(Written):
    """A closure, or other hours when it has slots, from one day to another around today."""

    from_day: int
    to_day: int | None = None
    slots: str = ""
    why: str | None = None


class WrittenCapacity(Written):
    """Whether there is room, declared some days ago."""

    status: str
    places_maximum: int | None = None
    places_free: int | None = None
    days_to_first_appointment: int | None = None
    declared_days_ago: int = 2


class WrittenPlace(Written):
    """The service in one place, by the name of its location; none for a remote one."""

    at: str | None = None
    mode: str = "scheduled"
    hours: tuple[WrittenHours, ...] = ()
    closures: tuple[WrittenClosure, ...] = ()
    phones: tuple[str, ...] = ()
    professional_phones: tuple[str, ...] = ()
    email: str | None = None
    website: str | None = None
    conditions: Conditions | None = None
    notice: str | None = None
    is_home_base: bool = False
    verified_days_ago: int | None = None
    capacity: WrittenCapacity | None = None


class WrittenCredential(Written):
    """A label, agreement or habilitation."""

    kind: str
    number: str | None = None
    authority: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class WrittenTour(Written):
    """A round, by the names of its stops' locations."""

    name: str
    stops: tuple[str, ...]


class WrittenService(Written):
    """A service with all that its page shows."""

    key: str
    organization: str
    category: str
    name: str
    description: str
    visibility: str = "public"
    conditions: Conditions = Field(default_factory=Conditions)
    attributes: dict[str, Any] = Field(default_factory=dict)
    areas: tuple[str, ...] = ()
    area_notes: dict[str, str] = Field(default_factory=dict)
    credentials: tuple[WrittenCredential, ...] = ()
    tours: tuple[WrittenTour, ...] = ()
    places: tuple[WrittenPlace, ...]


class Town(Written):
    """All that was invented for a town."""

    organizations: dict[str, WrittenOrganization]
    locations: dict[str, WrittenLocation]
    services: tuple[WrittenService, ...]


def read_town(text: str, *, name: str) -> Town:
    """Return a town from its TOML text.

    :raise InvalidInput: it is not TOML, or a table has a key or value that is not known.
    """
    try:
        return Town.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(
            gettext("Le fichier « %(file)s » n'est pas du TOML.", file=name),
            field="file",
            remedy=str(error),
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidInput(
            gettext("Le fichier « %(file)s » n'est pas comme attendu.", file=name),
            field=".".join(str(part) for part in first["loc"]),
            remedy=first["msg"],
        ) from error
