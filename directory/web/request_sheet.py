"""A request as it is read: what is asked, what is told of the person, what happened since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.permissions import User
from directory.i18n import gettext
from directory.listings.models import Organization
from directory.listings.vocabulary import category_label
from directory.privacy.access_log import Shown
from directory.privacy.keys import Keyring
from directory.referrals.fields import CONTACT, FieldName, read_fields
from directory.referrals.models import Referral
from directory.referrals.notes import Note, notes_of
from directory.referrals.queries import events_of
from directory.referrals.snapshots import Snapshot
from directory.referrals.suspensions import is_suspended
from directory.referrals.terms import condition_label, document_label
from directory.referrals.vocabulary import State, state_label
from directory.web.filters import day, moment
from directory.web.languages import language_name
from directory.web.runtime import runtime
from directory.web.timeline import Happening, timeline


@dataclass(frozen=True, slots=True)
class Ticked:
    """A condition or a paper, and whether the worker ticked it with the person."""

    label: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """What `components/request_sheet.html` shows."""

    service_name: str
    organization_name: str
    state: str
    is_urgent: bool
    #: (heading, text) of the request itself, then of the person.
    lines: list[tuple[str, str]]
    person: list[tuple[str, str]]
    #: First name, telephone, mail: empty until the receiver accepted.
    contact: dict[str, str]
    conditions: list[Ticked]
    documents: list[Ticked]
    message: str | None
    notes: list[Note]
    happenings: list[Happening]
    time_zone: str

    @property
    def shown(self) -> Shown:
        """What is written down as shown."""
        return Shown.CONTACT if self.contact else Shown.FILE


def request_sheet(
    session: Session, *, referral: Referral, keyring: Keyring, to: User | None, as_receiver: bool
) -> RequestSheet:
    """Return a request as somebody may read it; `to` None is the holder of its answer link.

    The scope of the session says who asks: what she may not see is not there.
    """
    snapshot = Snapshot.of(referral.snapshot)
    area_label = runtime().gazetteer().area_label
    time_zone = snapshot.hours.time_zone
    fields = read_fields(session, referral=referral, keyring=keyring, as_receiver=as_receiver)
    # What she needs and where is told to nobody who was found to be a fake.
    is_shut = as_receiver and is_suspended(session, referral.receiver_organization_id)
    return RequestSheet(
        service_name=snapshot.service_name,
        organization_name=snapshot.organization_name,
        state=state_label(State(referral.state)),
        is_urgent=referral.is_urgent,
        lines=[] if is_shut else _lines(session, referral, time_zone),
        person=_person(fields),
        contact={name.value: fields[name] for name in fields if name in CONTACT},
        conditions=[
            Ticked(condition_label(each["code"], area_label), each["is_met"])
            for each in referral.conditions
            if not is_shut
        ],
        documents=[
            Ticked(document_label(each["code"]), each["is_ready"])
            for each in referral.documents
            if not is_shut
        ],
        message=fields.get(FieldName.MESSAGE),
        notes=notes_of(session, referral=referral, keyring=keyring, to=to),
        happenings=timeline(events_of(session, referral), time_zone=time_zone),
        time_zone=time_zone,
    )


def time_zone_of(referral: Referral) -> ZoneInfo:
    """Return the clock that an appointment at the service is told by."""
    return ZoneInfo(Snapshot.of(referral.snapshot).hours.time_zone)


def _lines(session: Session, referral: Referral, time_zone: str) -> list[tuple[str, str]]:
    """Return what is known of the request itself, as headings and texts."""
    kinds = dict.fromkeys([referral.category_code, *referral.needs])
    lines = [
        (gettext("Demandée par"), _organization_name(session, referral.sender_organization_id)),
        (gettext("Envoyée le"), _moment(referral.sent_at, time_zone)),
        (gettext("Aides cherchées"), ", ".join(map(category_label, kinds))),
        (gettext("Commune"), _commune(referral.insee_code)),
        (gettext("Nouveau point le"), day(referral.review_on) if referral.review_on else None),
        (gettext("Rendez-vous"), _moment(referral.appointment_at, time_zone)),
    ]
    return [(heading, text) for heading, text in lines if text]


def _person(fields: Mapping[FieldName, str]) -> list[tuple[str, str]]:
    """Return what is told of the person besides how to reach her."""
    language = fields.get(FieldName.LANGUAGE)
    lines = [
        (gettext("Code ou initiales"), fields.get(FieldName.CODE)),
        (gettext("Année de naissance"), fields.get(FieldName.BIRTH_YEAR)),
        (gettext("Langue"), language_name(language) if language else None),
    ]
    return [(heading, text) for heading, text in lines if text]


def _organization_name(session: Session, organization_id: int) -> str | None:
    return session.scalar(select(Organization.name).where(Organization.id == organization_id))


def _commune(insee_code: str | None) -> str | None:
    return runtime().gazetteer().area_label(f"commune:{insee_code}") if insee_code else None


def _moment(at: datetime | None, time_zone: str) -> str | None:
    return moment(at, time_zone) if at else None
