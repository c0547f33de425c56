"""Reading the loaded addresses."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, any_, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, Double

from directory.addresses.models import Address, AddressDepartment, Street
from directory.geo import Position


class StreetRow(NamedTuple):
    """A street as it is searched among."""

    id: int
    insee_code: str
    postal_code: str | None
    city: str
    former_insee_code: str | None
    former_city: str | None
    name: str
    key: str
    is_locality: bool
    longitude: float
    latitude: float


class NumberRow(NamedTuple):
    """A house number of a street."""

    street_id: int
    number: int
    repetition: str
    longitude: float
    latitude: float


#: Sorts after every sign of a key.
_AFTER_LETTERS = "\x7f"

_STREET = tuple(getattr(Street, name) for name in StreetRow._fields)
_NUMBER = tuple(getattr(Address, name) for name in NumberRow._fields)


def edition_of(session: Session, department_code: str) -> int | None:
    """Return the number of the load of a département, None when it is not loaded."""
    return session.scalar(
        select(AddressDepartment.edition).where(AddressDepartment.code == department_code)
    )


def streets_of_city(session: Session, city_code: str) -> list[StreetRow]:
    """Return the streets of a commune, or of a city with all its arrondissements, by id."""
    query = select(*_STREET).where(Street.city_code == city_code).order_by(Street.id)
    return [StreetRow(*row) for row in session.execute(query)]


def streets_named(session: Session, keys: Collection[str], limit: int) -> list[StreetRow]:
    """Return at most `limit` streets of exactly these names, in any commune, by id."""
    query = select(*_STREET).where(Street.key.in_(keys)).order_by(Street.id).limit(limit)
    return [StreetRow(*row) for row in session.execute(query)]


def streets_beginning(session: Session, key: str, limit: int) -> list[StreetRow]:
    """Return at most `limit` streets whose name begins so, the shortest names first."""
    rows = session.execute(beginning_query(key, limit))
    return [StreetRow(*row) for row in rows]


def beginning_query(key: str, limit: int) -> Select[Any]:
    """Return the query of `streets_beginning`.

    It gives two bounds and no pattern: a reading connection plans it once for all beginnings, and
    would compare a pattern with every street of the country.
    """
    return (
        select(*_STREET)
        .where(Street.key.op("~>=~")(key), Street.key.op("~<~")(key + _AFTER_LETTERS))
        .order_by(func.length(Street.key), Street.id)
        .limit(limit)
    )


def numbers_of(session: Session, street_ids: Sequence[int]) -> list[NumberRow]:
    """Return the house numbers of some streets, in their order."""
    query = (
        select(*_NUMBER)
        .where(Address.street_id == any_(bindparam("ids", list(street_ids), ARRAY(BigInteger))))
        .order_by(Address.street_id, Address.number, Address.repetition)
    )
    return [NumberRow(*row) for row in session.execute(query)]


def addresses_around(
    session: Session, position: Position, limit: int
) -> list[tuple[NumberRow, StreetRow]]:
    """Return the addresses nearest to a point on the sphere, nearest first."""
    cut = len(NumberRow._fields)
    point = {"longitude": position.longitude, "latitude": position.latitude}
    rows = session.execute(around_query(limit), point)
    return [(NumberRow(*row[:cut]), StreetRow(*row[cut:])) for row in rows]


@cache
def around_query(limit: int) -> Select[Any]:
    """Return the query of `addresses_around`, of a longitude and a latitude; its limit is written.

    A reading connection plans it once, and a plan for any limit would measure the way to every
    address of the country. It is made once too: every search from a point asks it.
    """
    origin = func.geo.point(
        bindparam("longitude", type_=Double), bindparam("latitude", type_=Double)
    )
    nearest = (
        select(*_NUMBER)
        .order_by(Address.loc.op("<->", return_type=Double())(select(origin).scalar_subquery()))
        .limit(literal_column(str(int(limit))))
        .subquery()
    )
    return select(*nearest.c, *_STREET).join(Street, Street.id == nearest.c.street_id)
