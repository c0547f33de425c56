"""The mails of the private server are read on its own machine, and on no other."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy.orm import Session

from directory.app import FanalApp
from directory.config import Settings
from directory.outbox.actions import put_message
from directory.web.runtime import EXTENSION
from tests.outbox.factories import account_link, deliver, private
from tests.web.conftest import Visitor

BOX = "/courriers-locaux"


@pytest.fixture
def own(app: FanalApp, settings: Settings) -> Iterator[Visitor]:
    """A visitor on the machine of a private server."""
    app.extensions[EXTENSION].settings = private(settings)
    with app.test_client() as client:
        yield Visitor(client)


def change(app: FanalApp, **changes: object) -> None:
    runtime = app.extensions[EXTENSION]
    runtime.settings = private(runtime.settings.model_copy(update=changes))


@pytest.fixture
def letter_id(session: Session, settings: Settings, at: datetime) -> UUID:
    """An invitation that the worker delivered."""
    values = {"account_link_id": account_link(session, at)}
    id = put_message(session, kind="invitation", recipient="awa@exemple.fr", values=values, at=at)
    deliver(session, private(settings), at)
    return id


def test_the_box_is_empty_before_the_first_mail(own: Visitor) -> None:
    assert "Aucun courriel" in own.get(BOX).text


def test_a_mail_is_listed_and_its_link_leads_to_our_page(own: Visitor, letter_id: UUID) -> None:
    page = own.get(BOX)
    (link,) = (each for each in page.all("a") if each.text == "Votre invitation à Fanal")
    assert link.get("href") == f"{BOX}/{letter_id}"
    assert "awa@exemple.fr" in page.text
    letter = own.get(link.get("href"))
    (invitation,) = (a.get("href") for a in letter.all("a") if "/invitation/" in a.get("href"))
    assert invitation.startswith("http://127.0.0.1:8000/invitation/")
    paragraphs = [each.text.strip() for each in letter.all("p")]
    assert "Une place vous attend sur Fanal." in paragraphs


def test_a_mail_that_does_not_exist_is_not_found(own: Visitor) -> None:
    own.get(f"{BOX}/5f0c6a4e-7c0b-4b1e-9f39-0e6c3a7d2b11", status=404)


def test_with_a_database_of_production_there_is_no_such_page(visitor: Visitor) -> None:
    visitor.get(BOX, status=404)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "0.0.0.0"},  # noqa: S104 (what must be refused)
        {"public_url": "https://fanal.exemple.fr"},
        {"mail_url": SecretStr("smtps://mail.exemple.fr")},
    ],
)
def test_an_installation_that_others_reach_has_no_such_page(
    app: FanalApp, own: Visitor, changes: dict[str, object]
) -> None:
    change(app, **changes)
    own.get(BOX, status=404)


@pytest.mark.parametrize(
    "asked",
    [
        {"headers": {"Host": "piege.exemple.fr"}},
        {"headers": {"X-Forwarded-For": "198.51.100.7"}},
        {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
    ],
)
def test_who_asks_from_elsewhere_finds_no_such_page(
    own: Visitor, asked: dict[str, dict[str, str]]
) -> None:
    own.get(BOX, status=404, **asked)


def test_the_page_finds_the_folder_that_a_setting_names(
    app: FanalApp, own: Visitor, tmp_path: Path
) -> None:
    change(app, mail_url=SecretStr(f"folder:{tmp_path / 'ailleurs'}"))
    own.get(BOX)
