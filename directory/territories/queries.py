"""Reading the table of communes."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from directory.errors import Unavailable
from directory.geo import Position
from directory.i18n import gettext
from directory.territories.commune import Box, Commune, Kind
from directory.territories.gazetteer import Gazetteer
from directory.territories.models import CommuneRow, TerritorySource


def load_gazetteer(session: Session) -> Gazetteer:
    """Return the gazetteer of the communes in force.

    :raise Unavailable: the table is empty, so no place can be found at all.
    """
    version = current_version(session)
    communes = list(stored_communes(session))
    if version is None or not communes:
        raise Unavailable(
            gettext("La table des communes est vide."),
            remedy=gettext("Lancez « fanal territories import --bundled »."),
        )
    return Gazetteer(communes, version=version)


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
    """Select the plain columns of every commune: 35,000 entities would cost a second."""
    return select(
        CommuneRow.insee_code,
        CommuneRow.name,
        CommuneRow.kind,
        CommuneRow.departement,
        CommuneRow.region,
        CommuneRow.epci,
        CommuneRow.ept,
        CommuneRow.city_code,
        CommuneRow.postal_codes,
        CommuneRow.population,
        CommuneRow.latitude,
        CommuneRow.longitude,
        CommuneRow.is_approximate,
        CommuneRow.box,
        CommuneRow.former_codes,
        CommuneRow.former_names,
    )


def _commune(row: Row[*tuple[Any, ...]]) -> Commune:
    """Make a commune of a row, by rank of column: names would double the time of a load."""
    (insee_code, name, kind, departement, region, epci, ept, city_code, *rest) = row
    postal_codes, population, latitude, longitude, is_approximate, box, codes, names = rest
    return Commune(
        insee_code,
        name,
        Kind(kind),
        departement,
        region,
        epci,
        ept,
        city_code,
        tuple(postal_codes),
        population,
        None if latitude is None else Position(latitude, longitude),
        is_approximate,
        None if box is None else Box(*box),
        tuple(codes),
        tuple(names),
    )
