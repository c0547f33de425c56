"""A service that received a link, and answers by it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.app import FanalApp
from directory.config import Settings
from directory.privacy import keys
from directory.referrals.models import Referral
from tests.referrals.factories import World, ask_as, make_token, make_world
from tests.web.page import Element, read_page


@pytest.fixture(autouse=True)
def _now(at: datetime) -> Iterator[None]:
    """Every page of these tests is read on a Tuesday at ten in the morning."""
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def world(session: Session, settings: Settings, at: datetime) -> World:
    """A team that sends, a verified service that receives, and a stranger."""
    return make_world(session, keys.keyring(settings), at, conditions={"audiences": ["femmes"]})


@dataclass
class Holder:
    """Whoever holds a link: reads by it, and sends its forms as a browser does."""

    client: FlaskClient
    token: str

    @property
    def address(self) -> str:
        """The address that the mail carries."""
        return f"/reponse/{self.token}"

    def read(self, address: str = "", *, status: int = 200) -> Element:
        """Load the page of the link, held to what each of its pages is."""
        return read_page(held(self.client.get(address or self.address), status).text)

    def post(self, step: str, version: int | None = None, **values: Any) -> TestResponse:
        """Send the form of a step; `values` by their own names."""
        form = {"etape": step, **({} if version is None else {"version": str(version)})}
        form |= {f"{step}-{name}": str(value) for name, value in values.items()}
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self.client.post(self.address, data=form, headers=headers)

    def open(self) -> Element:
        """Press the button of the neutral page, and read the request."""
        return self.follow(self.post("ouvrir"))

    def take(self, step: str, version: int, **values: Any) -> Element:
        """Take a step, and read the page it leads to."""
        return self.follow(self.post(step, version, **values))

    def follow(self, response: TestResponse, *, status: int = 200) -> Element:
        """Read the page that an answer leads to."""
        assert held(response, 303).headers["Location"].startswith(self.address)
        return self.read(response.headers["Location"], status=status)


def held(response: TestResponse, status: int) -> TestResponse:
    """Hold an answer to what every page of a link is, whatever it says."""
    assert response.status_code == status, response.text[:2000]
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    return response


Hold = Callable[..., Holder]


@pytest.fixture
def hold(app: FanalApp, session: Session, world: World) -> Hold:
    """A function that makes a link for a request, and gives it to whoever holds it."""

    def make(referral: Referral, **values: Any) -> Holder:
        ask_as(session, world.sender)
        token = make_token(session, referral, keyring=world.keyring, at=world.at, **values)
        return Holder(app.test_client(), token)

    return make
