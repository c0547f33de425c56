"""Bind a link to the address it went to: whoever holds a former one answers no more."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE answer_link ADD COLUMN address_digest BYTEA",
    # Row-level security binds the owner too, who would find no link to fill in.
    "ALTER TABLE answer_link NO FORCE ROW LEVEL SECURITY",
    # One that went to two addresses is bound to neither, like one of which no mail is left: it
    # opens nothing, and its page sends a fresh one to the address on file.
    """
    UPDATE answer_link SET address_digest = went.digest
    FROM (
        SELECT values ->> 'answer_link_id' AS id,
               sha256(convert_to(min(lower(recipient)), 'UTF8')) AS digest
        FROM outbox_message
        WHERE values ? 'answer_link_id'
        GROUP BY 1
        HAVING count(DISTINCT lower(recipient)) = 1
    ) went
    WHERE answer_link.id::text = went.id
    """,
    "ALTER TABLE answer_link FORCE ROW LEVEL SECURITY",
)


def upgrade() -> None:
    """Add the digest, and fill it in from the mails that are still there."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
