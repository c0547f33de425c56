"""Debian's chromium, driven by playwright, with a memory of all that it was asked to fetch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    expect,
    sync_playwright,
)

CHROMIUM = Path("/usr/bin/chromium")

#: What is expected of a page is waited for as long as its loading is: a machine may be busy.
expect.set_options(timeout=30_000)

AXE = Path(__file__).parent / "vendor" / "axe.min.js"

#: What axe holds the pages to: WCAG up to 2.2 AA, and good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

PHONE = {"width": 360, "height": 640}
SMALLEST = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Have a browser for the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One visitor in one window: what she sees, and what her browser did."""

    page: Page
    site: str
    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Load a page of the site."""
        self.page.goto(self.site + address, wait_until="load")

    @contextmanager
    def proposals_for(self, text: str) -> Iterator[None]:
        """Wait, once the block has typed a place, for what is proposed for these very words.

        Typed slowly it is asked for in between too, and each answer makes the list anew.
        """

        def is_for_it(answer: Response) -> bool:
            return parse_qs(urlsplit(answer.url).query).get("q") == [text]

        with self.page.expect_response(is_for_it):
            yield
        expect(self.page.locator("#q.htmx-request")).to_have_count(0)

    def overflow_px(self) -> int:
        """Return by how much the page, once it is whole, is wider than the window."""
        self.page.wait_for_load_state()
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width

    def faults(self) -> list[str]:
        """Return what axe finds wrong, one line each, once the page is whole."""
        self.page.wait_for_load_state()
        # Our own policy would refuse the script in a page; the context bypasses it (`visiting`).
        self.page.add_script_tag(path=AXE)
        options = {
            "runOnly": {"type": "tag", "values": RULES},
            "rules": {"target-size": {"enabled": True}},
        }
        found: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def foreign_requests(self) -> list[str]:
        """Return what was asked of anybody but the site."""
        ours = (self.site, "data:", "blob:")
        return [address for address in self.requests if not address.startswith(ours)]


@contextmanager
def visiting(browser: Browser, site: str, **options: Any) -> Iterator[Visit]:
    """Open a window of its own, French, at the size of a phone unless told otherwise."""
    settings = {"viewport": PHONE, "locale": "fr-FR"} | options
    context = browser.new_context(**settings)
    page = context.new_page()
    visit = Visit(page, site, context)
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: visit.complaints.append(message.text) if message.type == "error" else None,
    )
    try:
        yield visit
    finally:
        context.close()
