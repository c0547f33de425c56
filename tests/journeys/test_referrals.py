"""A referral from the worker's desk to a known outcome, on a whole Fanal with its mails.

Two people in two browsers: a worker who is signed in, and a service that only has the link.
"""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.postgres.geo_schema import Engine
from tests.fixtures.cluster import open_folder
from tests.fixtures.installation import Installation, free_port, wait_until
from tests.journeys import browser as driving
from tests.journeys.browser import DESK, PHONE, SMALLEST, Visit

pytestmark = pytest.mark.journey

AWA = "awa@equipe-mobile.example.org"
MALIK = "malik@halte.example.org"

DAY_CENTRE = "Accueil de jour La Halte (exemple)"


@pytest.fixture(scope="module")
def installation(engine_name: Engine) -> Iterator[Installation]:
    """Fanal as `make run` starts it, with what it invents to be tried."""
    with open_folder() as folder:
        made = Installation(
            folder / "data", engine_name, free_port(), extra={"FANAL_DEMONSTRATION": "true"}
        )
        try:
            made.up()
            yield made
        finally:
            made.clear()


@dataclass
class Desk:
    """The windows of one test, each of somebody else."""

    browser: Browser
    installation: Installation
    windows: ExitStack
    opened: list[Visit]

    @property
    def site(self) -> str:
        """The address of the installation."""
        return f"http://127.0.0.1:{self.installation.port}"

    def window(self, **options: object) -> Visit:
        """Open a window of somebody who is not signed in."""
        visit = self.windows.enter_context(driving.visiting(self.browser, self.site, **options))
        self.opened.append(visit)
        return visit

    def signed_in(self, email: str, **options: object) -> Visit:
        """Open a window, and sign in by the form."""
        visit = self.window(**options)
        passwords = json.loads((self.installation.data_dir / "demonstration.json").read_text())
        visit.go("/connexion")
        visit.page.get_by_label("Adresse électronique").fill(email)
        visit.page.get_by_label("Mot de passe", exact=True).fill(passwords[email])
        visit.page.get_by_role("button", name="Se connecter").click()
        expect(visit.page.get_by_role("button", name="Se déconnecter")).to_be_visible()
        return visit

    def mails(self, reader: Visit) -> list[str]:
        """Return the addresses of the mails on the local page, newest first."""
        reader.go("/courriers-locaux")
        links = reader.page.locator("main a[href*='/courriers-locaux/']").all()
        return [str(link.get_attribute("href")) for link in links]

    def next_mail(self, reader: Visit, before: list[str]) -> str:
        """Wait for a mail that was not there before and has a link to answer by; return its text.

        News of what was answered before, which have none, may come late.
        """
        read: dict[str, str] = {}

        def came() -> bool:
            for address in self.mails(reader):
                if address not in before and address not in read:
                    reader.go(address)
                    read[address] = reader.page.locator("main").inner_text()
            return any("/reponse/" in text for text in read.values())

        wait_until(came, seconds=60)
        return next(text for text in read.values() if "/reponse/" in text)


@pytest.fixture
def desk(chromium: Browser, installation: Installation) -> Iterator[Desk]:
    """Windows on the installation; nothing may be fetched from others, nor complained about."""
    with ExitStack() as windows:
        made = Desk(chromium, installation, windows, [])
        yield made
        for visit in made.opened:
            assert visit.foreign_requests() == []
            # The page that an answered link leads to is « gone » (410), which browsers report.
            assert [each for each in visit.complaints if "410" not in each] == []


def start_request(worker: Visit, code: str) -> Page:
    """Search, choose the day centre, and fill in what is asked of every person."""
    page = worker.page
    worker.go("/recherche?q=Bondy&category=accueil-de-jour")
    page.get_by_role("link", name=re.compile(rf"Orienter\s+{re.escape(DAY_CENTRE)}")).click()
    page.get_by_label("Code ou initiales").fill(code)
    return page


def send_request(worker: Visit, code: str, *, with_phone: bool = False) -> str:
    """Send a request for somebody; return its address."""
    page = start_request(worker, code)
    if with_phone:
        page.get_by_text("Prénom, téléphone, adresse mail").click()
        page.get_by_label("Prénom").first.fill("Mariam")
        page.get_by_label("Téléphone").first.fill("06 12 34 56 78")
    page.get_by_label("Oui, elle l'a dit").check()
    page.get_by_label("Elle est d'accord pour cela aussi").check()
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator("main")).to_contain_text("Envoyée")
    return page.url.removeprefix(worker.site)


def open_link(desk: Desk, mail: str, **options: object) -> Page:
    """Open the link of a mail in a window without any cookie, and the request behind it."""
    found = re.search(r"/reponse/\S+", mail)
    assert found, mail
    service = desk.window(**options)
    service.go(found.group())
    service.page.get_by_role("button", name="Ouvrir la demande").click()
    expect(service.page.get_by_role("heading", level=1)).to_have_text("Répondre à une demande")
    assert service.context.cookies() == []
    return service.page


def unfold(page: Page, name: str) -> None:
    """Open the form of one answer."""
    page.locator("summary", has_text=name).first.click()


def test_a_request_goes_from_the_search_to_a_known_outcome(desk: Desk) -> None:
    worker, reader = desk.signed_in(AWA, viewport=DESK), desk.window()
    before = desk.mails(reader)
    request = send_request(worker, "AB 12", with_phone=True)
    mail = desk.next_mail(reader, before)
    for told in ("AB 12", "Mariam", "06 12", "Accueil de jour", "Bondy"):
        assert told not in mail

    service = open_link(desk, mail, viewport=PHONE)
    expect(service.locator("main")).to_contain_text("AB 12")
    expect(service.locator("main")).not_to_contain_text("Mariam")
    unfold(service, "Accepter")
    day = datetime.now(UTC).date() + timedelta(days=10)
    service.get_by_label("Jour du rendez-vous").first.fill(day.isoformat())
    service.get_by_label("Heure du rendez-vous").first.fill("10:30")
    service.get_by_role("button", name="Accepter la demande").click()
    expect(service.locator("main")).to_contain_text("Mariam")
    expect(service.locator("main")).to_contain_text("06 12 34 56 78")

    worker.go(request)
    expect(worker.page.locator("main")).to_contain_text("Acceptée")
    expect(worker.page.locator("main")).to_contain_text(f"{day.year} à 10:30")
    unfold(worker.page, "Dire ce qu'il en est advenu")
    worker.page.get_by_label("La personne a été aidée", exact=True).check()
    worker.page.get_by_role("button", name="Terminer la demande").click()
    expect(worker.page.locator("main")).to_contain_text("Terminée")

    worker.go("/orientations/chiffres")
    expect(worker.page.locator("main")).to_contain_text("caché")


def test_a_refusal_leads_to_another_service_and_the_chain_stays_visible(desk: Desk) -> None:
    worker, reader = desk.signed_in(AWA, viewport=DESK), desk.window()
    before = desk.mails(reader)
    request = send_request(worker, "CD 34")
    service = open_link(desk, desk.next_mail(reader, before), viewport=PHONE)
    unfold(service, "Refuser")
    service.get_by_label("Raison du refus").select_option(label="Plus de place")
    service.get_by_role("button", name="Refuser la demande").click()
    expect(service.locator("main")).to_contain_text("Votre refus est enregistré.")

    worker.go(request)
    expect(worker.page.locator("main")).to_contain_text("Plus de place")
    worker.page.get_by_role("button", name=re.compile("Orienter ici")).first.click()
    expect(worker.page.get_by_role("heading", name="D'un service à l'autre")).to_be_visible()
    assert worker.page.url.removeprefix(worker.site) != request
    chain = worker.page.get_by_role("region", name="D'un service à l'autre")
    expect(chain.get_by_role("listitem")).to_have_count(2)
    expect(chain).to_contain_text("Refusée")
    # The nearest one has no address: the request is only written down, and the page says so.
    expect(worker.page.locator("main")).to_contain_text("Le service n'a rien reçu")
    unfold(worker.page, "Dire ce qu'il en est advenu")
    worker.page.get_by_label("La personne a été aidée en partie").check()
    worker.page.get_by_role("button", name="Terminer la demande").click()
    expect(chain).to_contain_text("Terminée")


def test_a_page_without_script_sends_a_request_too(desk: Desk) -> None:
    worker = desk.signed_in(AWA, viewport=PHONE, java_script_enabled=False)

    send_request(worker, "EF 56")


def test_a_request_sent_twice_is_there_once(desk: Desk) -> None:
    worker = desk.signed_in(AWA, viewport=DESK)
    page = start_request(worker, "GH 78")
    page.get_by_role("button", name="Envoyer la demande").dblclick()
    expect(page.locator("main")).to_contain_text("GH 78")
    page.wait_for_load_state()

    worker.go("/orientations")
    expect(worker.page.get_by_text("GH 78")).to_have_count(1)


def test_malik_sees_it_among_what_his_service_received(desk: Desk) -> None:
    worker, receiver = desk.signed_in(AWA, viewport=DESK), desk.signed_in(MALIK, viewport=DESK)
    send_request(worker, "IJ 90")

    receiver.go("/orientations/recues")

    expect(receiver.page.locator("main")).to_contain_text("IJ 90")


@pytest.mark.parametrize(
    "address",
    ["/orientations", "/orientations/recues", "/orientations/chiffres", "/compte", "/personnes"],
)
@pytest.mark.parametrize("window", [SMALLEST, DESK])
def test_pages_of_members_have_no_fault_and_fit(
    desk: Desk, address: str, window: dict[str, int]
) -> None:
    worker = desk.signed_in(AWA, viewport=window, bypass_csp=True)
    worker.go(address)

    assert worker.faults() == []
    assert worker.overflow_px() <= 0


@pytest.mark.parametrize("window", [SMALLEST, DESK])
def test_the_form_and_the_link_have_no_fault_and_fit(desk: Desk, window: dict[str, int]) -> None:
    worker, reader = desk.signed_in(AWA, viewport=window, bypass_csp=True), desk.window()
    before = desk.mails(reader)
    code = f"KL {window['width']}"
    start_request(worker, code)
    assert worker.faults() == []
    assert worker.overflow_px() <= 0
    send_request(worker, code)
    assert worker.faults() == []

    service = open_link(desk, desk.next_mail(reader, before), viewport=window, bypass_csp=True)
    answering = next(visit for visit in desk.opened if visit.page is service)

    assert answering.faults() == []
    assert answering.overflow_px() <= 0
