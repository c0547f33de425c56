"""What serves the person's commune though it lies beyond the radius, and what helps from afar."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    SmallInteger,
    Text,
    any_,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause

from directory.listings.entries import ON_SITE, REMOTE
from directory.search.statements.conditions import asked, found, hours, order_on_sphere
from directory.search.statements.shape import AREA, ENTRY, Shape, areas, kinds, number, rows
from directory.territories.areas import COUNTRY

_COUNTRY: ColumnElement[str] = literal_column(f"'{COUNTRY}'", Text)


@cache
def covering(shape: Shape) -> CompoundSelect[Any]:
    """Select places that serve one of `areas` and lie beyond the radius: on site, then remote.

    At most `rows` of each reach, nearest first, those without a place last. Columns: those of
    `neighbours`, and reach. Beyond is where the cosine to the origin is below `inner_cosine`.
    """
    return union_all(_covering(shape, ON_SITE), _covering(shape, REMOTE))


def _covering(shape: Shape, reach: int) -> Select[Any]:
    """Order by the columns that areas repeat; look at entries only for what a filter asks."""
    serving = _serving(shape, reach).subquery(f"serving_{reach}")
    told_reach = literal_column(str(reach), SmallInteger).label("reach")
    if not shape.filters:
        place = (serving.c.id, serving.c.latitude, serving.c.longitude)
        return select(*place, hours(shape), told_reach)
    chosen = (
        found(shape)
        .add_columns(told_reach)
        .join(serving, serving.c.id == ENTRY.service_at_location_id)
        .where(*asked(shape))
        .order_by(*_nearest_first(serving))
        .limit(rows())
        .subquery()
    )
    return select(chosen)


def _serving(shape: Shape, reach: int) -> Select[Any]:
    """Select the places that serve the areas beyond the radius, nearest first, each once."""
    if shape.filters:
        served = _served(shape, reach, areas())
        return select(served).distinct().order_by(*_nearest_first(served))
    near = _near(shape, reach).subquery(f"near_{reach}")
    return select(near).distinct().order_by(*_nearest_first(near)).limit(rows())


def _near(shape: Shape, reach: int) -> Select[Any] | CompoundSelect[Any]:
    """Select enough of what serves the areas to hold the `rows` nearest.

    Each is there once for each of the areas it serves, so that many times as many rows hold
    enough of them; to cut first costs half of what it costs to tell thousands apart.
    """
    local = areas() if shape.has_categories else func.array_remove(areas(), _COUNTRY)
    served = _served(shape, reach, local)
    repeats = func.cardinality(areas())
    near = select(served).order_by(*_nearest_first(served)).limit(rows() * repeats)
    if shape.has_categories:
        return near
    country = _serving_country(shape, reach).subquery(f"country_{reach}")
    return union_all(select(near.subquery(f"local_{reach}")), select(country))


def _serving_country(shape: Shape, reach: int) -> Select[Any]:
    """Select what serves the whole country through its own index of neighbours.

    Of its thousands a handful lies within the radius and is passed over. Of those of a
    département it can be most: to tell how near all of them are is quicker there.
    """
    return (
        _beyond(shape, reach)
        .where(AREA.area_code == _COUNTRY, any_(areas()) == _COUNTRY)
        .order_by(order_on_sphere(AREA.loc))
        .limit(rows())
    )


def _served(shape: Shape, reach: int, codes: ColumnElement[Any]) -> FromClause:
    """Return what serves the areas beyond the radius, from one index alone, as often as it does.

    The offset keeps the planner from reading all kinds.
    """
    served = _beyond(shape, reach).where(AREA.area_code == any_(codes))
    if not shape.has_categories:
        return served.subquery(f"served_{reach}")
    of_kinds = kinds()
    of_kind = served.where(AREA.category_id == of_kinds.c.category_id).offset(literal_column("0"))
    one_kind = of_kind.lateral(f"one_kind_{reach}")
    every = select(*one_kind.c).select_from(of_kinds.join(one_kind, true()))
    return every.subquery(f"served_{reach}")


def _beyond(shape: Shape, reach: int) -> Select[Any]:
    nearness = _nearness()
    beyond = select(
        AREA.service_at_location_id.label("id"),
        AREA.latitude,
        AREA.longitude,
        nearness.label("nearness"),
    ).where(
        AREA.reach == cast(literal_column(str(reach)), SmallInteger),
        or_(nearness.is_(None), nearness < number("inner_cosine")),
    )
    return beyond if shape.include_professionals else beyond.where(~AREA.is_for_professionals)


def _nearness() -> ColumnElement[float]:
    """Return the cosine of the arc to the origin: 1 is here, -1 the other end of the world.

    Ten times quicker than a distance, which thousands of rows would pay for one that is shown.
    """
    return AREA.x * number("origin_x") + AREA.y * number("origin_y") + AREA.z * number("origin_z")


def _nearest_first(served: FromClause) -> tuple[ColumnElement[Any], ...]:
    return served.c.nearness.desc().nulls_last(), served.c.id
