"""The three tables that search reads, each row computed from a listing by `indexing.py`.

`search_entry` has one row for each place of a published service; `search_card` has what is shown
of it; `area_entry` says which territories it serves, so that "covers my commune" is one look in
an index.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Computed,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSON, Range
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Locus
from directory.territories.areas import COUNTRY

#: Bits of `SearchEntry.features`: what a filter asks for is either told by the listing or not.
FEATURE_BITS: dict[str, int] = {
    "unconditional": 1,
    "free": 2,
    "without_appointment": 4,
    "accessible": 8,
    "animals": 16,
}

#: `AreaEntry.reach`: people go there, or are helped at a distance.
ON_SITE, REMOTE = 0, 1


_COUNTED = ["longitude", "latitude", "is_for_professionals"]


class SearchEntry(Base):
    """One place of one published service, ready to be found."""

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("ix_search_entry_category_loc", "category_id", "loc", postgresql_using="gist"),
        # Its condition keeps it for searches without kinds, which repeat it: by its size the
        # planner would also take it for one kind, and then walk through all the others.
        Index(
            "ix_search_entry_loc",
            "loc",
            postgresql_using="gist",
            postgresql_where=text("category_id > 0"),
        ),
        # Bare points, which an index gives back: counting reads no entry.
        Index(
            "ix_search_entry_category_spot",
            "category_id",
            text("point(longitude, latitude)"),
            postgresql_using="gist",
            postgresql_include=_COUNTED,
        ),
        Index(
            "ix_search_entry_spot",
            text("point(longitude, latitude)"),
            postgresql_using="gist",
            postgresql_include=[*_COUNTED, "category_id"],
            postgresql_where=text("category_id > 0"),
        ),
        Index("ix_search_entry_computed_until", "computed_until"),
    )

    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("service_at_location.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    category_id: Mapped[int] = mapped_column(Integer)
    #: The disclosed position: a confidential place has its commune's centre here.
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    loc: Mapped[Any | None] = mapped_column(
        Locus(spatial_index=False),
        Computed("geo.point(longitude, latitude)", persisted=True),
        deferred=True,
    )
    is_remote: Mapped[bool]
    is_for_professionals: Mapped[bool]
    features: Mapped[int] = mapped_column(Integer)
    #: 0 is for everyone (`vocabulary.audience_mask`).
    audiences: Mapped[int] = mapped_column(BigInteger)
    minimum_age: Mapped[int | None] = mapped_column(SmallInteger)
    maximum_age: Mapped[int | None] = mapped_column(SmallInteger)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: There is room until then, as declared; null says nothing or full.
    room_until: Mapped[datetime | None]
    #: UTC minutes since `opening_hours.MINUTES_EPOCH` when it is open, up to `computed_until`.
    open_minutes: Mapped[list[Range[int]]] = mapped_column(INT4MULTIRANGE)
    computed_until: Mapped[int] = mapped_column(Integer)
    verified_at: Mapped[datetime | None]


class SearchCard(Base):
    """What is shown of one place of a published service; there is one for each entry.

    Apart from its entry: a search looks at hundreds of entries and shows twenty, and what it
    looks at should be small. As text, not as a parsed tree: it is served as it was written.
    """

    __tablename__ = "search_card"

    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("search_entry.service_at_location_id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    #: What a result shows.
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: What only the place's own page shows besides.
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class AreaEntry(Base):
    """One territory served by one place of a published service.

    What a search orders by is kept here too: a département is served by thousands of places, and
    each look into the wide rows of `search_entry` costs twenty times the look into an index.
    """

    __tablename__ = "area_entry"
    __table_args__ = (
        Index(
            "ix_area_entry_nearest",
            "area_code",
            "reach",
            "category_id",
            postgresql_include=[
                "service_at_location_id",
                "latitude",
                "longitude",
                "x",
                "y",
                "z",
                "is_for_professionals",
            ],
        ),
        # The country is served by thousands of places, nearly all of them far away.
        Index(
            "ix_area_entry_country",
            "reach",
            "loc",
            postgresql_using="gist",
            postgresql_where=text(f"area_code = '{COUNTRY}'"),
        ),
    )

    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("search_entry.service_at_location_id", ondelete="CASCADE"),
        primary_key=True,
    )
    area_code: Mapped[str] = mapped_column(primary_key=True)
    reach: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    category_id: Mapped[int] = mapped_column(Integer)
    #: As in its `search_entry`.
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    loc: Mapped[Any | None] = mapped_column(
        Locus(spatial_index=False),
        Computed("geo.point(longitude, latitude)", persisted=True),
        deferred=True,
    )
    #: The same on the sphere of radius 1 (`directory.geo.unit_vector`).
    x: Mapped[float | None] = mapped_column(
        Computed("cos(radians(latitude)) * cos(radians(longitude))", persisted=True)
    )
    y: Mapped[float | None] = mapped_column(
        Computed("cos(radians(latitude)) * sin(radians(longitude))", persisted=True)
    )
    z: Mapped[float | None] = mapped_column(Computed("sin(radians(latitude))", persisted=True))
    is_for_professionals: Mapped[bool] = mapped_column(server_default=text("false"))
