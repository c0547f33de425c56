"""Services that take requests, people who make them, and requests in any state, as rows.

Everything is made through the verbs of the product, in the scope of whoever does it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory.accounts.permissions import Role, User
from directory.listings.drafts import ContactDraft
from directory.privacy.keys import Keyring
from directory.privacy.scope import Scope, set_scope
from directory.referrals.changes import StepValues
from directory.referrals.drafts import Consent, ReferralDraft, save_draft
from directory.referrals.fields import FieldName
from directory.referrals.limits import Limits
from directory.referrals.links import issue_link, token_of
from directory.referrals.models import Referral
from directory.referrals.receivers import address_on_file
from directory.referrals.rules import Rules
from directory.referrals.sending import log_referral, send_referral
from directory.referrals.steps import Actor, Step
from directory.referrals.taking import take_step
from directory.referrals.vocabulary import Kind
from tests.accounts.factories import make_account, make_organization, organization_of, sign_in
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY

#: Everything a worker may write of a person, invented.
PERSON = {
    FieldName.FIRST_NAME: "Aminata",
    FieldName.BIRTH_YEAR: "1987",
    FieldName.LANGUAGE: "bm",
    FieldName.PHONE: "+33612345678",
    FieldName.EMAIL: "aminata@exemple.invalid",
    FieldName.MESSAGE: "Préfère être appelée le matin.",
}


def make_service(
    session: Session,
    at: datetime,
    *,
    email: str | None = "accueil@exemple.invalid",
    is_verified: bool | None = True,
    referral_email: str | None = None,
    **values: Any,
) -> int:
    """Return the id of a service in a place in Bondy.

    `is_verified=None`: its organisation has no part in referrals. Values of `service_draft`
    (`category`, `conditions`…) go to the service, those of `place_draft` to the place.
    """
    place_values = {
        name: values.pop(name)
        for name in ("privacy", "address", "schedules", "phones", "capacity", "insee_code", "city")
        + ("time_zone",)
        if name in values
    }
    contacts = (ContactDraft(email=email),) if email else ()
    position = values.pop("position", BONDY)
    place = place_draft(position, contacts=contacts, **place_values)
    (service_id,) = stored(session, service_draft(place, **values), at)
    if is_verified is not None:
        make_organization(
            session,
            organization_id=organization_of(session, service_id),
            is_verified=is_verified,
            referral_email=referral_email,
        )
    return service_id


def make_user(
    session: Session, at: datetime, *, role: Role = Role.CASEWORKER, **values: Any
) -> User:
    """Return somebody who is signed in (`tests.accounts.factories.make_account`)."""
    return sign_in(session, make_account(session, role=role, **values), at=at)[1]


def colleague(session: Session, at: datetime, service_id: int, **values: Any) -> User:
    """Return somebody of the organisation that offers a service."""
    organization_id = organization_of(session, service_id)
    return make_user(session, at, organization_id=organization_id, **values)


def ask_as(session: Session, user: User) -> None:
    """Ask for somebody from now on, as the web does for who is signed in."""
    set_scope(session, Scope(organization_id=user.organization_id, account_id=user.account_id))


def agreed(at: datetime) -> Consent:
    """Return the agreement of a person, given a moment ago."""
    return Consent(form="oral", at=at - timedelta(minutes=1), language="fr", version=1)


def draft_for(service_id: int, **changes: Any) -> ReferralDraft:
    """Return a request for somebody known by initials, to a service."""
    draft = ReferralDraft(Kind.LIVE, service_id, code="A. D.", insee_code="93010")
    return replace(draft, **changes)


def make_draft(
    session: Session,
    sender: User,
    service_id: int,
    *,
    keyring: Keyring,
    at: datetime,
    idempotency_key: UUID | None = None,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    **changes: Any,
) -> Referral:
    """Keep a draft of `draft_for`; the session asks for its sender from then on."""
    ask_as(session, sender)
    return save_draft(
        session,
        draft=draft_for(service_id, **changes),
        sender=sender,
        rules=Rules(keyring, limits=limits),
        at=at,
        idempotency_key=idempotency_key or uuid4(),
    )


def make_sent(
    session: Session,
    sender: User,
    service_id: int,
    *,
    keyring: Keyring,
    at: datetime,
    with_person: bool = False,
    **changes: Any,
) -> Referral:
    """Send a request of `draft_for`; `with_person` tells all of `PERSON`, who agreed."""
    if with_person:
        changes = {"fields": PERSON, "consent": agreed(at), **changes}
    referral = make_draft(session, sender, service_id, keyring=keyring, at=at, **changes)
    return send_referral(
        session,
        referral=referral,
        version=referral.version,
        sender=sender,
        rules=Rules(keyring),
        at=at,
    )


def make_logged(
    session: Session,
    sender: User,
    service_id: int,
    *,
    keyring: Keyring,
    at: datetime,
    **changes: Any,
) -> Referral:
    """Write down that somebody was sent to a service."""
    referral = make_draft(session, sender, service_id, keyring=keyring, at=at, **changes)
    return log_referral(
        session,
        referral=referral,
        version=referral.version,
        sender=sender,
        rules=Rules(keyring),
        at=at,
    )


def take(
    session: Session,
    referral: Referral,
    step: Step,
    *,
    actor: Actor,
    by: User | None,
    keyring: Keyring,
    at: datetime,
    **values: Any,
) -> Referral:
    """Take a step on a request as it is now, for somebody who then asks."""
    if by is not None:
        ask_as(session, by)
    return take_step(
        session,
        referral=referral,
        version=referral.version,
        step=step,
        actor=actor,
        by=by,
        at=at,
        rules=Rules(keyring),
        values=StepValues(**values),
    )


def make_token(
    session: Session,
    referral: Referral,
    *,
    keyring: Keyring,
    at: datetime,
    lifetime: timedelta = timedelta(days=30),
) -> str:
    """Return the token of a new answer link that went to the address on file.

    The session must see the request.
    """
    link = issue_link(
        session,
        referral=referral,
        address=address_of(session, referral) or "",
        keyring=keyring,
        at=at,
        lifetime=lifetime,
    )
    return token_of(link, keyring=keyring)


def address_of(session: Session, referral: Referral) -> str | None:
    """Return where the receiver of a request is written to now."""
    return address_on_file(
        session,
        service_at_location_id=referral.service_at_location_id,
        organization_id=referral.receiver_organization_id,
    )


@dataclass(frozen=True, slots=True)
class World:
    """A team that sends, a service that receives, and somebody of neither."""

    service_id: int
    sender: User
    receiver: User
    stranger: User
    keyring: Keyring
    at: datetime

    @property
    def rules(self) -> Rules:
        """By what requests are written and followed here."""
        return Rules(self.keyring)

    def draft(self, session: Session, **changes: Any) -> Referral:
        """Keep a draft of the sender's."""
        return make_draft(
            session, self.sender, self.service_id, keyring=self.keyring, at=self.at, **changes
        )

    def sent(self, session: Session, **changes: Any) -> Referral:
        """Send a request from the sender to the service."""
        return make_sent(
            session, self.sender, self.service_id, keyring=self.keyring, at=self.at, **changes
        )

    def answered(self, session: Session, referral: Referral, step: Step, **values: Any) -> Referral:
        """Have the receiver take a step; the session asks for the receiver from then on."""
        return take(
            session,
            referral,
            step,
            actor=Actor.RECEIVER,
            by=self.receiver,
            keyring=self.keyring,
            at=self.at,
            **values,
        )

    def taken_back(self, session: Session, referral: Referral) -> Referral:
        """Have the person take back her agreement; the session asks for the sender."""
        return take(
            session,
            referral,
            Step.WITHDRAW_CONSENT,
            actor=Actor.SENDER,
            by=self.sender,
            keyring=self.keyring,
            at=self.at,
        )


def make_world(session: Session, keyring: Keyring, at: datetime, **service: Any) -> World:
    """Return a team, a verified service with a member and an address, and a stranger."""
    service_id = make_service(session, at, **service)
    return World(
        service_id=service_id,
        sender=make_user(session, at),
        receiver=colleague(session, at, service_id, name="Paul Réseau"),
        stranger=make_user(session, at, name="Autre Équipe"),
        keyring=keyring,
        at=at,
    )
