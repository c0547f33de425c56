"""The sealed fields of a referral: written, read by whoever may, and erased for good.

Each referral has a data key of its own, wrapped by the master key. Erasing destroys the wrapped
key and the ciphertexts: unreadable at once here, and in backups once those are gone too.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.errors import NotFound
from directory.i18n import gettext
from directory.privacy.keys import Keyring
from directory.privacy.scope import acting_for, scope_of
from directory.privacy.sealing import CannotUnseal, Key, Place, new_key, seal, unseal
from directory.referrals.free_text import clean
from directory.referrals.models import Referral, ReferralField, ReferralKey, ReferralNote
from directory.referrals.suspensions import is_suspended
from directory.referrals.vocabulary import State


class FieldName(StrEnum):
    """What may be written about the person. There is none about health or offences."""

    CODE = "code"
    FIRST_NAME = "first_name"
    BIRTH_YEAR = "birth_year"
    LANGUAGE = "language"
    PHONE = "phone"
    EMAIL = "email"
    MESSAGE = "message"


#: The receiver sees them only once it accepted.
CONTACT = frozenset({FieldName.FIRST_NAME, FieldName.PHONE, FieldName.EMAIL})
#: They tell who the person is: an organisation that nobody verified gets none of them.
IDENTITY = CONTACT | {FieldName.BIRTH_YEAR}
#: They need the person's agreement; where the kind of help tells of health, they are refused.
PERSONAL = IDENTITY | {FieldName.MESSAGE}

#: States in which the receiver sees the contact fields; row-level security holds it too.
_CONTACT_SHOWN = frozenset({State.ACCEPTED, State.CLOSED})


def write_fields(
    session: Session,
    *,
    referral: Referral,
    keyring: Keyring,
    values: Mapping[FieldName, str],
    erase_on: Mapping[FieldName, date],
) -> None:
    """Seal these values in place of all former ones; an empty value is not kept.

    :raise NotFound: its key was destroyed, or is not for whoever asks.
    """
    key = _key(session, referral, keyring) or _make_key(session, referral, keyring)
    session.execute(delete(ReferralField).where(ReferralField.referral_id == referral.id))
    for name, value in values.items():
        if value:
            session.add(
                ReferralField(
                    referral_id=referral.id,
                    name=name.value,
                    sealed=seal(key, value.encode(), place=_field_place(referral.id, name)),
                    is_contact=name in CONTACT,
                    erase_on=erase_on.get(name),
                )
            )
    session.flush()


def read_fields(
    session: Session, *, referral: Referral, keyring: Keyring, as_receiver: bool
) -> dict[FieldName, str]:
    """Return the fields that may be read, in the order of `FieldName`; empty once erased.

    A receiver gets the contact fields after it accepted, if somebody verified the organisation,
    and nothing from the moment the person takes back her agreement, or while it is suspended.

    :raise CannotUnseal: a value was altered, moved, or sealed under a master key that is gone.
    """
    if as_receiver and (
        referral.consent_withdrawn_at is not None
        or is_suspended(session, referral.receiver_organization_id)
    ):
        return {}
    key = _key(session, referral, keyring)
    if key is None:
        return {}
    hidden = _hidden_from_receiver(session, referral) if as_receiver else frozenset()
    rows = session.execute(
        select(ReferralField.name, ReferralField.sealed).where(
            ReferralField.referral_id == referral.id
        )
    )
    sealed = {FieldName(name): value for name, value in rows}
    return {
        name: unseal(key, sealed[name], place=_field_place(referral.id, name)).decode()
        for name in FieldName
        if name in sealed and name not in hidden
    }


def erase_dates(session: Session, *, referral: Referral) -> dict[FieldName, date]:
    """Return the end dates that fields have of their own."""
    rows = session.execute(
        select(ReferralField.name, ReferralField.erase_on).where(
            ReferralField.referral_id == referral.id, ReferralField.erase_on.is_not(None)
        )
    )
    return {FieldName(name): day for name, day in rows if day}


def erase_fields(session: Session, *, referral: Referral, at: datetime) -> None:
    """Destroy the key, the ciphertexts, the notes and the searchable digest of the code.

    The receiver's own notes go too: whoever erases asks as each side in turn. Where the receiver
    is already shut out its notes stay as bytes that no key opens, until the retention job.
    """
    session.flush()
    _delete_sealed(session, referral.id)
    receiver = referral.receiver_organization_id
    if receiver is not None and receiver != scope_of(session).organization_id:
        with acting_for(session, organization_id=receiver):
            _delete_notes(session, referral.id)
    session.execute(delete(ReferralKey).where(ReferralKey.referral_id == referral.id))
    referral.code_index = None
    referral.erased_at = referral.erased_at or at
    session.flush()


def codes_of(
    session: Session, *, referrals: Iterable[Referral], keyring: Keyring
) -> dict[UUID, str]:
    """Return the person's code of each referral that has one, for a list; by one query."""
    ids = [referral.id for referral in referrals]
    rows = session.execute(
        select(ReferralField.referral_id, ReferralField.sealed, ReferralKey.wrapped)
        .join(ReferralKey, ReferralKey.referral_id == ReferralField.referral_id)
        .where(ReferralField.referral_id.in_(ids), ReferralField.name == FieldName.CODE.value)
    )
    found = {}
    for referral_id, sealed, wrapped in rows:
        try:
            key = _unwrap(referral_id, wrapped, keyring)
            place = _field_place(referral_id, FieldName.CODE)
            found[referral_id] = unseal(key, sealed, place=place).decode()
        except CannotUnseal:
            # One broken row must not hide the whole board; its own page tells.
            continue
    return found


def code_index(keyring: Keyring, *, organization_id: int, code: str) -> bytes:
    """Return the digest by which an organisation finds a code again, however it is written."""
    plain = "".join(unicodedata.normalize("NFKC", clean(code)).casefold().split())
    return keyring.digest("referral.code", f"{organization_id}|{plain}")


def data_key(session: Session, *, referral: Referral, keyring: Keyring) -> Key:
    """Return the key of a referral, for its notes.

    :raise NotFound: it was destroyed, or is not for whoever asks.
    """
    key = _key(session, referral, keyring)
    if key is None:
        raise _erased()
    return key


def _hidden_from_receiver(session: Session, referral: Referral) -> frozenset[FieldName]:
    if not is_verified(session, referral.receiver_organization_id):
        return IDENTITY
    return frozenset() if referral.state in _CONTACT_SHOWN else CONTACT


def is_verified(session: Session, organization_id: int | None) -> bool:
    """Tell whether a person of an admin's verified an organisation."""
    return (
        session.scalar(
            select(OrganizationAccount.verified_at).where(
                OrganizationAccount.organization_id == organization_id
            )
        )
        is not None
    )


def _make_key(session: Session, referral: Referral, keyring: Keyring) -> Key:
    if referral.erased_at is not None:
        raise _erased()
    key = new_key()
    wrapped = keyring.seal(key.secret, place=_key_place(referral.id))
    inserted = session.execute(
        insert(ReferralKey)
        .values(referral_id=referral.id, wrapped=wrapped)
        .on_conflict_do_nothing()
        .returning(ReferralKey.referral_id)
    ).one_or_none()
    made = key if inserted else _key(session, referral, keyring)
    if made is None:
        raise _erased()
    return made


def _key(session: Session, referral: Referral, keyring: Keyring) -> Key | None:
    wrapped = session.scalar(
        select(ReferralKey.wrapped).where(ReferralKey.referral_id == referral.id)
    )
    return None if wrapped is None else _unwrap(referral.id, wrapped, keyring)


def _unwrap(referral_id: UUID, wrapped: bytes, keyring: Keyring) -> Key:
    return Key(0, keyring.unseal(wrapped, place=_key_place(referral_id)))


def _delete_sealed(session: Session, referral_id: UUID) -> None:
    session.execute(delete(ReferralField).where(ReferralField.referral_id == referral_id))
    _delete_notes(session, referral_id)


def _delete_notes(session: Session, referral_id: UUID) -> None:
    session.execute(delete(ReferralNote).where(ReferralNote.referral_id == referral_id))


def _erased() -> NotFound:
    return NotFound(gettext("Ce qui a été écrit sur la personne est effacé."))


def _key_place(referral_id: UUID) -> Place:
    return Place("referral_key", "wrapped", str(referral_id))


def _field_place(referral_id: UUID, name: FieldName) -> Place:
    return Place("referral_field", "sealed", f"{referral_id}|{name.value}")
