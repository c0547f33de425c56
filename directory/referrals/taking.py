"""Taking a step: the table says whether, the row's version says whether it is still so.

One transaction writes the referral, the event, the line of figures and the mails; a referral that
changed meanwhile changes nothing of all that.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.accounts.permissions import Permission, User
from directory.errors import NotFound
from directory.i18n import gettext
from directory.privacy.keys import Keyring
from directory.privacy.scope import scope_of
from directory.referrals import notices
from directory.referrals.changes import StepValues, changes_of, check_values, details_of, facts_of
from directory.referrals.clocks import Clocks, next_tick
from directory.referrals.conflicts import StaleReferral
from directory.referrals.figure_rows import record_figure
from directory.referrals.free_text import clean
from directory.referrals.limits import Limits
from directory.referrals.models import Referral, ReferralEvent
from directory.referrals.notes import WORDS_ASKED_FOR, keep_words, notes_of, require_may_write
from directory.referrals.rules import Rules
from directory.referrals.steps import Actor, Step, target_of
from directory.referrals.suspensions import require_may_answer
from directory.referrals.vocabulary import Kind, State

__all__ = ["StepValues", "take_step"]

#: The same step again from the same page, this soon, is a button pressed twice.
_PRESSED_TWICE = timedelta(minutes=1)

_NOTHING = StepValues()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One step that somebody wants to take."""

    step: Step
    actor: Actor
    by: User | None
    version: int
    at: datetime
    details: dict[str, str]
    words: str
    keyring: Keyring

    @property
    def account_id(self) -> int | None:
        return self.by.account_id if self.by else None


def take_step(
    session: Session,
    *,
    referral: Referral,
    version: int,
    step: Step,
    actor: Actor,
    by: User | None,
    at: datetime,
    rules: Rules,
    values: StepValues = _NOTHING,
) -> Referral:
    """Take a step that was decided on a version of a referral; return the referral as it then is.

    The event, the figures and the mails it causes are written with it. A request that goes out
    (`Step.SEND`) is announced by `sending.send_referral`, which checks the service first. Words
    become a note that both sides read. `by` is None for the clock and for an answer link.

    :raise StaleReferral: it changed since; with both versions, and whether by this very step.
    :raise IllegalStep: the table has no such step from here.
    :raise InvalidInput: a value is missing or out of bounds, or the receiver who acts is suspended.
    :raise NotFound: this is not for whoever asks.
    """
    _require_part(session, referral, actor, by)
    session.flush()
    # A clock that was set back makes no step older than the one before it.
    at = max(at, referral.state_since, _last_at(session, referral) or at)
    words, details = values.text or "", details_of(step, values)
    asked = _Asked(step, actor, by, version, at, details, words, rules.keyring)
    _require_version(session, referral, asked)
    before = State(referral.state)
    target = _target(session, referral, asked)
    check_values(referral, step, actor=actor, values=values, at=at)
    changes = changes_of(
        referral, step, target=target, actor=actor, values=values, at=at, clocks=rules.clocks
    )
    called = referral.reminders
    _compare_and_set(session, referral, asked, changes, rules.clocks)
    _write_down(session, referral, asked, before, rules.limits, with_words="text" in values.given)
    taken = notices.Taken(step, actor, by, before, calls=(called, referral.reminders))
    notices.tell(session, referral=referral, taken=taken, keyring=rules.keyring, at=at)
    return referral


def _require_part(session: Session, referral: Referral, actor: Actor, by: User | None) -> None:
    """Check that whoever acts has this part in the referral.

    :raise NotFound: she has not; the words are those of a referral that does not exist.
    :raise ReferralRefused: she has, and her organisation is suspended.
    """
    match actor:
        case Actor.CLOCK:
            allowed = by is None
        case Actor.SENDER:
            allowed = (
                by is not None
                and by.organization_id == referral.sender_organization_id
                and by.may(Permission.SEND_REFERRALS)
            )
        case Actor.RECEIVER if by is None:
            allowed = scope_of(session).referral_id == referral.id
        case Actor.RECEIVER:
            allowed = by.organization_id == referral.receiver_organization_id and by.may(
                Permission.ANSWER_REFERRALS
            )
    if not allowed:
        raise NotFound(gettext("Cette demande n'existe pas, ou pas pour vous."))
    if actor is Actor.RECEIVER:
        require_may_answer(session, referral)


def _require_version(session: Session, referral: Referral, asked: _Asked) -> None:
    """Check that the row that was read is the version that was decided on.

    :raise StaleReferral: it is another one.
    """
    if referral.version != asked.version:
        raise _stale(session, referral, asked)


def _compare_and_set(
    session: Session, referral: Referral, asked: _Asked, changes: dict[str, Any], clocks: Clocks
) -> None:
    """Write the change if the row is still as it was when it was decided on.

    :raise StaleReferral: it is not.
    """
    tick = next_tick(facts_of(referral, **changes), clocks)
    written = session.execute(
        update(Referral)
        .where(
            Referral.id == referral.id,
            Referral.version == asked.version,
            Referral.state == referral.state,
        )
        .values(**changes, version=asked.version + 1, clock_at=tick.at if tick else None)
        .returning(Referral.version)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(referral)
    if written is None:
        raise _stale(session, referral, asked)


def _write_down(
    session: Session,
    referral: Referral,
    asked: _Asked,
    before: State,
    limits: Limits,
    *,
    with_words: bool,
) -> None:
    _write_event(session, referral, asked, before)
    if with_words:
        _write_note(session, referral, asked, limits)
    record_figure(session, referral)


def _write_event(session: Session, referral: Referral, asked: _Asked, before: State) -> None:
    session.add(
        ReferralEvent(
            referral_id=referral.id,
            version=referral.version,
            at=asked.at,
            step=asked.step.value,
            from_state=before.value,
            to_state=referral.state,
            actor=asked.actor.value,
            account_id=asked.account_id,
            details=asked.details,
        )
    )
    session.flush()


def _write_note(session: Session, referral: Referral, asked: _Asked, limits: Limits) -> None:
    """Keep the words of a step as a note that both sides read.

    :raise ReferralRefused: nobody asked for them, and no message may go to the service.
    """
    if asked.actor is Actor.SENDER and asked.step not in WORDS_ASKED_FOR:
        require_may_write(referral, limits=limits)
    keep_words(
        session,
        referral=referral,
        text=asked.words,
        is_shared=True,
        by=asked.by,
        keyring=asked.keyring,
        at=asked.at,
        note_id=_note_id(referral, asked),
    )


def _note_id(referral: Referral, asked: _Asked) -> UUID:
    """Return the id of the note that the words of a step become, so that it is found again.

    It takes a key to tell: of two notes of one id the first is kept, and forms bring ids along.
    """
    step = f"{referral.id}|{asked.version + 1}"
    return uuid5(referral.id, asked.keyring.token("referral_note", step))


def _stale(session: Session, referral: Referral, asked: _Asked) -> StaleReferral:
    """Return the conflict, once the row was read anew."""
    session.refresh(referral)
    event = session.execute(
        select(ReferralEvent).where(
            ReferralEvent.referral_id == referral.id, ReferralEvent.version == asked.version + 1
        )
    ).scalar_one_or_none()
    return StaleReferral(
        decided_on=asked.version,
        stored=referral.version,
        is_repeat=event is not None and _is_repeat(session, referral, event, asked),
    )


def _is_repeat(session: Session, referral: Referral, event: ReferralEvent, asked: _Asked) -> bool:
    """Tell whether somebody just took this very step, and said the same with it.

    A page that was gone back to, corrected and sent again is no button pressed twice: what was
    corrected would be lost, and called done.
    """
    is_same = (event.step, event.actor, event.account_id, event.details) == (
        asked.step.value,
        asked.actor.value,
        asked.account_id,
        asked.details,
    )
    is_soon = abs(asked.at - event.at) < _PRESSED_TWICE
    return is_same and is_soon and _words_kept(session, referral, asked) == clean(asked.words)


def _words_kept(session: Session, referral: Referral, asked: _Asked) -> str:
    """Return the words that the step which was taken instead came with; empty without any."""
    note_id = _note_id(referral, asked)
    notes = notes_of(session, referral=referral, keyring=asked.keyring, to=asked.by)
    return next((note.text for note in notes if note.id == note_id), "")


def _last_at(session: Session, referral: Referral) -> datetime | None:
    """Return when the last step was taken, one that kept the state included."""
    return session.scalar(
        select(ReferralEvent.at)
        .where(ReferralEvent.referral_id == referral.id)
        .order_by(ReferralEvent.version.desc())
        .limit(1)
    )


def _target(session: Session, referral: Referral, asked: _Asked) -> State:
    """Return the state the step leads to.

    :raise IllegalStep: the table has no such step from here.
    """
    return target_of(
        asked.step,
        state=State(referral.state),
        kind=Kind(referral.kind),
        actor=asked.actor,
        was_seen=_was_seen(session, referral),
    )


def _was_seen(session: Session, referral: Referral) -> bool:
    """Tell whether the receiver looked into the request before it asked for information."""
    if referral.state != State.INFO_REQUESTED:
        return False
    asked_from = session.scalar(
        select(ReferralEvent.from_state)
        .where(
            ReferralEvent.referral_id == referral.id,
            ReferralEvent.step == Step.ASK_INFORMATION.value,
        )
        .order_by(ReferralEvent.version.desc())
        .limit(1)
    )
    return asked_from == State.IN_REVIEW
