"""What changes the outbox: a mail is put in, given a second chance, or forgotten."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, or_, update
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.errors import InvalidInput, NotFound
from directory.i18n import DEFAULT_LANGUAGE, gettext
from directory.outbox.folder import delete_older
from directory.outbox.models import OutboxMessage
from directory.outbox.servers import mail_folder
from directory.outbox.texts import LINKS, MessageKind

#: Longest address that mail servers carry (RFC 5321).
LONGEST_ADDRESS = 254

#: One address and nothing else: a space, a comma or a line break would make several of it, or
#: another header.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]+")


def put_message(
    session: Session,
    *,
    kind: MessageKind | str,
    recipient: str,
    values: Mapping[str, object],
    at: datetime,
) -> UUID:
    """Put a mail into the outbox, within the transaction of what it tells; return its id.

    `values` holds the one identifier that its text links to (`texts.LINKS`), and nothing else.

    :raise InvalidInput: the recipient is no address.
    :raise ValueError: the text does not exist, or wants another identifier.
    """
    kind = MessageKind(kind)
    wanted = LINKS[kind]
    if len(values) != min(len(wanted), 1) or not wanted.issuperset(values):
        message = f"{kind} wants one of {sorted(wanted)}, not {sorted(values)}"
        raise ValueError(message)
    row = OutboxMessage(
        id=uuid4(),
        kind=kind.value,
        recipient=read_address(recipient),
        language=DEFAULT_LANGUAGE,
        values={name: str(value) for name, value in values.items()},
        created_at=at,
        due_at=at,
    )
    session.add(row)
    session.flush()
    return row.id


def send_again(session: Session, *, message_id: UUID, at: datetime) -> None:
    """Give a mail that was given up, or waits for its next try, all its tries again from now on.

    :raise NotFound: there is no such mail, or nothing failed yet.
    """
    given = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            or_(
                OutboxMessage.state == "dead",
                and_(OutboxMessage.state == "waiting", OutboxMessage.attempts > 0),
            ),
        )
        .values(state="waiting", attempts=0, due_at=at, last_error=None)
        .returning(OutboxMessage.id)
    )
    if given.first() is None:
        raise NotFound(gettext("Ce courriel n'attend plus rien."))


def forget_old(session: Session, *, at: datetime, settings: Settings) -> int:
    """Delete what is left of mails after their days; return how many lines went.

    A mail that still waits stays, however old.
    """
    oldest = at - timedelta(days=settings.mail_kept_days)
    gone = session.execute(
        delete(OutboxMessage)
        .where(OutboxMessage.state != "waiting", OutboxMessage.tried_at < oldest)
        .returning(OutboxMessage.id)
    )
    folder = mail_folder(settings)
    if folder is not None:
        delete_older(folder, than=oldest)
    return len(gone.all())


def read_address(text: str) -> str:
    """Return one address without spaces around, its domain as mail servers write it.

    :raise InvalidInput: it is none, or several, or has accents before the @.
    """
    name, _, domain = text.strip().rpartition("@")
    address = ""
    # Anybody may type it, and what is far too long takes seconds to read.
    if len(domain) <= LONGEST_ADDRESS:
        with suppress(UnicodeError):
            address = f"{name}@{domain.encode('idna').decode()}"
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise InvalidInput(
            gettext("Cette adresse de courriel ne se lit pas."),
            field="email",
            remedy=gettext("Écrivez-la sous la forme nom@exemple.fr, sans accent."),
        )
    return address
