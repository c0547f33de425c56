"""Signing in and out, through the pages."""

from sqlalchemy.orm import Session

from directory.app import FanalApp
from tests.web.conftest import SignIn
from tests.web.page import read_page

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_the_page_sets_no_cookie_and_is_kept_by_nobody(app: FanalApp) -> None:
    response = app.test_client().get("/connexion")

    read_page(response.text)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers


def test_a_page_of_members_leads_here_and_back(app: FanalApp) -> None:
    page = read_page(app.test_client().get("/connexion?suite=/orientations?page=2").text)
    kept = [each.get("value") for each in page.all("input") if each.get("name") == "suite"]

    assert kept == ["/orientations?page=2"]


def test_signing_out_ends_the_sign_in_for_whoever_holds_its_cookie(
    app: FanalApp, session: Session, signed_in: SignIn
) -> None:
    member = signed_in()
    stolen = member.client.get_cookie("fanal_login")
    assert stolen is not None

    answer = member.send("/deconnexion")

    assert answer.headers["Location"] == "/connexion"
    assert member.client.get_cookie("fanal_login") is None
    thief = app.test_client()
    thief.set_cookie("fanal_login", stolen.value)
    assert member.user.name not in thief.get("/connexion").text


def test_a_form_of_another_site_signs_nobody_out(signed_in: SignIn) -> None:
    member = signed_in()

    refused = member.client.post("/deconnexion", headers={"Sec-Fetch-Site": "cross-site"})

    assert refused.status_code == 403
    assert member.user.name in member.response("/connexion").text
