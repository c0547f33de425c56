"""Reading what was found before for the addresses of listings."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from directory.geocoding.models import GeocodedAddress

#: A found address is believed this long; streets are renumbered slowly.
LIFE_OF_AN_ADDRESS = timedelta(days=365)

#: What was not found is asked again sooner: new streets enter the tables every week.
LIFE_OF_A_MISS = timedelta(days=30)

#: The INSEE code of a commune, the postal code or "", and a street with its number, folded.
Key = tuple[str, str, str]


def geocoded_among(session: Session, keys: Collection[Key]) -> dict[Key, GeocodedAddress]:
    """Return what was found for these addresses, however long ago."""
    if not keys:
        return {}
    key = tuple_(GeocodedAddress.insee_code, GeocodedAddress.postal_code, GeocodedAddress.street)
    query = select(GeocodedAddress).where(key.in_(sorted(keys)))
    return {key_of(row): row for row in session.scalars(query)}


def key_of(kept: GeocodedAddress) -> Key:
    """Return what an answer is kept under."""
    return kept.insee_code, kept.postal_code, kept.street


def is_believed(kept: GeocodedAddress, *, at: datetime) -> bool:
    """Say whether an answer is recent enough to stand."""
    life = LIFE_OF_A_MISS if kept.latitude is None else LIFE_OF_AN_ADDRESS
    return kept.geocoded_at > at - life
