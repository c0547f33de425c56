"""Mails as files of a folder, for a server that only its own machine reaches."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from uuid import UUID

from directory.files import replace_private
from directory.outbox.vocabulary import Failure, NotSent

#: The newest of them are listed.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder that takes mails. A mail that comes twice is one file."""

    path: Path

    def send(self, mail: EmailMessage, *, id: UUID) -> None:
        """Write the mail, whole or not at all, for its owner's eyes only.

        :raise NotSent: the disk takes nothing.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_private(_file(self.path, id), mail.as_bytes(policy=SMTP))
        except OSError as error:
            raise NotSent(Failure.SERVER_AWAY) from error


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the folder, as it is read."""

    id: UUID
    to: str
    subject: str
    at: datetime
    #: The plain text.
    text: str


def letters_in(folder: Path) -> list[Letter]:
    """Return the mails of a folder, newest first, at most `MOST_LISTED`."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:MOST_LISTED]]


def find_letter(folder: Path, id: UUID) -> Letter | None:
    """Return a mail of the folder, or None."""
    file = _file(folder, id)
    return _read(file) if file.is_file() else None


def delete_older(folder: Path, *, than: datetime) -> None:
    """Delete the mails that were written before an instant."""
    for file in folder.glob("*.eml"):
        if file.stat().st_mtime < than.timestamp():
            file.unlink(missing_ok=True)


def _file(folder: Path, id: UUID) -> Path:
    return folder / f"{id}.eml"


def _read(file: Path) -> Letter:
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)  # noqa: S101 (what this policy makes)
    body = mail.get_body(preferencelist=("plain",))
    return Letter(
        id=UUID(file.stem),
        to=str(mail["To"]),
        subject=str(mail["Subject"]),
        at=mail["Date"].datetime,
        text="\n".join(body.get_content().splitlines()) if body else "",
    )
