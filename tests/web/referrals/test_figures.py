"""The page of figures, through the door of each role."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role
from directory.privacy.scope import Scope, set_scope
from directory.referrals.models import ReferralFigure
from tests.accounts.factories import make_organization
from tests.web.conftest import SignIn


@pytest.fixture
def team(session: Session) -> int:
    """An organisation that sent nine requests this month, six of them accepted after 30 hours."""
    team = make_organization(session, "Équipe")
    set_scope(session, Scope(organization_id=team))
    for number in range(9):
        session.execute(
            insert(ReferralFigure).values(
                id=uuid4(),
                month_on=datetime.now(UTC).date().replace(day=1),
                sender_organization_id=team,
                departement="93",
                insee_code="93010",
                category_code="colis",
                kind="live",
                state="accepted" if number < 6 else "refused",
                refusal_reason=None if number < 6 else "no_capacity",
                is_urgent=False,
                first_answer_h=30,
                acceptance_h=30 if number < 6 else None,
            )
        )
    return team


def test_a_reader_sees_delays_answers_kinds_and_communes(signed_in: SignIn, team: int) -> None:
    page = signed_in(role=Role.READER, organization_id=team).get("/orientations/chiffres")

    assert "la moitié en 30 h, neuf sur dix en 30 h" in page.text
    assert "Colis alimentaire" in page.text
    assert "Bondy" in page.text
    (states, *_) = page.all("table")
    assert "Acceptée" in states.text


def test_three_refusals_are_hidden(signed_in: SignIn, team: int) -> None:
    page = signed_in(organization_id=team).get("/orientations/chiffres")

    (refusals,) = [t for t in page.all("table") if "Raisons de refus" in t.text]
    assert "Plus de place" in refusals.text
    assert "caché" in refusals.text
    assert " 3 " not in refusals.text


def test_the_file_holds_the_same_tables(signed_in: SignIn, team: int) -> None:
    response = signed_in(organization_id=team).response("/orientations/chiffres.csv")

    assert response.mimetype == "text/csv"
    assert "Colis alimentaire;9;" in response.text
    assert "Plus de place;caché" in response.text


def test_an_editor_and_another_organization_learn_nothing(signed_in: SignIn, team: int) -> None:
    signed_in(role=Role.EDITOR, organization_id=team).get("/orientations/chiffres", status=404)
    page = signed_in().get("/orientations/chiffres")

    assert "Colis" not in page.text


def test_an_admin_sees_her_territory_and_no_other(signed_in: SignIn, team: int) -> None:
    admin = signed_in(role=None, departements=("93",))

    assert "Colis alimentaire" in admin.get("/orientations/chiffres").text
    admin.get("/orientations/chiffres?departement=75", status=400)


def test_a_visitor_is_led_to_the_sign_in(signed_in: SignIn) -> None:
    visitor = signed_in().client.application.test_client()

    response = visitor.get("/orientations/chiffres")

    assert response.status_code == 302
    assert "/connexion" in response.headers["Location"]


@pytest.mark.parametrize("month", ["2026-13", "mai", "2026-1-1", "-1"])
def test_a_month_that_is_none_is_said(signed_in: SignIn, team: int, month: str) -> None:
    page = signed_in(organization_id=team).get(f"/orientations/chiffres?depuis={month}", status=400)

    assert "Ce mois ne se lit pas." in page.text


def test_months_without_any_request_say_so(signed_in: SignIn, team: int) -> None:
    page = signed_in(organization_id=team).get(
        "/orientations/chiffres?depuis=2019-01&jusqu=2019-02"
    )

    assert not list(page.all("table"))
    assert "Aucune orientation sur ces mois." in page.text


def test_months_are_counted_backwards_over_the_year(signed_in: SignIn, team: int) -> None:
    page = signed_in(organization_id=team).get("/orientations/chiffres?jusqu=2026-03")

    assert [f.get("value") for f in page.all("input") if f.get("name") == "depuis"] == ["2025-04"]
