"""`fanal worker` sends what the outbox holds, one mail in each transaction.

The row stays locked while its mail is on the way. A worker that dies then leaves it as it was, to
be sent again: once too often at most, under the same Message-ID.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Select, column, select, table, update
from sqlalchemy.orm import Session

from directory import logs
from directory.config import Settings
from directory.outbox.models import OutboxMessage
from directory.outbox.retries import pause_before_next
from directory.outbox.servers import MailServer, mail_server
from directory.outbox.texts import ACCOUNT_LINK, ANSWER_LINK, MessageKind
from directory.outbox.vocabulary import SHUT, Failure, NotSent
from directory.outbox.writing import write_mail
from directory.privacy.keys import Keyring, keyring, token_hash
from directory.privacy.scope import acting_for

log = structlog.get_logger("fanal.outbox")

#: What these say of the server holds for the next mail too: it waits for the next round.
_OF_THE_SERVER = SHUT | {Failure.UNKNOWN_FATE}

#: Once a mail goes through, those that only met a silent or shut server go too, but none so soon
#: after its last try: a server that comes and goes would use up their tries within minutes.
SPARED = timedelta(minutes=15)

# Known by name: referrals and accounts lie above mails, and import them.
_answer_link = table("answer_link", column("id"), column("ended_at"))
_account_link = table("account_link", column("id"), column("spent_at"), column("expires_at"))


def deliver_next(session: Session, *, at: datetime, settings: Settings) -> bool:
    """Try the mail that is due for the longest; return whether another may follow at once.

    One that tells of a link which was ended, spent or erased meanwhile is dropped.

    :raise Unavailable: no server is set, or the keys are missing; nothing counts as tried.
    """
    server, ring = mail_server(settings), keyring(settings)
    message = session.scalars(_due(at)).first()
    if message is None:
        return False
    message.tried_at = at
    if not _is_wanted(session, message, ring, at):
        message.state = "dropped"
        log.info("mail_dropped", kind=message.kind, message=str(message.id))
        return True
    failed = _try(server, message, settings=settings, ring=ring, at=at)
    if failed is None:
        _note_sent(session, message, at)
        return True
    _note_failure(message, failed, at)
    return failed.failure not in _OF_THE_SERVER


def _due(at: datetime) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.state == "waiting", OutboxMessage.due_at <= at)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _is_wanted(session: Session, message: OutboxMessage, ring: Keyring, at: datetime) -> bool:
    """Tell whether the link of a mail still opens what it promises."""
    if message.kind == MessageKind.REQUEST_WITHDRAWN:
        # It tells exactly that there is nothing left to answer.
        return True
    if id := message.values.get(ANSWER_LINK):
        # The token shows the row to a role that row-level security binds.
        with acting_for(session, answer_link=token_hash(ring.token("answer_link", id))):
            query = select(_answer_link.c.ended_at).where(_answer_link.c.id == UUID(id))
            return session.execute(query).all() == [(None,)]
    if id := message.values.get(ACCOUNT_LINK):
        link = session.execute(select(_account_link).where(_account_link.c.id == id)).one_or_none()
        return link is not None and link.spent_at is None and link.expires_at > at
    return True


def _try(
    server: MailServer,
    message: OutboxMessage,
    *,
    settings: Settings,
    ring: Keyring,
    at: datetime,
) -> NotSent | None:
    """Write and send a mail; return what failed, or None."""
    try:
        mail = write_mail(message, settings=settings, keyring=ring, at=at)
    except Exception as error:
        # A fault of one mail must not hold up those behind it.
        log.error("mail_not_written", message=str(message.id), **logs.describe(error))
        return NotSent(Failure.NOT_WRITTEN)
    try:
        server.send(mail, id=message.id)
    except NotSent as error:
        return error
    return None


def _note_sent(session: Session, message: OutboxMessage, at: datetime) -> None:
    message.state, message.sent_at, message.last_error = "sent", at, None
    log.info("mail_sent", kind=message.kind, message=str(message.id))
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == "waiting",
            OutboxMessage.last_error.in_([failure.value for failure in SHUT]),
            OutboxMessage.due_at > at,
            OutboxMessage.tried_at < at - SPARED,
        )
        .values(due_at=at)
        .execution_options(synchronize_session=False)
    )


def _note_failure(message: OutboxMessage, failed: NotSent, at: datetime) -> None:
    message.attempts += 1
    message.last_error = failed.failure.value
    told = {"kind": message.kind, "message": str(message.id), **_described(failed)}
    chance = secrets.randbelow(1000) / 1000
    pause = pause_before_next(failed.failure, attempts=message.attempts, chance=chance)
    if pause is None:
        message.state = "dead"
        log.error("mail_dead", **told)
    else:
        message.due_at = at + pause
        log.warning("mail_not_sent", **told, attempts=message.attempts)


def _described(failed: NotSent) -> dict[str, str | int]:
    """Return what may be logged: the server's number and the class of error, never its words."""
    told: dict[str, str | int] = {"failure": failed.failure.value}
    if failed.code is not None:
        told["smtp_code"] = failed.code
    if failed.__cause__ is not None:
        told["error"] = type(failed.__cause__).__name__
    return told
