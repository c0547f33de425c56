"""How many entries there are within the radius, without looking at more of them than needed.

Two ways. Without filters the count is read from an index alone, where the earth is taken for flat
around the origin: quick, and wrong by less than `FLAT_ERROR`. With filters the entries are read
anyway. Both tell what is certain from what is so near the radius that exact metres must decide.
"""

from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, and_, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import FromClause

from directory.search.statements.conditions import (
    any_kind,
    asked,
    hours,
    in_reach,
    needs_hours,
    origin_point,
)
from directory.search.statements.shape import ENTRY, Shape, kinds, number, rows


@cache
def counted(shape: Shape) -> Select[Any]:
    """Count what surely counts, `rows` at most; if there are fewer, tell what may count besides.

    One row: certain (surely inside, and surely open), and doubtful, null or a list of [latitude,
    longitude, hours]: those so near the radius that exact metres decide, and those whose window
    does not hold, whose hours are told. Ranking two hundred entries to count them took longer
    than finding them.
    """
    reached, inside = _on_sphere() if shape.filters else _on_flat_earth()
    is_certain = and_(inside, ~needs_hours(shape))
    surely = select(ENTRY.latitude).where(is_certain, *asked(shape))
    certain = select(func.count()).select_from(_each_kind(shape, surely, rows()))
    counted = certain.cte("counted").prefix_with("MATERIALIZED")
    number_of = select(counted).scalar_subquery()
    place = select(ENTRY.latitude, ENTRY.longitude, hours(shape))
    few = func.coalesce(number_of < rows(), true())
    doubtful = _each_kind(shape, place.where(few, reached, ~is_certain, *asked(shape)), None)
    told = func.jsonb_build_array(doubtful.c.latitude, doubtful.c.longitude, doubtful.c.hours)
    return select(
        number_of.label("certain"),
        select(func.jsonb_agg(told, type_=JSONB)).scalar_subquery().label("doubtful"),
    )


def _each_kind(shape: Shape, branch: Select[Any], at_most: ColumnElement[int] | None) -> FromClause:
    """Return what a branch finds for the kinds asked, one after the other, or for all at once.

    The offset keeps the planner from reading all kinds.
    """
    if not shape.has_categories:
        return branch.where(any_kind()).limit(at_most).subquery()
    of_kinds = kinds()
    of_kind = branch.where(ENTRY.category_id == of_kinds.c.category_id).offset(0).lateral()
    return select(*of_kind.c).select_from(of_kinds.join(of_kind, true())).limit(at_most).subquery()


def _on_sphere() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return what lies within `reach_m`, and what lies within `inner_m`.

    The portable engine measures straight lines through the earth, 0.2 m less at 50 km: the margin
    between the two holds that ten times.
    """
    inside = func.geo.within(ENTRY.loc, origin_point(), number("inner_m"), type_=Boolean)
    return in_reach(), inside


def _on_flat_earth() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the same of the index of bare points; `geo.py` says what is flat, and how wrong."""
    spot = func.point(ENTRY.longitude, ENTRY.latitude)
    corners = (
        func.point(number("west"), number("south")),
        func.point(number("east"), number("north")),
    )
    in_box = spot.op("<@", return_type=Boolean())(func.box(*corners))
    northward = (ENTRY.latitude - number("latitude")) * number("metres_northward")
    eastward = (ENTRY.longitude - number("longitude")) * number("metres_eastward")
    square = northward * northward + eastward * eastward
    return (
        and_(in_box, square <= number("flat_reach_m2")),
        and_(in_box, square <= number("flat_inner_m2")),
    )
