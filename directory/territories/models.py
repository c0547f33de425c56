"""The table of communes, and the journal of what filled it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, BigId, Code


class TerritorySource(Base):
    """One load of the table of communes; the newest says what is in force."""

    __tablename__ = "territory_source"

    #: Grows with each load: a process reloads its gazetteer when this is not its own.
    id: Mapped[BigId]
    name: Mapped[str]
    licence: Mapped[str]
    sha256: Mapped[str]
    loaded_at: Mapped[datetime]
    communes: Mapped[int]
    approximate: Mapped[int]


class CommuneRow(Base):
    """A commune or municipal arrondissement, as `directory.territories.commune.Commune`."""

    __tablename__ = "commune"
    __table_args__ = (
        CheckConstraint("kind IN ('commune', 'arrondissement')", name="kind_known"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
    )

    insee_code: Mapped[Code] = mapped_column(Text, primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    departement: Mapped[str]
    region: Mapped[str]
    epci: Mapped[str | None]
    ept: Mapped[str | None]
    city_code: Mapped[str | None]
    postal_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    population: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    #: True when the position is only the middle of the intercommunality.
    is_approximate: Mapped[bool]
    #: west, south, east, north in degrees; null when unknown.
    box: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
    former_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    former_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
