"""What the list under the field proposes while somebody types."""

import pytest
import structlog
from sqlalchemy.orm import Session

from tests.addresses.factories import store_streets
from tests.web.conftest import Visitor
from tests.web.page import Element, read_fragment


@pytest.fixture(autouse=True)
def _streets(session: Session) -> None:
    """Some streets of two towns."""
    streets = {"Avenue du Général de Gaulle": ["12", "12bis"], "Rue de la République": ["1"]}
    store_streets(session, "93010", "93140", "Bondy", streets)
    store_streets(session, "35238", "35000", "Rennes", {"Rue de la République": ["1"]})


def options(visitor: Visitor, text: str, **more: str) -> list[Element]:
    asked = {"q": text, **more}
    answer = visitor.response("/recherche/lieux", query_string=asked)
    return list(read_fragment(answer.text).all("li"))


def labels(visitor: Visitor, text: str, **more: str) -> list[str | None]:
    return [option.get("data-label") for option in options(visitor, text, **more)]


def test_communes_are_proposed_while_typing(visitor: Visitor) -> None:
    (rennes,) = options(visitor, "ren")
    assert rennes.get("data-label") == "Rennes (35)"
    assert rennes.get("data-insee") == "35238"
    assert rennes.get("role") == "option"


def test_an_address_is_proposed_with_the_code_of_its_commune(visitor: Visitor) -> None:
    (address,) = options(visitor, "12 bis av gal de gaule bon")
    assert address.get("data-label") == "12 bis Avenue du Général de Gaulle 93140 Bondy"
    assert address.get("data-insee") == "93010"
    assert " ".join(address.text.split()) == "12 bis Avenue du Général de Gaulle 93140 Bondy"
    assert address.get("data-count") == "1 lieu proposé"


def test_the_streets_of_the_commune_on_the_page_come_first(visitor: Visitor) -> None:
    assert labels(visitor, "rue rep", insee="35238") == ["Rue de la République 35000 Rennes"]
    assert labels(visitor, "rue rep", insee="93010") == ["Rue de la République 93140 Bondy"]
    assert labels(visitor, "rue de la rép", insee="nulle part") == labels(visitor, "rue de la rép")


def test_what_comes_from_the_table_is_isolated_in_a_mirrored_page(visitor: Visitor) -> None:
    (address,) = options(visitor, "12 bis av gal de gaulle", insee="93010", lang="ar-XB")
    for text in address.all("bdi"):
        assert (text.get("lang"), text.get("dir")) == ("fr", "ltr")


@pytest.mark.parametrize("text", ["ren", "12 rue de Verdun, Rennes", "", "zzz"])
def test_what_is_being_typed_is_kept_by_nobody(visitor: Visitor, text: str) -> None:
    response = visitor.response("/recherche/lieux", query_string={"q": text})
    assert response.headers["Cache-Control"] == "private, no-store"


def test_what_is_being_typed_is_in_no_log(visitor: Visitor) -> None:
    with structlog.testing.capture_logs() as lines:
        options(visitor, "12 bis av gal de gaule bon", insee="93010")
    assert any(line["event"] == "request" for line in lines)
    assert "gaule" not in str(lines)
    assert "93010" not in str(lines)


@pytest.mark.parametrize(
    "text", ["", "12", "%00", "zzzz", "é" * 500, "%ED%A0%80", "%25_%25_%25", "🙂🙂🙂", "شارع بوندي"]
)
def test_nothing_is_proposed_for_what_is_no_place(visitor: Visitor, text: str) -> None:
    assert visitor.response(f"/recherche/lieux?q={text}").text.strip() == ""


@pytest.mark.parametrize("code", ["", "\x00", "9" * 500, "2a004", "🙂"])
def test_any_code_of_a_commune_can_be_sent(visitor: Visitor, code: str) -> None:
    assert labels(visitor, "ren", insee=code) == ["Rennes (35)"]


def test_the_page_asks_for_the_streets_of_its_own_commune_first(visitor: Visitor) -> None:
    def asked(page: Element) -> str | None:
        return next(e for e in page.all("input") if e.get("name") == "q").get("hx-get")

    assert asked(visitor.get("/recherche")) == "/recherche/lieux"
    assert asked(visitor.get("/recherche?q=Bondy")) == "/recherche/lieux?insee=93010"


def test_a_chosen_commune_is_sent_again_by_the_script_alone(visitor: Visitor) -> None:
    """Without it nobody could forget the commune when another place is written."""

    def commune(page: Element) -> Element:
        return next(e for e in page.all("input") if e.get("name") == "insee")

    (plain, chosen) = (visitor.get(f"/recherche?q=Bondy{more}") for more in ("", "&insee=93010"))
    assert not commune(plain).get("value")
    assert not commune(chosen).get("value")
    assert (commune(plain).get("data-chosen"), commune(chosen).get("data-chosen")) == ("", "93010")
