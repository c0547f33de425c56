"""Order what serves an area, and count what is near, from their indexes alone."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    "DROP INDEX ix_area_entry_nearest",
    """
    ALTER TABLE area_entry
        ADD COLUMN x DOUBLE PRECISION
            GENERATED ALWAYS AS (cos(radians(latitude)) * cos(radians(longitude))) STORED,
        ADD COLUMN y DOUBLE PRECISION
            GENERATED ALWAYS AS (cos(radians(latitude)) * sin(radians(longitude))) STORED,
        ADD COLUMN z DOUBLE PRECISION
            GENERATED ALWAYS AS (sin(radians(latitude))) STORED
    """,
    "CREATE INDEX ix_area_entry_nearest ON area_entry (area_code, reach, category_id)"
    " INCLUDE (service_at_location_id, latitude, longitude, x, y, z, is_for_professionals)",
    "CREATE INDEX ix_area_entry_country ON area_entry USING gist (reach, loc)"
    " WHERE area_code = 'france:FR'",
    "CREATE INDEX ix_search_entry_category_spot ON search_entry"
    " USING gist (category_id, point(longitude, latitude))"
    " INCLUDE (longitude, latitude, is_for_professionals)",
    "CREATE INDEX ix_search_entry_spot ON search_entry USING gist (point(longitude, latitude))"
    " INCLUDE (longitude, latitude, is_for_professionals, category_id) WHERE category_id > 0",
)


def upgrade() -> None:
    """Make the indexes hold all that is read."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
