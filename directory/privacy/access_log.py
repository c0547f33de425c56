"""Who read the file of a person: written when it is shown, told to the organisation it is of.

Identifiers only. The lines of an organisation's files are seen by that organisation alone, and no
role of the site can change or delete one (migration 0010).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import CursorResult, delete, insert, select
from sqlalchemy.orm import Session

from directory.i18n import gettext
from directory.privacy.models import AccessEntry

#: A page of readings; the newest are those that are asked for.
MOST_READINGS = 500


class Shown(StrEnum):
    """What was shown of a person."""

    #: Code, need, message, notes: the page of a referral.
    FILE = "file"
    #: Also the first name, the telephone or the mail.
    CONTACT = "contact"
    #: The whole of it, as a file to hand over.
    EXPORT = "export"
    #: To an authority, on its demand.
    DISCLOSURE = "disclosure"


class _File(Protocol):
    """A referral, as far as its readings go."""

    @property
    def id(self) -> UUID: ...

    @property
    def sender_organization_id(self) -> int: ...


class _Reader(Protocol):
    """Somebody signed in (`accounts.permissions.User`)."""

    @property
    def account_id(self) -> int: ...

    @property
    def organization_id(self) -> int | None: ...


class _Link(Protocol):
    """An answer link, whose holder has no account."""

    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One line: when, who, what. All three of account, organisation and link None: an operator."""

    at: datetime
    what: Shown
    account_id: int | None
    organization_id: int | None
    answer_link_id: UUID | None


def note_access(
    session: Session,
    *,
    referral: _File,
    what: Shown,
    at: datetime,
    user: _Reader | None = None,
    link: _Link | None = None,
) -> None:
    """Write down that a file was shown to a user, to the holder of a link, or to an operator.

    The page that shows it commits, before it answers.
    """
    session.execute(
        insert(AccessEntry)
        # Who reads may not see the lines of another organisation's files, not even the one she
        # writes: nothing is asked back.
        .inline()
        .values(
            at=at,
            referral_id=referral.id,
            owner_organization_id=referral.sender_organization_id,
            account_id=user.account_id if user else None,
            organization_id=user.organization_id if user else None,
            answer_link_id=link.id if link else None,
            what=what.value,
        )
    )


def readings_of(session: Session, referral_id: UUID) -> Sequence[Reading]:
    """Return who read a file, newest first, at most `MOST_READINGS`.

    Empty for whoever does not belong to the organisation that sent it.
    """
    query = (
        select(AccessEntry)
        .where(AccessEntry.referral_id == referral_id)
        .order_by(AccessEntry.id.desc())
        .limit(MOST_READINGS)
    )
    return [
        Reading(
            entry.at,
            Shown(entry.what),
            entry.account_id,
            entry.organization_id,
            entry.answer_link_id,
        )
        for entry in session.scalars(query)
    ]


def forget_readings(session: Session, *, before: datetime) -> int:
    """Delete the lines older than an instant; return how many. Only the worker's role may."""
    statement = delete(AccessEntry).where(AccessEntry.at <= before)
    result: CursorResult[Any] = session.connection().execute(statement)
    return result.rowcount


def shown_label(what: Shown) -> str:
    """Return what was shown, for the person who asks who read."""
    return {
        Shown.FILE: gettext("La demande"),
        Shown.CONTACT: gettext("La demande et les coordonnées"),
        Shown.EXPORT: gettext("Toutes les données, pour les remettre"),
        Shown.DISCLOSURE: gettext("Toutes les données, sur réquisition"),
    }[what]
