"""A service that closed while somebody wrote to it: said, with who could help instead."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.listings.actions import withdraw_service
from tests.places import BONDY
from tests.referrals.factories import make_service
from tests.web.page import Element
from tests.web.referrals.conftest import Desk, fields_of


def told(page: Element) -> str:
    """Return the text of the main part of a page."""
    (main,) = page.all("main")
    return main.text


@pytest.fixture
def other(session: Session, at: datetime) -> int:
    """Another service for the same need, a kilometre off."""
    north = Position(BONDY.latitude + 0.009, BONDY.longitude)
    return make_service(session, at, category="colis", name="Tout près", position=north)


def close(session: Session, service_at_location_id: int, at: datetime) -> None:
    """Close the service of a place."""
    service_id = session.execute(
        text("SELECT service_id FROM service_at_location WHERE id = :id"),
        {"id": service_at_location_id},
    ).scalar_one()
    withdraw_service(session, service_id=service_id, at=at)


def test_words_for_a_service_that_closed_go_to_the_one_chosen_instead(
    desk: Desk, session: Session, at: datetime, other: int
) -> None:
    form = desk.form(message="Préfère le matin.", consent_form="oral")
    close(session, desk.service_id, at)
    page = desk.member.refused("/orientations", **form)
    assert "Ce service a fermé." in told(page)
    assert "Colis du mardi" in told(page)
    fields = fields_of(page)
    assert fields["message"] == "Préfère le matin."
    (choice,) = [b for b in page.all("button") if b.get("name") == "instead"]
    assert choice.get("value") == str(other)

    id = desk.sent(**fields | {"instead": other, "consent_form": "oral", "action": ""})
    stored = desk.stored(id)
    assert (stored.state, stored.service_at_location_id) == ("draft", other)
    assert fields_of(desk.page(id))["message"] == "Préfère le matin."


def test_a_draft_whose_service_closed_goes_to_another(
    desk: Desk, session: Session, at: datetime, other: int
) -> None:
    id = desk.sent(action="brouillon")
    fields = fields_of(desk.page(id))
    close(session, desk.service_id, at)
    page = desk.member.refused("/orientations", **fields | {"action": "envoyer"})
    again = desk.sent(**fields_of(page) | {"instead": other, "action": ""})

    assert again == id
    assert desk.stored(id).service_at_location_id == other


def test_the_form_of_a_service_that_closed_says_so_and_who_else_there_is(
    desk: Desk, session: Session, at: datetime, other: int
) -> None:
    close(session, desk.service_id, at)
    page = desk.member.get(f"/orientations/nouvelle?service={desk.service_id}", status=400)

    assert "Ce service a fermé." in told(page)
    assert "Tout près" in told(page)


def test_a_service_that_never_was_loses_no_word(desk: Desk) -> None:
    page = desk.member.refused("/orientations", **desk.form(service=999_999, code="A. D."))

    assert fields_of(page)["code"] == "A. D."
