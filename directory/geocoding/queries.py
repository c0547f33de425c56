"""Reading what was found before for the address of a listing."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geocoding.models import GeocodedAddress

#: A found address is believed this long; streets are renumbered slowly.
LIFE_OF_AN_ADDRESS = timedelta(days=365)

#: What was not found is asked again sooner: new streets enter the tables every week.
LIFE_OF_A_MISS = timedelta(days=30)


def geocoded_before(
    session: Session, *, insee_code: str, street: str, at: datetime
) -> GeocodedAddress | None:
    """Return what was found for an address, unless that was too long ago."""
    kept = session.scalar(
        select(GeocodedAddress).where(
            GeocodedAddress.insee_code == insee_code, GeocodedAddress.street == street
        )
    )
    if kept is None:
        return None
    life = LIFE_OF_A_MISS if kept.latitude is None else LIFE_OF_AN_ADDRESS
    return kept if kept.geocoded_at > at - life else None
