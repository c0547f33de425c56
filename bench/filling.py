"""Fills a database with the invented services: drawn by several processes, copied in lots.

The tables that search reads get what `listings.indexing` computes, as in production.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Any

import orjson
import psycopg
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSON, JSONB
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from bench.generator import LOT, Lot, centres, draw_lot
from directory.db import Base
from directory.listings import indexing
from directory.listings.actions import store_vocabulary
from directory.listings.entries import AreaEntry, SearchCard, SearchEntry
from directory.listings.models import (
    Capacity,
    Closure,
    Contact,
    Credential,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from directory.postgres.roles import DatabaseUrls, connect
from directory.territories.actions import load_bundled_if_empty

#: Tables whose rows are numbered by us: the next number must come after them.
_NUMBERED = (Organization, Location, Service, ServiceAtLocation)


def fill(urls: DatabaseUrls, size: int, seed: int, *, at: datetime) -> None:
    """Fill a database that has only communes and kinds with `size` services, written at `at`."""
    lots = [(first // LOT, min(LOT, size - first)) for first in range(0, size, LOT)]
    store = partial(_store_lot, urls.superuser, seed, at)
    if len(lots) == 1:
        store(lots[0])
    else:
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as processes:
            list(processes.map(store, lots))
    with connect(urls.superuser) as connection:
        for model in _NUMBERED:
            connection.execute(_NEXT_NUMBER.format(table=sql.Identifier(model.__tablename__)))
        connection.execute("VACUUM ANALYZE")


_NEXT_NUMBER = sql.SQL(
    "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
)


def store_territories_and_vocabulary(url: str, at: datetime) -> None:
    """Load what every database has before its first listing."""
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session:
        load_bundled_if_empty(session, at=at)
        store_vocabulary(session)
        session.commit()


def _store_lot(url: str, seed: int, at: datetime, numbered: tuple[int, int]) -> None:
    """Draw one lot and copy it. Foreign keys hold by construction."""
    number, size = numbered
    lot = draw_lot(number, size, seed, at)
    with connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        for model, rows in _tables(lot):
            _copy(connection, model, rows)


def _tables(lot: Lot) -> Iterator[tuple[type[Base], Iterable[dict[str, Any]]]]:
    places = lot.places
    yield Organization, _values(lot.organizations)
    yield Location, _values(lot.locations)
    yield Service, _values(lot.services)
    yield ServiceAtLocation, _values(places)
    yield Schedule, _values(row for place in places for row in place.schedules)
    yield Closure, _values(row for place in places for row in place.closures)
    yield Phone, _values(row for place in places for row in place.phones)
    yield Contact, _values(row for place in places for row in place.contacts)
    yield Capacity, _values(place.capacity for place in places if place.capacity)
    yield ServiceArea, _values(row for service in lot.services for row in service.areas)
    yield Credential, _values(row for rows in lot.credentials.values() for row in rows)
    searched = _searched(lot)
    for model in (SearchEntry, SearchCard, AreaEntry):
        yield model, (row for of_place in searched for row in of_place[model])


def _searched(lot: Lot) -> list[dict[type[Base], list[indexing.Row]]]:
    of_communes = centres()
    return [
        indexing.rows_of(place, of_communes, lot.credentials.get(place.service_id, []), at=lot.at)
        for place in lot.places
    ]


def _values(records: Iterable[Base]) -> Iterator[dict[str, Any]]:
    return (vars(record) for record in records)


def _copy(
    connection: psycopg.Connection[Any], model: type[Base], rows: Iterable[dict[str, Any]]
) -> None:
    """Copy rows into the table of a model; absent values are null, absent numbers are drawn."""
    columns = _columns(model)
    names = [name for name, _ in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model.__tablename__), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([write(row.get(name)) for name, write in columns])


def _columns(model: type[Base]) -> list[tuple[str, Callable[[Any], Any]]]:
    """Return the columns to copy, each with what writes its values as text."""
    return [
        (column.name, _WRITERS.get(type(column.type), _as_it_is))
        for column in model.__table__.columns
        if column.computed is None and (column.identity is None or model in _NUMBERED)
    ]


def _as_it_is(value: Any) -> Any:
    return value


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _multirange(ranges: Sequence[Any]) -> str:
    return "{" + ",".join(f"[{r.lower},{r.upper})" for r in ranges) + "}"


_WRITERS: dict[type[Any], Callable[[Any], Any]] = {
    JSONB: _json,
    JSON: _json,
    INT4MULTIRANGE: _multirange,
}
