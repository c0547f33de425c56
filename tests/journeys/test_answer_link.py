"""Answering by a link: on a telephone, mirrored, by keys, without script, on a page gone stale."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.db import make_engine
from directory.geo import Position
from directory.privacy.keys import new_keyring, read_keyring
from directory.privacy.scope import scoped_sessions
from directory.referrals.notes import add_note
from tests.fixtures.cluster import ThrowawayCluster
from tests.journeys import browser as driving
from tests.journeys.browser import SMALLEST, Visit
from tests.journeys.site import fill, served
from tests.places import BONDY
from tests.referrals.factories import World, make_service, make_token, make_world

pytestmark = pytest.mark.journey

LONG = "Domiciliation et accompagnement social du centre communal de Villeneuve"
NEARBY = Position(BONDY.latitude + 0.01, BONDY.longitude)


@dataclass(frozen=True)
class Mailbox:
    """A site, and the links that a service found in its mail."""

    address: str
    links: Iterator[str]
    ended: str


@pytest.fixture(scope="module")
def mailbox(
    cluster: ThrowawayCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mailbox]:
    settings = Settings(
        database_url=cluster.copy_of_template("links").app,
        data_dir=tmp_path_factory.mktemp("links"),
        geocoder_url="",
        pseudo_language=True,
        master_keys=SecretStr(new_keyring().as_text()),
    )
    fill(settings)
    assert settings.database_url
    engine = make_engine(settings.database_url)
    with scoped_sessions(engine)() as session:
        links, ended = _fill(session, settings)
        session.commit()
    engine.dispose()
    with served(settings) as address:
        yield Mailbox(address, iter(links), ended)


def _fill(session: Session, settings: Settings) -> tuple[list[str], str]:
    assert settings.master_keys
    keyring, at = read_keyring(settings.master_keys.get_secret_value()), datetime.now(UTC)
    papers = {"documents": [{"code": "identity"}], "audiences": ["femmes"]}
    world = make_world(session, keyring, at, name=LONG, conditions=papers)
    make_service(session, at, position=NEARBY, name="Épicerie solidaire du canal")
    old = at - timedelta(days=40)
    return [_link(session, world, at) for _ in range(8)], _link(session, world, old)


def _link(session: Session, world: World, at: datetime) -> str:
    referral = world.sent(
        session,
        with_person=True,
        is_urgent=True,
        allows_redirection=True,
        conditions={"audience:femmes": True},
        documents={"identity": False},
    )
    note = "Elle dort chez une amie.\nÀ joindre le matin."
    add_note(
        session, referral=referral, text=note, is_shared=True, by=world.sender,
        keyring=world.keyring, at=world.at,
    )  # fmt: skip
    return f"/reponse/{make_token(session, referral, keyring=world.keyring, at=at)}"


OpenLink = Callable[..., Visit]


@pytest.fixture
def enter(chromium: Browser, mailbox: Mailbox) -> Iterator[OpenLink]:
    """Open windows; each is held to our promises: no cookie, nobody else asked, no error."""
    opened: list[Visit] = []
    with ExitStack() as windows:

        def open_window(**options: object) -> Visit:
            visit = driving.visiting(chromium, mailbox.address, **options)
            opened.append(windows.enter_context(visit))
            return opened[-1]

        yield open_window
        for each in opened:
            assert each.foreign_requests() == []
            assert each.context.cookies() == []
            refusals = "the server responded with a status of 4"
            assert [text for text in each.complaints if refusals not in text] == []


def open_request(visit: Visit, link: str) -> Page:
    """Follow a link of a mail, and press the one button."""
    visit.go(link)
    visit.page.get_by_role("button").click()
    visit.page.get_by_role("heading", name="Votre réponse").wait_for()
    return visit.page


def unfold(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).click()


@pytest.mark.parametrize("script", [True, False])
def test_a_service_accepts_then_tells_the_outcome(
    enter: OpenLink, mailbox: Mailbox, script: bool
) -> None:
    page = open_request(enter(java_script_enabled=script), next(mailbox.links))
    assert "06 12 34 56 78" not in page.content()
    unfold(page, "Accepter")
    page.get_by_label("Jour du rendez-vous").fill((datetime.now(UTC).date()).isoformat())
    page.get_by_label("Heure du rendez-vous").fill("23:30")
    page.get_by_role("button", name="Accepter la demande").click()
    expect(page.get_by_text("Demande acceptée. L'équipe est prévenue.")).to_be_visible()
    expect(page.get_by_role("link", name="06 12 34 56 78")).to_be_visible()
    unfold(page, "Dire ce qu'il en est advenu")
    page.get_by_label("La personne a été aidée", exact=True).check()
    page.get_by_role("button", name="Terminer la demande").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Il n'y a plus rien à répondre")
    page.go_back()
    assert "06 12 34 56 78" not in page.content(), "no page of the request stays in the history"


def test_by_keys_only_and_without_script_the_request_is_passed_on(
    enter: OpenLink, mailbox: Mailbox
) -> None:
    visit = enter(java_script_enabled=False, viewport=SMALLEST)
    page = visit.page
    visit.go(next(mailbox.links))
    press(page, "Ouvrir la demande", "Enter")
    page.get_by_role("heading", name="Votre réponse").wait_for()
    page.wait_for_load_state()
    press(page, "Réorienter vers un autre service", "Enter")
    page.get_by_role("button", name="Réorienter la demande").wait_for()
    press(page, "redirect-service", "Space")
    expect(page.locator("[name=redirect-service]:checked")).to_have_count(1)
    press(page, "Réorienter la demande", "Enter")
    expect(page.get_by_text("Votre réorientation est enregistrée.")).to_be_visible()


def press(page: Page, name: str, key: str) -> None:
    """Press Tab until a control of that text, or field name, has the focus; then the key.

    The page must be whole: one that another replaces between two looks has lost the focus.
    """
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count() and name in (focus.inner_text().strip(), focus.get_attribute("name")):
            page.keyboard.press(key)
            return
    raise AssertionError(f"{name} is never reached")


def test_a_page_gone_stale_keeps_the_words_typed_into_it(enter: OpenLink, mailbox: Mailbox) -> None:
    link = next(mailbox.links)
    page, other = (open_request(enter(), link) for _ in range(2))
    unfold(other, "Mettre sur liste d'attente")
    other.get_by_role("button", name="Mettre sur liste d'attente").click()
    expect(other.get_by_text("sur votre liste d'attente.")).to_be_visible()
    unfold(page, "Demander une information")
    page.get_by_label("Que vous manque-t-il").fill("Depuis quand vit-elle ici ?")
    page.get_by_role("button", name="Envoyer la question").click()
    expect(page.get_by_role("region", name="Ce qui a changé")).to_contain_text("liste d'attente")
    expect(page.get_by_text("Depuis quand vit-elle ici ?")).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("", "light"), ("?lang=ar-XB", "dark")])
def test_every_page_of_a_link_fits_a_telephone_and_has_no_fault(
    enter: OpenLink, mailbox: Mailbox, language: str, scheme: str
) -> None:
    visit = enter(viewport=SMALLEST, color_scheme=scheme, bypass_csp=True)
    faults = {}
    for address in (mailbox.ended, "/reponse/inconnu", link := next(mailbox.links)):
        visit.go(address + language)
        faults[address] = [*visit.faults(), visit.overflow_px()]
    visit.page.locator("button[value=ouvrir]").click()
    visit.page.locator("#reponse").wait_for()
    visit.page.wait_for_load_state()
    for number in range(visit.page.locator("summary").count()):
        visit.page.locator("summary").nth(number).click()
        faults[f"{link} {number}"] = [*visit.faults(), visit.overflow_px()]
    assert {where: found for where, found in faults.items() if found != [0]} == {}
    assert len(faults) == 8
