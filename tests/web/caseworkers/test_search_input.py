"""What people and robots send to the search page that it cannot take as it is."""

import re
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from directory.search.parameters import PARAMETERS
from tests.factories import place_draft, service_draft, stored
from tests.web.caseworkers.conftest import NORTH
from tests.web.caseworkers.test_search import cards, field
from tests.web.conftest import Visitor
from tests.web.page import read_page


def test_an_unknown_need_is_said_beside_its_field(visitor: Visitor) -> None:
    page = visitor.get("/recherche?q=Bondy&besoin=xyzzy", status=400)
    assert field(page, "besoin").get("aria-invalid") == "true"
    assert "Nous ne reconnaissons pas ce besoin" in page.text


def test_a_kind_without_a_place_asks_for_the_place(visitor: Visitor) -> None:
    page = visitor.get("/recherche?category=colis")
    assert field(page, "q").get("aria-invalid") == "true"
    assert "Dites où chercher" in page.text


@pytest.mark.parametrize(
    "query",
    [
        "q=Nulleville",
        "q=%00",
        "q=%F0%9F%98%80",
        "q=75",
        "lat=48.9",
        "lat=nan&lon=2.4",
        "lat=91&lon=2.4",
        "lat=40.7&lon=-74.0",
        "lat=0&lon=0",
        "insee=99999",
        "insee=abc",
        "q=Bondy&category=inconnu",
        "q=Bondy&radius_m=1e9",
        "q=Bondy&radius_m=-1",
        "q=Bondy&limit=-1",
        "q=Bondy&age=abc",
        "q=Bondy&open_at=demain",
        "q=Bondy&open_at=9999-12-31T23:59:59%2B00:00",
        "q=Bondy&audience=martiens",
        "q=Bondy&language=%3Cscript%3E",
        "q=Bondy&cursor=zz",
        "q=Bondy&free=peut-etre",
    ],
)
def test_what_cannot_be_understood_is_said_with_its_remedy(visitor: Visitor, query: str) -> None:
    page = visitor.get(f"/recherche?{query}", status=400)
    assert page.with_class("alert") or field(page, "q").get("aria-invalid") == "true"
    assert field(page, "q")


def test_a_lone_surrogate_is_refused_not_a_crash(visitor: Visitor) -> None:
    assert visitor.client.get("/recherche?q=%ED%A0%80").status_code == 400


def test_unknown_parameters_are_ignored(visitor: Visitor, parcels: int) -> None:
    assert len(cards(visitor.get("/recherche?q=Bondy&utm_source=lettre"))) == 1


def test_no_listing_can_inject_markup(visitor: Visitor, session: Session, at: datetime) -> None:
    evil = "<script>alert(1)</script>"
    draft = service_draft(place_draft(NORTH, notice=evil), name=evil, description=evil)
    (id,) = stored(session, draft, at)
    for address in ("/recherche?q=Bondy", f"/p/{id}", "/recherche?q=" + evil):
        assert "<script>alert" not in visitor.client.get(address).text
    assert not re.search("alert", "".join(s.text for s in visitor.get(f"/p/{id}").all("script")))


NAMES = st.sampled_from(
    [parameter.name for parameter in PARAMETERS] + ["besoin", "lang", "inconnu"]
)
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["Bondy", "93140", "now", "true", "colis", "48.9", "-0", "1e400", "NaN"]),
    st.integers().map(str),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=st.lists(st.tuples(NAMES, VALUES), max_size=5))
def test_no_question_breaks_the_page(visitor: Visitor, query: list[tuple[str, str]]) -> None:
    response = visitor.client.get("/recherche", query_string=query)
    assert response.status_code in (200, 400)
    read_page(response.text)
