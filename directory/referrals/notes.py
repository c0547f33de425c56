"""Notes on a referral: of one organisation only, or shared by both. Sealed like its fields."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.accounts.models import Account
from directory.accounts.permissions import User
from directory.errors import InvalidInput, NotFound
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.privacy.keys import Keyring
from directory.privacy.sealing import Place, seal, unseal
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.fields import data_key
from directory.referrals.free_text import clean, require_short
from directory.referrals.limits import Limits
from directory.referrals.models import Referral, ReferralNote
from directory.referrals.steps import Step
from directory.referrals.suspensions import is_shut_out, require_may_note
from directory.referrals.vocabulary import Kind

#: Steps of the sender's that say nothing without words: the answer to a question, and another
#: reason than those of the list. Every request may have them; what they tell is the worker's.
WORDS_ASKED_FOR = frozenset({Step.GIVE_INFORMATION, Step.CANCEL})


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is read."""

    id: UUID
    at: datetime
    text: str
    is_shared: bool
    #: Who wrote it; None for a receiver that answers by a link.
    account_name: str | None
    organization_id: int | None
    organization_name: str | None


def add_note(
    session: Session,
    *,
    referral: Referral,
    text: str,
    is_shared: bool,
    by: User | None,
    keyring: Keyring,
    at: datetime,
    note_id: UUID | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> UUID:
    """Write a note and return its id. Without an account it is always shared.

    `note_id` comes with a form: sent twice, it makes one note.

    :raise InvalidInput: empty or too long.
    :raise ReferralRefused: her sender shares it, and no message may go to the service; or the
        organisation is suspended.
    :raise NotFound: the referral was erased, or is not for whoever asks.
    """
    if is_shared and by is not None and by.organization_id == referral.sender_organization_id:
        require_may_write(referral, limits=limits)
    return keep_words(
        session,
        referral=referral,
        text=text,
        is_shared=is_shared,
        by=by,
        keyring=keyring,
        at=at,
        note_id=note_id,
    )


def may_write(referral: Referral, *, limits: Limits) -> bool:
    """Tell whether the sender may write to the service besides the code: the rule of a message.

    Words go with the person's agreement, and not where the kind of help tells of health. What no
    other organisation receives is nobody's to forbid.
    """
    is_kept_at_home = (
        referral.kind == Kind.LOGGED
        or referral.receiver_organization_id == referral.sender_organization_id
    )
    is_agreed = referral.consented_at is not None and referral.consent_withdrawn_at is None
    is_of_health = bool(limits.code_alone_for([referral.category_code, *referral.needs]))
    return is_kept_at_home or (is_agreed and not is_of_health)


def require_may_write(referral: Referral, *, limits: Limits) -> None:
    """Check that the sender may write to the service.

    :raise ReferralRefused: she may not; the words were not kept.
    """
    if may_write(referral, limits=limits):
        return
    is_of_health = limits.code_alone_for([referral.category_code, *referral.needs])
    raise ReferralRefused(
        gettext("Cette demande dit la santé de la personne : seul un code peut aller au service.")
        if is_of_health
        else gettext("Sans l'accord de la personne, seul un code peut aller au service."),
        field="text",
        remedy=gettext(
            "Appelez le service, ou gardez ces mots pour votre équipe dans une note, sans rien "
            "qui dise qui est la personne."
        ),
    )


def keep_words(
    session: Session,
    *,
    referral: Referral,
    text: str,
    is_shared: bool,
    by: User | None,
    keyring: Keyring,
    at: datetime,
    note_id: UUID | None = None,
) -> UUID:
    """Write a note as `add_note`, once it is known that whoever writes may.

    For the words of a step, some of which were asked for (`WORDS_ASKED_FOR`).

    :raise InvalidInput: empty or too long.
    :raise ReferralRefused: the organisation is suspended.
    :raise NotFound: the referral was erased, or is not for whoever asks.
    """
    require_may_note(session, referral, by=by, is_shared=is_shared or by is None)
    words = clean(text)
    require_short(words, field="text")
    if not words:
        raise InvalidInput(gettext("Cette note est vide."), field="text")
    key = data_key(session, referral=referral, keyring=keyring)
    note_id = note_id or uuid4()
    session.execute(
        insert(ReferralNote)
        .inline()
        .values(
            id=note_id,
            referral_id=referral.id,
            organization_id=by.organization_id if by else None,
            account_id=by.account_id if by else None,
            at=at,
            is_shared=is_shared or by is None,
            sealed=seal(key, words.encode(), place=_place(note_id)),
        )
        .on_conflict_do_nothing()
    )
    return note_id


def notes_of(
    session: Session, *, referral: Referral, keyring: Keyring, to: User | None
) -> list[Note]:
    """Return the notes somebody may read, oldest first: shared ones, and her organisation's own.

    Empty once erased, and for a receiver that is shut out. `to` is None for one that answers by a
    link.
    """
    own = to.organization_id if to else None
    if referral.consent_withdrawn_at is not None and own != referral.sender_organization_id:
        return []
    if is_shut_out(session, referral, organization_id=own):
        return []
    return _opened(session, referral, keyring, _readable_by(own))


def every_note(session: Session, *, referral: Referral, keyring: Keyring) -> list[Note]:
    """Return the notes of both sides, private ones too, as far as the session sees them."""
    return _opened(session, referral, keyring, true())


def _opened(
    session: Session, referral: Referral, keyring: Keyring, condition: ColumnElement[bool]
) -> list[Note]:
    rows = session.execute(
        select(ReferralNote, Account.name, Organization.name)
        .outerjoin(Account, Account.id == ReferralNote.account_id)
        .outerjoin(Organization, Organization.id == ReferralNote.organization_id)
        .where(ReferralNote.referral_id == referral.id, condition)
        .order_by(ReferralNote.at, ReferralNote.id)
    ).all()
    if not rows:
        return []
    try:
        key = data_key(session, referral=referral, keyring=keyring)
    except NotFound:
        return []
    return [
        Note(
            id=note.id,
            at=note.at,
            text=unseal(key, note.sealed, place=_place(note.id)).decode(),
            is_shared=note.is_shared,
            account_name=account_name,
            organization_id=note.organization_id,
            organization_name=organization_name,
        )
        for note, account_name, organization_name in rows
    ]


def _readable_by(organization_id: int | None) -> ColumnElement[bool]:
    own = false() if organization_id is None else ReferralNote.organization_id == organization_id
    return or_(ReferralNote.is_shared, own)


def _place(note_id: UUID) -> Place:
    return Place("referral_note", "sealed", str(note_id))
