"""Every address that is served answers on each engine, on the demonstration of a first start."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.app import create_app
from directory.config import Settings
from directory.imports import demonstration
from directory.listings.actions import store_vocabulary
from directory.postgres.roles import DatabaseUrls
from directory.territories.actions import load_bundled_if_empty
from directory.web.runtime import EXTENSION

pytestmark = pytest.mark.engine

ROUTES = Path(__file__).with_name("routes.txt").read_text(encoding="utf-8").split("\n")

#: What is asked of the addresses that need a question.
QUESTIONS = {
    "/recherche": "?q=Rennes&categorie=aide-alimentaire",
    "/recherche/lieux": "?q=Ren",
    "/api/v1/search": "?q=Rennes&open_at=now",
    "/api/v1/territories": "?q=Ren",
}

#: Static files are named by their digest; components are for developers, mails for one machine.
LEFT_OUT = ("/static/", "/_composants", "/courriers-locaux")

#: What carries a token, or names one request: a first start has none of them.
OF_ONE_REQUEST = re.compile("<token>|<uuid:|<code>")


@pytest.fixture
def demonstrated(fresh_database: DatabaseUrls, settings: Settings) -> Iterator[Settings]:
    """Settings that name a database as `fanal up` leaves it at the first start."""
    at = datetime.now(UTC)
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        store_vocabulary(session)
        load_bundled_if_empty(session, at=at)
        demonstration.load_if_empty(session, at=at)
        session.commit()
    yield settings.model_copy(update={"database_url": fresh_database.app})
    engine.dispose()


@pytest.fixture
def client(demonstrated: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    # A busy machine may answer `/readyz` late; how late it may be told has tests of its own.
    monkeypatch.setattr("directory.postgres.readiness.PATIENCE_S", 30.0)
    app = create_app(demonstrated)
    yield app.test_client()
    app.extensions[EXTENSION].dispose()


@pytest.fixture
def place_id(demonstrated: Settings) -> int:
    engine = create_engine(str(demonstrated.database_url), poolclass=NullPool)
    with engine.connect() as connection:
        query = text("SELECT min(service_at_location_id) FROM search_entry")
        return int(connection.execute(query).scalar_one())


def test_every_page_answers(client: FlaskClient, place_id: int) -> None:
    routes = [line.removeprefix("GET ") for line in ROUTES if line.startswith("GET ")]
    addresses = [
        re.sub(r"<[^>]+>", str(place_id), route) + QUESTIONS.get(route, "")
        for route in routes
        if not route.startswith(LEFT_OUT) and not OF_ONE_REQUEST.search(route)
    ]
    assert len(addresses) >= 10
    answers = {address: client.get(address).status_code for address in addresses}
    assert {a: s for a, s in answers.items() if s not in (200, 302, 303, 308)} == {}


def test_the_first_search_of_a_newcomer_finds_something(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=Rennes")
    assert answer.json is not None
    assert answer.json["results"]
    assert client.get("/recherche?q=Rennes").status_code == 200
