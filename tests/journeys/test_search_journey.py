"""From the field to the place, as different people do it."""

import pytest
from playwright.sync_api import Request, expect

from tests.journeys.browser import DESK, PHONE, SMALLEST
from tests.journeys.conftest import Open

pytestmark = pytest.mark.journey

PAGES = ["/recherche", "/recherche?q=Bondy", "/recherche?q=Saint-Denis",
         "/recherche?q=Bondy&category=bons", "/recherche?q=Nulleville", "/p/1", "/p/3", "/p/4",
         "/nulle-part", "/_composants"]  # fmt: skip


def test_keyboard_only_from_the_field_to_the_place(visit: Open) -> None:
    visitor = visit(viewport=DESK)
    visitor.go("/recherche")
    page = visitor.page
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    expect(page.locator("#q")).to_be_focused()
    with visitor.proposals_for("bond"):
        page.keyboard.type("bond")
    expect(page.locator("#lieux [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "lieu-1")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("Bondy (93)")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Services à proximité – Bondy (93)")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Distribution de colis":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Distribution de colis")
    assert page.title() == "Distribution de colis · Fanal"
    assert "/p/" in page.url
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Services à proximité – Bondy (93)")


def test_the_focus_can_be_seen_at_every_stop(visit: Open) -> None:
    visitor = visit(viewport=DESK)
    visitor.go("/recherche?q=Bondy")
    unseen = []
    for _ in range(40):
        visitor.page.keyboard.press("Tab")
        shown = visitor.page.evaluate(
            """() => {
              const element = document.activeElement;
              const seen = [element, element.nextElementSibling].filter(Boolean);
              return seen.some((each) => parseFloat(getComputedStyle(each).outlineWidth) >= 2
                && getComputedStyle(each).outlineStyle !== "none") || element === document.body;
            }"""
        )
        if not shown:
            unseen.append(visitor.page.evaluate("document.activeElement.outerHTML.slice(0, 90)"))
    assert unseen == []


def test_without_script_everything_still_works(visit: Open) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.go("/recherche")
    page = visitor.page
    page.locator("#q").fill("bondy")
    page.get_by_label("Point Conseil Budget").check(force=True)
    page.get_by_role("button", name="Chercher", exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Point Conseil Budget – Bondy (93)")
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_role("link", name="Point Conseil Budget du centre").click()
    expect(page.get_by_role("heading", name="Quand venir")).to_be_visible()


def test_several_places_of_one_name_are_chosen_from(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche?q=Saint-Denis&free=true")
    visitor.page.get_by_role("link", name="Saint-Denis (93)").click()
    heading = visitor.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Services à proximité – Saint-Denis (93)")
    assert "free=true" in visitor.page.url


def test_around_me_sends_a_rounded_position(visit: Open) -> None:
    visitor = visit(
        geolocation={"latitude": 48.9024789, "longitude": 2.4827654}, permissions=["geolocation"]
    )
    visitor.go("/recherche")
    visitor.page.get_by_role("button", name="Autour de moi").click()
    heading = visitor.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Services près de votre position")
    assert "lat=48.902&lon=2.483" in visitor.page.url
    assert not [address for address in visitor.requests if "48.9024" in address]


def test_a_position_refused_asks_for_an_address(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche")
    visitor.page.get_by_role("button", name="Autour de moi").click()
    expect(visitor.page.get_by_text("Votre position n'est pas disponible")).to_be_visible()
    expect(visitor.page.locator("#q")).to_be_focused()


def test_writing_in_the_field_moves_away_from_the_device(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche?lat=48.902&lon=2.483")
    visitor.page.locator("#q").fill("Rennes")
    visitor.page.locator("#q").press("Enter")
    heading = visitor.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Services à proximité – Rennes (35)")
    assert "lat=" not in visitor.page.url


def test_the_address_of_a_search_holds_no_blank(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche")
    visitor.page.locator("#q").fill("Bondy")
    visitor.page.locator("#q").press("Enter")
    visitor.page.wait_for_url("**/recherche?*")
    assert visitor.page.url.endswith("/recherche?q=Bondy")


def test_the_next_results_join_the_first_and_take_the_focus(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche?q=Bondy&limit=2")
    names = visitor.page.locator("#sur-place h3")
    expect(names).to_have_count(2)
    visitor.page.get_by_role("link", name="Voir les services suivants").click()
    expect(names).to_have_count(4)
    expect(names.nth(2).get_by_role("link")).to_be_focused()
    visitor.page.get_by_role("link", name="Voir les services suivants").click()
    expect(names).to_have_count(5)
    expect(visitor.page.get_by_role("link", name="Voir les services suivants")).to_have_count(0)
    assert len(set(names.all_text_contents())) == 5


def test_a_place_that_is_unknown_is_said_beside_the_field(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche")
    visitor.page.locator("#q").fill("Nulleville")
    visitor.page.locator("#q").press("Enter")
    expect(visitor.page.locator("#erreur-q")).to_contain_text("Aucun lieu ne porte ce nom")
    # The browser itself notes the status of the answer; that is no fault of the page.
    visitor.complaints.clear()


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["", "ar-XB"])
def test_every_page_is_accessible_at_320_pixels(visit: Open, address: str, language: str) -> None:
    visitor = visit(viewport=SMALLEST, bypass_csp=True)
    visitor.go(_in(address, language))
    assert visitor.overflow_px() == 0
    assert visitor.faults() == []
    direction = visitor.page.evaluate("getComputedStyle(document.body).direction")
    assert direction == ("rtl" if language else "ltr")
    visitor.complaints.clear()


@pytest.mark.parametrize("address", ["/recherche", "/recherche?q=Bondy", "/p/1"])
def test_dark_pages_have_contrast_too(visit: Open, address: str) -> None:
    visitor = visit(viewport=DESK, bypass_csp=True, color_scheme="dark")
    visitor.go(address)
    assert visitor.faults() == []


@pytest.mark.parametrize("address", PAGES)
def test_text_of_twice_the_size_fits(visit: Open, address: str) -> None:
    visitor = visit(viewport=SMALLEST)
    visitor.go(address)
    visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert visitor.overflow_px() == 0
    visitor.complaints.clear()


@pytest.mark.parametrize("address", ["/recherche", "/recherche?q=Bondy", "/p/1"])
def test_a_finger_finds_every_target(visit: Open, address: str) -> None:
    visitor = visit(viewport=PHONE)
    visitor.go(address)
    small = visitor.page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, label.check")]
          .filter((e) => !e.closest("p, h3, li, .skip") || e.classList.contains("button"))
          .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
          .filter(([, box]) => box.height && box.height < 48 && !box.top.toString().startsWith("-"))
          .map(([html, box]) => html + " " + box.height)"""
    )
    assert small == []


def test_a_french_address_keeps_its_order_in_a_mirrored_page(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche?q=Bondy&lang=ar-XB")
    order = visitor.page.evaluate(
        """() => {
          const text = [...document.querySelectorAll("bdi")]
            .find((e) => e.textContent.startsWith("10 rue de la République")).firstChild;
          const at = (index) => {
            const range = document.createRange();
            range.setStart(text, index); range.setEnd(text, index + 1);
            return range.getBoundingClientRect().left;
          };
          return [at(0), at(4), at(7)];
        }"""
    )
    assert order == sorted(order)


def test_a_printed_place_has_no_chrome(visit: Open) -> None:
    visitor = visit(viewport=DESK)
    visitor.go("/p/1")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator(".top")).to_be_hidden()
    expect(visitor.page.get_by_text("01 99 00 36 14")).to_be_visible()
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


def test_nothing_is_stored_on_the_device(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche?q=Bondy")
    kept = visitor.page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]


def test_a_first_visit_is_light(visit: Open) -> None:
    visitor = visit()
    finished: list[Request] = []
    visitor.page.on("requestfinished", lambda request: finished.append(request))
    visitor.go("/recherche?q=Bondy")
    visitor.page.wait_for_load_state("networkidle")
    sizes = [request.sizes()["responseBodySize"] for request in finished]
    assert sum(sizes) <= 35_000
    assert len(sizes) <= 6


def _in(address: str, language: str) -> str:
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}lang={language}" if language else address
