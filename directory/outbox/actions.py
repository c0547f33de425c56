"""What changes the outbox: a mail is put in, given a second chance, or forgotten."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory.errors import InvalidInput
from directory.i18n import DEFAULT_LANGUAGE, gettext
from directory.outbox.models import OutboxMessage
from directory.outbox.texts import LINKS, MessageKind

#: Longest address that mail servers carry (RFC 5321).
LONGEST_ADDRESS = 254

#: One address and nothing else: a space, a comma or a line break would make several of it, or
#: another header.
_ADDRESS = re.compile(
    r"[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>,;:\"\\()\[\]\x00-\x1f\x7f]+"
)


def put_message(
    session: Session,
    *,
    kind: MessageKind | str,
    recipient: str,
    values: Mapping[str, object],
    at: datetime,
    language: str = DEFAULT_LANGUAGE,
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
        recipient=_address(recipient),
        language=language,
        values={name: str(value) for name, value in values.items()},
        created_at=at,
        due_at=at,
    )
    session.add(row)
    session.flush()
    return row.id


def _address(text: str) -> str:
    """Return one address without spaces around.

    :raise InvalidInput: it is none, or several.
    """
    address = text.strip()
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise InvalidInput(
            gettext("Cette adresse de courriel ne se lit pas."),
            field="email",
            remedy=gettext("Écrivez-la sous la forme nom@exemple.fr."),
        )
    return address
