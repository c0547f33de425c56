"""Note when an admin gave a territory back: her account is kept from then on, not for ever."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATEMENTS = ("ALTER TABLE account ADD COLUMN stood_down_at TIMESTAMP WITH TIME ZONE",)


def upgrade() -> None:
    """Add the column."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
