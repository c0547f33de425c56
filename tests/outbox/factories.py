"""Settings and lines of the tests of mails."""

from datetime import datetime, timedelta
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy.orm import Session

from bench.post_office import PostOffice
from directory.accounts.models import AccountLink
from directory.config import Settings
from directory.outbox.sending import deliver_next

SENDER = "ne-pas-repondre@fanal.exemple.fr"


def mailing(settings: Settings, office: PostOffice, *, timeout_s: float = 30) -> Settings:
    """Return settings that send through a post office, and wait for it when the machine is busy."""
    return settings.model_copy(
        update={
            "mail_url": SecretStr(office.url),
            "mail_from": SENDER,
            "public_url": "https://fanal.exemple.fr",
            "mail_timeout_s": timeout_s,
        }
    )


def private(settings: Settings) -> Settings:
    """Return settings as `fanal up` has them: a private database on this machine."""
    copy = settings.model_copy()
    copy.__dict__["is_private"] = True  # decided from DATABASE_URL, which the tests need
    return copy


def account_link(session: Session, at: datetime, *, lasts: timedelta = timedelta(days=7)) -> str:
    """Return the id of an invitation that is open."""
    id = str(uuid4())
    session.add(
        AccountLink(
            id=id,
            purpose="invitation",
            token_hash=id.encode(),
            email="awa@exemple.fr",
            created_at=at,
            expires_at=at + lasts,
        )
    )
    session.flush()
    return id


def deliver(session: Session, settings: Settings, at: datetime) -> int:
    """Try what is due, as a round of the worker does; return how many tries went on."""
    tries = 0
    while deliver_next(session, at=at, settings=settings):
        tries += 1
        session.commit()
    session.commit()
    return tries
