"""One filled database, its server, and the ways to ask it: bare SQL, `nearest`, HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from psycopg.types.json import set_json_loads
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bench.asking import RADII_M, Ask
from bench.client import Connection
from bench.kept import database
from bench.serving import HOST, serving
from directory.db import make_reading_engine
from directory.postgres.cluster import Cluster
from directory.postgres.roles import DatabaseUrls, connect
from directory.search.queries import SearchResults, nearest
from directory.territories import Gazetteer
from directory.territories.queries import load_gazetteer

#: A statement as the application sends it, with its values.
Statement = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Base:
    """A database of `size` services, served on `port`."""

    engine_name: str
    size: int
    urls: DatabaseUrls
    engine: Engine
    session: Session
    gazetteer: Gazetteer
    port: int
    at: datetime

    def nearest(self, ask: Ask) -> SearchResults:
        """Search as the application does, in this process."""
        return nearest(self.session, ask.criteria(), at=self.at, gazetteer=self.gazetteer)

    def client(self) -> Connection:
        """Return a kept connection to the server."""
        return Connection(HOST, self.port)

    def statements(self, ask: Ask) -> list[Statement]:
        """Return the statements that `nearest` sends for a question, with their values."""
        sent: list[Statement] = []

        def note(_conn: Any, _cursor: Any, text: str, values: Any, *_: Any) -> None:
            sent.append((text, dict(values)))

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            self.nearest(ask)
        finally:
            event.remove(self.engine, "before_cursor_execute", note)
        return sent

    def widened(self, ask: Ask) -> Ask | None:
        """Return the question with the least radius that fills its page; None if none does."""
        for radius_m in RADII_M:
            wider = ask.within(radius_m)
            if len(self.nearest(wider).on_site) == ask.question.limit:
                return wider
        return None


class Bare:
    """The statements by psycopg alone, prepared, on a connection of its own."""

    def __init__(self, base: Base) -> None:
        self._connection = connect(base.urls.app)
        set_json_loads(orjson.loads, self._connection)
        # As the connections that search are set (`directory.db.make_reading_engine`).
        self._connection.execute("SET jit = off")
        self._connection.execute("SET plan_cache_mode = force_generic_plan")
        self._cursor = self._connection.cursor()

    def run(self, statements: list[Statement]) -> None:
        """Send them and fetch every row."""
        for text, values in statements:
            self._cursor.execute(text, values, prepare=True)
            self._cursor.fetchall()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def opened(cluster: Cluster, size: int, seed: int, at: datetime) -> Iterator[Base]:
    """Have a filled database and its server for the block."""
    urls = database(cluster, size, seed)
    engine = make_reading_engine(urls.app)
    with serving(urls, cluster.data_dir) as port, Session(engine) as session:
        yield Base(
            engine_name=cluster.engine,
            size=size,
            urls=urls,
            engine=engine,
            session=session,
            gazetteer=load_gazetteer(session),
            port=port,
            at=at,
        )
    engine.dispose()
