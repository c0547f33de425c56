"""The schema `geo`: the one place where the two database engines differ.

Both offer the domain `geo.locus`, the function `geo.point(longitude, latitude)`, and the function
`geo.within(locus, origin, radius_m)`; both order neighbours on the sphere by the operator `<->`.
Everything else in Fanal is one SQL dialect. Exact metres are computed in Python (`geo.py`).
"""

from typing import Literal

from sqlalchemy import Connection, text

Engine = Literal["postgis", "portable"]

#: Extensions by engine; all but postgis are trusted, so the owner of a database may add them.
EXTENSIONS: dict[Engine, tuple[str, ...]] = {
    "postgis": ("postgis", "btree_gist", "pg_trgm", "unaccent"),
    "portable": ("cube", "btree_gist", "pg_trgm", "unaccent"),
}

# `COST 1` on geo.point matters: psycopg reaches a generic plan after ten executions, where the
# origin is no constant, and the planner drops the index condition of a function it thinks dear.
_POSTGIS = """
CREATE DOMAIN geo.locus AS geography(Point, 4326);

CREATE FUNCTION geo.point(longitude double precision, latitude double precision)
RETURNS geo.locus LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography(Point, 4326);

CREATE FUNCTION geo.meters(a geo.locus, b geo.locus)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ST_Distance(a::geography, b::geography, false);

CREATE FUNCTION geo.within(place geo.locus, origin geo.locus, radius_m double precision)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ST_DWithin(place::geography, origin::geography, radius_m, false);
"""

# The portable locus is a point of space on the sphere, in metres: straight lines through the earth
# order points as arcs on its surface do. geo.within must not be STRICT: a strict function whose
# body could answer without one argument is not inlined, and then no index is used.
_PORTABLE = """
CREATE DOMAIN geo.locus AS cube;

CREATE FUNCTION geo.point(longitude double precision, latitude double precision)
RETURNS geo.locus LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1
RETURN cube(ARRAY[
  6371008.8 * cos(radians(latitude)) * cos(radians(longitude)),
  6371008.8 * cos(radians(latitude)) * sin(radians(longitude)),
  6371008.8 * sin(radians(latitude))]);

CREATE FUNCTION geo.meters(a geo.locus, b geo.locus)
RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 2 * 6371008.8 * asin(least(1, cube_distance(a, b) / (2 * 6371008.8)));

CREATE FUNCTION geo.within(place geo.locus, origin geo.locus, radius_m double precision)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN place::cube <@ cube_enlarge(
    origin::cube, 2 * 6371008.8 * sin(least(radius_m / (2 * 6371008.8), 1.5707963267948966)), 3)
  AND cube_distance(place, origin)
    <= 2 * 6371008.8 * sin(least(radius_m / (2 * 6371008.8), 1.5707963267948966));
"""

_BODIES: dict[Engine, str] = {"postgis": _POSTGIS, "portable": _PORTABLE}


def install_geo(connection: Connection, engine: Engine) -> None:
    """Create the extensions and the schema `geo` of an engine; nothing when it is there already.

    PostGIS itself can only be created by a superuser: a hosted database must have it beforehand.
    """
    for extension in EXTENSIONS[engine]:
        connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    if has_geo(connection):
        return
    connection.execute(text("CREATE SCHEMA geo"))
    for statement in _BODIES[engine].split(";\n\n"):
        connection.exec_driver_sql(statement.replace("%", "%%"))
    connection.execute(text("GRANT USAGE ON SCHEMA geo TO PUBLIC"))


def has_geo(connection: Connection) -> bool:
    """Say whether the schema `geo` is installed."""
    return bool(connection.scalar(text("SELECT to_regtype('geo.locus') IS NOT NULL")))


def detect_engine(connection: Connection) -> Engine:
    """Return the engine a database can be: `postgis` when its server offers that extension."""
    offered = connection.scalar(
        text("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
    )
    return "postgis" if offered else "portable"
