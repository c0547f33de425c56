"""Reading the table of communes."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from sys import intern
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from directory.errors import Unavailable
from directory.geo import Position
from directory.i18n import gettext
from directory.territories.commune import Box, Commune, Kind
from directory.territories.gazetteer import Gazetteer
from directory.territories.models import CommuneRow, TerritorySource

_KINDS = {kind.value: kind for kind in Kind}

#: No name of a commune holds it.
_NAME_SEPARATOR = "|"


def load_gazetteer(session: Session) -> Gazetteer:
    """Return the gazetteer of the communes in force.

    :raise Unavailable: the table is empty, so no place can be found at all.
    """
    version = current_version(session)
    if version is None:
        raise Unavailable(
            gettext("La table des communes est vide."),
            remedy=gettext("Lancez « fanal territories import --bundled »."),
        )
    with _collector_resting():
        return Gazetteer(stored_communes(session), version=version)


def current_version(session: Session) -> int | None:
    """Return the number of the newest load, None before the first."""
    return session.scalar(select(func.max(TerritorySource.id)))


def current_source(session: Session) -> TerritorySource | None:
    """Return the newest load, None before the first."""
    return session.scalar(select(TerritorySource).order_by(TerritorySource.id.desc()).limit(1))


def stored_communes(session: Session) -> Iterator[Commune]:
    """Yield every commune of the table."""
    for row in session.execute(communes_query()):
        yield _commune(row)


def communes_query() -> Select[*tuple[Any, ...]]:
    """Select the columns of every commune, lists joined into texts.

    Entities would cost a second for 35,000 rows, and arrays half a second.
    """
    return select(
        CommuneRow.insee_code,
        CommuneRow.name,
        CommuneRow.kind,
        CommuneRow.departement,
        CommuneRow.region,
        CommuneRow.epci,
        CommuneRow.ept,
        CommuneRow.city_code,
        func.array_to_string(CommuneRow.postal_codes, " "),
        CommuneRow.population,
        CommuneRow.latitude,
        CommuneRow.longitude,
        CommuneRow.is_approximate,
        func.array_to_string(CommuneRow.box, " "),
        func.array_to_string(CommuneRow.former_codes, " "),
        func.array_to_string(CommuneRow.former_names, _NAME_SEPARATOR),
    )


def _commune(row: Row[*tuple[Any, ...]]) -> Commune:
    """Make a commune of a row, by rank of column: names would double the time of a load.

    Codes shared by many communes are interned, which saves a quarter of the memory.
    """
    (insee_code, name, kind, departement, region, epci, ept, city_code, *rest) = row
    postal_codes, population, latitude, longitude, is_approximate, box, codes, names = rest
    return Commune(
        insee_code,
        name,
        _KINDS[kind],
        intern(departement),
        intern(region),
        intern(epci) if epci else None,
        intern(ept) if ept else None,
        intern(city_code) if city_code else None,
        tuple(map(intern, postal_codes.split())),
        population,
        None if latitude is None else Position(latitude, longitude),
        is_approximate,
        Box(*map(float, box.split())) if box else None,
        tuple(codes.split()),
        tuple(names.split(_NAME_SEPARATOR)) if names else (),
    )


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Keep the garbage collector still: it would walk again and again through objects that all
    stay, which takes longer than making them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def commune_centres(session: Session, insee_codes: Iterable[str]) -> dict[str, Position]:
    """Return the centre of each of these communes that has one; former codes are followed."""
    asked = set(insee_codes)
    rows = session.execute(
        select(
            CommuneRow.insee_code,
            CommuneRow.former_codes,
            CommuneRow.latitude,
            CommuneRow.longitude,
        ).where(or_(CommuneRow.insee_code.in_(asked), CommuneRow.former_codes.overlap(list(asked))))
    )
    centres: dict[str, Position] = {}
    for code, former_codes, latitude, longitude in rows:
        if latitude is None or longitude is None:
            continue
        for known_as in asked.intersection((code, *former_codes)):
            centres[known_as] = Position(latitude, longitude)
    return centres
