"""The checks of the journeys bite: a fault put into a page is found."""

import pytest

from tests.journeys.browser import SMALLEST
from tests.journeys.conftest import Open

pytestmark = pytest.mark.journey

FAULTS = {
    "color-contrast": "<p style='color:#bbb;background:#fff'>pâle</p>",
    "link-name": "<a href='/recherche'></a>",
    "image-alt": "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    "target-size": "<div style='line-height:0'><button style='all:unset;width:10px;height:10px'>a"
    "</button><button style='all:unset;width:10px;height:10px'>b</button></div>",
    "label": "<input type='text'>",
}


def test_axe_finds_the_faults_put_into_a_page(visit: Open) -> None:
    visitor = visit(viewport=SMALLEST, bypass_csp=True)
    visitor.go("/recherche")
    visitor.page.evaluate(
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)",
        "".join(FAULTS.values()),
    )
    found = {fault.split(":")[0] for fault in visitor.faults()}
    assert set(FAULTS) <= found


def test_a_page_that_is_too_wide_is_seen(visit: Open) -> None:
    visitor = visit(viewport=SMALLEST, bypass_csp=True)
    visitor.go("/recherche")
    visitor.page.evaluate("document.querySelector('h1').style.width = '400px'")
    assert visitor.overflow_px() > 0


def test_a_request_to_somebody_else_is_seen(visit: Open) -> None:
    visitor = visit(bypass_csp=True)
    visitor.go("/recherche")
    visitor.page.route("https://elsewhere.example/**", lambda route: route.abort())
    visitor.page.evaluate("fetch('https://elsewhere.example/pixel').catch(() => {})")
    assert visitor.foreign_requests() == ["https://elsewhere.example/pixel"]
    visitor.requests.clear()
    visitor.complaints.clear()


def test_our_policy_refuses_a_request_to_somebody_else(visit: Open) -> None:
    visitor = visit()
    visitor.go("/recherche")
    ask = "fetch('https://elsewhere.example/pixel').then(() => false, () => true)"
    with visitor.page.expect_console_message(
        lambda message: "Content Security Policy" in message.text
    ):
        assert visitor.page.evaluate(ask), "refused"
    assert any("Content Security Policy" in complaint for complaint in visitor.complaints)
    visitor.requests.clear()
    visitor.complaints.clear()
