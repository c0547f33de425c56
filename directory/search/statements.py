"""The SQL of a search, built once for each shape of question and then only bound.

One branch for each kind of help: an index on (category, place) gives neighbours in order for one
category, never for a list of them. The radius is a condition of the index, so that a filter few
places pass cannot walk through the whole country.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Double,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import CompoundSelect, FromClause

from directory.listings.entries import FEATURE_BITS, ON_SITE, REMOTE, AreaEntry, SearchEntry
from directory.listings.indexing import WINDOW_MINUTES

ENTRY = SearchEntry.__table__.c
AREA = AreaEntry.__table__.c


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes two questions different statements; everything else is a bound value."""

    filters: tuple[str, ...]
    has_categories: bool
    include_professionals: bool
    has_cursor: bool = False


def origin_point() -> ColumnElement[Any]:
    """Return the place searched from, as both engines understand it."""
    longitude = bindparam("longitude", type_=Double)
    latitude = bindparam("latitude", type_=Double)
    return func.geo.point(longitude, latitude)


def order_on_sphere(loc: ColumnElement[Any] = ENTRY.loc) -> ColumnElement[float]:
    """Return what both engines order neighbours by, through their index.

    As a query of its own the origin is computed once; a generic plan would compute it for each
    row, which the portable engine pays ten times over. Not so in `geo.within`: a query given to
    it keeps it from being inlined, and then it uses no index.
    """
    return loc.op("<->", return_type=Double())(select(origin_point()).scalar_subquery())


@cache
def neighbours(shape: Shape) -> Select[Any]:
    """Select at most `rows` entries within `reach_m`, nearest first on the sphere.

    Columns: id, latitude, longitude, card, is_stale. From a cursor on, rows certainly before it
    are left out; the ranking drops the few that remain.
    """
    order = order_on_sphere().label("order")
    branch = _shown(shape).add_columns(order).where(*_in_reach(), *_asked(shape))
    if shape.has_cursor:
        branch = branch.where(
            func.geo.meters(ENTRY.loc, origin_point()) >= bindparam("from_m", type_=Double)
        )
    if not shape.has_categories:
        return branch.where(_any_kind()).order_by(order).limit(_rows())
    kinds = _kinds()
    lateral = (
        branch.where(ENTRY.category_id == kinds.c.category_id)
        .order_by(order)
        .limit(_rows())
        .lateral("hit")
    )
    return (
        select(*[column for column in lateral.c if column.name != "order"])
        .select_from(kinds.join(lateral, true()))
        .order_by(lateral.c.order)
        .limit(_rows())
    )


@cache
def counted(shape: Shape) -> Select[Any]:
    """Count at most `rows` entries within `reach_m`, and tell only the doubtful ones.

    One row: found (all of them), certain (within `inner_m` on the sphere and surely open), and
    doubtful, a list of [latitude, longitude, hours]: those so near the radius that the ellipsoid
    decides, and those whose window does not hold, whose hours are told. Ranking two hundred and
    fifty entries to count them took longer than finding them.
    """
    stale = is_stale() if "open_at" in shape.filters else false()
    branch = select(
        ENTRY.latitude,
        ENTRY.longitude,
        and_(~stale, order_on_sphere() <= _inner_m()).label("is_certain"),
        case((stale, ENTRY.card["opening"])).label("hours"),
    ).where(*_in_reach(), *_asked(shape))
    if not shape.has_categories:
        branch = branch.where(_any_kind())
    else:
        kinds = _kinds()
        of_kind = branch.where(ENTRY.category_id == kinds.c.category_id).limit(_rows())
        lateral = of_kind.lateral("of_kind")
        branch = select(*lateral.c).select_from(kinds.join(lateral, true()))
    hit = branch.limit(_rows()).subquery("hit")
    told = func.jsonb_build_array(hit.c.latitude, hit.c.longitude, hit.c.hours)
    return select(
        func.count().label("found"),
        func.count().filter(hit.c.is_certain).label("certain"),
        func.jsonb_agg(told, type_=JSONB).filter(~hit.c.is_certain).label("doubtful"),
    ).select_from(hit)


@cache
def covering(shape: Shape) -> CompoundSelect[Any]:
    """Select entries that serve one of `areas` and lie outside `inner_m`: on site, then remote.

    At most `rows` of each reach, nearest first, those without a place last. Columns: those of
    `neighbours`, and reach.
    """
    return union_all(_covering(shape, ON_SITE), _covering(shape, REMOTE))


def _covering(shape: Shape, reach: int) -> Select[Any]:
    """Order by the columns that areas repeat; look at entries only until there are enough."""
    nearest = _serving(shape, reach)
    if not shape.filters:
        nearest = nearest.limit(_rows())
    serving = nearest.subquery(f"serving_{reach}")
    chosen = (
        _shown(shape)
        .add_columns(literal_column(str(reach)).label("reach"))
        .join(serving, serving.c.id == ENTRY.service_at_location_id)
        .where(*_asked(shape))
        .order_by(serving.c.order.nulls_last(), serving.c.id)
        .limit(_rows())
        .subquery()
    )
    return select(chosen)


def _serving(shape: Shape, reach: int) -> Select[Any]:
    """Select id and order of what serves the areas beyond `inner_m`, nearest first, each once."""
    found = _served(shape, reach)
    is_beyond = found.c.order > _inner_m()
    return (
        select(found.c.id, found.c.order)
        .distinct()
        .where(or_(found.c.order.is_(None), is_beyond))
        .order_by(found.c.order.nulls_last(), found.c.id)
    )


def _served(shape: Shape, reach: int) -> FromClause:
    """Return id and order of what serves the areas, from one index alone, as often as it does.

    The offsets keep the planner from computing a distance twice, and from reading all kinds.
    """
    served = (
        select(AREA.service_at_location_id.label("id"), order_on_sphere(AREA.loc).label("order"))
        .where(
            AREA.area_code == any_(bindparam("areas", type_=ARRAY(Text))),
            AREA.reach == literal_column(str(reach)),
        )
        .offset(literal_column("0"))
    )
    if not shape.include_professionals:
        served = served.where(~AREA.is_for_professionals)
    if not shape.has_categories:
        return served.subquery(f"served_{reach}")
    kinds = _kinds()
    one_kind = served.where(AREA.category_id == kinds.c.category_id).lateral(f"one_kind_{reach}")
    of_kinds = select(one_kind.c.id, one_kind.c.order).select_from(kinds.join(one_kind, true()))
    return of_kinds.offset(literal_column("0")).subquery(f"served_{reach}")


def is_stale() -> ColumnElement[bool]:
    """Say whether the asked minute lies outside the computed window: then the engine decides."""
    minute = bindparam("minute", type_=Integer)
    return or_(
        ENTRY.computed_until <= minute,
        ENTRY.computed_until - literal_column(str(WINDOW_MINUTES)) > minute,
    )


def _shown(shape: Shape) -> Select[Any]:
    stale = is_stale() if "open_at" in shape.filters else false()
    return select(
        ENTRY.service_at_location_id.label("id"),
        ENTRY.latitude,
        ENTRY.longitude,
        ENTRY.card,
        stale.label("is_stale"),
    )


def _inner_m() -> ColumnElement[float]:
    """Return the metres on the sphere within which the ellipsoid has no say.

    The portable engine orders by the straight line through the earth, 0.2 m less at 50 km: the
    margin holds that ten times.
    """
    return bindparam("inner_m", type_=Double)


def _in_reach() -> tuple[ColumnElement[bool], ...]:
    return (func.geo.within(ENTRY.loc, origin_point(), bindparam("reach_m", type_=Double)),)


def _any_kind() -> ColumnElement[bool]:
    """Repeat the condition of `ix_search_entry_loc`, which is for searches without kinds."""
    return ENTRY.category_id > literal_column("0")


def _asked(shape: Shape) -> list[ColumnElement[bool]]:
    conditions = [_CONDITIONS[name]() for name in shape.filters]
    if not shape.include_professionals:
        conditions.append(~ENTRY.is_for_professionals)
    return conditions


def _open_at() -> ColumnElement[bool]:
    minute = bindparam("minute", type_=Integer)
    return or_(ENTRY.open_minutes.op("@>")(cast(minute, Integer)), is_stale())


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


def _category_ids() -> ColumnElement[Any]:
    return cast(bindparam("category_ids", type_=ARRAY(Integer)), ARRAY(Integer))


def _kinds() -> FromClause:
    return func.unnest(_category_ids()).table_valued("category_id", name="kind").render_derived()


def _rows() -> ColumnElement[int]:
    return bindparam("rows", type_=Integer)
