"""Listings for professionals are found by those who may send somebody there, and by nobody else."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from directory.listings.drafts import ContactDraft, PhoneDraft
from tests.factories import place_draft, service_draft, stored
from tests.web.caseworkers.conftest import NORTH
from tests.web.conftest import SignIn, Visitor

SEARCH = "/recherche?insee=93010"


@pytest.fixture
def team_line(session: Session, at: datetime) -> int:
    """A service that only professionals are told of."""
    place = place_draft(
        NORTH,
        phones=(
            PhoneDraft("+33148000000"),
            PhoneDraft("+33199000000", label="astreinte", is_for_professionals=True),
        ),
        contacts=(ContactDraft(email="equipe@exemple.fr", is_for_professionals=True),),
    )
    draft = service_draft(place, name="Astreinte des équipes", visibility="professionals")
    (id,) = stored(session, draft, at)
    return id


def test_a_member_who_may_send_finds_it_and_how_to_reach_it(
    signed_in: SignIn, team_line: int
) -> None:
    worker = signed_in()
    found = worker.get(SEARCH)
    assert "Astreinte des équipes" in found.text
    assert "Fiche réservée aux professionnels." in found.text
    page = worker.get(f"/p/{team_line}")
    assert "Fiche réservée aux professionnels." in page.text
    links = {a.get("href") for a in page.all("a")}
    assert {"tel:+33148000000", "tel:+33199000000", "mailto:equipe@exemple.fr"} <= links


def test_what_a_member_is_told_is_kept_by_no_cache(signed_in: SignIn, team_line: int) -> None:
    worker = signed_in()
    for address in (SEARCH, f"/p/{team_line}"):
        response = worker.response(address)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in response.headers


def test_a_visitor_finds_nothing_of_it(visitor: Visitor, team_line: int) -> None:
    assert "Astreinte" not in visitor.get(SEARCH).text
    assert "Astreinte" not in visitor.get(f"/p/{team_line}", status=404).text


def test_an_admin_without_a_team_and_the_api_find_nothing_of_it(
    signed_in: SignIn, team_line: int
) -> None:
    admin = signed_in(role=None, departements=("93",))
    assert "Astreinte" not in admin.get(SEARCH).text
    admin.get(f"/p/{team_line}", status=404)
    worker = signed_in()
    assert "Astreinte" not in worker.client.get("/api/v1/search?insee=93010").text
    assert worker.client.get(f"/api/v1/services-at-locations/{team_line}").status_code == 404


def test_numbers_for_professionals_of_a_public_service_are_told_to_members_alone(
    visitor: Visitor, signed_in: SignIn, session: Session, at: datetime
) -> None:
    phones = (PhoneDraft("+33199000000", is_for_professionals=True),)
    (id,) = stored(session, service_draft(place_draft(NORTH, phones=phones)), at)
    page = signed_in().get(f"/p/{id}")
    assert "Pour les professionnels, à ne pas donner" in page.text
    assert "tel:+33199000000" in {a.get("href") for a in page.all("a")}
    assert "Fiche réservée" not in page.text
    assert "199000000" not in visitor.response(f"/p/{id}").text
