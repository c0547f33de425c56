"""A search that starts from an address, from a street alone, or beside a known address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from tests.addresses.factories import store_streets
from tests.places import BONDY, RENNES
from tests.web.conftest import Visitor
from tests.web.page import Element


@pytest.fixture(autouse=True)
def _streets(session: Session) -> None:
    """Some streets of Bondy and of Rennes, loaded from the national address base."""
    store_streets(session, "93010", "93140", "Bondy", {"Rue de Verdun": ["12", "14"]}, near=BONDY)
    rennes = {"Rue de Verdun": ["12"], "Rue de Brest": ["1"]}
    store_streets(session, "35238", "35000", "Rennes", rennes, near=RENNES)


def asked(visitor: Visitor, text: str, **more: str) -> Element:
    return visitor.get("/recherche", query_string={"q": text, **more})


def test_an_address_says_where_it_was_found(visitor: Visitor) -> None:
    page = asked(visitor, "12 rue de verdun bondy")
    assert "12 Rue de Verdun 93140 Bondy" in next(iter(page.all("h1"))).text
    assert "Adresse trouvée dans la Base adresse nationale." in page.text
    assert "Commune supposée" not in page.text


def test_a_commune_says_nothing_of_addresses(visitor: Visitor) -> None:
    assert "Adresse trouvée" not in asked(visitor, "Bondy").text


def test_a_number_that_is_not_known_is_told(visitor: Visitor) -> None:
    assert "Ce numéro n'est pas connu" in asked(visitor, "99 rue de Verdun, Bondy").text


def test_an_address_that_only_resembles_is_to_be_checked(visitor: Visitor) -> None:
    page = asked(visitor, "12 avenue de Verdun, Bondy")
    assert "Adresse la plus proche trouvée : vérifiez-la." in page.text


def test_an_address_that_is_not_found_is_told(visitor: Visitor) -> None:
    page = asked(visitor, "12 rue des Inconnus, Bondy")
    assert "Adresse non trouvée : position approximative" in page.text
    assert "Adresse trouvée" not in page.text


def test_a_street_alone_lets_its_town_be_chosen(visitor: Visitor) -> None:
    page = asked(visitor, "rue de Verdun", category="colis")
    links = [a for a in page.all("a") if "/recherche?" in a.get("href") and "(" in a.text]
    assert [a.text.split(" (")[0] for a in links] == ["Rennes", "Bondy"]
    chosen = parse_qs(urlsplit(links[1].get("href")).query)
    assert chosen == {"q": ["rue de Verdun, Bondy (93)"], "category": ["colis"]}
    assert "93140 Bondy" in next(iter(visitor.get(links[1].get("href")).all("h1"))).text


def test_the_only_town_that_has_a_street_is_supposed(visitor: Visitor) -> None:
    page = asked(visitor, "1 rue de Brest")
    assert "35000 Rennes" in next(iter(page.all("h1"))).text
    assert "Commune supposée" in page.text


def test_a_point_beside_an_address_has_a_certain_commune(visitor: Visitor) -> None:
    beside = {"lat": f"{BONDY.latitude:.3f}", "lon": f"{BONDY.longitude:.3f}"}
    page = visitor.get("/recherche", query_string=beside)
    assert "Commune supposée" not in page.text
    assert "Verdun" not in page.text
    far = Position(BONDY.latitude + 0.01, BONDY.longitude)
    away = {"lat": f"{far.latitude:.3f}", "lon": f"{far.longitude:.3f}"}
    assert "Commune supposée" in visitor.get("/recherche", query_string=away).text


def test_an_address_is_kept_by_nobody(visitor: Visitor) -> None:
    for text in ("12 rue de Verdun, Bondy", "rue de Verdun", "12 rue des Inconnus, Bondy"):
        response = visitor.response("/recherche", query_string={"q": text})
        assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "text",
    [
        "12 rue de Verdun 99999",
        "%_%_%",
        "rue %_%_%",
        "12",
        "rue " + "é" * 500,
        "شارع فردان",
        "12 \U0001f600 rue \U0001f600",
        "' OR key LIKE '%",
    ],
)
def test_what_is_no_address_is_said_beside_the_field(visitor: Visitor, text: str) -> None:
    page = visitor.get("/recherche", query_string={"q": text}, status=400)
    (typed,) = (e for e in page.all("input") if e.get("name") == "q")
    assert typed.get("aria-invalid") == "true"


@pytest.mark.parametrize(
    "text", ["rue %_%_% 93010 Bondy", "\U0001f600 rue de Verdun\u202e Bondy", "شارع Verdun, Bondy"]
)
def test_strange_signs_in_a_street_stay_in_its_town(visitor: Visitor, text: str) -> None:
    assert "Bondy" in next(iter(asked(visitor, text).all("h1"))).text
