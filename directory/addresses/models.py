"""The streets and house numbers of the loaded départements, from the national address base."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    Integer,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, BigId, Locus


class AddressDepartment(Base):
    """One loaded département: its addresses come and go as a whole."""

    __tablename__ = "address_department"

    #: `93`, `2A`, `974`.
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    #: Another number at each load: what a process keeps of the département is then out of date.
    edition: Mapped[int] = mapped_column(BigInteger)
    #: The name of the file it came from, without its folders.
    source: Mapped[str]
    source_dated_on: Mapped[date | None]
    #: Of the file as it came, packed or not: the same file again is recognised by it.
    sha256: Mapped[str | None]
    imported_at: Mapped[datetime]
    streets: Mapped[int] = mapped_column(Integer)
    addresses: Mapped[int] = mapped_column(Integer)
    #: Rows of the file that were refused; the report of the import told why.
    refused: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class Street(Base):
    """A street, or a hamlet without numbers, of one commune and one postal code."""

    __tablename__ = "street"
    __table_args__ = (
        Index("ix_street_city_code", "city_code"),
        Index("ix_street_department_code", "department_code"),
        # Its operators let the beginning of a name be looked up in any collation.
        Index("ix_street_key", "key", postgresql_ops={"key": "text_pattern_ops"}),
    )

    id: Mapped[BigId]
    department_code: Mapped[str] = mapped_column(
        ForeignKey("address_department.code", ondelete="CASCADE")
    )
    insee_code: Mapped[str]
    #: The whole city when the commune is an arrondissement (`75056`), else the commune itself.
    city_code: Mapped[str]
    postal_code: Mapped[str | None]
    #: The commune as the file names it.
    city: Mapped[str]
    #: The commune it was in before communes merged: two may have a street of the same name.
    former_insee_code: Mapped[str | None]
    former_city: Mapped[str | None]
    #: As it is written, accents kept.
    name: Mapped[str]
    #: `directory.addresses.words.street_key` of the name.
    key: Mapped[str]
    is_locality: Mapped[bool]
    #: The middle one of its addresses.
    longitude: Mapped[float]
    latitude: Mapped[float]


class Address(Base):
    """A house number of a street."""

    __tablename__ = "address"
    __table_args__ = (
        Index("ix_address_loc", "loc", postgresql_using="gist"),
        CheckConstraint("number >= 0", name="number"),
    )

    street_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("street.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: `bis`, `ter`, `a`…, in lower case; empty for most.
    repetition: Mapped[str] = mapped_column(Text, primary_key=True)
    longitude: Mapped[float]
    latitude: Mapped[float]
    loc: Mapped[Any | None] = mapped_column(
        Locus(spatial_index=False),
        Computed("geo.point(longitude, latitude)", persisted=True),
        deferred=True,
    )
