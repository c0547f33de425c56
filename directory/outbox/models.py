"""The table of mails to send and sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.db import Base, Json


class OutboxMessage(Base):
    """One mail: which text, to whom, and how far it got. It holds nothing of a person helped.

    A link in it is not stored: its token is derived when the mail is written.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'dropped', 'dead')", name="state_known"),
        Index("ix_outbox_message_due", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_outbox_message_dead", "created_at", postgresql_where=text("state = 'dead'")),
    )

    #: Made by the client; the Message-ID derives from it, so that a doubled mail shows as one.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    #: Which text (`outbox.texts`): `request_waiting`, `request_reminder`, `invitation`…
    kind: Mapped[str]
    #: Address of a service or of a colleague; the line is deleted when no longer needed.
    recipient: Mapped[str]
    #: Language of the text.
    language: Mapped[str] = mapped_column(default="fr", server_default="fr")
    #: What the text needs: identifiers only (`answer_link_id`, `account_link_id`, `referral_id`).
    values: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    #: `dropped`: its link was ended before it left. `dead`: every try failed.
    state: Mapped[str] = mapped_column(default="waiting", server_default="waiting")
    created_at: Mapped[datetime]
    #: Not before this instant.
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: `vocabulary.Failure` of the last try, never the server's text.
    last_error: Mapped[str | None]
    #: When it was last tried, or dropped.
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
