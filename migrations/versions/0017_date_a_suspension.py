"""Tell a suspended organisation from one that nobody verified yet, and shut it out by the rows."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

#: Who asks, as `directory.privacy.scope` says it for the transaction.
ORGANIZATION = "nullif(current_setting('fanal.organization', true), '')::bigint"

_VISIBLE = "EXISTS (SELECT 1 FROM referral r WHERE r.id = referral_id{condition})"
#: The receiver sees nothing once the person took back her consent, or while it is suspended.
_OPEN = (
    "r.consent_withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM organization_account a"
    " WHERE a.organization_id = r.receiver_organization_id AND a.suspended_at IS NOT NULL)"
)
_SHARED = f" AND (r.sender_organization_id = {ORGANIZATION} OR ({_OPEN}))"

#: table -> which rows, in place of those of migration 0010.
POLICIES = {
    "referral_key": _VISIBLE.format(condition=_SHARED),
    "referral_field": _VISIBLE.format(
        condition=f" AND (r.sender_organization_id = {ORGANIZATION}"
        f" OR ({_OPEN} AND (NOT is_contact OR r.state IN ('accepted', 'closed'))))"
    ),
    "referral_note": f"(is_shared OR organization_id = {ORGANIZATION}) AND "
    + _VISIBLE.format(condition=_SHARED),
}

STATEMENTS = (
    "ALTER TABLE organization_account ADD COLUMN suspended_at TIMESTAMP WITH TIME ZONE",
    # It was verified since it was made, or made so, and is no more: the audit names both changes.
    """
    UPDATE organization_account SET suspended_at = changed.at
    FROM (
        SELECT row_id, max(at) AS at FROM audit_entry
        WHERE table_name = 'organization_account' AND operation = 'UPDATE'
          AND 'verified_at' = ANY (columns)
        GROUP BY row_id
    ) changed
    WHERE changed.row_id = organization_account.organization_id::text
      AND organization_account.verified_at IS NULL
    """,
    """
    ALTER TABLE organization_account ADD CONSTRAINT ck_organization_account_suspended_unverified
        CHECK (suspended_at IS NULL OR verified_at IS NULL)
    """,
)


def upgrade() -> None:
    """Add the day, find those suspended before, and have the rows of their requests hidden."""
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rows in POLICIES.items():
        op.execute(f"ALTER POLICY own_rows ON {table} USING ({rows})")


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
