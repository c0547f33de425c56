"""The way of incoming addresses into their tables, through tables of the transaction alone.

PostgreSQL sorts, compares and writes: neither a département nor its duplicates need to fit in the
memory of the process that reads it. The names below are all this module tells of its tables.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import CursorResult, Executable, text
from sqlalchemy.orm import Session

from directory.addresses.incoming import IncomingAddress, IncomingStreet

_CREATE = (
    text("DROP TABLE IF EXISTS pg_temp.incoming_address, pg_temp.incoming_street"),
    text("DROP TABLE IF EXISTS pg_temp.kept_address, pg_temp.placed_street"),
    text(
        """
        CREATE TEMPORARY TABLE incoming_address (
            street_rank INTEGER NOT NULL,
            number INTEGER,
            repetition TEXT NOT NULL,
            choice SMALLINT NOT NULL,
            id TEXT COLLATE "C" NOT NULL,
            longitude DOUBLE PRECISION NOT NULL,
            latitude DOUBLE PRECISION NOT NULL
        ) ON COMMIT DROP
        """
    ),
    text(
        """
        CREATE TEMPORARY TABLE incoming_street ON COMMIT DROP AS
        SELECT 0 AS rank, insee_code, city_code, postal_code, city, former_insee_code,
            former_city, name, key, is_locality
        FROM street WITH NO DATA
        """
    ),
)

_COPY = {
    shape: f"COPY {table} ({', '.join(shape._fields)}) FROM STDIN"
    for shape, table in ((IncomingAddress, "incoming_address"), (IncomingStreet, "incoming_street"))
}

# One row for an id, then one for a house number: an id that comes again with another number is
# still the same address. Ordered to the last column, so that the order of the file is no matter.
_KEEP = text(
    """
    CREATE TEMPORARY TABLE kept_address ON COMMIT DROP AS
    SELECT DISTINCT ON (street_rank, number, repetition)
        street_rank, number, repetition, longitude, latitude
    FROM (
        SELECT DISTINCT ON (id) * FROM incoming_address WHERE number IS NOT NULL
        ORDER BY id, choice, number, repetition, longitude, latitude, street_rank
    ) AS of_one_id
    ORDER BY street_rank, number, repetition, choice, id
    """
)

# A street stands where one of its addresses does, not at their mean, which may lie in a lake.
_PLACE = text(
    """
    CREATE TEMPORARY TABLE placed_street ON COMMIT DROP AS
    WITH point AS (
        SELECT street_rank, number, repetition, longitude, latitude FROM kept_address
        UNION ALL
        SELECT street_rank, number, repetition, longitude, latitude FROM incoming_address
        WHERE number IS NULL AND NOT EXISTS (
            SELECT FROM kept_address
            WHERE kept_address.street_rank = incoming_address.street_rank
        )
    ), mean AS (
        SELECT street_rank, avg(longitude) AS longitude, avg(latitude) AS latitude
        FROM point GROUP BY street_rank
    ), central AS (
        SELECT DISTINCT ON (street_rank) street_rank, point.longitude, point.latitude
        FROM point JOIN mean USING (street_rank)
        ORDER BY street_rank,
            (point.latitude - mean.latitude) ^ 2
            + ((point.longitude - mean.longitude) * cosd(mean.latitude)) ^ 2,
            number, repetition, longitude, latitude
    )
    SELECT nextval(pg_get_serial_sequence('street', 'id')) AS id, central.*
    FROM (SELECT * FROM central ORDER BY street_rank) AS central
    """
)

_COUNT_TWICE_TOLD = text(
    """
    SELECT (SELECT count(*) FROM incoming_address WHERE number IS NOT NULL)
        - (SELECT count(*) FROM kept_address)
    """
)

_WRITE_STREETS = text(
    """
    INSERT INTO street (
        id, department_code, insee_code, city_code, postal_code, city, former_insee_code,
        former_city, name, key, is_locality, longitude, latitude
    )
    SELECT id, :code, insee_code, city_code, postal_code, city, former_insee_code,
        former_city, name, key, is_locality, longitude, latitude
    FROM incoming_street JOIN placed_street ON street_rank = rank ORDER BY id
    """
)

# The numbers of a street lie side by side on the disk, and neighbours enter the index together.
_WRITE_ADDRESSES = text(
    """
    INSERT INTO address (street_id, number, repetition, longitude, latitude)
    SELECT placed_street.id, number, repetition, kept_address.longitude, kept_address.latitude
    FROM kept_address JOIN placed_street USING (street_rank)
        JOIN incoming_street ON rank = street_rank
    ORDER BY placed_street.id, number, repetition
    """
)

# The cascade would look for the addresses of one street at a time.
_DELETE = (
    text(
        "DELETE FROM address USING street"
        " WHERE address.street_id = street.id AND street.department_code = :code"
    ),
    text("DELETE FROM street WHERE department_code = :code"),
)


def stage(session: Session, rows: Iterable[IncomingAddress]) -> None:
    """Copy the rows as they come into a table of this transaction."""
    for statement in _CREATE:
        session.execute(statement)
    _copy(session, IncomingAddress, rows)


def keep_one_of_each(session: Session) -> tuple[int, int]:
    """Keep one row of each house number; return how many are kept, and how many were too many."""
    session.execute(text("ANALYZE incoming_address"))
    kept = _count(session, _KEEP)
    return kept, session.scalars(_COUNT_TWICE_TOLD).one()


def delete_edition(session: Session, code: str) -> None:
    """Delete the streets and addresses of a département, but not its own row."""
    for statement in _DELETE:
        session.execute(statement, {"code": code})


def write_edition(
    session: Session, code: str, streets: Iterable[IncomingStreet]
) -> tuple[int, int]:
    """Write the staged département; return how many streets and addresses it has."""
    _copy(session, IncomingStreet, streets)
    session.execute(text("ANALYZE incoming_street, kept_address"))
    session.execute(_PLACE)
    session.execute(text("ANALYZE placed_street"))
    return _count(session, _WRITE_STREETS, code=code), _count(session, _WRITE_ADDRESSES)


def _count(session: Session, statement: Executable, **values: str) -> int:
    """Run a statement and return how many rows it wrote."""
    result: CursorResult[Any] = session.connection().execute(statement, values)
    return result.rowcount


def _copy(
    session: Session,
    shape: type[IncomingAddress] | type[IncomingStreet],
    rows: Iterable[IncomingAddress] | Iterable[IncomingStreet],
) -> None:
    driver_connection: Any = session.connection().connection.driver_connection
    with driver_connection.cursor() as cursor, cursor.copy(_COPY[shape]) as copy:
        for row in rows:
            copy.write_row(row)
