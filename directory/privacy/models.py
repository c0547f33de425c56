"""The tables of who read what, and of what was changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, BigId


class AccessEntry(Base):
    """That somebody read the file of a person: who, which, when. Identifiers only."""

    __tablename__ = "access_entry"
    __table_args__ = (
        Index("ix_access_entry_referral_id", "referral_id"),
        Index("ix_access_entry_owner_organization_id", "owner_organization_id", "at"),
    )

    id: Mapped[BigId]
    at: Mapped[datetime]
    referral_id: Mapped[UUID]
    #: The organisation that follows the person: it may ask who read.
    owner_organization_id: Mapped[int] = mapped_column(BigInteger)
    #: Who read; None when by a link without an account.
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    organization_id: Mapped[int | None] = mapped_column(BigInteger)
    answer_link_id: Mapped[UUID | None]
    #: What was shown: `file`, `contact`, `export`…
    what: Mapped[str]


class AuditEntry(Base):
    """That a row was written: by a trigger, in the same transaction. Values are not copied."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("operation IN ('INSERT', 'UPDATE', 'DELETE')", name="operation_known"),
        Index("ix_audit_entry_table_name_row_id", "table_name", "row_id"),
    )

    id: Mapped[BigId]
    at: Mapped[datetime]
    table_name: Mapped[str]
    row_id: Mapped[str]
    operation: Mapped[str]
    #: Names of the columns that changed.
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    #: Who, as the application said; the database's own role besides.
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    organization_id: Mapped[int | None] = mapped_column(BigInteger)
    database_role: Mapped[str]


class AuditSeal(Base):
    """The chained digest of all audit entries up to one: a changed byte breaks it."""

    __tablename__ = "audit_seal"

    id: Mapped[BigId]
    sealed_at: Mapped[datetime]
    last_entry_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    #: How many entries this seal covers, since the one before.
    entries: Mapped[int]
    #: 16 bytes of each entry's own digest, in the order of their ids: they name what changed.
    marks: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    #: Digest of the seal before; None where it was made before this was kept.
    previous: Mapped[bytes | None] = mapped_column(LargeBinary)
