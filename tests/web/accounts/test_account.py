"""What people do about their own account."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from directory.accounts.models import Account, Membership
from directory.app import FanalApp
from tests.accounts.factories import MADE_AT, make_organization
from tests.web.accounts.conftest import MakePerson
from tests.web.accounts.guest import PASSWORD, Guest, alerts, fields
from tests.web.conftest import SignIn

NEW = "lampe tempête sur le quai"


def now_code(secret: str) -> str:
    return pyotp.TOTP(secret.replace(" ", "")).at(datetime.now(UTC))


def test_a_visitor_is_led_to_sign_in_and_back(guest: Guest) -> None:
    assert guest.client.get("/compte").headers["Location"] == "/connexion?suite=/compte"
    assert guest.client.get("/equipe").headers["Location"] == "/connexion?suite=/equipe"


def test_a_new_password_ends_every_other_sign_in_and_this_one_goes_on(
    app: FanalApp, guest: Guest, person: MakePerson
) -> None:
    someone, elsewhere = person(), Guest(app.test_client())
    guest.sign_in(someone)
    elsewhere.sign_in(someone)
    before = guest.token

    guest.send("/compte/mot-de-passe", current_password=PASSWORD, password=NEW)

    assert guest.is_let_in
    assert guest.token != before
    assert not elsewhere.is_let_in
    elsewhere.refused("/connexion", email=someone.email, password=PASSWORD)
    elsewhere.send("/connexion", email=someone.email, password=NEW)


def test_a_wrong_or_a_weak_password_is_told_beside_its_field(
    guest: Guest, person: MakePerson
) -> None:
    guest.sign_in(person())

    wrong = guest.refused("/compte/mot-de-passe", current_password="autre", password=NEW)
    weak = guest.refused("/compte/mot-de-passe", current_password=PASSWORD, password="azerty")

    assert "Ce n'est pas votre mot de passe actuel" in alerts(wrong)
    assert "trop court" in alerts(weak)
    assert fields(weak)["password"] == fields(weak)["current_password"] == ""
    assert PASSWORD not in weak.text


def test_a_name_is_changed_and_a_missing_one_is_told(guest: Guest, person: MakePerson) -> None:
    guest.sign_in(person())

    guest.send("/compte/nom", name="Awa  Diop-Martin")
    assert fields(guest.get("/compte"))["name"] == "Awa Diop-Martin"
    assert "Il manque votre nom" in alerts(guest.refused("/compte/nom", name=""))


def test_a_second_factor_is_added_once_a_code_proves_the_telephone(
    app: FanalApp, guest: Guest, person: MakePerson
) -> None:
    someone = person()
    guest.sign_in(someone)
    assert guest.goes_to("/compte/second-facteur") == "/compte"

    guest.send("/compte/second-facteur", enrolling_password=PASSWORD)
    page = guest.get("/compte/second-facteur")
    (code,) = page.all("code")
    assert re.fullmatch(r"([A-Z2-7]{4} ?){8}", code.text)
    assert any(
        each.name == "svg" and each.all("path") for each in page.with_class("qr")[0].children
    )
    wrong = guest.refused("/compte/second-facteur/code", code="abc")
    assert next(iter(wrong.all("code"))).text == code.text, "the telephone keeps what it has"
    guest.send("/compte/second-facteur/code", code=now_code(code.text))

    assert guest.is_let_in
    other = Guest(app.test_client())
    assert other.sign_in(someone) == "/connexion/code"
    assert "Ne plus demander de code" in guest.get("/compte").text


@pytest.mark.parametrize("has_second_factor", [False, True])
def test_whoever_finds_the_browser_signed_in_puts_no_telephone_of_his_own(
    guest: Guest, person: MakePerson, has_second_factor: bool
) -> None:
    someone = person(has_second_factor=has_second_factor)
    guest.sign_in(someone)
    if has_second_factor:
        guest.send("/connexion/code", code=someone.code)

    for typed in ("", "autre"):
        page = guest.refused("/compte/second-facteur", enrolling_password=typed)
        assert "Ce n'est pas votre mot de passe" in alerts(page)
    assert guest.goes_to("/compte/second-facteur") == "/compte"
    answer = guest.send("/compte/second-facteur/code", code="000000")
    assert answer.headers["Location"] == "/compte"


def test_a_secret_that_no_code_proved_asks_for_nothing(guest: Guest, person: MakePerson) -> None:
    someone = person()
    guest.sign_in(someone)
    guest.send("/compte/second-facteur", enrolling_password=PASSWORD)
    guest.send("/deconnexion")

    assert guest.sign_in(someone) != "/connexion/code"


def test_a_secret_left_alone_shows_to_nobody_later(
    app: FanalApp, guest: Guest, person: MakePerson, session: Session
) -> None:
    """Somebody at her open browser, weeks later, would put his telephone in place of hers."""
    someone, elsewhere = person(), Guest(app.test_client())
    elsewhere.sign_in(someone)
    guest.sign_in(someone)
    guest.send("/compte/second-facteur", enrolling_password=PASSWORD)
    (code,) = guest.get("/compte/second-facteur").all("code")
    guest.send("/deconnexion")
    assert elsewhere.goes_to("/compte/second-facteur") == "/compte"

    elsewhere.send("/compte/second-facteur", enrolling_password=PASSWORD)
    (code,) = elsewhere.get("/compte/second-facteur").all("code")
    account = session.get_one(Account, someone.account_id)
    account.totp_candidate_at = datetime.now(UTC) - timedelta(minutes=10)
    session.flush()

    assert elsewhere.goes_to("/compte/second-facteur") == "/compte"
    late = elsewhere.send("/compte/second-facteur/code", code=now_code(code.text))
    assert late.headers["Location"] == "/compte"
    assert guest.sign_in(someone) != "/connexion/code"


def test_a_second_factor_is_taken_away_with_the_password_and_ends_every_sign_in(
    guest: Guest, person: MakePerson
) -> None:
    someone = person(has_second_factor=True)
    guest.sign_in(someone)
    guest.send("/connexion/code", code=someone.code)

    page = guest.refused("/compte/second-facteur/retrait", standing_password="autre")
    assert "Ce n'est pas votre mot de passe" in alerts(page)
    answer = guest.send("/compte/second-facteur/retrait", standing_password=PASSWORD)

    assert "n'est plus demandé" in guest.get(answer.headers["Location"]).text
    assert guest.sign_in(someone) != "/connexion/code"


def test_other_sign_ins_are_shown_and_ended(
    app: FanalApp, guest: Guest, person: MakePerson
) -> None:
    someone, elsewhere = person(), Guest(app.test_client())
    guest.sign_in(someone)
    assert "nulle part ailleurs" in guest.get("/compte").text
    elsewhere.sign_in(someone)
    assert "nulle part ailleurs" not in guest.get("/compte").text

    guest.send("/compte/connexions")

    assert guest.is_let_in
    assert not elsewhere.is_let_in


def test_one_acts_for_another_of_ones_organisations_only(
    signed_in: SignIn, session: Session
) -> None:
    member = signed_in()
    other = make_organization(session, "Maison des solidarités")
    foreign = make_organization(session, "Ailleurs")
    session.add(
        Membership(
            account_id=member.user.account_id,
            organization_id=other,
            role="reader",
            created_at=MADE_AT,
        )
    )
    session.flush()

    member.send("/compte/structure", status=400, organization_id=str(foreign))
    member.send("/compte/structure", status=400, organization_id="x")
    member.send("/compte/structure", organization_id=str(other))

    (bar,) = member.get("/compte").with_class("bar")
    assert "Maison des solidarités" in bar.text


def test_an_account_that_is_closed_is_let_in_nowhere(
    guest: Guest, person: MakePerson, session: Session
) -> None:
    someone = person()
    guest.sign_in(someone)
    session.get_one(Account, someone.account_id).closed_at = MADE_AT
    session.flush()

    assert not guest.is_let_in
    guest.refused("/connexion", email=someone.email, password=PASSWORD)
