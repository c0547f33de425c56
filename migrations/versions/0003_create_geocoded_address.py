"""Create the memory of what was found for the addresses of listings."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE geocoded_address (
        insee_code TEXT NOT NULL,
        street TEXT NOT NULL,
        label TEXT,
        latitude DOUBLE PRECISION,
        longitude DOUBLE PRECISION,
        precision TEXT,
        score DOUBLE PRECISION,
        citycode TEXT,
        needs_review BOOLEAN NOT NULL,
        source TEXT,
        geocoded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_geocoded_address PRIMARY KEY (insee_code, street),
        CONSTRAINT ck_geocoded_address_whole_position
            CHECK ((latitude IS NULL) = (longitude IS NULL))
    )
    """,
)


def upgrade() -> None:
    """Create the table. What people type is not kept here, nor anywhere on disk."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
