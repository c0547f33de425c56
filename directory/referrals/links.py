"""Links by which a receiver answers one request without an account.

The token is derived from the row's id and stored nowhere; the database has its SHA-256. Looking a
link up changes nothing, however often a mail scanner does it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from directory.errors import Unavailable
from directory.i18n import gettext
from directory.outbox import queries as mails
from directory.outbox.actions import put_message
from directory.outbox.texts import MessageKind
from directory.outbox.vocabulary import Delay
from directory.privacy.keys import Keyring, token_hash
from directory.privacy.scope import NOBODY, Scope, set_scope
from directory.referrals.models import AnswerLink, Referral
from directory.referrals.receivers import (
    address_digest,
    address_on_file,
    receiver_of,
    still_answers,
)
from directory.referrals.suspensions import is_suspended

PURPOSE = "answer_link"

#: How often a fresh link may be asked for: a mail box is not to be flooded.
RENEWALS = 3
RENEWALS_WITHIN = timedelta(days=1)

#: Longest token that is looked at; ours have 43 signs.
_TOKEN_SIGNS = 64


class TooManyLinks(Unavailable):
    """Enough fresh links went out for today."""


@dataclass(frozen=True, slots=True)
class Found:
    """A link that exists, and the request it answers."""

    link: AnswerLink
    referral: Referral
    #: False once it expired, was replaced, the address it went to is no longer the one on file,
    #: or the person took back her agreement.
    is_usable: bool
    #: The organisation that it went to is suspended: it is not usable either.
    is_suspended: bool = False


def issue_link(
    session: Session,
    *,
    referral: Referral,
    address: str,
    keyring: Keyring,
    at: datetime,
    lifetime: timedelta,
) -> AnswerLink:
    """Make a link for a request, which goes to an address; its token is `token_of`.

    It opens only while that address is the one on file: whoever holds a former one has no say.
    """
    link_id = uuid4()
    link = AnswerLink(
        id=link_id,
        referral_id=referral.id,
        token_hash=token_hash(keyring.token(PURPOSE, str(link_id))),
        address_digest=address_digest(address),
        created_at=at,
        expires_at=at + lifetime,
    )
    session.add(link)
    session.flush()
    return link


def token_of(link: AnswerLink, *, keyring: Keyring) -> str:
    """Return the token of a link, for the mail that carries it."""
    return keyring.token(PURPOSE, str(link.id))


def find_by_token(session: Session, *, token: str, at: datetime) -> Found | None:
    """Return what a token opens, or None for one that never was; nothing is changed.

    From then on the session sees that one request, as its receiver, and nothing else.
    """
    if not 0 < len(token) <= _TOKEN_SIGNS or not token.isascii():
        set_scope(session, NOBODY)
        return None
    digest = token_hash(token)
    set_scope(session, Scope(answer_link=digest))
    link = session.scalar(select(AnswerLink).where(AnswerLink.token_hash == digest))
    if link is None:
        return None
    set_scope(session, Scope(answer_link=digest, referral_id=link.referral_id))
    referral = session.scalar(select(Referral).where(Referral.id == link.referral_id))
    if referral is None:
        return None
    shut = is_suspended(session, referral.receiver_organization_id)
    is_usable = (
        not shut
        and link.ended_at is None
        and at < link.expires_at
        and referral.consent_withdrawn_at is None
        and referral.erased_at is None
        and _goes_to_whom_it_should(session, link, referral)
    )
    return Found(link, referral, is_usable, shut)


def renew_link(
    session: Session, *, referral: Referral, keyring: Keyring, at: datetime, lifetime: timedelta
) -> AnswerLink | None:
    """End the links of a request and send a fresh one to the address on file, nowhere else.

    None when there is no address, or nothing left to answer; the page says the same either way.

    :raise TooManyLinks: `RENEWALS` went out within `RENEWALS_WITHIN`.
    """
    # Two at once would each count the other's link as not there.
    session.refresh(referral, with_for_update=True)
    receiver = receiver_of(session, service_at_location_id=referral.service_at_location_id)
    if receiver is None or receiver.email is None or referral.consent_withdrawn_at is not None:
        return None
    if not still_answers(receiver, organization_id=referral.receiver_organization_id):
        return None
    if referral.ended_at is not None or is_suspended(session, receiver.organization_id):
        return None
    if _renewed_lately(session, referral, at) >= RENEWALS:
        raise TooManyLinks(
            gettext("Plusieurs liens sont déjà partis aujourd'hui."),
            remedy=gettext("Regardez dans vos courriers indésirables, ou revenez demain."),
        )
    end_links(session, referral=referral, at=at)
    link = issue_link(
        session,
        referral=referral,
        address=receiver.email,
        keyring=keyring,
        at=at,
        lifetime=lifetime,
    )
    put_message(
        session,
        kind=MessageKind.NEW_LINK,
        recipient=receiver.email,
        values={"answer_link_id": link.id},
        at=at,
    )
    return link


def link_for(
    session: Session,
    *,
    referral: Referral,
    address: str,
    keyring: Keyring,
    at: datetime,
    lasts: timedelta,
    lifetime: timedelta,
) -> AnswerLink:
    """Return the newest link of an address that opens for `lasts` still, else a new one.

    Those that went to another address end: it is no longer the one on file.
    """
    digest = address_digest(address)
    session.execute(
        update(AnswerLink)
        .where(
            AnswerLink.referral_id == referral.id,
            AnswerLink.ended_at.is_(None),
            AnswerLink.address_digest.is_distinct_from(digest),
        )
        .values(ended_at=at)
    )
    found = session.scalar(
        select(AnswerLink)
        .where(
            AnswerLink.referral_id == referral.id,
            AnswerLink.ended_at.is_(None),
            AnswerLink.expires_at > at + lasts,
        )
        .order_by(AnswerLink.expires_at.desc(), AnswerLink.id)
        .limit(1)
    )
    return found or issue_link(
        session, referral=referral, address=address, keyring=keyring, at=at, lifetime=lifetime
    )


def announcement_delay(session: Session, *, referral: Referral) -> Delay | None:
    """Return what keeps a request's mails from its receiver, or None when nothing is known to."""
    links = session.scalars(
        select(AnswerLink.id).where(
            AnswerLink.referral_id == referral.id, AnswerLink.ended_at.is_(None)
        )
    )
    return mails.announcement_delay(session, referral_id=referral.id, answer_link_ids=links)


def end_links(session: Session, *, referral: Referral, at: datetime) -> None:
    """End all links of a request."""
    session.execute(
        update(AnswerLink)
        .where(AnswerLink.referral_id == referral.id, AnswerLink.ended_at.is_(None))
        .values(ended_at=at)
    )


def _goes_to_whom_it_should(session: Session, link: AnswerLink, referral: Referral) -> bool:
    """Tell whether the address that a link went to is the one on file."""
    address = address_on_file(
        session,
        service_at_location_id=referral.service_at_location_id,
        organization_id=referral.receiver_organization_id,
    )
    return address is not None and link.address_digest == address_digest(address)


def _renewed_lately(session: Session, referral: Referral, at: datetime) -> int:
    """Return how many links were made lately, the first one of the request apart."""
    first = select(func.min(AnswerLink.created_at)).where(AnswerLink.referral_id == referral.id)
    return session.scalars(
        select(func.count())
        .select_from(AnswerLink)
        .where(
            AnswerLink.referral_id == referral.id,
            AnswerLink.created_at > at - RENEWALS_WITHIN,
            AnswerLink.created_at > first.scalar_subquery(),
        )
    ).one()
