"""A mail says that something waits, and nothing that could harm whoever it is about."""

from datetime import datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from uuid import UUID, uuid4

import pytest

from directory.config import Settings
from directory.listings.vocabulary import KINDS
from directory.outbox.models import OutboxMessage
from directory.outbox.texts import LINKS, MessageKind, text_of
from directory.outbox.writing import link_path, site_url, write_mail
from directory.privacy.keys import Keyring, keyring

ID = UUID("5f0c6a4e-7c0b-4b1e-9f39-0e6c3a7d2b11")

#: Words of the field: whoever reads over a shoulder must not learn what help it is about.
TELLING = (
    "aide ",
    "social",
    "service",
    "orientation",
    "hébergement",
    "santé",
    "violence",
    "association",
    "personne en",
    "bénéficiaire",
    "prénom",
)


class Seen(HTMLParser):
    """What a person sees of an HTML mail, and where it leads or loads from."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: set[str] = set()
        self.loaded: list[str] = []
        self._is_hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Gather links and whatever is fetched."""
        self._is_hidden = tag in ("style", "title")
        values = dict(attrs)
        if tag == "a":
            self.links.add(values.get("href") or "")
        elif "src" in values or tag == "link":
            self.loaded.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Show again what comes after."""
        self._is_hidden = False

    def handle_data(self, data: str) -> None:
        """Gather text."""
        if not self._is_hidden and data.strip():
            self.text.append(" ".join(data.split()))


@pytest.fixture
def ring(settings: Settings) -> Keyring:
    return keyring(settings)


def line(kind: MessageKind, language: str = "fr") -> OutboxMessage:
    name = next(iter(sorted(LINKS[kind])), None)
    return OutboxMessage(
        id=ID,
        kind=kind.value,
        recipient="accueil@exemple.fr",
        language=language,
        values={name: str(uuid4())} if name else {},
    )


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def html(mail: EmailMessage) -> Seen:
    part = mail.get_body(("html",))
    assert part is not None
    seen = Seen()
    seen.feed(part.get_content())
    return seen


@pytest.mark.parametrize("kind", MessageKind)
def test_a_mail_tells_nothing_of_the_need(
    settings: Settings, ring: Keyring, at: datetime, kind: MessageKind
) -> None:
    mail = write_mail(line(kind), settings=settings, keyring=ring, at=at)
    words = f"{mail['Subject']} {plain(mail)}".lower().split()
    told = " ".join(word for word in words if not word.startswith("http"))
    kinds_of_help = [help.label.lower() for help in KINDS]
    assert [word for word in (*TELLING, *kinds_of_help) if word in told] == []


@pytest.mark.parametrize("kind", MessageKind)
def test_both_parts_say_the_same_and_lead_to_one_page(
    settings: Settings, ring: Keyring, at: datetime, kind: MessageKind
) -> None:
    message = line(kind)
    mail = write_mail(message, settings=settings, keyring=ring, at=at)
    text, seen = plain(mail), html(mail)
    for paragraph in text_of(kind).paragraphs:
        assert paragraph in text
        assert paragraph in seen.text
    path = link_path(message, ring)
    expected = {site_url(settings) + path} if path else set()
    assert seen.links == expected
    assert {word for word in text.split() if word.startswith("http")} == expected
    assert seen.loaded == [], "a picture would tell who opened the mail, and when"


def test_the_message_id_is_the_lines_own(settings: Settings, ring: Keyring, at: datetime) -> None:
    settings = settings.model_copy(update={"mail_from": "ne-pas-repondre@fanal.exemple.fr"})
    mails = [
        write_mail(line(MessageKind.RESET), settings=settings, keyring=ring, at=at) for _ in "12"
    ]
    assert {mail["Message-ID"] for mail in mails} == {f"<{ID}@fanal.exemple.fr>"}


def test_no_machine_answers_it(settings: Settings, ring: Keyring, at: datetime) -> None:
    mail = write_mail(line(MessageKind.RESET), settings=settings, keyring=ring, at=at)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert "Reply-To" not in mail


@pytest.mark.parametrize(
    ("kind", "values", "path"),
    [
        ("request_waiting", {"answer_link_id": str(ID)}, "/reponse/{answer_link}"),
        ("request_waiting", {"referral_id": str(ID)}, f"/orientations/{ID}"),
        ("answer_arrived", {"referral_id": str(ID)}, f"/orientations/{ID}"),
        ("invitation", {"account_link_id": str(ID)}, "/invitation/{account_link}"),
        ("reset", {"account_link_id": str(ID)}, "/mot-de-passe/{account_link}"),
        ("password_changed", {}, None),
        ("second_factor_added", {}, None),
        ("second_factor_removed", {}, None),
        ("team_changed", {}, None),
        ("requests_moved", {}, None),
    ],
)
def test_links_carry_the_token_that_the_pages_look_up(
    ring: Keyring, kind: str, values: dict[str, str], path: str | None
) -> None:
    tokens = {name: ring.token(name, str(ID)) for name in ("answer_link", "account_link")}
    message = OutboxMessage(id=ID, kind=kind, values=values)
    assert link_path(message, ring) == (path.format(**tokens) if path else None)


def test_a_mail_is_in_the_language_of_its_line(
    settings: Settings, ring: Keyring, at: datetime
) -> None:
    mail = write_mail(
        line(MessageKind.RESET, language="ar-XB"), settings=settings, keyring=ring, at=at
    )
    part = mail.get_body(("html",))
    assert part is not None
    assert '<html lang="ar-XB" dir="rtl">' in part.get_content()
    assert mail["Content-Language"] == "ar-XB"


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({"public_url": "https://fanal.exemple.fr/"}, "https://fanal.exemple.fr"),
        ({"public_url": None, "host": "::", "port": 8080}, "http://[::1]:8080"),
        ({"public_url": None, "host": "127.0.0.1", "port": 80}, "http://127.0.0.1:80"),
    ],
)
def test_links_begin_with_the_address_of_the_site(
    settings: Settings, changes: dict[str, object], url: str
) -> None:
    assert site_url(settings.model_copy(update=changes)) == url
