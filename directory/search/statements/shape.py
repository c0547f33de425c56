"""What makes two searches different statements, and the values that all of them bind."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Double, Integer, Text, bindparam, cast, func
from sqlalchemy.sql.selectable import FromClause

from directory.listings.entries import AreaEntry, SearchCard, SearchEntry

ENTRY = SearchEntry.__table__.c
AREA = AreaEntry.__table__.c
CARD = SearchCard.__table__.c


@dataclass(frozen=True, slots=True)
class Shape:
    """What makes two questions different statements; everything else is a bound value."""

    filters: tuple[str, ...]
    has_categories: bool
    include_professionals: bool
    has_cursor: bool = False


def number(name: str) -> ColumnElement[float]:
    """Return a bound number."""
    return bindparam(name, type_=Double)


def rows() -> ColumnElement[int]:
    """Return how many rows are wanted at most."""
    return bindparam("rows", type_=Integer)


def areas() -> ColumnElement[Any]:
    """Return the codes of the areas that the person's commune is in."""
    return bindparam("areas", type_=ARRAY(Text))


def kinds() -> FromClause:
    """Return the kinds of help asked for, as a table of one column, category_id."""
    ids = cast(bindparam("category_ids", type_=ARRAY(Integer)), ARRAY(Integer))
    return func.unnest(ids).table_valued("category_id", name="kind").render_derived()
