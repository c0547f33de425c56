"""A request between two desks, as rows: the steps are what is tested, not how it was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role, User
from directory.outbox.models import OutboxMessage
from directory.privacy.keys import Keyring, new_keyring
from directory.privacy.scope import Scope, set_scope
from directory.referrals.changes import StepValues, facts_of
from directory.referrals.clocks import Clocks, next_tick
from directory.referrals.fields import FieldName, write_fields
from directory.referrals.models import Referral, ReferralEvent
from directory.referrals.rules import Rules
from directory.referrals.steps import Actor, Step
from directory.referrals.taking import take_step
from directory.referrals.vocabulary import Cancellation, Outcome, Refusal
from tests.accounts.factories import make_account, make_organization, sign_in

#: What each step cannot do without.
NEEDED: Mapping[Step, dict[str, Any]] = {
    Step.ASK_INFORMATION: {"text": "Pour combien de personnes ?"},
    Step.GIVE_INFORMATION: {"text": "Pour quatre."},
    Step.REFUSE: {"refusal_reason": Refusal.NO_CAPACITY},
    Step.CANCEL: {"cancel_reason": Cancellation.MADE_BY_MISTAKE},
    Step.CLOSE: {"outcome": Outcome.HELPED},
}


@dataclass
class Desk:
    """Somebody who sends, somebody who receives, and the keys of the house."""

    session: Session
    sender: User
    receiver: User
    receiver_email: str
    keyring: Keyring
    clocks: Clocks

    @property
    def rules(self) -> Rules:
        """By what requests are written and followed here."""
        return Rules(self.keyring, self.clocks)

    def act_as(self, actor: Actor, referral: Referral, *, by_link: bool = False) -> User | None:
        """Ask the database as somebody; return her account, if she has one."""
        if actor is Actor.RECEIVER and by_link:
            set_scope(self.session, Scope(referral_id=referral.id))
            return None
        user = self.receiver if actor is Actor.RECEIVER else self.sender
        set_scope(
            self.session,
            Scope(organization_id=user.organization_id, account_id=user.account_id),
        )
        return None if actor is Actor.CLOCK else user

    def make(self, at: datetime, state: str = "sent", **values: Any) -> Referral:
        """Return a request that is in a state since `at`, with the clock that goes with it."""
        set_scope(self.session, Scope(organization_id=self.sender.organization_id))
        referral = Referral(
            **{
                "id": uuid4(),
                "kind": "live",
                "state": state,
                "version": 1,
                "state_since": at,
                "sender_organization_id": self.sender.organization_id,
                "sender_account_id": self.sender.account_id,
                "receiver_organization_id": self.receiver.organization_id,
                "snapshot": {},
                "category_code": "aide-alimentaire",
                "insee_code": "93010",
                "is_urgent": False,
                "reminders": 0,
                "idempotency_key": uuid4(),
                "created_at": at,
                "sent_at": None if state in ("draft", "logged") else at,
                **values,
            }
        )
        tick = next_tick(facts_of(referral), self.clocks)
        referral.clock_at = tick.at if tick else None
        self.session.add(referral)
        self.session.flush()
        write_fields(
            self.session,
            referral=referral,
            keyring=self.keyring,
            values={FieldName.CODE: "AB12"},
            erase_on={},
        )
        return referral

    def take(
        self,
        referral: Referral,
        step: Step,
        *,
        at: datetime,
        actor: Actor = Actor.RECEIVER,
        version: int | None = None,
        by_link: bool = False,
        **values: Any,
    ) -> Referral:
        """Take a step with what it needs, and with `values` besides."""
        by = self.act_as(actor, referral, by_link=by_link)
        if step is Step.SET_APPOINTMENT:
            values = {"appointment_at": at + timedelta(days=5), **values}
        return take_step(
            self.session,
            referral=referral,
            version=referral.version if version is None else version,
            step=step,
            actor=actor,
            by=by,
            at=at,
            rules=self.rules,
            values=StepValues(**{**NEEDED.get(step, {}), **values}),
        )

    def events(self, referral: Referral) -> list[ReferralEvent]:
        """Return what happened, in order."""
        query = select(ReferralEvent).where(ReferralEvent.referral_id == referral.id)
        return list(self.session.scalars(query.order_by(ReferralEvent.version)))

    def mails(self) -> list[tuple[str, str]]:
        """Return the mails that were put into the outbox so far: to whom, and which."""
        names = {self.sender.email: "sender", self.receiver_email: "receiver"}
        rows = self.session.execute(
            select(OutboxMessage.recipient, OutboxMessage.kind).order_by(
                OutboxMessage.created_at, OutboxMessage.kind
            )
        )
        return [(names.get(recipient, recipient), kind) for recipient, kind in rows]


def make_desk(
    session: Session, *, keyring: Keyring | None = None, clocks: Clocks | None = None
) -> Desk:
    """Return two organisations that know each other, with a caseworker each."""
    address = f"accueil{uuid4().hex}@exemple.invalid"
    receiving = make_organization(session, "Accueil", referral_email=address)
    _, sender = sign_in(session, make_account(session, "Awa Diop"))
    _, receiver = sign_in(
        session,
        make_account(session, "Luc Petit", role=Role.MANAGER, organization_id=receiving),
    )
    return Desk(
        session=session,
        sender=sender,
        receiver=receiver,
        receiver_email=address,
        keyring=keyring or new_keyring(),
        clocks=clocks or Clocks(),
    )
