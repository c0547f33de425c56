"""The bar of those who are signed in: what is open to them, on every page; nothing for visitors."""

from directory.accounts.permissions import Role
from tests.web.conftest import SignIn, Visitor
from tests.web.page import Element


def bar(page: Element) -> dict[str, Element]:
    """Return the links of the bar by their text."""
    (found,) = page.with_class("bar")
    return {link.text.strip(): link for link in found.all("a")}


def test_a_visitor_has_no_bar_and_one_discreet_way_in(visitor: Visitor) -> None:
    page = visitor.get("/recherche")

    assert page.with_class("bar") == []
    (foot,) = page.all("footer")
    assert [(a.text, a.get("href")) for a in foot.all("a")] == [
        ("Espace professionnel", "/connexion")
    ]


def test_the_search_page_of_a_member_has_the_bar_and_is_kept_by_nobody(signed_in: SignIn) -> None:
    member = signed_in(name="Awa Diop")

    page = member.get("/recherche")

    assert bar(page)["Chercher"].get("aria-current") == "page"
    assert "Awa Diop" in page.text
    assert any("desk.css" in link.get("href") for link in page.all("link"))
    assert "Espace professionnel" not in page.text


def test_the_bar_holds_what_the_role_opens(signed_in: SignIn) -> None:
    reader = bar(signed_in(role=Role.READER).get("/recherche"))
    admin = bar(signed_in(role=None, departements=("93",)).get("/recherche"))

    assert {"Chercher"} <= set(reader)
    assert not {"Équipe", "Administration"} & set(reader)
    assert "Orientations" not in admin
