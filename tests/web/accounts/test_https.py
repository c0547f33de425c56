"""A site that is called by https: browsers are told never to come without it."""

import pytest

from directory.app import create_app
from directory.config import Settings
from directory.web.runtime import EXTENSION
from directory.web.signed_in import COOKIE, HOST_COOKIE
from tests.web.accounts.conftest import MakePerson
from tests.web.accounts.guest import PASSWORD, Guest
from tests.web.conftest import Visitor

STRICT = "Strict-Transport-Security"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Those of a site that people call by https."""
    return settings.model_copy(update={"public_url": "https://fanal.exemple.fr"})


def test_every_answer_tells_browsers_to_come_by_https_alone(visitor: Visitor) -> None:
    for address, status in (("/", 302), ("/recherche", 200), ("/rien", 404), ("/healthz", 200)):
        told = visitor.client.get(address)
        assert told.status_code == status
        assert told.headers[STRICT] == "max-age=31536000"


def test_a_site_that_is_called_without_it_does_not_shut_itself_out(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"public_url": "http://fanal.local"}))

    assert STRICT not in app.test_client().get("/healthz").headers
    app.extensions[EXTENSION].dispose()


def test_the_cookie_is_taken_from_this_very_host_by_https_alone(
    guest: Guest, person: MakePerson
) -> None:
    someone = person()
    values = {"email": someone.email, "password": PASSWORD}
    cookie = guest.send("/connexion", **values).headers["Set-Cookie"]

    name, *attributes = cookie.split("; ")
    assert name.startswith(f"{HOST_COOKIE}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not any(each.startswith("Domain=") for each in attributes)
    assert guest.is_let_in


def test_a_cookie_that_another_host_of_the_domain_could_plant_lets_nobody_in(
    guest: Guest, person: MakePerson
) -> None:
    guest.sign_in(person())
    cookie = guest.client.get_cookie(HOST_COOKIE)
    assert cookie is not None
    guest.client.delete_cookie(HOST_COOKIE)
    guest.client.set_cookie(COOKIE, cookie.value)

    assert not guest.is_let_in


def test_one_signs_out_from_the_search_in_a_browser_that_tells_its_origin_only(
    guest: Guest, person: MakePerson
) -> None:
    guest.sign_in(person())

    assert guest.client.get("/recherche").headers["Referrer-Policy"] == "same-origin"


def test_signing_out_takes_the_cookie_away(guest: Guest, person: MakePerson) -> None:
    guest.sign_in(person())

    guest.send("/deconnexion")

    assert guest.client.get_cookie(HOST_COOKIE) is None
