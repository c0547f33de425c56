"""What was erased or taken back stays so, even when a backup of before is put back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, inspect, or_, select, update
from sqlalchemy.orm import Session

from directory.errors import Unavailable
from directory.i18n import gettext
from directory.outbox.models import OutboxMessage
from directory.outbox.texts import ANSWER_LINK, REFERRAL
from directory.referrals.changes import StepValues, changes_of
from directory.referrals.clocks import Clocks
from directory.referrals.figure_rows import record_figure
from directory.referrals.links import end_links
from directory.referrals.models import (
    AnswerLink,
    Referral,
    ReferralEvent,
    ReferralField,
    ReferralKey,
    ReferralNote,
)
from directory.referrals.steps import ENDED, Actor, Step, target_of
from directory.referrals.vocabulary import Kind, State

#: Requests that are asked for at once.
_LOT = 1_000


@dataclass(frozen=True, slots=True)
class TakenBack:
    """When a person took back her agreement to a request, and when it was erased, if it was."""

    withdrawn_at: datetime
    erased_at: datetime | None


@dataclass(slots=True)
class Again:
    """How many requests were erased again, and of how many others the agreement taken back."""

    erased: int = 0
    withdrawn: int = 0


def taken_back(session: Session) -> dict[UUID, TakenBack]:
    """Return which requests were erased or taken back; empty in a database without any tables.

    The session is one from which nothing is hidden, here and below.

    :raise Unavailable: it is of a version that did not know requests, or not Fanal's: that
        nothing was erased there cannot be told from that.
    """
    tables = inspect(session.connection())
    if not tables.has_table(Referral.__tablename__):
        if not tables.has_table("alembic_version"):
            return {}
        raise cannot_tell()
    query = select(Referral.id, Referral.consent_withdrawn_at, Referral.erased_at).where(
        or_(Referral.erased_at.is_not(None), Referral.consent_withdrawn_at.is_not(None))
    )
    return {
        row.id: TakenBack(row.consent_withdrawn_at or row.erased_at, row.erased_at)
        for row in session.execute(query)
    }


def cannot_tell() -> Unavailable:
    """Return why a database is not replaced that does not say what must stay so."""
    return Unavailable(
        gettext(
            "Dans cette base, on ne peut pas lire ce qui a été effacé ni qui n'a plus accès : rien "
            "n'est fait."
        ),
        remedy=gettext("Mettez-la d'abord à jour : « fanal db upgrade »."),
    )


def take_back_again(session: Session, known: Mapping[UUID, TakenBack]) -> Again:
    """Erase again, and take back again, what a restored backup brought back.

    A request that was under way ends: no service sees it, and no clock writes to anybody.
    """
    again, all_ids = Again(), list(known)
    for start in range(0, len(all_ids), _LOT):
        ids = all_ids[start : start + _LOT]
        rows = session.scalars(
            select(Referral).where(
                Referral.id.in_(ids),
                or_(Referral.erased_at.is_(None), Referral.consent_withdrawn_at.is_(None)),
            )
        ).all()
        for referral in rows:
            _take_back(session, referral, known[referral.id], again)
        session.flush()
    return again


def _take_back(session: Session, referral: Referral, told: TakenBack, again: Again) -> None:
    is_back = told.erased_at is not None and referral.erased_at is None
    if is_back:
        _erase(session, referral, told.erased_at)
        again.erased += 1
    if referral.consent_withdrawn_at is None:
        _withdraw(session, referral, max(told.withdrawn_at, referral.state_since))
        again.withdrawn += not is_back


def _erase(session: Session, referral: Referral, at: datetime | None) -> None:
    for table in (ReferralField, ReferralNote, ReferralKey):
        session.execute(delete(table).where(table.referral_id == referral.id))
    referral.code_index = None
    referral.erased_at = at


def _withdraw(session: Session, referral: Referral, at: datetime) -> None:
    """Take the step as it was taken, but for its mail, which went out then."""
    step, before = Step.WITHDRAW_CONSENT, State(referral.state)
    target = target_of(step, state=before, kind=Kind(referral.kind), actor=Actor.SENDER)
    changes = changes_of(
        referral,
        step,
        target=target,
        actor=Actor.SENDER,
        values=StepValues(),
        at=at,
        clocks=Clocks(),
    )
    for column, value in changes.items():
        setattr(referral, column, value)
    referral.version += 1
    if target in ENDED:
        referral.clock_at = None
    session.add(
        ReferralEvent(
            referral_id=referral.id,
            version=referral.version,
            at=at,
            step=step.value,
            from_state=before.value,
            to_state=target.value,
            actor=Actor.SENDER.value,
        )
    )
    session.flush()
    _drop_mails(session, referral)
    end_links(session, referral=referral, at=at)
    record_figure(session, referral)


def _drop_mails(session: Session, referral: Referral) -> None:
    """Drop the mails about a request that wait in the backup still: they would call for answers."""
    query = select(AnswerLink.id).where(AnswerLink.referral_id == referral.id)
    links = [str(id) for id in session.scalars(query)]
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.state == "waiting",
            or_(
                OutboxMessage.values[REFERRAL].astext == str(referral.id),
                OutboxMessage.values[ANSWER_LINK].astext.in_(links),
            ),
        )
        .values(state="dropped")
        .execution_options(synchronize_session=False)
    )
