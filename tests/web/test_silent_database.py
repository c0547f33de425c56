"""The database is there and says nothing: who asks is told within seconds, and the site lives."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, make_url, text
from werkzeug.test import TestResponse

from directory.app import FanalApp, create_app
from directory.cli.serve import THREADS
from directory.config import Settings
from directory.postgres import silence
from directory.postgres.roles import DatabaseUrls
from directory.postgres.sockets import SOCKET_NAME
from directory.web.runtime import EXTENSION, Runtime, make_runtime
from tests.fixtures.cluster import ThrowawayCluster
from tests.fixtures.installation import wait_until
from tests.fixtures.relay import Relay, relay_to
from tests.web.conftest import TestRuntime

SEARCH = "/api/v1/search?q=Bondy"


@pytest.fixture
def relay(cluster: ThrowawayCluster) -> Iterator[Relay]:
    with relay_to(cluster.cluster.socket_dir / SOCKET_NAME) as made:
        yield made


@pytest.fixture
def distant(settings: Settings, fresh_database: DatabaseUrls, relay: Relay) -> Settings:
    """Settings of a database behind the relay."""
    place = {"host": "127.0.0.1", "port": relay.port}
    url = make_url(fresh_database.app).set(**place, query={})
    return settings.model_copy(update={"database_url": url.render_as_string(hide_password=False)})


@dataclass
class Site:
    """The application as one process of the web has it, asked by as many as it answers at once."""

    app: FanalApp
    pool: ThreadPoolExecutor

    def ask(self, address: str) -> TestResponse:
        with self.app.test_client() as client:
            return client.get(address)

    def sign_in(self) -> TestResponse:
        form = {"email": "awa@exemple.invalid", "password": "cheval pile agrafe"}
        with self.app.test_client() as client:
            return client.post("/connexion", headers={"Sec-Fetch-Site": "same-origin"}, data=form)

    def ask_all(self) -> list[int]:
        """Search and sign in, in all threads at once; return the statuses."""
        half = THREADS // 2
        asked = [self.pool.submit(self.ask, SEARCH) for _ in range(half)]
        asked += [self.pool.submit(self.sign_in) for _ in range(THREADS - half)]
        return [each.result(timeout=60).status_code for each in asked]


@pytest.fixture
def site(distant: Settings) -> Iterator[Site]:
    app = create_app(distant)
    real: Runtime = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = TestRuntime(
        distant, real.engine, real.sessions, real.readers, real._reading_engine
    )
    with ThreadPoolExecutor(THREADS) as pool:
        yield Site(app, pool)
    real.dispose()


def test_a_silent_database_is_told_within_seconds_and_at_once_to_those_who_follow(
    site: Site, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.ask_all()[0] == 200
    relay.flows.clear()
    monkeypatch.setattr(silence, "PAUSE_S", 60)

    begun = time.monotonic()
    assert site.ask_all() == [503] * THREADS
    assert time.monotonic() - begun < 20, "nothing else would end the wait"

    tried = len(relay._ends)
    answer = site.ask(SEARCH)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert len(relay._ends) == tried, "who is told at once does not try"


def test_whoever_tries_a_silent_database_waits_alone(
    site: Site, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.ask_all()
    relay.flows.clear()
    assert set(site.ask_all()) == {503}

    monkeypatch.setattr(silence, "CONNECT_S", 60)
    time.sleep(2 * silence.PAUSE_S)
    tried = len(relay._ends)
    waiting = site.pool.submit(site.ask, SEARCH)
    wait_until(lambda: len(relay._ends) > tried, seconds=30)
    assert site.ask(SEARCH).status_code == 503
    assert site.ask("/healthz").status_code == 200
    assert not waiting.done()

    relay.hang_up()
    assert waiting.result(timeout=30).status_code == 503


def test_it_is_healthy_within_seconds_after_the_database_speaks_again(
    site: Site, relay: Relay
) -> None:
    site.ask_all()
    relay.flows.clear()
    assert set(site.ask_all()) == {503}
    relay.flows.set()
    wait_until(lambda: site.ask(SEARCH).status_code == 200, seconds=20)
    assert 503 not in site.ask_all()


def test_a_slow_statement_of_a_living_database_is_waited_for(distant: Settings) -> None:
    runtime = make_runtime(distant)
    with runtime.sessions() as session:
        assert session.scalar(text("SELECT pg_sleep(2.5)::text")) == ""
    runtime.dispose()


@pytest.fixture
def engines(distant: Settings) -> Iterator[tuple[Engine, Engine]]:
    runtime = make_runtime(distant)
    assert runtime._reading_engine is not None
    yield runtime.engine, runtime._reading_engine
    runtime.dispose()


@pytest.mark.parametrize("number", [0, 1], ids=["writing", "reading"])
def test_a_database_that_was_started_again_costs_nobody_a_page(
    engines: tuple[Engine, Engine], relay: Relay, number: int
) -> None:
    engine = engines[number]
    connections = [engine.connect() for _ in range(3)]
    for connection in connections:
        connection.scalar(text("SELECT 1"))
        connection.close()
    relay.hang_up()
    for _ in range(3):
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
