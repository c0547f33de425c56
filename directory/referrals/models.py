"""The tables of referrals. What tells who the person is lies sealed in tables of their own.

Row-level security stands on each of them (migration 0010): a connection sees the rows of the
organisation, or of the answer link, that `privacy.scope` named, and none without it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, BigId, Json


class Referral(Base):
    """A request made for a person to a service, and how far it got."""

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("sender_organization_id", "idempotency_key"),
        CheckConstraint("kind IN ('live', 'logged')", name="kind_known"),
        CheckConstraint(
            "state IN ('draft', 'sent', 'in_review', 'info_requested', 'waitlisted', 'accepted',"
            " 'refused', 'redirected', 'cancelled', 'expired', 'logged', 'closed')",
            name="state_known",
        ),
        CheckConstraint("consent_form IN ('oral', 'written')", name="consent_form_known"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_has_outcome"),
        CheckConstraint(
            "state <> 'refused' OR refusal_reason IS NOT NULL", name="refused_has_reason"
        ),
        Index("ix_referral_sender_organization_id_state", "sender_organization_id", "state"),
        Index("ix_referral_receiver_organization_id_state", "receiver_organization_id", "state"),
        Index("ix_referral_code_index", "sender_organization_id", "code_index"),
        Index("ix_referral_parent_id", "parent_id"),
        Index(
            "ix_referral_consent_origin_id",
            "consent_origin_id",
            postgresql_where=text("consent_origin_id IS NOT NULL"),
        ),
        Index("ix_referral_clock_at", "clock_at", postgresql_where=text("clock_at IS NOT NULL")),
    )

    #: UUID4, made by the client.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    #: Grows by one with each change; a change names the version it was decided on.
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    #: Since when it is in this state.
    state_since: Mapped[datetime]
    sender_organization_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organization.id"))
    sender_account_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="SET NULL")
    )
    #: Whose service it is; None once that organisation is gone.
    receiver_organization_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organization.id", ondelete="SET NULL")
    )
    service_at_location_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="SET NULL")
    )
    #: The service as it was told when the request was made (`snapshots.Snapshot`).
    snapshot: Mapped[Json]
    category_code: Mapped[str]
    #: Commune for which help is sought; figures are told by it.
    insee_code: Mapped[str | None]
    #: Coded needs: kinds of help besides the service's own.
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    #: Conditions of the service, as ticked: [{"code", "is_met"}].
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )
    #: Documents to bring, as ticked: [{"code", "is_ready"}].
    documents: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'")
    )
    is_urgent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: The refused or redirected request this one follows.
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("referral.id", ondelete="SET NULL"))
    #: Keyed digest of the person's code within the sending organisation; None once erased.
    code_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    consent_form: Mapped[str | None]
    consented_at: Mapped[datetime | None]
    #: Language in which the text of the consent was shown, and its version.
    consent_language: Mapped[str | None]
    consent_version: Mapped[int | None]
    #: The request in which that was settled, when it was carried over from there; None: in this
    #: one. It outlives that request, so that those which share an agreement stay known.
    consent_origin_id: Mapped[UUID | None]
    #: The person agrees that a receiver passes the request on to another service.
    allows_redirection: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    consent_withdrawn_at: Mapped[datetime | None]
    idempotency_key: Mapped[UUID]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    #: When the receiver first answered, asked or decided; to have read it is no answer.
    first_answered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    #: When it came to an end: refused, redirected, cancelled, expired or closed.
    ended_at: Mapped[datetime | None]
    #: When the waiting list is looked at again.
    review_on: Mapped[date | None]
    appointment_at: Mapped[datetime | None]
    refusal_reason: Mapped[str | None]
    #: When a service without room expects some again.
    available_on: Mapped[date | None]
    cancel_reason: Mapped[str | None]
    outcome: Mapped[str | None]
    #: How many reminders went out in this state.
    reminders: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: When the clock next has something to do about it; None: never.
    clock_at: Mapped[datetime | None]
    #: When the key of its sealed fields was destroyed.
    erased_at: Mapped[datetime | None]


class ReferralEvent(Base):
    """One step of a referral. Never changed; it tells codes and dates, no free text."""

    __tablename__ = "referral_event"
    __table_args__ = (
        UniqueConstraint("referral_id", "version"),
        CheckConstraint("actor IN ('sender', 'receiver', 'clock')", name="actor_known"),
    )

    id: Mapped[BigId]
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    #: The version of the referral that this step made.
    version: Mapped[int]
    at: Mapped[datetime]
    #: `steps.Step`: `send`, `accept`, `refuse`, `remind`…
    step: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    actor: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    #: Coded details: reason, outcome, dates.
    details: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))


class ReferralKey(Base):
    """The data key of one referral, wrapped by the master key. Destroying it erases the fields."""

    __tablename__ = "referral_key"

    referral_id: Mapped[UUID] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True
    )
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class ReferralField(Base):
    """One sealed value of a referral: code, first name, birth year, telephone, text…"""

    __tablename__ = "referral_field"

    referral_id: Mapped[UUID] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True
    )
    #: `fields.FieldName`.
    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    #: The receiver sees it only once it accepted.
    is_contact: Mapped[bool]
    #: Its own end date, besides the general ones; None: only those.
    erase_on: Mapped[date | None]


class ReferralNote(Base):
    """A sealed note: of one organisation only, or shared by both."""

    __tablename__ = "referral_note"
    __table_args__ = (Index("ix_referral_note_referral_id", "referral_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    #: Who wrote it; None for a receiver without an account.
    organization_id: Mapped[int | None] = mapped_column(BigInteger)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
    is_shared: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class AnswerLink(Base):
    """A link by which a receiver answers one referral without an account."""

    __tablename__ = "answer_link"
    __table_args__ = (Index("ix_answer_link_referral_id", "referral_id"),)

    #: The token is derived from it, and only its SHA-256 is here.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    #: SHA-256 of the address it went to; it opens while that one is on file. None: nobody knows.
    address_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Slip(Base):
    """A sheet handed over, known by a code only: nothing of the person, nor of who gave it."""

    __tablename__ = "slip"

    code: Mapped[str] = mapped_column(primary_key=True)
    service_at_location_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("service_at_location.id", ondelete="CASCADE")
    )
    made_on: Mapped[date] = mapped_column(index=True)


class ReferralFigure(Base):
    """What is counted of one referral: no code, no day. It outlives the referral, unlinked."""

    __tablename__ = "referral_figure"
    __table_args__ = (
        Index("ix_referral_figure_sender_organization_id", "sender_organization_id", "month_on"),
        Index(
            "ix_referral_figure_receiver_organization_id", "receiver_organization_id", "month_on"
        ),
        Index("ix_referral_figure_departement", "departement", "month_on"),
    )

    #: The referral's; a random one once that is gone.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: First day of the month it was made in.
    month_on: Mapped[date]
    sender_organization_id: Mapped[int] = mapped_column(BigInteger)
    receiver_organization_id: Mapped[int | None] = mapped_column(BigInteger)
    departement: Mapped[str | None]
    insee_code: Mapped[str | None]
    category_code: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    is_urgent: Mapped[bool]
    refusal_reason: Mapped[str | None]
    outcome: Mapped[str | None]
    #: Whole hours from sending to the first answer, to acceptance, and to the known outcome.
    first_answer_h: Mapped[int | None]
    acceptance_h: Mapped[int | None]
    outcome_h: Mapped[int | None]
