"""An outside service that takes every connection and never answers: searches go on as ever."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from directory.addresses.table import AddressTable
from directory.app import FanalApp, create_app
from directory.config import Settings
from directory.geocoding import make_geocoder
from directory.geocoding.breaker import FAILURES, PROBE_EVERY_S
from directory.geocoding.prompt import PromptIndex
from directory.postgres.roles import DatabaseUrls
from directory.web.runtime import EXTENSION, Runtime
from tests.addresses.factories import store_streets
from tests.fixtures.installation import wait_until
from tests.places import BONDY
from tests.web.conftest import TestRuntime

SEARCHES = 200

#: So long that none comes while a test runs: the service hangs up instead, when it is told to.
TIME_OUT_S = 30.0

#: Nobody waits for it, however busy the machine; how much quicker it is,
#: `python -m bench.black_hole` tells.
FAR_FROM_TIME_OUT_S = 10.0

#: As many as a process of the web has (`directory.cli.serve.THREADS`).
THREADS = 4


NUMBERS = tuple(map(str, range(1, 71)))


@dataclass
class Clock:
    """The seconds of the circuit, set by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class BlackHole:
    """A port of this machine; it keeps each connection open and says nothing on it."""

    url: str
    connections: list[socket.socket] = field(default_factory=list)

    def hang_up(self) -> None:
        """End every question that waits, without an answer."""
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def black_hole() -> Iterator[BlackHole]:
    """A service that is there, and silent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hole = BlackHole(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def swallow() -> None:
            try:
                while True:
                    hole.connections.append(listener.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=swallow, daemon=True)
        thread.start()
        yield hole
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(30)
        hole.hang_up()
        for connection in hole.connections:
            connection.close()


@dataclass
class Site:
    """The application over HTTP, and what it keeps between requests."""

    app: FanalApp
    process: Runtime
    clock: Clock

    def seconds(self, text: str, door: str = "/recherche") -> float:
        """Search from a place; return how long the answer took."""
        with self.app.test_client() as client:
            started = time.perf_counter()
            response = client.get(door, query_string={"q": text})
            took = time.perf_counter() - started
        assert response.status_code == 200, response.text[:500]
        return took

    def seconds_of_many(self, texts: Sequence[str], threads: int = THREADS) -> list[float]:
        """Search from many places, as many at once as a process answers; return each time."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self.seconds, texts))


@pytest.fixture
def site(fresh_database: DatabaseUrls, settings: Settings, black_hole: BlackHole) -> Iterator[Site]:
    """The application, with two streets of its own and a silent service outside."""
    engine = create_engine(fresh_database.owner)
    with Session(engine) as session:
        for name in ("Rue de Verdun", "Avenue Gallieni"):
            store_streets(session, "93010", "93140", "Bondy", {name: NUMBERS}, near=BONDY)
        session.commit()
    engine.dispose()
    settings = settings.model_copy(
        update={
            "database_url": fresh_database.app,
            "geocoder_url": black_hole.url,
            "geocoder_timeout_s": TIME_OUT_S,
        }
    )
    app = create_app(settings)
    real: Runtime = app.extensions[EXTENSION]
    process = TestRuntime(settings, real.engine, real.sessions, real.readers, real._reading_engine)
    clock = Clock()
    process._geocoder = make_geocoder(settings, own=[AddressTable(real.readers)], clock=clock)
    app.extensions[EXTENSION] = process
    made = Site(app, process, clock)
    made.seconds("Bondy")
    yield made
    process.dispose()


def held(count: int) -> list[str]:
    """Return addresses that our own table holds, each once."""
    spellings = ("{} rue de Verdun, Bondy", "{} av gallieni 93140 Bondy", "{} r verdun bondy")
    return [spellings[at % 3].format(NUMBERS[at // 3 % len(NUMBERS)]) for at in range(count)]


def not_held(count: int, first: int = 0) -> list[str]:
    """Return addresses that nobody but the outside service could know, each once."""
    return [f"{at % 90 + 1} rue Inconnue {at}, Bondy" for at in range(first, first + count)]


def wait_until_open(site: Site, black_hole: BlackHole, asked: int) -> None:
    """Wait for so many questions, have them come to nothing, and the circuit open for it."""
    (outside,) = (one for one in site.process.geocoder.back_ends if one.is_outside)
    assert isinstance(outside, PromptIndex)
    wait_until(lambda: len(black_hole.connections) >= asked, seconds=30)
    black_hole.hang_up()
    wait_until(lambda: not outside._under_way, seconds=30)
    assert outside.breaker.is_resting


@pytest.mark.parametrize("door", ["/recherche", "/api/v1/search"])
def test_addresses_that_we_hold_do_not_notice(site: Site, black_hole: BlackHole, door: str) -> None:
    seconds = [site.seconds(text, door) for text in held(SEARCHES)]
    assert max(seconds) < FAR_FROM_TIME_OUT_S
    assert black_hole.connections == []


def test_addresses_that_we_do_not_hold_are_hardly_slower(site: Site, black_hole: BlackHole) -> None:
    seconds = site.seconds_of_many(not_held(SEARCHES))
    assert max(seconds) < FAR_FROM_TIME_OUT_S
    wait_until_open(site, black_hole, FAILURES)
    assert len(black_hole.connections) == FAILURES


def test_one_probe_every_half_minute_holds_up_nobody(site: Site, black_hole: BlackHole) -> None:
    site.seconds_of_many(not_held(2 * FAILURES))
    wait_until_open(site, black_hole, FAILURES)
    for probes in (1, 2):
        site.clock.now += PROBE_EVERY_S
        seconds = [site.seconds(text) for text in not_held(20, first=1_000 * probes)]
        assert max(seconds) < FAR_FROM_TIME_OUT_S
        wait_until_open(site, black_hole, FAILURES + probes)
        assert len(black_hole.connections) == FAILURES + probes


def test_the_commune_stands_in_and_says_that_the_service_is_silent(site: Site) -> None:
    with site.app.test_client() as client:
        page = client.get("/recherche", query_string={"q": "12 rue Inconnue, Bondy"}).text
    assert "Le service d'adresses ne répond pas" in page.replace("&#39;", "'")
