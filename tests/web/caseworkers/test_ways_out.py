"""What the page proposes when there is nothing near, or when nobody can wait."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY
from tests.web.caseworkers.test_search import cards, link
from tests.web.conftest import Visitor


def test_nothing_near_offers_ways_out(visitor: Visitor, session: Session, at: datetime) -> None:
    far = Position(BONDY.latitude + 0.135, BONDY.longitude)
    stored(session, service_draft(place_draft(far), category="colis"), at)
    page = visitor.get("/recherche?q=Bondy&category=colis")
    assert "Aucun service sur place" in page.text
    assert link(page, "20 km : 1 service").get("href").endswith("&radius_m=20000")
    assert "tel:115" in {a.get("href") for a in page.all("a")}
    assert "Sans téléphone, demandez" in page.text
    assert link(page, "Toutes les aides").get("href") == "/recherche?q=Bondy"
    (beyond,) = cards(page)
    assert "à 15 km" in beyond.text


def test_a_filter_that_empties_the_page_says_what_removing_it_gives(
    visitor: Visitor, parcels: int
) -> None:
    page = visitor.get("/recherche?q=Bondy&category=colis&animals=true")
    away = link(page, "Sans « Animaux acceptés » : 1 service")
    assert away.get("href") == "/recherche?q=Bondy&category=colis"


@pytest.mark.parametrize(
    ("need", "numbers"),
    [
        ("violences", ["tel:17", "sms:114", "tel:3919", "tel:119"]),
        ("mon mari me frappe", ["tel:17", "sms:114", "tel:3919", "tel:119"]),
        ("suicide", ["tel:3114", "tel:15"]),
        ("je suis à la rue", ["tel:115"]),
        ("colis", []),
    ],
)
def test_a_need_that_cannot_wait_is_answered_with_numbers_to_call_even_without_a_place(
    visitor: Visitor, parcels: int, need: str, numbers: list[str]
) -> None:
    page = visitor.get(f"/recherche?q=Bondy&besoin={need}")
    shown = [a.get("href") for box in page.with_class("helplines") for a in box.all("a")]
    assert shown == numbers


def test_filters_that_only_together_leave_nothing_can_be_dropped_at_once(
    visitor: Visitor, parcels: int
) -> None:
    page = visitor.get("/recherche?q=Bondy&category=colis&animals=true&age=99&language=so")
    assert cards(page) == []
    way_out = link(page, "Sans aucun filtre").get("href")
    assert "animals" not in way_out
    assert len(cards(visitor.get(way_out))) == 1
