"""Streets and house numbers for tests, stored without a file of addresses."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from directory.addresses.cities import city_code, department_code
from directory.addresses.models import Address, AddressDepartment, Street
from directory.addresses.words import street_key
from directory.geo import Position
from tests.places import BONDY, BY_INSEE

_HOUSE_NUMBER = re.compile(r"(\d+)\s*(\w*)")

#: About 50 m further north for each street, 10 m further east for each house.
_STREETS_APART, _HOUSES_APART = 0.0005, 0.00014


def store_streets(
    session: Session,
    insee_code: str,
    postal_code: str | None,
    city: str,
    streets: Mapping[str, Sequence[str]],
    *,
    near: Position | None = None,
    localities: Sequence[str] = (),
    former_city: str | None = None,
) -> dict[str, int]:
    """Store streets with their house numbers (`12`, `12bis`); return the id of each by its name.

    Their département is loaded by it, or loaded anew: its edition is another one. They lie around
    `near`, else around the centre of the commune when it is one of `tests.places`.
    `localities` are the names, among the streets or not, that are hamlets; `former_city` is the
    commune they were in before communes merged.
    """
    near = near or BY_INSEE.get(insee_code, BONDY)
    _store_department(session, department_code(insee_code))
    ids = {}
    for row, name in enumerate(dict.fromkeys([*streets, *localities])):
        place = Position(near.latitude + row * _STREETS_APART, near.longitude)
        values = {
            "department_code": department_code(insee_code),
            "insee_code": insee_code,
            "city_code": city_code(insee_code),
            "postal_code": postal_code,
            "city": city,
            "former_city": former_city,
            "name": name,
            "key": street_key(name),
            "is_locality": name in localities,
            "longitude": place.longitude,
            "latitude": place.latitude,
        }
        ids[name] = session.scalars(insert(Street).values(values).returning(Street.id)).one()
        _store_numbers(session, ids[name], streets.get(name, ()), place)
    return ids


def _store_department(session: Session, code: str) -> None:
    renewed = update(AddressDepartment).where(AddressDepartment.code == code)
    edition = AddressDepartment.edition
    if session.scalar(select(edition).where(AddressDepartment.code == code)) is not None:
        session.execute(renewed.values(edition=edition + 1))
        return
    session.execute(
        insert(AddressDepartment).values(
            code=code,
            edition=1,
            source="invented for the tests",
            imported_at=datetime(2026, 11, 17, tzinfo=UTC),
            streets=0,
            addresses=0,
        )
    )


def _store_numbers(
    session: Session, street_id: int, numbers: Sequence[str], place: Position
) -> None:
    for at, text in enumerate(numbers):
        found = _HOUSE_NUMBER.fullmatch(text)
        assert found, text
        session.execute(
            insert(Address).values(
                street_id=street_id,
                number=int(found[1]),
                repetition=found[2],
                longitude=place.longitude + at * _HOUSES_APART,
                latitude=place.latitude,
            )
        )
