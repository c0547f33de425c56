"""The tables of the listings, in HSDS words. Rules about them live in the neighbours of this file.

What is searched, shown and referred to is the `ServiceAtLocation`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, BigId, Json
from directory.listings.categories import Category


class Provenance(Base):
    """Where a record came from; records typed here have the source `fanal`."""

    __abstract__ = True

    source: Mapped[str] = mapped_column(default="fanal")
    #: The record's own key at its source, stable from one import to the next.
    source_key: Mapped[str]
    source_dated_on: Mapped[date | None]
    source_licence: Mapped[str | None]
    #: Fields a person changed here: the next import leaves them alone.
    overridden_fields: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default=text("'{}'")
    )
    #: Fingerprint of the source's values, so that an unchanged record is recognised at once.
    source_hash: Mapped[str | None]


class Organization(Provenance):
    """Who offers services (French: structure)."""

    __tablename__ = "organization"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    id: Mapped[BigId]
    name: Mapped[str]
    sort_key: Mapped[str]
    kind: Mapped[str | None]
    siret: Mapped[str | None]
    networks: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default=text("'{}'")
    )
    website: Mapped[str | None]

    services: Mapped[list["Service"]] = relationship(back_populates="organization", lazy="raise")


class Location(Provenance):
    """A place on the ground. Its true position never leaves `privacy.py` unless it is public."""

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_in_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_in_range"),
        CheckConstraint(
            "privacy IN ('public', 'blurred', 'professionals', 'hidden')", name="privacy_known"
        ),
    )

    id: Mapped[BigId]
    name: Mapped[str | None]
    address: Mapped[str | None]
    address_extra: Mapped[str | None]
    postal_code: Mapped[str | None]
    city: Mapped[str]
    insee_code: Mapped[str] = mapped_column(index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    #: How sure the position is: `housenumber`, `street`, `municipality`… (geocoding's words).
    precision: Mapped[str] = mapped_column(default="municipality")
    #: A person placed the point: no geocoder moves it.
    is_hand_placed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    privacy: Mapped[str] = mapped_column(default="public", server_default="public")
    time_zone: Mapped[str] = mapped_column(default="Europe/Paris", server_default="Europe/Paris")
    holiday_zone: Mapped[str] = mapped_column(default="Métropole", server_default="Métropole")
    school_zone: Mapped[str | None]
    accessibility: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default=text("'{}'")
    )


class Service(Provenance):
    """What is offered, by whom, under which conditions."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        # Every page asks whether invented listings are there; true ones must not pay for it.
        Index("ix_service_demonstration", "id", postgresql_where=text("is_demonstration")),
        CheckConstraint("visibility IN ('public', 'professionals')", name="visibility_known"),
        CheckConstraint("status IN ('active', 'suspended', 'closed')", name="status_known"),
    )

    id: Mapped[BigId]
    organization_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organization.id"), index=True
    )
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    name: Mapped[str]
    description: Mapped[str | None]
    visibility: Mapped[str] = mapped_column(default="public", server_default="public")
    status: Mapped[str] = mapped_column(default="active", server_default="active")
    #: Conditions of access (schema `conditions.Conditions`, with its version).
    conditions: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    #: What only this kind of service has (schema of its category in `attributes.py`).
    attributes: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    #: Invented, to show what the product does.
    is_demonstration: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    organization: Mapped[Organization] = relationship(back_populates="services", lazy="raise")
    category: Mapped[Category] = relationship(lazy="raise")
    places: Mapped[list["ServiceAtLocation"]] = relationship(back_populates="service", lazy="raise")
    areas: Mapped[list["ServiceArea"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="ServiceArea.area_code"
    )


class ServiceAtLocation(Provenance):
    """A service rendered in a place; without a place it is remote or only has an area."""

    __tablename__ = "service_at_location"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint(
            "opening_mode IN ('scheduled', 'by_appointment', 'unknown', 'always')",
            name="opening_mode_known",
        ),
    )

    id: Mapped[BigId]
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id"), index=True)
    location_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("location.id"), index=True
    )
    #: Overrides the service's conditions, field by field.
    conditions: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    opening_mode: Mapped[str] = mapped_column(default="unknown", server_default="unknown")
    #: The address is where the vehicle sleeps: nobody is received there, whatever the hours say.
    is_home_base: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: What to know before coming, in the words of the source.
    notice: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(default="active", server_default="active")

    service: Mapped[Service] = relationship(back_populates="places", lazy="raise")
    location: Mapped[Location | None] = relationship(lazy="raise")
    schedules: Mapped[list["Schedule"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Schedule.ordinal"
    )
    closures: Mapped[list["Closure"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Closure.ordinal"
    )
    phones: Mapped[list["Phone"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Phone.ordinal"
    )
    contacts: Mapped[list["Contact"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Contact.id"
    )
    capacity: Mapped["Capacity | None"] = relationship(cascade="all, delete-orphan", lazy="raise")


class Schedule(Base):
    """One row of hours, in wall time of the place.

    `rule` is a row of `opening_hours.ScheduleRule`, which checks it at each reading and writing:
    the engine's own columns would otherwise be kept twice, and part one day.
    """

    __tablename__ = "schedule"

    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    rule: Mapped[Json]


class Closure(Base):
    """A stretch of time when the place is shut or keeps other hours (`opening_hours.Closure`)."""

    __tablename__ = "closure"

    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    rule: Mapped[Json]


class Tour(Base):
    """An ordered round of stops; each stop is a `ServiceAtLocation` with its own hours."""

    __tablename__ = "tour"

    id: Mapped[BigId]
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id"), index=True)
    name: Mapped[str]

    stops: Mapped[list["TourStop"]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="TourStop.ordinal"
    )


class TourStop(Base):
    """The place of a stop in its tour; arrival and departure are the hours of that place."""

    __tablename__ = "tour_stop"

    tour_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("tour.id", ondelete="CASCADE"), primary_key=True
    )
    ordinal: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id"), index=True
    )


class Phone(Base):
    """A telephone number for the public, unless `is_for_professionals`."""

    __tablename__ = "phone"

    id: Mapped[BigId]
    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    ordinal: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: E.164, or the short number as it is dialled (115, 3919…).
    number: Mapped[str]
    label: Mapped[str | None]
    is_for_professionals: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Contact(Base):
    """A mail address or site; shown to the public unless `is_for_professionals`."""

    __tablename__ = "contact"

    id: Mapped[BigId]
    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str | None]
    email: Mapped[str | None]
    website: Mapped[str | None]
    is_for_professionals: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class ServiceArea(Base):
    """A territory whose inhabitants are served: `commune:93010`, `departement:93`, `france:FR`…"""

    __tablename__ = "service_area"

    service_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True
    )
    area_code: Mapped[str] = mapped_column(primary_key=True)
    #: Only a part of the territory is served, as the note tells.
    note: Mapped[str | None]


class Credential(Base):
    """A label, agreement or habilitation, with its dates."""

    __tablename__ = "credential"

    id: Mapped[BigId]
    service_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    number: Mapped[str | None]
    authority: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]


class Capacity(Base):
    """Whether there is room, as last declared; silent after `expires_at`."""

    __tablename__ = "capacity"
    __table_args__ = (
        CheckConstraint(
            "status IN ('capacity', 'waitlist', 'no-capacity', 'assessment-required')",
            name="status_known",
        ),
    )

    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="CASCADE"), primary_key=True
    )
    status: Mapped[str]
    places_maximum: Mapped[int | None]
    places_free: Mapped[int | None]
    days_to_first_appointment: Mapped[int | None]
    declared_by: Mapped[str | None]
    declared_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Verification(Base):
    """Somebody looked, and this is how; whether anything changed is told by `found_unchanged`."""

    __tablename__ = "verification"
    __table_args__ = (Index("ix_verification_place_at", "service_at_location_id", "verified_at"),)

    id: Mapped[BigId]
    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="CASCADE")
    )
    verified_at: Mapped[datetime]
    verified_by: Mapped[str | None]
    method: Mapped[str]
    found_unchanged: Mapped[bool]
    details: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default=text("'{}'")
    )
