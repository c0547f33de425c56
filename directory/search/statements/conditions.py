"""The conditions of a question on an entry, and when its own hours must decide."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)

from directory.listings.entries import FEATURE_BITS, SearchEntry
from directory.listings.indexing import WINDOW_MINUTES
from directory.search.statements.shape import CARD, ENTRY, Shape, number


def origin_point() -> ColumnElement[Any]:
    """Return the place searched from, as both engines understand it."""
    return func.geo.point(number("longitude"), number("latitude"))


def order_on_sphere(loc: ColumnElement[Any]) -> ColumnElement[float]:
    """Return what both engines order neighbours by, through their index.

    As a query of its own the origin is computed once; a generic plan would compute it for each
    row, which the portable engine pays ten times over. Not so in `geo.within`: a query given to
    it keeps it from being inlined, and then it uses no index.
    """
    return loc.op("<->", return_type=Double())(select(origin_point()).scalar_subquery())


def in_reach() -> ColumnElement[bool]:
    """Say whether an entry lies within `reach_m` on the sphere; a condition of the index."""
    return func.geo.within(ENTRY.loc, origin_point(), number("reach_m"))


def any_kind() -> ColumnElement[bool]:
    """Repeat the condition of the indexes that are for searches without kinds."""
    return ENTRY.category_id > literal_column("0")


def asked(shape: Shape) -> list[ColumnElement[bool]]:
    """Return the conditions of the filters in force, and of who asks."""
    conditions = [_CONDITIONS[name]() for name in shape.filters]
    if not shape.include_professionals:
        conditions.append(~ENTRY.is_for_professionals)
    return conditions


def found(shape: Shape) -> Select[Any]:
    """Select what the ranking needs of an entry: id, latitude, longitude, hours."""
    return select(
        ENTRY.service_at_location_id.label("id"), ENTRY.latitude, ENTRY.longitude, hours(shape)
    )


def hours(shape: Shape) -> ColumnElement[Any]:
    """Return the hours of a place whose window does not hold, null for the others."""
    if "open_at" not in shape.filters:
        return null().label("hours")
    of_entry = select(CARD.card["opening"].astext).where(
        CARD.service_at_location_id == ENTRY.service_at_location_id
    )
    return case((_is_stale(), of_entry.scalar_subquery())).label("hours")


def needs_hours(shape: Shape) -> ColumnElement[bool]:
    """Say whether the hours of an entry must decide, because its computed window does not hold."""
    return _is_stale() if "open_at" in shape.filters else false()


def _is_stale() -> ColumnElement[bool]:
    minute = bindparam("minute", type_=Integer)
    return or_(
        ENTRY.computed_until <= minute,
        ENTRY.computed_until - literal_column(str(WINDOW_MINUTES)) > minute,
    )


def _open_at() -> ColumnElement[bool]:
    minute = bindparam("minute", type_=Integer)
    return or_(ENTRY.open_minutes.op("@>")(cast(minute, Integer)), _is_stale())


def _for_audiences() -> ColumnElement[bool]:
    asked = bindparam("audience_mask", type_=SearchEntry.__table__.c.audiences.type)
    return or_(
        ENTRY.audiences == literal_column("0"),
        ENTRY.audiences.op("&")(asked) != literal_column("0"),
    )


def _for_age() -> ColumnElement[bool]:
    age = bindparam("age", type_=Integer)
    return func.coalesce(ENTRY.minimum_age <= age, true()) & func.coalesce(
        ENTRY.maximum_age >= age, true()
    )


def _speaks() -> ColumnElement[bool]:
    return ENTRY.languages.op("&&")(bindparam("languages", type_=ARRAY(Text)))


def _has_room() -> ColumnElement[bool]:
    return ENTRY.room_until > bindparam("now", type_=DateTime(timezone=True))


def _feature(name: str) -> Any:
    bit = FEATURE_BITS[name]
    return lambda: ENTRY.features.op("&")(literal_column(str(bit))) != literal_column("0")


_CONDITIONS: dict[str, Any] = {
    "open_at": _open_at,
    "audiences": _for_audiences,
    "age": _for_age,
    "languages": _speaks,
    "has_room": _has_room,
} | {name: _feature(name) for name in FEATURE_BITS}
