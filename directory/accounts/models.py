"""The tables of people who sign in, of their organisations and of their sign-ins.

Secrets are never stored as they are: passwords as argon2id, tokens as SHA-256, second factors
sealed under the master key.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.db import Base, BigId
from directory.listings.models import Organization


class Account(Base):
    """A person who signs in. Never the person helped."""

    __tablename__ = "account"

    id: Mapped[BigId]
    #: In small letters, without spaces around.
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    #: argon2id; None until a password is chosen.
    password_hash: Mapped[str | None]
    #: Secret of the second factor, sealed under the master key; None without one.
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: A second factor shown but not yet proved by a code, sealed too.
    totp_candidate: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: When it was shown: it does not wait for long.
    totp_candidate_at: Mapped[datetime | None]
    #: Last time step that was accepted: a code serves once.
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    is_super_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: Shown on the sign-in page of the private server only.
    is_demonstration: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: When a territory was last taken from her; None where none was.
    stood_down_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="account", lazy="raise")


class OrganizationAccount(Base):
    """That an organisation of the listings takes part in referrals, and who checked it."""

    __tablename__ = "organization_account"
    __table_args__ = (
        CheckConstraint("suspended_at IS NULL OR verified_at IS NULL", name="suspended_unverified"),
    )

    organization_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organization.id"), primary_key=True
    )
    is_prescribing: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_receiving: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    #: Département of its seat: its territory's admins look after it.
    departement: Mapped[str]
    #: Where requests for it are announced, besides the address of each service.
    referral_email: Mapped[str | None]
    #: Before a person of an admin's verified it, it neither sends nor receives identity.
    verified_at: Mapped[datetime | None]
    verified_by_account_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="SET NULL")
    )
    #: Since when it is suspended; from the next verification on it is not.
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship(lazy="raise")


class Membership(Base):
    """That somebody acts for an organisation, in a role, until removed."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_account_id_organization_id_present",
            "account_id",
            "organization_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_membership_organization_id", "organization_id"),
        CheckConstraint("role IN ('reader', 'caseworker', 'editor', 'manager')", name="role_known"),
    )

    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE")
    )
    organization_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organization_account.organization_id", ondelete="CASCADE")
    )
    role: Mapped[str]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(back_populates="memberships", lazy="raise")


class TerritoryAdmin(Base):
    """That somebody looks after the organisations of a département."""

    __tablename__ = "territory_admin"

    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    departement: Mapped[str] = mapped_column(primary_key=True)


class Login(Base):
    """A sign-in under way, kept here: ended at logout, password change or loss of role."""

    __tablename__ = "login"
    __table_args__ = (
        Index("ix_login_account_id", "account_id"),
        CheckConstraint("stage IN ('password', 'complete')", name="stage_known"),
    )

    id: Mapped[BigId]
    #: SHA-256 of the cookie's token.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE")
    )
    #: For which organisation the person acts; None for an admin of none.
    organization_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organization_account.organization_id", ondelete="CASCADE")
    )
    #: `password`: the second factor is still awaited, and nothing is open yet.
    stage: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AccountLink(Base):
    """A link sent by mail, to choose a password: an invitation, or a reset. Spent once."""

    __tablename__ = "account_link"
    __table_args__ = (
        CheckConstraint("purpose IN ('invitation', 'reset')", name="purpose_known"),
        CheckConstraint("role IN ('reader', 'caseworker', 'editor', 'manager')", name="role_known"),
        Index("ix_account_link_email", "email"),
    )

    #: UUID as text: the token is derived from it, and only its SHA-256 is here.
    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    email: Mapped[str]
    #: What an invitation opens.
    organization_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organization_account.organization_id", ondelete="CASCADE")
    )
    role: Mapped[str | None]
    invited_by_account_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]


class Throttle(Base):
    """When something was tried lately; shared by all processes."""

    __tablename__ = "throttle"
    __table_args__ = (UniqueConstraint("axis", "key"),)

    id: Mapped[BigId]
    #: What is counted: `sign_in_account`, `sign_in_prefix`, `sign_in_all`, `reset_account`…
    axis: Mapped[str]
    #: Keyed digest of the name or of the address prefix: neither is kept.
    key: Mapped[bytes] = mapped_column(LargeBinary)
    #: The tries of the window under way.
    tried_at: Mapped[list[datetime]] = mapped_column(
        ARRAY(DateTime(timezone=True)), default=list, server_default=text("'{}'")
    )
    last_tried_at: Mapped[datetime]
