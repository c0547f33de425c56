"""What sources of addresses said of the addresses of listings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base


class GeocodedAddress(Base):
    """One address of a listing and what was found for it; never what a person typed."""

    __tablename__ = "geocoded_address"
    __table_args__ = (
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
    )

    insee_code: Mapped[str] = mapped_column(Text, primary_key=True)
    #: As the address states it, where it tells streets of one name apart; else empty.
    postal_code: Mapped[str] = mapped_column(Text, primary_key=True, server_default="")
    #: The street with its number, folded: two spellings of one address share a row.
    street: Mapped[str] = mapped_column(Text, primary_key=True)
    #: Nothing was found when the position is null.
    label: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    precision: Mapped[str | None]
    score: Mapped[float | None]
    citycode: Mapped[str | None]
    needs_review: Mapped[bool]
    source: Mapped[str | None]
    geocoded_at: Mapped[datetime]
