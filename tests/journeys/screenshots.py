"""Take the pictures of `docs/screenshots`: search, place, an address being typed; phone and desk.

`python -m tests.journeys.screenshots`, from the root of the checkout. The data is the
demonstration's, the time a Tuesday morning, so that two runs give the same pictures.
"""

import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine

from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.imports import demonstration
from directory.listings.actions import store_vocabulary
from directory.postgres.engines import available_engines
from directory.postgres.roles import DatabaseUrls
from directory.territories.actions import load_bundled_if_empty
from tests.addresses.factories import store_streets
from tests.fixtures.cluster import throwaway_cluster
from tests.journeys.browser import Visit, chromium, visiting
from tests.journeys.site import served

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

AT = datetime(2026, 11, 17, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))

SEARCH = "/recherche?q=Rennes"

#: Streets of the town, with some house numbers.
STREETS = {"Rue de Nantes": ["10", "12", "12bis", "14"], "Rue Nationale": ["1", "2"]}

#: Tall enough to show what comes after the form.
HEIGHT = 1080

WIDTHS = (360, 1280)


def main() -> None:
    """Fill a database, serve it, and look at it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with throwaway_cluster(available_engines()[0]) as cluster:
        urls = cluster.copy_of_template("screenshots")
        with tempfile.TemporaryDirectory() as data_dir, time_machine.travel(AT):
            fill(urls)
            settings = Settings(database_url=urls.app, data_dir=Path(data_dir), geocoder_url="")
            with served(settings) as site, chromium() as browser:
                for width in WIDTHS:
                    size = {"width": width, "height": HEIGHT}
                    with visiting(browser, site, viewport=size) as visit:
                        take(visit, width)


def fill(urls: DatabaseUrls) -> None:
    """Store the words, the bundled communes and the demonstration."""
    engine = make_engine(urls.app)
    try:
        with unit_of_work(make_sessions(engine)) as session:
            store_vocabulary(session)
            load_bundled_if_empty(session, at=AT)
            demonstration.load_if_empty(session, at=AT)
            store_streets(session, "35238", "35000", "Rennes", STREETS)
    finally:
        engine.dispose()


def take(visit: Visit, width: int) -> None:
    """Photograph an address being typed, the search, then the first place that it finds."""
    visit.go("/recherche")
    visit.page.locator("#q").press_sequentially("12 r de nan renn")
    visit.page.locator("[role=option]").first.wait_for()
    visit.page.screenshot(path=FOLDER / f"address-{width}.png")
    visit.go(SEARCH)
    visit.page.screenshot(path=FOLDER / f"search-{width}.png")
    visit.page.locator(".card h3 a").first.click()
    visit.page.wait_for_url("**/p/*")
    visit.page.screenshot(path=FOLDER / f"place-{width}.png")


if __name__ == "__main__":
    main()
