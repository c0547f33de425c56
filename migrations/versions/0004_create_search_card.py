"""Keep what is shown of a place apart from what a search looks at.

Entries of two kilobytes each made every search read pages for columns that it does not show.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE search_card (
        service_at_location_id BIGINT NOT NULL,
        card JSON NOT NULL,
        details JSON NOT NULL,
        CONSTRAINT pk_search_card PRIMARY KEY (service_at_location_id),
        CONSTRAINT fk_search_card_service_at_location_id_search_entry
            FOREIGN KEY(service_at_location_id)
            REFERENCES search_entry (service_at_location_id) ON DELETE CASCADE
    )
    """,
    """
    INSERT INTO search_card (service_at_location_id, card, details)
    SELECT service_at_location_id, card, details FROM search_entry
    """,
    # The type is set only to write the table anew: dropped columns keep their room otherwise.
    """
    ALTER TABLE search_entry
        DROP COLUMN card,
        DROP COLUMN details,
        ALTER COLUMN features TYPE INTEGER USING features + 0
    """,
)


def upgrade() -> None:
    """Move the cards, and make the entries small."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
