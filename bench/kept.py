"""The databases of the bench, kept between runs: made once for a size, a seed and a code."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from bench.filling import fill, store_territories_and_vocabulary
from directory.paths import PACKAGE
from directory.postgres import roles
from directory.postgres.cluster import Cluster, running
from directory.postgres.geo_schema import Engine
from directory.postgres.migrate import head_revision, upgrade
from directory.postgres.roles import DatabaseUrls

#: A change in any of these may change a row: data made by other code is thrown away.
_SOURCES = (
    "bench/filling.py",
    "bench/generator.py",
    "bench/terms.py",
    "bench/towns.py",
    "bench/weeks.py",
    "directory/listings/*.py",
    "directory/opening_hours/*.py",
    "directory/postgres/geo_schema.py",
)


def bench_folder() -> Path:
    """Return `FANAL_BENCH_DIR`, else a folder of the user's cache that the server can enter."""
    if named := os.environ.get("FANAL_BENCH_DIR"):
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/cache/fanal-bench")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "fanal-bench"


@contextmanager
def bench_cluster(engine: Engine, folder: Path) -> Iterator[Cluster]:
    """Have the bench's own server up for the block, with the settings of the private cluster."""
    with running(Cluster.prepare(folder / engine, engine)) as cluster:
        yield cluster


def database(
    cluster: Cluster, size: int, seed: int, *, say: Callable[[str], None] = print
) -> DatabaseUrls:
    """Return the addresses of a database with `size` services, filled now if it is not kept."""
    at = written_at(datetime.now(UTC))
    version = _version(at)
    urls = cluster.urls(f"bench_{size}_{seed}_{version}")

    def make_filled(connection: Connection[tuple[Any, ...]], name: str) -> None:
        template = f"bench_empty_{version}"
        _keep(cluster, template, "bench_empty_", partial(_make_empty, cluster, at))
        connection.execute(_COPY_DATABASE.format(*map(sql.Identifier, (name, template))))
        started_at = time.perf_counter()
        fill(urls, size, seed, at=at)
        took_s = time.perf_counter() - started_at
        say(f"{size:,} services made on {cluster.engine} in {took_s:.0f} s")

    _keep(cluster, f"bench_{size}_{seed}_{version}", f"bench_{size}_{seed}_", make_filled)
    return urls


_COPY_DATABASE = sql.SQL(f"CREATE DATABASE {{}} OWNER {roles.OWNER} TEMPLATE {{}}")
_COMPLETE = "complete"


def _keep(
    cluster: Cluster,
    name: str,
    prefix: str,
    make: Callable[[Connection[tuple[Any, ...]], str], None],
) -> None:
    """Make a database unless it is kept; what other code made under its prefix is dropped."""
    with roles.connect(cluster.url(roles.SUPERUSER)) as connection:
        if _is_complete(connection, name):
            return
        for old in _databases(connection, prefix):
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        make(connection, name)
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(comment.format(sql.Identifier(name), sql.Literal(_COMPLETE)))


def written_at(now: datetime) -> datetime:
    """Return the last Monday, nine o'clock: hours are computed for eight weeks from their writing,
    so data of an earlier week would not be what the worker keeps in production."""
    monday = now - timedelta(days=now.weekday())
    return monday.replace(hour=9, minute=0, second=0, microsecond=0)


def _make_empty(
    cluster: Cluster, at: datetime, connection: Connection[tuple[Any, ...]], name: str
) -> None:
    """Make a migrated database with its communes and kinds of help."""
    roles.create_database(connection, name)
    urls = cluster.urls(name)
    with roles.connect(urls.superuser) as to_prepare:
        roles.prepare_database(to_prepare, cluster.engine)
    upgrade(urls.owner, engine=cluster.engine)
    store_territories_and_vocabulary(urls.app, at)


def _is_complete(connection: Connection[tuple[Any, ...]], name: str) -> bool:
    """Say whether a database was filled to its end: only then it has its comment."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return row is not None and row[0] == _COMPLETE


def _databases(connection: Connection[tuple[Any, ...]], prefix: str) -> list[str]:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
    )
    return [str(name) for (name,) in rows.fetchall()]


def _version(at: datetime) -> str:
    digest = hashlib.sha256(at.isoformat().encode())
    for pattern in _SOURCES:
        for path in sorted(PACKAGE.parent.glob(pattern)):
            digest.update(path.read_bytes())
    return f"{head_revision()}_{digest.hexdigest()[:10]}"
