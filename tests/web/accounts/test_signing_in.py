"""Signing in and out, through the pages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Login
from directory.app import FanalApp
from directory.web.signed_in import COOKIE
from tests.web.accounts.conftest import MakePerson
from tests.web.accounts.guest import PASSWORD, Guest, alerts, fields
from tests.web.conftest import SignIn
from tests.web.page import read_page


def test_the_page_sets_no_cookie_and_is_kept_by_nobody(guest: Guest) -> None:
    guest.get("/connexion")

    assert guest.token is None


def test_one_comes_back_to_the_page_that_was_asked_for(guest: Guest, person: MakePerson) -> None:
    page = guest.get("/connexion?suite=/recherche?q=Bondy")

    assert guest.sign_in(person(), suite=fields(page)["suite"]) == "/recherche?q=Bondy"
    assert guest.is_let_in


@pytest.mark.parametrize("elsewhere", ["//mal.exemple", "https://mal.exemple", "/\\mal.exemple"])
def test_nobody_is_led_to_another_site(guest: Guest, person: MakePerson, elsewhere: str) -> None:
    page = guest.get(f"/connexion?suite={elsewhere}")

    assert "suite" not in fields(page)
    assert guest.sign_in(person(), suite=elsewhere).startswith("/")
    assert "mal.exemple" not in guest.goes_to(f"/connexion?suite={elsewhere}")


def test_unknown_and_known_names_are_refused_in_the_same_words(
    guest: Guest, person: MakePerson
) -> None:
    known = guest.refused("/connexion", email=person().email, password="autre chose")
    unknown = guest.refused("/connexion", email="x@exemple.invalid", password="autre chose")

    assert alerts(known) == alerts(unknown) != ""
    assert fields(unknown) | {"email": ""} == fields(known) | {"email": ""}
    assert fields(unknown)["email"] == "x@exemple.invalid"
    assert fields(unknown)["password"] == ""
    assert guest.token is None


def test_too_many_tries_are_told_with_the_time_to_wait(guest: Guest, person: MakePerson) -> None:
    someone = person()
    for _ in range(10):
        guest.refused("/connexion", email=someone.email, password="autre chose")

    late = guest.send("/connexion", status=429, email=someone.email, password=PASSWORD)

    assert 0 < int(late.headers["Retry-After"]) <= 300
    assert "Trop d'essais" in alerts(read_page(late.text))
    assert fields(read_page(late.text))["email"] == someone.email
    assert guest.token is None


def test_a_second_factor_is_asked_before_anything_opens(guest: Guest, person: MakePerson) -> None:
    someone = person(has_second_factor=True)

    assert guest.sign_in(someone, suite="/recherche?q=Bondy") == (
        "/connexion/code?suite=/recherche?q%3DBondy"
    )
    waiting = guest.token
    assert not guest.is_let_in
    page = guest.get("/connexion/code?suite=/recherche?q%3DBondy")
    answer = guest.send("/connexion/code", code=someone.code, suite=fields(page)["suite"])

    assert answer.headers["Location"] == "/recherche?q=Bondy"
    assert guest.token not in (None, waiting), "a token is never worth more than when it was given"
    assert guest.is_let_in


def test_the_token_that_awaited_the_code_opens_nothing_afterwards(
    app: FanalApp, guest: Guest, person: MakePerson
) -> None:
    someone = person(has_second_factor=True)
    guest.sign_in(someone)
    waiting = guest.token
    assert waiting
    guest.send("/connexion/code", code=someone.code)

    thief = Guest(app.test_client())
    thief.client.set_cookie(COOKIE, waiting)

    assert not thief.is_let_in
    assert thief.goes_to("/connexion/code") == "/connexion"


def test_a_wrong_code_and_one_that_served_are_refused_alike(
    app: FanalApp, guest: Guest, person: MakePerson
) -> None:
    someone = person(has_second_factor=True)
    guest.sign_in(someone)
    wrong = "000000" if someone.code != "000000" else "000001"
    first = guest.refused("/connexion/code", code=wrong)
    code = someone.code
    guest.send("/connexion/code", code=code)

    other = Guest(app.test_client())
    other.sign_in(someone)
    again = other.refused("/connexion/code", code=code)

    assert alerts(first) == alerts(again) != ""
    assert not other.is_let_in


def test_the_code_page_without_a_password_leads_to_the_first_step(guest: Guest) -> None:
    assert guest.goes_to("/connexion/code?suite=/recherche") == "/connexion?suite=/recherche"
    assert guest.send("/connexion/code", code="123456").headers["Location"] == "/connexion"


def test_signing_in_again_ends_the_sign_in_before(
    guest: Guest, person: MakePerson, session: Session
) -> None:
    guest.sign_in(person())
    other = person()
    guest.sign_in(other)

    still = session.scalars(select(Login.account_id).where(Login.ended_at.is_(None))).all()
    assert list(still) == [other.account_id]


def test_signing_out_ends_the_sign_in_for_whoever_holds_its_cookie(
    app: FanalApp, guest: Guest, person: MakePerson
) -> None:
    guest.sign_in(person())
    stolen = guest.token
    assert stolen

    assert guest.send("/deconnexion").headers["Location"] == "/connexion"

    assert guest.token is None
    guest.client.set_cookie(COOKIE, stolen)
    assert not guest.is_let_in


def test_a_form_of_another_site_signs_nobody_in_or_out(
    guest: Guest, person: MakePerson, signed_in: SignIn
) -> None:
    member, someone = signed_in(), person()
    foreign = {"Sec-Fetch-Site": "cross-site"}
    data = {"email": someone.email, "password": PASSWORD}

    assert guest.client.post("/connexion", data=data, headers=foreign).status_code == 403
    assert guest.client.post("/connexion", data=data).status_code == 403
    assert member.client.post("/deconnexion", headers=foreign).status_code == 403

    assert guest.token is None
    assert member.user.name in member.response("/recherche").text


@pytest.mark.parametrize("address", ["/recherche", "/n-existe-pas", "/compte"])
def test_one_signs_out_from_every_page_in_a_browser_that_tells_its_origin_only(
    signed_in: SignIn, address: str
) -> None:
    """Safari before 16.4, and any browser on a network of its own without https."""
    member = signed_in()
    page = member.client.get(address)
    assert "/deconnexion" in page.text
    # Fetch standard, « append a request Origin header »: under « no-referrer » it says « null ».
    is_told = page.headers["Referrer-Policy"] != "no-referrer"
    headers = {"Origin": "http://localhost" if is_told else "null"}

    assert member.client.post("/deconnexion", headers=headers).status_code == 303
    assert "/deconnexion" not in member.client.get("/recherche").text


def test_the_cookie_is_for_our_pages_only(guest: Guest, person: MakePerson) -> None:
    someone = person()
    answer = guest.send("/connexion", email=someone.email, password=PASSWORD)

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie
    assert someone.email not in cookie
