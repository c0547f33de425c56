"""The roles of the database and what each may do, the same on both engines.

The application never connects as a superuser (who bypasses even forced row-level security) nor
as the owner (who may change tables).
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection, sql

from directory.postgres.geo_schema import EXTENSIONS, Engine

SUPERUSER = "postgres"
OWNER = "fanal_owner"
APP = "fanal_app"
WORKER = "fanal_worker"
BACKUP = "fanal_backup"

DATABASE = "fanal"

#: What a role is, in the words of CREATE ROLE.
_ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE",
    APP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    # Jobs look after the rows of everyone, so row-level security does not stop them.
    WORKER: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS",
    # Without BYPASSRLS a dump fails on the first table that forces row-level security.
    BACKUP: "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS",
}


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The addresses of one database, one for each role."""

    app: str
    owner: str
    worker: str
    backup: str
    superuser: str


def create_roles(connection: Connection[tuple[Any, ...]]) -> None:
    """Create the roles that are missing and set right the attributes of the others."""
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role, attributes in _ATTRIBUTES.items():
        verb = "ALTER ROLE" if role in known else "CREATE ROLE"
        connection.execute(
            sql.SQL("{} {} WITH {}").format(
                sql.SQL(verb), sql.Identifier(role), sql.SQL(attributes)
            )
        )
    connection.execute(sql.SQL("GRANT pg_read_all_data TO {}").format(sql.Identifier(BACKUP)))


def create_database(connection: Connection[tuple[Any, ...]], name: str) -> bool:
    """Create an empty database that belongs to the owner; False when it is already there."""
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    if connection.execute(query, [name]).fetchone():
        return False
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(OWNER)
        )
    )
    return True


def prepare_database(connection: Connection[tuple[Any, ...]], engine: Engine) -> None:
    """Install the extensions of the engine and say what each role may do with coming tables.

    The connection is a superuser's (postgis needs one), on the new database.
    """
    for extension in EXTENSIONS[engine]:
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
        )
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for role in (APP, WORKER):
        for grant in (
            "SELECT, INSERT, UPDATE, DELETE ON TABLES",
            "USAGE, SELECT ON SEQUENCES",
            "USAGE ON SCHEMAS",
        ):
            connection.execute(
                sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT {} TO {}").format(
                    sql.Identifier(OWNER), sql.SQL(grant), sql.Identifier(role)
                )
            )


def is_prepared(connection: Connection[tuple[Any, ...]]) -> bool:
    """Tell whether the roles and the extensions are there that migrations count on."""
    query = """
    SELECT (SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)) = %s
       AND EXISTS (SELECT FROM pg_extension WHERE extname IN ('postgis', 'cube'))
    """
    granted = [APP, WORKER]
    row = connection.execute(query, [granted, len(granted)]).fetchone()
    return bool(row and row[0])


def engine_of(connection: Connection[tuple[Any, ...]]) -> Engine:
    """Return the engine a database is prepared for, from its extensions."""
    found = connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone()
    return "postgis" if found else "portable"


def connect(url: str) -> Connection[tuple[Any, ...]]:
    """Open a bare connection that commits each statement, from an SQLAlchemy address."""
    return psycopg.connect(
        url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True, connect_timeout=5
    )
