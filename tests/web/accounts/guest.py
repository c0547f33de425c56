"""A browser in somebody's hands, and the account she may have."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.web.signed_in import COOKIE
from tests.web.page import Element, read_page

PASSWORD = "cheval pile agrafe correcte"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's account."""

    account_id: int
    email: str
    secret: str | None = None

    @property
    def code(self) -> str:
        """What her telephone shows now."""
        assert self.secret
        return pyotp.TOTP(self.secret).at(datetime.now(UTC))


@dataclass
class Guest:
    """A browser. Every page is checked, and none may be kept."""

    client: FlaskClient

    def get(self, address: str, *, status: int = 200) -> Element:
        """Load a page."""
        response = self.client.get(address)
        return _page(response, status)

    def goes_to(self, address: str) -> str:
        """Ask for a page that leads elsewhere, and return where."""
        return _held(self.client.get(address), 302).headers["Location"]

    def send(self, address: str, *, status: int = 303, **values: str) -> TestResponse:
        """Send a form as a page of ours does."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        return _held(self.client.post(address, data=values, headers=headers), status)

    def refused(self, address: str, *, status: int = 400, **values: str) -> Element:
        """Send a form that comes back."""
        return _page(self.send(address, status=status, **values), status)

    def sign_in(self, person: Person, **more: str) -> str:
        """Type address and password; return where that leads."""
        values = {"email": person.email, "password": PASSWORD} | more
        return self.send("/connexion", **values).headers["Location"]

    @property
    def token(self) -> str | None:
        """What the cookie of the sign-in holds."""
        cookie = self.client.get_cookie(COOKIE)
        return cookie.value if cookie else None

    @property
    def is_let_in(self) -> bool:
        """True when the browser is signed in for good."""
        return bool(_page(self.client.get("/recherche"), 200, keep=None).with_class("bar"))


def fields(page: Element) -> dict[str, str]:
    """Return what the fields of a page say, by name."""
    named = [each for each in page.all("input", "textarea") if each.get("name")]
    return {each.get("name"): each.get("value") or each.text.strip() for each in named}


def alerts(page: Element) -> str:
    """Return what the page says is wrong."""
    return " ".join(each.text for each in page.with_class("alert"))


def _page(response: TestResponse, status: int, keep: str | None = "private, no-store") -> Element:
    assert response.status_code == status, response.text[:2000]
    assert keep is None or response.headers["Cache-Control"] == keep
    return read_page(response.text)


def _held(response: TestResponse, status: int) -> TestResponse:
    assert response.status_code == status, response.text[:2000]
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"
    return response
