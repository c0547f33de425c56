"""Addresses typed, chosen from the list or from the page, with and without a script."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.browser import DESK, PHONE, SMALLEST, Visit
from tests.journeys.conftest import Open

pytestmark = pytest.mark.journey

ADDRESS = "12 bis Avenue du Général de Gaulle 93140 Bondy"
NEAR_ADDRESS = f"Services à proximité – {ADDRESS}"


def reach_field_by_tab(page: Page) -> None:
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            return


def options(visitor: Visit) -> Locator:
    return visitor.page.locator("#lieux [role=option]")


def type_and_wait(visitor: Visit, text: str, first: str) -> None:
    """Type in the field as a person does, until the list for it, `first` on top, has come."""
    with visitor.proposals_for(text):
        visitor.page.locator("#q").press_sequentially(text)
    expect(options(visitor).first).to_contain_text(first)
    expect(visitor.page.get_by_role("listbox")).to_be_visible()


def heading(visitor: Visit) -> Locator:
    return visitor.page.get_by_role("heading", level=1)


def test_an_address_is_typed_chosen_and_searched_with_the_keyboard_only(visit: Open) -> None:
    visitor = visit(viewport=DESK)
    visitor.go("/recherche")
    page = visitor.page
    reach_field_by_tab(page)
    typed = "12 bis av gal de gaule bondy"
    with visitor.proposals_for(typed):
        page.keyboard.type(typed)
    expect(options(visitor)).to_have_count(1)
    option = page.get_by_role("option", name=ADDRESS)
    expect(option).to_have_attribute("aria-selected", "false")
    expect(page.locator("[data-status]")).to_have_text("1 lieu proposé")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "lieu-1")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value(ADDRESS)
    expect(page.locator("#q")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(heading(visitor)).to_have_text(NEAR_ADDRESS)
    expect(page.locator("#sur-place .card").first).to_be_visible()
    assert "insee=93010" in page.url


def test_the_list_obeys_the_keys_of_a_combobox(visit: Open) -> None:
    visitor = visit(viewport=DESK)
    visitor.go("/recherche")
    page, field = visitor.page, visitor.page.get_by_role("combobox")
    type_and_wait(visitor, "rue de la rép", "Rue de la République")
    expect(options(visitor)).to_have_count(3)
    expect(field).to_have_attribute("aria-expanded", "true")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", "lieu-3")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "lieu-1")
    page.keyboard.press("Home")
    assert field.get_attribute("aria-activedescendant") is None
    assert field.evaluate("field => field.selectionStart") == 0
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("rue de la rép")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("rue de la rép")
    expect(field).not_to_be_focused()


def test_enter_searches_what_was_typed_when_nothing_was_pointed_at(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche")
    type_and_wait(visitor, "12 bis av gal de gaulle bondy", ADDRESS)
    visitor.page.keyboard.press("Enter")
    expect(heading(visitor)).to_have_text(NEAR_ADDRESS)
    assert "insee=" not in visitor.page.url


def test_an_address_is_chosen_by_a_finger(visit: Open) -> None:
    visitor = visit(has_touch=True, is_mobile=True)
    visitor.go("/recherche")
    type_and_wait(visitor, "12 av gal de gaulle bon", "12 Avenue du Général de Gaulle")
    for box in (option.bounding_box() for option in options(visitor).all()):
        assert box is not None
        assert box["height"] >= 48
    visitor.page.get_by_role("option", name=ADDRESS).tap()
    expect(visitor.page.locator("#q")).to_have_value(ADDRESS)
    visitor.page.get_by_role("button", name="Chercher", exact=True).tap()
    expect(heading(visitor)).to_have_text(NEAR_ADDRESS)


def test_a_chosen_commune_is_forgotten_when_another_place_is_written(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche")
    type_and_wait(visitor, "12 bis av gal de gaulle bon", ADDRESS)
    visitor.page.get_by_role("option", name=ADDRESS).click()
    visitor.page.locator("#q").fill("Rennes")
    visitor.page.locator("#q").press("Enter")
    expect(heading(visitor)).to_have_text("Services à proximité – Rennes (35)")
    assert visitor.page.url.endswith("/recherche?q=Rennes")


def test_a_chosen_commune_stays_with_its_address_and_goes_back_with_it(visit: Open) -> None:
    visitor = visit()
    visitor.go(f"/recherche?q={ADDRESS}&insee=93010")
    page = visitor.page
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.wait_for_url("**insee=93010*")
    page.locator("#q").fill("Rennes")
    page.locator("#q").press("Enter")
    expect(heading(visitor)).to_have_text("Services à proximité – Rennes (35)")
    assert "insee=" not in page.url
    page.go_back()
    expect(heading(visitor)).to_have_text(NEAR_ADDRESS)
    page.locator("#q").press("Enter")
    expect(heading(visitor)).to_have_text(NEAR_ADDRESS)


def test_the_streets_of_the_town_on_the_page_are_proposed_first(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche?q=Rennes")
    visitor.page.locator("#q").fill("")
    type_and_wait(visitor, "rue de la rép", "35000 Rennes")
    expect(options(visitor)).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_a_street_alone_asks_for_its_town(visit: Open, script: bool) -> None:
    visitor = visit(java_script_enabled=script)
    visitor.go("/recherche")
    visitor.page.locator("#q").fill("rue de la republique")
    visitor.page.get_by_role("button", name="Chercher", exact=True).click()
    expect(heading(visitor)).to_have_text("Quel lieu voulez-vous dire ?")
    for town in ("Bondy (93)", "Saint-Denis (93)", "Rennes (35)"):
        expect(visitor.page.get_by_role("link", name=town)).to_be_visible()
    visitor.page.get_by_role("link", name="Rennes (35)").click()
    near = "Services à proximité – Rue de la République 35000 Rennes"
    expect(heading(visitor)).to_have_text(near)


@pytest.mark.parametrize("script", [True, False])
def test_a_name_of_several_towns_asks_for_its_departement(visit: Open, script: bool) -> None:
    visitor = visit(java_script_enabled=script)
    visitor.go("/recherche")
    visitor.page.locator("#q").fill("Saint-Denis")
    visitor.page.get_by_role("button", name="Chercher", exact=True).click()
    expect(heading(visitor)).to_have_text("Quel lieu voulez-vous dire ?")
    expect(visitor.page.get_by_text("La Réunion")).to_be_visible()
    visitor.page.get_by_role("link", name="Seine-Saint-Denis").click()
    expect(heading(visitor)).to_have_text("Services à proximité – Saint-Denis (93)")


def test_without_script_an_address_is_searched_as_typed(visit: Open) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.go("/recherche")
    visitor.page.locator("#q").fill("12 bis av gal de gaule bondy")
    visitor.page.locator("#q").press("Enter")
    expect(heading(visitor)).to_have_text(NEAR_ADDRESS)
    expect(visitor.page.locator("#sur-place .card").first).to_be_visible()
    visitor.page.locator("#q").fill("Rennes")
    visitor.page.locator("#q").press("Enter")
    expect(heading(visitor)).to_have_text("Services à proximité – Rennes (35)")


@pytest.mark.parametrize("language", ["", "&lang=ar-XB"])
@pytest.mark.parametrize("text", ["rue de la rép", "12 av gal de gaulle bon", "saint"])
def test_the_open_list_is_accessible_on_a_phone(visit: Open, text: str, language: str) -> None:
    visitor = visit(viewport=PHONE, bypass_csp=True)
    visitor.go(f"/recherche?q=Bondy{language}")
    visitor.page.locator("#q").fill("")
    with visitor.proposals_for(text):
        visitor.page.locator("#q").press_sequentially(text)
    expect(visitor.page.get_by_role("listbox")).to_be_visible()
    for key in ("ArrowDown", "ArrowDown"):
        visitor.page.keyboard.press(key)
    assert visitor.faults() == []
    assert visitor.overflow_px() == 0


def test_the_open_list_has_contrast_in_the_dark(visit: Open) -> None:
    visitor = visit(viewport=DESK, bypass_csp=True, color_scheme="dark")
    visitor.go("/recherche")
    type_and_wait(visitor, "rue de la rép", "Rue de la République")
    visitor.page.keyboard.press("ArrowDown")
    assert visitor.faults() == []


def test_the_open_list_fits_with_text_of_twice_the_size(visit: Open) -> None:
    visitor = visit(viewport=SMALLEST)
    visitor.go("/recherche")
    visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
    type_and_wait(visitor, "12 av gal de gaulle bon", "12 Avenue du Général de Gaulle")
    assert visitor.overflow_px() == 0
    cut = """() => {
      const right = (element) => element.getBoundingClientRect().right;
      return [...document.querySelectorAll("#lieux li *")]
        .filter((e) => right(e) > right(e.closest("ul"))).map((e) => e.textContent);
    }"""
    assert visitor.page.evaluate(cut) == []


@pytest.mark.parametrize(
    "address",
    [
        "/recherche?q=rue de la republique",
        "/recherche?q=12 bis av gal de gaule bondy",
        f"/recherche?q={ADDRESS}&insee=93010",
    ],
)
@pytest.mark.parametrize("language", ["", "&lang=ar-XB"])
def test_the_pages_of_an_address_are_accessible_on_a_phone(
    visit: Open, address: str, language: str
) -> None:
    visitor = visit(viewport=PHONE, bypass_csp=True)
    visitor.go(address + language)
    assert visitor.faults() == []
    assert visitor.overflow_px() == 0


def test_what_is_typed_quickly_leaves_no_list_behind_a_choice(visit: Open) -> None:
    visitor = visit(viewport=DESK)
    visitor.go("/recherche")
    page = visitor.page
    type_and_wait(visitor, "bon", "Bondy (93)")
    late: list[Route] = []
    page.route("**/recherche/lieux?*", lambda route: late.append(route))
    with page.expect_request("**/recherche/lieux?*"):
        page.keyboard.type("d")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("Bondy (93)")

    answered = "addEventListener('htmx:afterSettle', () => document.body.classList.add('answered'))"
    page.evaluate(answered)
    late[0].continue_()

    expect(page.locator("body.answered")).to_have_count(1)
    expect(page.get_by_role("listbox")).to_be_hidden()
