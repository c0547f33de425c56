"""Take the pictures of `docs/screenshots`: search, place, an address being typed; a request being
made, the board of a worker and the page of a service that answers; on a phone and on a desk.

`python -m tests.journeys.screenshots`, from the root of the checkout. The data is the
demonstration's, the time a Tuesday morning, so that two runs give the same pictures.
"""

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from pydantic import SecretStr
from sqlalchemy import select

from directory.accounts.demonstration import put_accounts
from directory.accounts.models import Account
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.imports import demonstration
from directory.listings.actions import store_vocabulary
from directory.listings.models import Service, ServiceAtLocation
from directory.postgres.engines import available_engines
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring, new_keyring
from directory.privacy.scope import scoped_sessions
from directory.territories.actions import load_bundled_if_empty
from directory.web.signed_in import COOKIE
from tests.accounts.factories import sign_in
from tests.addresses.factories import store_streets
from tests.fixtures.cluster import throwaway_cluster
from tests.journeys.browser import Visit, chromium, visiting
from tests.journeys.site import served
from tests.referrals.factories import make_sent, make_token

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
            settings = Settings(
                database_url=urls.app,
                data_dir=Path(data_dir),
                geocoder_url="",
                master_keys=SecretStr(new_keyring().as_text()),
            )
            desk = refer(settings)
            with served(settings) as site, chromium() as browser:
                for width in WIDTHS:
                    size = {"width": width, "height": HEIGHT}
                    with visiting(browser, site, viewport=size) as visit:
                        take(visit, width)
                        take_referrals(visit, width, desk)


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


@dataclass(frozen=True, slots=True)
class Desk:
    """A worker who is signed in, a service she knows, and the link of a request she sent."""

    cookie: str
    service_id: int
    answer: str


def refer(settings: Settings) -> Desk:
    """Have the invented team send two requests to the invented day centre."""
    assert settings.database_url
    engine, ring = make_engine(settings.database_url), keyring(settings)
    with unit_of_work(scoped_sessions(engine)) as session:
        put_accounts(session, settings=settings, at=AT)
        account_id = session.scalars(select(Account.id).where(Account.name == "Awa Diop")).one()
        cookie, worker = sign_in(session, account_id, at=AT)
        service_id = session.scalars(
            select(ServiceAtLocation.id)
            .join(ServiceAtLocation.service)
            .where(Service.name == "Accueil de jour La Halte (exemple)")
        ).one()
        for days, code in ((4, "M. K."), (1, "A. D.")):
            referral = make_sent(
                session, worker, service_id, keyring=ring, at=AT - timedelta(days=days), code=code
            )
        token = make_token(session, referral, keyring=ring, at=AT, lifetime=timedelta(days=9))
        answer = f"/reponse/{token}"
    engine.dispose()
    return Desk(cookie, service_id, answer)


def take_referrals(visit: Visit, width: int, desk: Desk) -> None:
    """Photograph what a service answers by, then the worker's form and her board."""
    visit.go(desk.answer)
    visit.page.get_by_role("button", name="Ouvrir la demande").click()
    visit.page.screenshot(path=FOLDER / f"answer-{width}.png")
    visit.context.add_cookies([{"name": COOKIE, "value": desk.cookie, "url": visit.site}])
    visit.go(f"/orientations/nouvelle?service={desk.service_id}")
    visit.page.screenshot(path=FOLDER / f"request-{width}.png")
    visit.go("/orientations")
    visit.page.screenshot(path=FOLDER / f"board-{width}.png")


if __name__ == "__main__":
    main()
