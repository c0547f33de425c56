"""Which mail each step causes, and to whom: put into the outbox in the step's own transaction.

Whoever took the step gets none. A receiver is written to at its address on file, with a link that
answers this one request; without an address, its members are, and they open it signed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.members import accounts_that_may
from directory.accounts.models import Account, OrganizationAccount
from directory.accounts.permissions import Permission, User
from directory.outbox.actions import put_message
from directory.outbox.texts import MessageKind
from directory.privacy.keys import Keyring
from directory.referrals.links import link_for
from directory.referrals.models import Referral
from directory.referrals.receivers import address_on_file, first_readable
from directory.referrals.steps import ENDED, Actor, Step
from directory.referrals.suspensions import is_suspended
from directory.referrals.vocabulary import Kind, State

#: A link that a mail carries opens for at least this long.
_LINK_LASTS = timedelta(days=7)
LINK_LIFETIME = timedelta(days=30)

#: What the sender learns of the receiver's steps; of one that only looked, nothing.
_ANSWERS = {
    Step.ACCEPT: MessageKind.ANSWER_ARRIVED,
    Step.REFUSE: MessageKind.ANSWER_ARRIVED,
    Step.WAITLIST: MessageKind.ANSWER_ARRIVED,
    Step.REDIRECT: MessageKind.ANSWER_ARRIVED,
    Step.SET_APPOINTMENT: MessageKind.APPOINTMENT_SET,
    Step.CLOSE: MessageKind.ANSWER_ARRIVED,
    Step.ASK_INFORMATION: MessageKind.INFORMATION_ASKED,
}

#: What the clock says to whoever should act, by the state that waits.
_REMINDERS = {
    State.SENT: MessageKind.REQUEST_REMINDER,
    State.IN_REVIEW: MessageKind.REQUEST_REMINDER,
    State.WAITLISTED: MessageKind.WAITING_LIST_REVIEW,
}


def announce(session: Session, referral: Referral, keyring: Keyring, at: datetime) -> None:
    """Tell the receiver that a request waits."""
    _tell_receiver(session, referral, MessageKind.REQUEST_WAITING, keyring, at)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken."""

    step: Step
    actor: Actor
    by: User | None
    #: The state it was taken from.
    before: State
    #: How many calls of that state had gone out before it, and have gone out now.
    calls: tuple[int, int]


def tell(
    session: Session, *, referral: Referral, taken: Taken, keyring: Keyring, at: datetime
) -> None:
    """Put the mails of a step into the outbox; many steps have none."""
    match taken.actor:
        case Actor.SENDER:
            kind = _news_for_receiver(taken.step, taken.before)
            if kind is not None and referral.kind == Kind.LIVE:
                _tell_receiver(session, referral, kind, keyring, at)
        case Actor.RECEIVER:
            answer = _ANSWERS.get(taken.step)
            if answer is not None:
                _tell_sender(session, referral, answer, at, but=taken.by)
        case Actor.CLOCK:
            _tell_of_the_clock(session, referral, taken, keyring, at)


def _news_for_receiver(step: Step, before: State) -> MessageKind | None:
    """Return what the receiver learns of a step of the sender."""
    if step is Step.GIVE_INFORMATION:
        return MessageKind.INFORMATION_GIVEN
    if step is Step.SET_APPOINTMENT:
        return MessageKind.APPOINTMENT_SET
    was_open = before is not State.DRAFT and before not in ENDED
    if step in (Step.CANCEL, Step.WITHDRAW_CONSENT) and was_open:
        return MessageKind.REQUEST_WITHDRAWN
    return None


def _tell_of_the_clock(
    session: Session, referral: Referral, taken: Taken, keyring: Keyring, at: datetime
) -> None:
    match taken.step:
        case Step.REMIND if taken.before is State.INFO_REQUESTED:
            _tell_sender(session, referral, MessageKind.INFORMATION_ASKED, at)
        case Step.REMIND:
            _tell_receiver(session, referral, _REMINDERS[taken.before], keyring, at)
        case Step.ASK_OUTCOME:
            _ask_outcome(session, referral, taken.calls, keyring, at)
        case Step.EXPIRE:
            _tell_sender(session, referral, MessageKind.REFERRAL_EXPIRED, at)
        case Step.CANCEL:
            _tell_sender(session, referral, MessageKind.INFORMATION_MISSING, at)
            _tell_receiver(session, referral, MessageKind.REQUEST_WITHDRAWN, keyring, at)
        case _:
            pass


def _ask_outcome(
    session: Session, referral: Referral, calls: tuple[int, int], keyring: Keyring, at: datetime
) -> None:
    """Ask the receiver first, the sender next; both when the first question was missed.

    What was only written down is asked of the sender each time.
    """
    before, now = calls
    is_live = referral.kind == Kind.LIVE
    if is_live and before == 0:
        _tell_receiver(session, referral, MessageKind.OUTCOME_ASKED, keyring, at)
    if not is_live or now > 1:
        _tell_sender(session, referral, MessageKind.OUTCOME_ASKED, at)


def _tell_receiver(
    session: Session, referral: Referral, kind: MessageKind, keyring: Keyring, at: datetime
) -> None:
    organization_id = referral.receiver_organization_id
    if is_suspended(session, organization_id):
        # Its links open nothing, and nobody there may answer.
        return
    email = address_on_file(
        session,
        service_at_location_id=referral.service_at_location_id,
        organization_id=organization_id,
    )
    if email is not None:
        # A mail is read days later.
        link = link_for(
            session,
            referral=referral,
            address=email,
            keyring=keyring,
            at=at,
            lasts=_LINK_LASTS,
            lifetime=LINK_LIFETIME,
        )
        values = {"answer_link_id": link.id}
        put_message(session, kind=kind, recipient=email, values=values, at=at)
    elif organization_id is not None:
        for address in _members(session, organization_id, Permission.ANSWER_REFERRALS):
            values = {"referral_id": referral.id}
            put_message(session, kind=kind, recipient=address, values=values, at=at)


def _tell_sender(
    session: Session,
    referral: Referral,
    kind: MessageKind,
    at: datetime,
    *,
    but: User | None = None,
) -> None:
    """Write to whoever sent it; once she is gone, to her organisation, else to its managers."""
    own = _members(
        session,
        referral.sender_organization_id,
        Permission.READ_REFERRALS,
        account_id=referral.sender_account_id or 0,
    )
    shared = _address_of(session, referral.sender_organization_id)
    addresses = own or ([shared] if shared else _managers(session, referral))
    for address in addresses:
        if but is None or address != but.email:
            values = {"referral_id": referral.id}
            put_message(session, kind=kind, recipient=address, values=values, at=at)


def _managers(session: Session, referral: Referral) -> list[str]:
    organization_id = referral.sender_organization_id
    return _members(session, organization_id, Permission.MANAGE_MEMBERS)


def _address_of(session: Session, organization_id: int) -> str | None:
    return first_readable(
        session.scalars(
            select(OrganizationAccount.referral_email).where(
                OrganizationAccount.organization_id == organization_id
            )
        )
    )


def _members(
    session: Session,
    organization_id: int,
    permission: Permission,
    *,
    account_id: int | None = None,
) -> list[str]:
    """Return the addresses of the members who have a permission, oldest member first."""
    query = accounts_that_may(permission, organization_id=organization_id)
    if account_id is not None:
        query = query.where(Account.id == account_id)
    return list(session.scalars(query.with_only_columns(Account.email)))
