"""What is asked of the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.outbox.models import OutboxMessage
from directory.outbox.texts import MessageKind, text_of
from directory.outbox.vocabulary import Failure, failure_label

#: The newest of them are listed.
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A mail that will not leave by itself any more."""

    id: UUID
    recipient: str
    #: What it would say, in the reader's language.
    subject: str
    #: Why the last try failed.
    reason: str
    attempts: int
    created_at: datetime
    tried_at: datetime | None


def dead_letters(session: Session) -> list[DeadLetter]:
    """Return the mails that could not be sent, newest first, at most `MOST_LISTED`."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == "dead")
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id)
        .limit(MOST_LISTED)
    )
    return [
        DeadLetter(
            id=row.id,
            recipient=row.recipient,
            subject=text_of(MessageKind(row.kind)).subject,
            reason=failure_label(Failure(row.last_error or Failure.NOT_WRITTEN)),
            attempts=row.attempts,
            created_at=row.created_at,
            tried_at=row.tried_at,
        )
        for row in rows
    ]


def count_by_state(session: Session) -> dict[str, int]:
    """Return how many mails there are in each state; a state without any is left out."""
    query = select(OutboxMessage.state, func.count().label("mails")).group_by(OutboxMessage.state)
    return {row.state: row.mails for row in session.execute(query)}
