"""A line of the outbox becomes a mail: words, link, headers."""

from contextvars import copy_context
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, FileSystemLoader, select_autoescape

from directory import paths
from directory.config import Settings
from directory.i18n import current_language, gettext, set_language
from directory.outbox.models import OutboxMessage
from directory.outbox.texts import ACCOUNT_LINK, ANSWER_LINK, MailText, MessageKind, text_of
from directory.privacy.keys import Keyring

#: The name beside the address says nothing of who runs the site.
SENDER_NAME = "Fanal"

#: In whose name the private server writes to itself.
LOCAL_SENDER = "fanal@localhost"

#: Where each link of an account leads; every other link is told by what it names.
_ACCOUNT_PAGES = {MessageKind.INVITATION: "invitation", MessageKind.RESET: "mot-de-passe"}


def write_mail(
    message: OutboxMessage, *, settings: Settings, keyring: Keyring, at: datetime
) -> EmailMessage:
    """Return the mail of a line, as plain text and HTML, in its language, dated `at`.

    Its Message-ID is the line's: a mail that is sent twice shows as one.
    """
    return copy_context().run(_write, message, settings, keyring, at)


def site_url(settings: Settings) -> str:
    """Return the address of the site, for links that are read elsewhere; no slash at its end."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def link_path(message: OutboxMessage, keyring: Keyring) -> str | None:
    """Return the path that a mail links to, or None; tokens are derived here and stored nowhere."""
    for name, id in message.values.items():
        if name == ANSWER_LINK:
            return f"/reponse/{keyring.token('answer_link', id)}"
        if name == ACCOUNT_LINK:
            page = _ACCOUNT_PAGES[MessageKind(message.kind)]
            return f"/{page}/{keyring.token('account_link', id)}"
        return f"/orientations/{id}"
    return None


def _write(
    message: OutboxMessage, settings: Settings, keyring: Keyring, at: datetime
) -> EmailMessage:
    set_language(message.language)
    words = text_of(MessageKind(message.kind))
    sender = settings.mail_from or LOCAL_SENDER
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(SENDER_NAME, addr_spec=sender)
    mail["To"] = Address(addr_spec=message.recipient)
    mail["Subject"] = words.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    # Nobody's « I am away » comes back, and no machine answers a machine (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    path = link_path(message, keyring)
    link = None if path is None else site_url(settings) + path
    mail.set_content(_render("mails/mail.txt", words, link), cte="quoted-printable")
    html = _render("mails/mail.html", words, link)
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = current_language().tag
    return mail


def _render(template: str, words: MailText, link: str | None) -> str:
    return (
        _templates()
        .get_template(template)
        .render(language=current_language(), words=words, link=link, foot=_foot(link))
    )


def _foot(link: str | None) -> list[str]:
    """Return what every mail ends with."""
    lines = [gettext("Ce courriel en dit peu, exprès. Il part tout seul : n'y répondez pas.")]
    if link is not None:
        lines.insert(0, gettext("Ce lien n'est que pour vous : ne le transférez pas."))
    return lines


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.folder("templates")),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
