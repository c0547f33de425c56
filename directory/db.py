"""The database: base class, shared column types, and an explicit session that nothing hides."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import orjson
from geoalchemy2 import Geography
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    Identity,
    MetaData,
    Text,
    create_engine,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.sql.elements import ColumnElement

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Packets that are lost end a connection after half a minute, not after the two hours of the
#: system: a job then goes on. What people wait for is watched more closely (`postgres.silence`).
_NOTICING_LOSS = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}

BigId = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
Code = Annotated[str, mapped_column(Text)]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """Every table of Fanal."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Locus(Geography):
    """A column of the domain `geo.locus`, which each engine defines in its own way.

    GeoAlchemy2 would wrap it in PostGIS functions that the portable engine does not have, so the
    value is never read back: it serves the index and the two functions of the schema `geo`.
    """

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Return the name of the domain."""
        return "geo.locus"

    def column_expression(self, colexpr: ColumnElement[Any]) -> ColumnElement[Any]:
        """Read the bare column."""
        return colexpr

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Leave the engine's own text as it is: it means something else on each of them."""
        return


def make_engine(url: str, *, pool_size: int = 4) -> Engine:
    """Return an engine whose connections speak UTC, give up after seconds and never use JIT.

    A connection that waited is tried first: a database that was restarted or restored meanwhile
    must not cost somebody the words she is sending. A reading engine does without: a round trip
    for each page is more than it is worth (`directory.postgres.silence.refuse_closed` costs none).

    One that was opened while nobody may write, as when a backup is put back, would stay so for its
    life: at the first refusal it is given up, with those that rest beside it.
    """
    engine = _make_engine(url, pool_size, pool_pre_ping=True)
    event.listen(engine, "handle_error", _give_up_what_was_held)
    return engine


def _give_up_what_was_held(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, ReadOnlySqlTransaction):
        context.is_disconnect = True


def make_reading_engine(url: str, *, pool_size: int = 4) -> Engine:
    """Return an engine whose connections PostgreSQL itself holds read-only, without transactions.

    A read needs none: each statement has its own snapshot either way. It saves two round trips
    for each request, and above all the plans: psycopg forgets every prepared statement of a
    connection when a transaction is rolled back, which is how a session that only reads ends.

    A statement is planned once, whatever its values: the plan tests hold that plan to its index,
    and to plan a search again each time took a third of its time.
    """
    options = " -c default_transaction_read_only=on -c plan_cache_mode=force_generic_plan"
    return _make_engine(url, pool_size, options, isolation_level="AUTOCOMMIT")


def _make_engine(url: str, pool_size: int, options: str = "", **more: Any) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        connect_args={
            "connect_timeout": 5,
            **_NOTICING_LOSS,
            "options": "-c timezone=UTC -c jit=off -c statement_timeout=30000"
            " -c max_parallel_workers_per_gather=0" + options,
        },
        hide_parameters=True,
        json_serializer=_json_text,
        json_deserializer=orjson.loads,
        **more,
    )


def _json_text(value: Any) -> str:
    """Return a value as compact JSON, letters as they are: what is stored as text is served so."""
    return orjson.dumps(value).decode()


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of sessions; nothing is loaded behind the reader's back."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def unit_of_work(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """Commit once when the block ends well, roll back otherwise."""
    with sessions() as session, session.begin():
        yield session
