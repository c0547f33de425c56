"""Keep in each seal of the audit the digest it follows, so that the oldest can be computed too."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Empty for the seals of before: what they follow is in the row before, and rows are never changed.
STATEMENTS = ("ALTER TABLE audit_seal ADD COLUMN previous BYTEA",)


def upgrade() -> None:
    """Add the column."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
