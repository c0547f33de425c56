"""What may be told of a place. The one door through which an address leaves the listings."""

from dataclasses import dataclass

from directory.geo import Position

#: Only these places show their street; all others give the commune and its centre, whoever asks.
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class StoredLocation:
    """A place as stored, secrets included."""

    id: int
    name: str | None
    address: str | None
    address_extra: str | None
    postal_code: str | None
    city: str
    insee_code: str
    position: Position | None
    precision: str
    privacy: str
    accessibility: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisclosedLocation:
    """What everybody may know of a place."""

    id: int
    name: str | None
    address: str | None
    postal_code: str | None
    city: str
    insee_code: str
    position: Position | None
    precision: str
    privacy: str
    accessibility: tuple[str, ...]


def disclosed(location: StoredLocation, commune_centre: Position | None) -> DisclosedLocation:
    """Return what may be told: everything of a public place, the commune alone of any other.

    The centre of the commune stands for the place in distances and order too, so that no series
    of searches can close in on it. A commune without a known centre gives no position at all.
    """
    if location.privacy == PUBLIC:
        return DisclosedLocation(
            id=location.id,
            name=location.name,
            address=_joined(location.address, location.address_extra),
            postal_code=location.postal_code,
            city=location.city,
            insee_code=location.insee_code,
            position=location.position or commune_centre,
            precision=location.precision if location.position else "municipality",
            privacy=PUBLIC,
            accessibility=location.accessibility,
        )
    return DisclosedLocation(
        id=location.id,
        name=None,
        address=None,
        postal_code=None,
        city=location.city,
        insee_code=location.insee_code,
        position=commune_centre,
        precision="municipality",
        privacy=location.privacy,
        accessibility=location.accessibility,
    )


def _joined(*parts: str | None) -> str | None:
    return ", ".join(part for part in parts if part) or None
