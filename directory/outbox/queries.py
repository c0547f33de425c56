"""What is asked of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from directory.outbox.models import OutboxMessage
from directory.outbox.texts import ANSWER_LINK, REFERRAL, MessageKind, text_of
from directory.outbox.vocabulary import SHUT, Delay, Failure, failure_label, failure_remedy

#: Without one of these a receiver does not know that a request waits.
ANNOUNCEMENTS = (MessageKind.REQUEST_WAITING, MessageKind.REQUEST_REMINDER, MessageKind.NEW_LINK)

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


@dataclass(frozen=True, slots=True)
class HeldUp:
    """Mails that were tried, did not leave, and will be tried again."""

    failure: Failure
    count: int
    #: The one that waits for the longest.
    first: UUID
    since: datetime

    @property
    def reason(self) -> str:
        """Why the last try of each failed."""
        return failure_label(self.failure)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return failure_remedy(self.failure)

    @property
    def is_of_server(self) -> bool:
        """True when one that leaves now takes the others along."""
        return self.failure in SHUT


def held_up(session: Session) -> list[HeldUp]:
    """Return the mails that failed and still wait, by what failed last, most of them first."""
    oldest = func.array_agg(aggregate_order_by(OutboxMessage.id, OutboxMessage.created_at))[1]
    count = func.count()
    rows = session.execute(
        select(OutboxMessage.last_error, count, oldest, func.min(OutboxMessage.created_at))
        .where(OutboxMessage.state == "waiting", OutboxMessage.attempts > 0)
        .group_by(OutboxMessage.last_error)
        .order_by(count.desc(), OutboxMessage.last_error)
    )
    return [
        HeldUp(Failure(failure or Failure.NOT_WRITTEN), number, first, since)
        for failure, number, first, since in rows
    ]


def announcement_delay(
    session: Session, *, referral_id: UUID, answer_link_ids: Iterable[UUID]
) -> Delay | None:
    """Return what keeps the mails that announce a request from its receiver, or None.

    One that was given up tells more than one that is late.
    """
    links = [str(id) for id in answer_link_ids]
    announces = and_(
        OutboxMessage.kind.in_([kind.value for kind in ANNOUNCEMENTS]),
        or_(
            OutboxMessage.values[ANSWER_LINK].astext.in_(links),
            OutboxMessage.values[REFERRAL].astext == str(referral_id),
        ),
    )
    # One question each: a few rows of each state, found by an index of their own.
    dead = exists().where(OutboxMessage.state == "dead", announces)
    late = exists().where(OutboxMessage.state == "waiting", OutboxMessage.attempts > 0, announces)
    if session.scalar(select(dead)):
        return Delay.GIVEN_UP
    return Delay.LATE if session.scalar(select(late)) else None


def count_by_state(session: Session) -> dict[str, int]:
    """Return how many mails there are in each state; a state without any is left out."""
    query = select(OutboxMessage.state, func.count().label("mails")).group_by(OutboxMessage.state)
    return {row.state: row.mails for row in session.execute(query)}
