"""Who takes our mails: an SMTP server, or a folder where each becomes a file."""

from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from directory.config import Settings
from directory.errors import InvalidInput, Unavailable
from directory.i18n import gettext
from directory.outbox.folder import MailFolder
from directory.outbox.smtp import SmtpServer

_PORTS = {"smtp": 587, "smtps": 465}

#: A password may cross this machine in clear, no other.
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class MailServer(Protocol):
    """What takes a mail."""

    def send(self, mail: EmailMessage, *, id: UUID) -> None:
        """Take the mail over for good.

        :raise NotSent: it did not, or hung up before saying so.
        """


def mail_server(settings: Settings) -> MailServer:
    """Return who takes the mails of this installation; nothing is opened.

    :raise Unavailable: a setting is missing, without which no mail can be sent.
    :raise InvalidInput: the address of the server cannot be read.
    """
    folder = mail_folder(settings)
    if folder is not None:
        if not settings.is_private:
            _require(settings.public_url, "FANAL_PUBLIC_URL")
        return MailFolder(folder)
    secret = settings.mail_url
    url = _require(secret.get_secret_value() if secret else None, "FANAL_MAIL_URL")
    _require(settings.mail_from, "FANAL_MAIL_FROM")
    _require(settings.public_url, "FANAL_PUBLIC_URL")
    return _smtp(url, settings)


def mail_folder(settings: Settings) -> Path | None:
    """Return the folder that mails go to, or None when they go to a server."""
    if settings.mail_url is None:
        return settings.data_dir.absolute() / "mails" if settings.is_private else None
    scheme, _, path = settings.mail_url.get_secret_value().partition(":")
    return Path(path).absolute() if scheme == "folder" and path else None


def _require(value: str | None, name: str) -> str:
    if value:
        return value
    raise Unavailable(
        gettext("Les courriels attendent : le réglage %(name)s manque.", name=name),
        field=name,
        remedy=gettext("Donnez-le : docs/settings.md dit ce qu'il peut être."),
    )


def _smtp(url: str, settings: Settings) -> SmtpServer:
    """Return the server that an address names.

    :raise InvalidInput: it names none, or would send a password in clear; it is not repeated.
    """
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        raise _unreadable() from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.query not in ("", "tls=none"):
        raise _unreadable()
    in_clear = parts.query == "tls=none"
    if in_clear and (parts.scheme == "smtps" or _would_tell_a_password(parts)):
        raise _unreadable()
    return SmtpServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        sender=settings.mail_from or "",
        name=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls="none" if in_clear else "at_once" if parts.scheme == "smtps" else "asked",
        timeout_s=settings.mail_timeout_s,
    )


def _would_tell_a_password(parts: SplitResult) -> bool:
    return bool(parts.password) and parts.hostname not in LOOPBACK


def _unreadable() -> InvalidInput:
    return InvalidInput(
        gettext("L'adresse du serveur de courriels ne se lit pas, ou livrerait son mot de passe."),
        field="FANAL_MAIL_URL",
        remedy=gettext("Écrivez par exemple smtps://nom:motdepasse@serveur:465."),
    )
