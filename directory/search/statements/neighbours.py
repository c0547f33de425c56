"""The nearest entries, in the order of the index, and the cards of those that are shown."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    any_,
    bindparam,
    func,
    select,
    true,
)

from directory.search.statements.conditions import (
    any_kind,
    asked,
    found,
    in_reach,
    order_on_sphere,
    origin_point,
)
from directory.search.statements.shape import CARD, ENTRY, Shape, kinds, number, rows


@cache
def neighbours(shape: Shape) -> Select[Any]:
    """Select at most `rows` entries within `reach_m`, nearest first on the sphere.

    Columns: id, latitude, longitude, and hours: null, or the hours to decide by, when the
    computed window does not hold the asked time. From a cursor on, rows certainly before it are
    left out; the ranking drops the few that remain.
    """
    order = order_on_sphere(ENTRY.loc).label("order")
    branch = found(shape).add_columns(order).where(in_reach(), *asked(shape))
    if shape.has_cursor:
        branch = branch.where(func.geo.meters(ENTRY.loc, origin_point()) >= number("from_m"))
    if not shape.has_categories:
        return branch.where(any_kind()).order_by(order).limit(rows())
    of_kinds = kinds()
    lateral = (
        branch.where(ENTRY.category_id == of_kinds.c.category_id)
        .order_by(order)
        .limit(rows())
        .lateral("hit")
    )
    return (
        select(*[column for column in lateral.c if column.name != "order"])
        .select_from(of_kinds.join(lateral, true()))
        .order_by(lateral.c.order)
        .limit(rows())
    )


@cache
def shown() -> Select[Any]:
    """Select the cards of `ids`. Columns: id, card."""
    ids = bindparam("ids", type_=ARRAY(BigInteger))
    return select(CARD.service_at_location_id.label("id"), CARD.card).where(
        CARD.service_at_location_id == any_(ids)
    )
