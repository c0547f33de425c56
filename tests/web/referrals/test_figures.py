"""The page of figures, through the door of each role."""

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role
from directory.privacy.scope import Scope, set_scope
from directory.referrals.models import ReferralFigure
from directory.web.referrals.figures_periods import Quarter, ended_quarters
from tests.accounts.factories import make_organization
from tests.web.conftest import SignIn

#: The month in which these pages are read.
THIS_MONTH = date(2026, 11, 1)

#: A month of the last quarter that has ended.
LAST_QUARTER = ended_quarters(THIS_MONTH)[0].first_month


@pytest.fixture
def team(session: Session) -> int:
    """An organisation that sent nine requests this month, six of them accepted after 30 hours."""
    team = make_organization(session, "Équipe")
    add_nine(session, team, THIS_MONTH)
    return team


def add_nine(session: Session, team: int, month: date) -> None:
    """Count nine requests of a month."""
    set_scope(session, Scope(organization_id=team))
    for number in range(9):
        session.execute(
            insert(ReferralFigure).values(
                id=uuid4(),
                month_on=month,
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


def test_the_page_and_the_file_tell_and_hide_the_same(signed_in: SignIn, team: int) -> None:
    member = signed_in(organization_id=team)

    page = member.get("/orientations/chiffres")
    lines = member.response("/orientations/chiffres.csv").text.splitlines()

    cells = [[each.text.strip() for each in row.all("th", "td")] for row in page.all("tr")]
    assert cells
    assert [row for row in cells if ";".join(row) not in lines] == []
    assert not any(re.search(r";[1-4](;|$)", line) for line in lines)
    # The bar of a hidden number has no length.
    hidden = [
        row for row in page.all("tr") if "caché" in [c.text.strip() for c in row.all("td")][:1]
    ]
    assert {rect.get("width") for row in hidden for rect in row.all("rect")} == {"0"}


def test_an_admin_sees_her_territory_and_no_other(
    signed_in: SignIn, session: Session, team: int
) -> None:
    add_nine(session, team, LAST_QUARTER)
    admin = signed_in(role=None, departements=("93",))

    assert "Colis alimentaire" in admin.get("/orientations/chiffres").text
    admin.get("/orientations/chiffres?departement=75", status=400)


def test_a_territory_is_counted_by_quarters_that_have_ended(signed_in: SignIn, team: int) -> None:
    admin = signed_in(role=None, departements=("93",))

    page = admin.get("/orientations/chiffres?depuis=2020-01&jusqu=2099-12")
    present = Quarter.of(THIS_MONTH).code
    refused = admin.get(f"/orientations/chiffres?departement=93&trimestre={present}", status=400)
    admin.response(f"/orientations/chiffres.csv?departement=93&trimestre={present}", status=400)

    assert "Colis" not in page.text, "the requests of this month"
    assert "depuis" not in [field.get("name") for field in page.all("input")]
    assert "Ce trimestre n'est pas fini." in refused.text


@pytest.mark.parametrize("quarter", ["2026-T5", "2026-1", "0000-T1", "T1", "2026-T1-T2"])
def test_a_quarter_that_is_none_is_said(signed_in: SignIn, quarter: str) -> None:
    admin = signed_in(role=None, departements=("93",))

    page = admin.get(f"/orientations/chiffres?departement=93&trimestre={quarter}", status=400)

    assert "Ce trimestre ne se lit pas." in page.text


def test_an_old_quarter_stays_chosen(signed_in: SignIn) -> None:
    page = signed_in(role=None, departements=("93",)).get(
        "/orientations/chiffres?departement=93&trimestre=2019-T2"
    )

    assert "Département 93 : Avril à juin 2019" in page.text
    assert [o.get("value") for o in page.all("option") if "selected" in o.attributes][-1:] == [
        "2019-T2"
    ]


def test_who_keeps_listings_reads_no_figures_of_the_team_by_looking_after_a_territory(
    signed_in: SignIn, team: int
) -> None:
    editor = signed_in(role=Role.EDITOR, organization_id=team, departements=("75",))

    assert "Colis" not in editor.get("/orientations/chiffres").text
    assert "Colis" not in editor.get("/orientations/chiffres?cote=recues").text


def test_an_admin_of_everywhere_chooses_a_territory_first(
    signed_in: SignIn, session: Session, team: int
) -> None:
    add_nine(session, team, LAST_QUARTER)
    admin = signed_in(role=None, departements=("*",))

    assert "Choisissez un département." in admin.get("/orientations/chiffres").text
    page = admin.get("/orientations/chiffres?departement=93")
    assert "Colis alimentaire" in page.text
    (link,) = [a.get("href") for a in page.all("a") if "chiffres.csv" in (a.get("href") or "")]
    assert "Colis alimentaire;9;" in admin.response(link).text


def test_a_word_of_the_address_that_is_none_of_ours_is_let_be(signed_in: SignIn, team: int) -> None:
    member = signed_in(organization_id=team)

    for word in ("endpoint=a", "_external=1", "_scheme=x", "_method=POST"):
        member.get(f"/orientations/chiffres?{word}")


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
