"""Date a second factor that awaits its first code, so that it stops waiting."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# One of before has no date, and counts as ended.
STATEMENTS = ("ALTER TABLE account ADD COLUMN totp_candidate_at TIMESTAMP WITH TIME ZONE",)


def upgrade() -> None:
    """Add the column."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
