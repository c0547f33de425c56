"""Tell of a request in which other one the person agreed to it, where that was carried over."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE referral ADD COLUMN consent_origin_id UUID",
    # The owner is bound by row-level security too, and would find no row to fill.
    "ALTER TABLE referral NO FORCE ROW LEVEL SECURITY",
    # The same day, form and language, or none of them: nobody asked her anew.
    """
    WITH RECURSIVE pair AS (
        SELECT child.id, parent.id AS parent_id
        FROM referral child JOIN referral parent ON parent.id = child.parent_id
        WHERE (child.consent_form, child.consent_language,
                (child.consented_at AT TIME ZONE 'Europe/Paris')::date)
            IS NOT DISTINCT FROM
            (parent.consent_form, parent.consent_language,
                (parent.consented_at AT TIME ZONE 'Europe/Paris')::date)
    ), carried AS (
        SELECT pair.id, pair.parent_id AS origin_id FROM pair
        WHERE pair.parent_id NOT IN (SELECT id FROM pair)
        UNION ALL
        SELECT pair.id, carried.origin_id FROM carried JOIN pair ON pair.parent_id = carried.id
    )
    UPDATE referral SET consent_origin_id = carried.origin_id
    FROM carried WHERE referral.id = carried.id
    """,
    "ALTER TABLE referral FORCE ROW LEVEL SECURITY",
    # Few requests are in it, and none of those that other rows wait for: built in a moment.
    """
    CREATE INDEX ix_referral_consent_origin_id ON referral (consent_origin_id)
        WHERE consent_origin_id IS NOT NULL
    """,
)


def upgrade() -> None:
    """Add the column, and fill it for the requests that follow another."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
