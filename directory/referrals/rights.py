"""The rights of a person over what is written about her: to see all of it, to have it erased.

She is found by her code, whole, within the organisation that sends for her: nobody searches by
name, and another organisation's codes mean nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Permission, User, require
from directory.errors import InvalidInput, NotFound
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.privacy.access_log import Shown, note_access
from directory.privacy.keys import Keyring
from directory.privacy.scope import Scope, set_scope
from directory.referrals.fields import FieldName, erase_dates, erase_fields, read_fields
from directory.referrals.models import Referral, ReferralEvent
from directory.referrals.notes import Note, every_note, notes_of
from directory.referrals.queries import events_of, get_sent, with_code
from directory.referrals.readings import NamedReading, named_readings
from directory.referrals.rules import Rules
from directory.referrals.snapshots import Snapshot
from directory.referrals.steps import Actor, Step
from directory.referrals.suspensions import is_suspended
from directory.referrals.taking import take_step
from directory.referrals.typed_values import CODE_CHARACTERS
from directory.referrals.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class RequestData:
    """Everything that is known of one request."""

    referral: Referral
    fields: dict[FieldName, str]
    #: Fields that have an end date of their own.
    erase_on: dict[FieldName, Any]
    notes: Sequence[Note]
    events: Sequence[ReferralEvent]
    readings: Sequence[NamedReading]
    #: The other organisation of the request: what it keeps for itself is not here.
    ask_also: str | None = None
    #: As its receiver may read it: how she agreed and who read is its sender's to tell.
    as_receiver: bool = False

    @property
    def service(self) -> Snapshot:
        """The service, as it was told then."""
        return Snapshot.of(self.referral.snapshot)

    @property
    def missing(self) -> list[FieldName]:
        """Fields of which nothing is kept."""
        return [name for name in FieldName if name not in self.fields]

    def to_json(self) -> dict[str, Any]:
        """Return it as a file to hand over: codes as they are stored, instants in UTC."""
        referral = self.referral
        return {
            "id": referral.id,
            "kind": referral.kind,
            "state": referral.state,
            "service": self.service.service_name,
            "organization": self.service.organization_name,
            **{name: getattr(referral, name) for name in self._told},
            "fields": {name.value: value for name, value in self.fields.items()},
            "erase_on": {name.value: day for name, day in self.erase_on.items()},
            "notes": [
                {"at": note.at, "text": note.text, "by": note.organization_name}
                for note in self.notes
            ],
            "steps": [
                {"at": event.at, "step": event.step, "by": event.actor, **event.details}
                for event in self.events
            ],
            "readings": [
                {
                    "at": reading.at,
                    "what": reading.what.value,
                    "by": reading.organization_name,
                    "person": reading.account_name,
                }
                for reading in self.readings
            ],
            "ask_also": self.ask_also,
        }

    @property
    def _told(self) -> list[str]:
        hidden = _OF_SENDER if self.as_receiver else frozenset()
        return [name for name in _TOLD if name not in hidden]


#: Columns of a request that are handed over as they are.
_TOLD = (
    "category_code",
    "needs",
    "insee_code",
    "conditions",
    "documents",
    "is_urgent",
    "consent_form",
    "consented_at",
    "consent_language",
    "allows_redirection",
    "consent_withdrawn_at",
    "created_at",
    "sent_at",
    "first_answered_at",
    "accepted_at",
    "appointment_at",
    "review_on",
    "ended_at",
    "refusal_reason",
    "available_on",
    "cancel_reason",
    "outcome",
    "erased_at",
)


#: Those that the receiver is not told.
_OF_SENDER = frozenset(
    {
        "consent_form",
        "consented_at",
        "consent_language",
        "allows_redirection",
        "consent_withdrawn_at",
    }
)


def find_person(session: Session, *, code: str, user: User, keyring: Keyring) -> Referral:
    """Return the newest request that somebody's organisation made for a code.

    The code is compared whole; capitals and spaces do not count.

    :raise InvalidInput: there is no code.
    :raise NotFound: nothing was made for it, or it was erased; or not by this organisation.
    """
    require(user, Permission.READ_REFERRALS)
    if not code.strip():
        raise InvalidInput(gettext("Écrivez le code ou les initiales."), field="person_code")
    found = None
    # No code is longer, and to compare a text of 64 kB takes seconds.
    if user.organization_id is not None and len(code) <= 2 * CODE_CHARACTERS:
        found = session.scalars(with_code(user.organization_id, code, keyring).limit(1)).first()
    if found is None:
        raise NotFound(
            gettext("Aucune demande de votre équipe ne porte ce code."),
            field="person_code",
            remedy=gettext("Écrivez-le comme dans la demande. Après un délai, il est effacé."),
        )
    return found


def requests_of_person(session: Session, referral_id: UUID, *, to: User) -> list[Referral]:
    """Return all requests of the person that one request is of, newest first.

    Two people may bear the same initials: whoever reads them tells them apart.

    :raise NotFound: there is no such request, or somebody else's organisation sent it.
    """
    referral = get_sent(session, referral_id, to=to)
    if referral.code_index is None:
        return [referral]
    query = (
        select(Referral)
        .where(
            Referral.sender_organization_id == referral.sender_organization_id,
            Referral.code_index == referral.code_index,
        )
        .order_by(Referral.created_at.desc(), Referral.id)
    )
    return list(session.scalars(query))


def export_person(
    session: Session, *, referrals: Sequence[Referral], user: User, keyring: Keyring, at: datetime
) -> list[RequestData]:
    """Return everything that is known by these requests; that it left is written down."""
    found = []
    for referral in referrals:
        note_access(session, referral=referral, what=Shown.EXPORT, user=user, at=at)
        notes = notes_of(session, referral=referral, keyring=keyring, to=user)
        data = _data(session, referral, keyring, notes)
        went_out = referral.kind == Kind.LIVE and referral.sent_at is not None
        is_own = referral.receiver_organization_id == user.organization_id
        ask_also = data.service.organization_name if went_out and not is_own else None
        found.append(replace(data, ask_also=ask_also))
    return found


def export_received(
    session: Session, *, referral: Referral, user: User, keyring: Keyring, at: datetime
) -> RequestData:
    """Return what the receiver of a request holds of the person, its own notes with it.

    The sender cannot hand these over: it does not see them. That it left is written down.

    :raise NotFound: her organisation did not receive it, or nothing of the person is open to it.
    """
    is_receiver = user.organization_id == referral.receiver_organization_id
    if not (is_receiver and may_hand_over(session, referral)):
        raise NotFound(gettext("De cette demande, vous n'avez rien à remettre à la personne."))
    note_access(session, referral=referral, what=Shown.EXPORT, user=user, at=at)
    notes = notes_of(session, referral=referral, keyring=keyring, to=user)
    data = _data(session, referral, keyring, notes, as_receiver=True)
    ends = {name: day for name, day in data.erase_on.items() if name in data.fields}
    sender = session.get(Organization, referral.sender_organization_id)
    return replace(data, erase_on=ends, ask_also=sender.name if sender else None)


def may_hand_over(session: Session, referral: Referral) -> bool:
    """Tell whether anything of the person is open to the receiver of a request."""
    return (
        referral.kind == Kind.LIVE
        and referral.sent_at is not None
        and referral.consent_withdrawn_at is None
        and referral.erased_at is None
        and not is_suspended(session, referral.receiver_organization_id)
    )


def erase_person(
    session: Session,
    *,
    referrals: Sequence[Referral],
    user: User,
    at: datetime,
    rules: Rules,
) -> int:
    """Destroy what these requests tell of the person; return of how many.

    They count as taken back by her: one under way leaves the service, and none goes out again.

    :raise NotFound: this is not for her.
    """
    require(user, Permission.ERASE_PERSONS)
    for referral in referrals:
        # Before it is taken back, which would hide the receiver's own notes from us.
        erase_fields(session, referral=referral, at=at)
        if referral.consent_withdrawn_at is None:
            take_step(
                session,
                referral=referral,
                version=referral.version,
                step=Step.WITHDRAW_CONSENT,
                actor=Actor.SENDER,
                by=user,
                at=at,
                rules=rules,
            )
    return len(referrals)


def disclose(session: Session, *, referral_id: UUID, keyring: Keyring, at: datetime) -> RequestData:
    """Return everything there is of one request, for an authority that named it exactly.

    It is written in the readings, which its organisation sees, and in the audit, which is sealed.
    The session is one from which nothing is hidden.

    :raise NotFound: there is none.
    """
    referral = session.get(Referral, referral_id)
    if referral is None:
        raise NotFound(gettext("Il n'y a aucune demande de ce numéro."), field="ID")
    set_scope(session, Scope(organization_id=referral.sender_organization_id))
    note_access(session, referral=referral, what=Shown.DISCLOSURE, at=at)
    notes = every_note(session, referral=referral, keyring=keyring)
    return _data(session, referral, keyring, notes)


def _data(
    session: Session,
    referral: Referral,
    keyring: Keyring,
    notes: Sequence[Note],
    *,
    as_receiver: bool = False,
) -> RequestData:
    return RequestData(
        referral=referral,
        fields=read_fields(session, referral=referral, keyring=keyring, as_receiver=as_receiver),
        erase_on=erase_dates(session, referral=referral),
        notes=notes,
        events=events_of(session, referral),
        readings=named_readings(session, referral),
        as_receiver=as_receiver,
    )
