"""Tell apart the streets of one name that a commune has under several postal codes."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE geocoded_address ADD COLUMN postal_code TEXT DEFAULT '' NOT NULL",
    """
    ALTER TABLE geocoded_address
        DROP CONSTRAINT pk_geocoded_address,
        ADD CONSTRAINT pk_geocoded_address PRIMARY KEY (insee_code, postal_code, street)
    """,
)


def upgrade() -> None:
    """Add the code to the key. What was found before stands for addresses without a code."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
