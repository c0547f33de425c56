"""Signing in, a team, a territory: on a telephone, mirrored, by keys, without script."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr
from sqlalchemy.orm import Session

from directory.accounts.invitations import invite
from directory.accounts.links import link_token
from directory.accounts.models import Account
from directory.accounts.passwords import hash_password
from directory.accounts.permissions import Role
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.privacy.keys import new_keyring, read_keyring
from tests.accounts.factories import make_account, make_organization
from tests.fixtures.cluster import ThrowawayCluster
from tests.journeys import browser as driving
from tests.journeys.browser import DESK, SMALLEST, Visit
from tests.journeys.site import served

pytestmark = pytest.mark.journey

PASSWORD = "cheval pile agrafe correcte"


@dataclass(frozen=True)
class Town:
    """A site with a team, an admin, and an invitation that waits."""

    address: str
    manager: str
    admin: str
    organization_id: int
    invitation: str


@pytest.fixture(scope="module")
def town(cluster: ThrowawayCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    urls = cluster.copy_of_template("accounts")
    settings = Settings(
        database_url=urls.app,
        data_dir=tmp_path_factory.mktemp("accounts"),
        geocoder_url="",
        pseudo_language=True,
        # The pages are walked through here; who adds a code first has tests of its own.
        admin_second_factor=False,
        master_keys=SecretStr(new_keyring().as_text()),
    )
    engine = make_engine(urls.app)
    with unit_of_work(make_sessions(engine)) as session:
        made = _fill(session, settings)
    engine.dispose()
    with served(settings) as address:
        yield Town(address, *made)


def _fill(session: Session, settings: Settings) -> tuple[str, str, int, str]:
    team = make_organization(session, "Centre communal d'action sociale de Villeneuve")
    make_organization(session, "Relais du canal", is_verified=False)
    make_account(session, "Malik Haddad", organization_id=team)
    manager = make_account(session, "Camille Martin", role=Role.MANAGER, organization_id=team)
    admin = make_account(session, "Jeanne Moreau", role=None, is_super_admin=True,
                         has_telephone=False)  # fmt: skip
    kept = hash_password(PASSWORD)
    emails = []
    for id in (manager, admin):
        account = session.get_one(Account, id)
        account.password_hash = kept
        emails.append(account.email)
    assert settings.master_keys
    ring = read_keyring(settings.master_keys.get_secret_value())
    link = invite(
        session, organization_id=team, email="nour@exemple.invalid", role=Role.CASEWORKER,
        invited_by=None, keyring=ring, at=datetime.now(UTC),
    )  # fmt: skip
    return emails[0], emails[1], team, f"/invitation/{link_token(ring, link.id)}"


OpenTown = Callable[..., Visit]


@pytest.fixture
def enter(chromium: Browser, town: Town) -> Iterator[OpenTown]:
    """Open windows; each is held to our promises, but for the one cookie of a sign-in."""
    opened: list[Visit] = []
    with ExitStack() as windows:

        def open_window(**options: Any) -> Visit:
            opened.append(
                windows.enter_context(driving.visiting(chromium, town.address, **options))
            )
            return opened[-1]

        yield open_window
        for each in opened:
            assert each.foreign_requests() == []
            assert {cookie["name"] for cookie in each.context.cookies()} <= {"fanal_login"}
            assert all(cookie["httpOnly"] for cookie in each.context.cookies())
            refusals = "the server responded with a status of 4"
            assert [text for text in each.complaints if refusals not in text] == []


def sign_in(visit: Visit, email: str, back: str = "") -> None:
    """Sign in, and return once the next page is there: one loaded before would break it off."""
    visit.go(f"/connexion?suite={back}")
    visit.page.get_by_label("Adresse électronique").fill(email)
    visit.page.get_by_label("Mot de passe").fill(PASSWORD)
    visit.page.get_by_role("button", name="Se connecter").click()
    expect(visit.page.get_by_role("heading", level=1)).not_to_have_text("Se connecter")
    visit.page.wait_for_load_state()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a control of that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(document.activeElement.labels?.[0] || document.activeElement).textContent.trim()"
        )
        if told == name:
            return
    raise AssertionError(f"{name} is never reached")


@pytest.mark.parametrize("script", [True, False])
def test_from_the_footer_to_the_team_and_out(enter: OpenTown, town: Town, script: bool) -> None:
    visit = enter(java_script_enabled=script)
    page = visit.page
    visit.go("/recherche")
    page.get_by_role("link", name="Espace professionnel").click()
    page.get_by_label("Adresse électronique").fill(town.manager)
    page.get_by_label("Mot de passe").fill("ce n'est pas le bon")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("ne vont pas ensemble")
    expect(page.get_by_label("Adresse électronique")).to_have_value(town.manager)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("link", name="Équipe", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Équipe")
    page.get_by_text("Modifier Malik Haddad").click()
    page.locator("details[open]").get_by_role("radio", name=re.compile("^Lecture")).check()
    page.get_by_role("button", name="Changer le rôle").locator("visible=true").click()
    expect(page.get_by_text("C'est enregistré.")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    page.go_back()
    assert "Malik Haddad" not in page.content(), "no page of members stays in the history"


def test_by_keys_only_one_signs_in_and_changes_ones_name(enter: OpenTown, town: Town) -> None:
    page = (visit := enter(viewport=DESK)).page
    visit.go("/connexion?suite=/compte")
    tab_to(page, "Adresse électronique")
    page.keyboard.type(town.admin)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    tab_to(page, "Nom")
    page.keyboard.press("Control+a")
    page.keyboard.type("Jeanne Moreau-Kaya")
    tab_to(page, "Changer le nom")
    page.keyboard.press("Space")
    expect(page.get_by_role("navigation", name="Votre espace")).to_contain_text("Moreau-Kaya")


def test_an_invitation_then_a_second_factor(enter: OpenTown, town: Town) -> None:
    page = (visit := enter(bypass_csp=True)).page
    visit.go(town.invitation)
    assert visit.overflow_px() == 0
    assert visit.faults() == []
    page.get_by_label("Votre nom").fill("Nour Haddad")
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Rejoindre").click()
    expect(page.get_by_text("Votre compte est prêt")).to_be_visible()
    sign_in(visit, "nour@exemple.invalid", "/compte")
    page.get_by_label("Votre mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Ajouter un code").click()
    secret = "".join(page.locator("code").inner_text().split())
    assert visit.overflow_px() == 0
    assert visit.faults() == []
    page.get_by_label("Code à six chiffres").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Ajouter le code").click()
    expect(page.get_by_text("Ne plus demander de code")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    sign_in(visit, "nour@exemple.invalid")
    expect(page.get_by_role("heading", level=1)).to_have_text("Taper le code de votre téléphone")
    assert visit.overflow_px() == 0
    assert visit.faults() == []


@pytest.mark.parametrize(("language", "scheme"), [("", "light"), ("lang=ar-XB", "dark")])
def test_pages_fit_the_smallest_telephone_and_have_no_fault(
    enter: OpenTown, town: Town, language: str, scheme: str
) -> None:
    paths = ["/connexion", "/mot-de-passe/oublie", "/mot-de-passe/x"]
    inside = ["/compte", "/equipe", "/administration", "/administration/admins",
              f"/administration/structures/{town.organization_id}",
              "/administration/structures/nouvelle?nom=relais", "/administration/courriers",
              "/recherche"]  # fmt: skip
    faults: dict[str, Any] = {}
    for email in (None, town.manager, town.admin):
        visit = enter(viewport=SMALLEST, color_scheme=scheme, bypass_csp=True)
        if email:
            sign_in(visit, email, "/compte")
        for path in paths if email is None else inside:
            visit.go(f"{path}{'&' if '?' in path else '?'}{language}")
            for summary in visit.page.locator("summary").all():
                summary.click()
            found = visit.faults() + ([f"{visit.overflow_px()} px"] if visit.overflow_px() else [])
            if found:
                faults[f"{email} {path}"] = found
    assert faults == {}
