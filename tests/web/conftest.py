"""The application on the database of the tests, and a client that checks each page it loads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from directory.accounts.permissions import User
from directory.app import FanalApp, create_app
from directory.config import Settings
from directory.privacy.scope import scope_each_transaction
from directory.territories import Gazetteer
from directory.web.runtime import EXTENSION, Runtime
from directory.web.signed_in import COOKIE
from tests.accounts.factories import make_account, sign_in
from tests.factories import small_gazetteer
from tests.fixtures.catalogues import compile_stale_catalogues
from tests.web.page import Element, read_page


class TestRuntime(Runtime):
    """The runtime of a test: its session's connection, and a handful of communes."""

    __test__ = False

    def gazetteer(self) -> Gazetteer:
        """Return the named places only; loading France takes a second."""
        return small_gazetteer()


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """Pages speak the texts of today."""
    compile_stale_catalogues()


@pytest.fixture
def app(settings: Settings, session: Session) -> Iterator[FanalApp]:
    """The application, reading and writing inside the savepoint of the test."""
    app = create_app(settings.model_copy(update={"pseudo_language": True}))
    app.testing = True
    inside = sessionmaker(
        session.connection(), join_transaction_mode="create_savepoint", expire_on_commit=False
    )
    real: Runtime = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = TestRuntime(
        real.settings, real.engine, scope_each_transaction(inside), inside
    )
    yield app
    real.dispose()


@dataclass
class Visitor:
    """Somebody who visits, without an account: every page is checked as it loads."""

    client: FlaskClient

    def get(self, address: str, *, status: int = 200, **values: Any) -> Element:
        """Load a page, and return its tree once it has passed every check of a page."""
        response = self.response(address, status=status, **values)
        assert response.mimetype == "text/html"
        page = read_page(response.text)
        (html,) = page.all("html")
        assert html.get("lang") == response.headers["Content-Language"]
        return page

    def response(self, address: str, *, status: int = 200, **values: Any) -> TestResponse:
        """Ask for anything, and hold the headers that every answer has."""
        response = self.client.get(address, **values)
        assert response.status_code == status, response.text[:2000]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers
        return response


@pytest.fixture
def visitor(app: FanalApp) -> Iterator[Visitor]:
    """A visitor of the application."""
    with app.test_client() as client:
        yield Visitor(client)


@dataclass
class Member(Visitor):
    """Somebody who is signed in. Pages may set cookies, and forms are sent as a browser does."""

    user: User

    def response(self, address: str, *, status: int = 200, **values: Any) -> TestResponse:
        """Ask for anything, and hold the headers that a page of members has."""
        response = self.client.get(address, **values)
        return _held(response, status)

    def send(self, address: str, *, status: int = 303, **values: Any) -> TestResponse:
        """Send a form from a page of ours; by default it leads on to another page."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        return _held(self.client.post(address, headers=headers, data=values), status)

    def refused(self, address: str, *, status: int = 400, **values: Any) -> Element:
        """Send a form that cannot be taken, and return the page that says so, checked."""
        return read_page(self.send(address, status=status, **values).text)


def _held(response: TestResponse, status: int) -> TestResponse:
    assert response.status_code == status, response.text[:2000]
    assert response.headers["Cache-Control"] == "private, no-store"
    return response


SignIn = Callable[..., Member]


@pytest.fixture
def signed_in(app: FanalApp, session: Session) -> SignIn:
    """A function that makes an account (`tests.accounts.factories.make_account`) and signs in."""

    def begin(**values: Any) -> Member:
        token, user = sign_in(session, make_account(session, **values))
        client = app.test_client()
        client.set_cookie(COOKIE, token)
        return Member(client, user)

    return begin
