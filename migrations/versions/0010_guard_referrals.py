"""Say who may see and change the rows of referrals, and write down every change."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

#: Who asks, as `directory.privacy.scope` says it for the transaction; nothing said, no row.
ORGANIZATION = "nullif(current_setting('fanal.organization', true), '')::bigint"
REFERRAL = "nullif(current_setting('fanal.referral', true), '')::uuid"
ANSWER_LINK = "decode(nullif(current_setting('fanal.answer_link', true), ''), 'hex')"
DEPARTEMENTS = "coalesce(current_setting('fanal.departements', true), '')"

_VISIBLE = "EXISTS (SELECT 1 FROM referral r WHERE r.id = referral_id{condition})"
#: The receiver is shut out at once when the person takes back her consent.
_SHARED = f" AND (r.sender_organization_id = {ORGANIZATION} OR r.consent_withdrawn_at IS NULL)"

#: table -> which rows. Policies on the other tables read `referral` under its own policy. What was
#: never sent is its team's alone: a draft that was given up is cancelled, and no draft any more.
POLICIES = {
    "referral": f"sender_organization_id = {ORGANIZATION}"
    f" OR (receiver_organization_id = {ORGANIZATION} AND kind = 'live' AND sent_at IS NOT NULL)"
    f" OR id = {REFERRAL}",
    "referral_event": _VISIBLE.format(condition=""),
    "referral_key": _VISIBLE.format(condition=_SHARED),
    "referral_field": _VISIBLE.format(
        condition=f" AND (r.sender_organization_id = {ORGANIZATION}"
        " OR (r.consent_withdrawn_at IS NULL"
        " AND (NOT is_contact OR r.state IN ('accepted', 'closed'))))"
    ),
    "referral_note": f"(is_shared OR organization_id = {ORGANIZATION}) AND "
    + _VISIBLE.format(condition=_SHARED),
    "answer_link": f"token_hash = {ANSWER_LINK} OR " + _VISIBLE.format(condition=""),
    "referral_figure": f"sender_organization_id = {ORGANIZATION}"
    f" OR receiver_organization_id = {ORGANIZATION} OR id = {REFERRAL}"
    f" OR {DEPARTEMENTS} = '*' OR departement = ANY (string_to_array({DEPARTEMENTS}, ','))",
}

#: table -> column that names a row in the audit.
AUDITED = {
    "account": "id",
    "organization_account": "organization_id",
    "membership": "id",
    "territory_admin": "account_id",
    "referral": "id",
    "referral_key": "referral_id",
    "referral_field": "referral_id",
    "referral_note": "id",
    "answer_link": "id",
}

LOCKS = (
    # Who reads a file writes a line here, and reads only those of its own organisation's files.
    "ALTER TABLE access_entry ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE access_entry FORCE ROW LEVEL SECURITY",
    f"""
    CREATE POLICY own_files ON access_entry FOR SELECT
        USING (owner_organization_id = {ORGANIZATION})
    """,
    "CREATE POLICY anyone_is_noted ON access_entry FOR INSERT WITH CHECK (true)",
    # Nobody writes in the name of another organisation, nor takes its requests over.
    f"""
    CREATE POLICY made_by_its_sender ON referral AS RESTRICTIVE FOR INSERT
        WITH CHECK (sender_organization_id = {ORGANIZATION})
    """,
    # Names of columns only: their values may be somebody's. Which ones is said of an update; the
    # retention job deletes a million rows in a minute, so nothing is computed that is not told.
    """
    CREATE FUNCTION write_audit() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        written record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        named text;
        changed text[] := '{}';
    BEGIN
        IF TG_ARGV[0] = 'referral_id' THEN named := written.referral_id;
        ELSIF TG_ARGV[0] = 'id' THEN named := written.id;
        ELSIF TG_ARGV[0] = 'organization_id' THEN named := written.organization_id;
        ELSE named := written.account_id;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            changed := ARRAY(
                SELECT present.key FROM jsonb_each(to_jsonb(NEW)) present
                JOIN jsonb_each(to_jsonb(OLD)) former USING (key)
                WHERE present.value IS DISTINCT FROM former.value ORDER BY key
            );
        END IF;
        INSERT INTO audit_entry
            (at, table_name, row_id, operation, columns, account_id, organization_id, database_role)
        VALUES (
            clock_timestamp(), TG_TABLE_NAME, named, TG_OP, changed,
            nullif(current_setting('fanal.account', true), '')::bigint,
            nullif(current_setting('fanal.organization', true), '')::bigint, session_user
        );
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME;
    END $$
    """,
    *(
        f"CREATE TRIGGER never_changed BEFORE UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in ("referral_event", "access_entry", "audit_entry", "audit_seal")
    ),
    """
    CREATE TRIGGER sender_never_changed BEFORE UPDATE OF sender_organization_id ON referral
        FOR EACH ROW WHEN (NEW.sender_organization_id <> OLD.sender_organization_id)
        EXECUTE FUNCTION refuse_change()
    """,
    # What leaves with everything in it is told by the audit too, which is sealed.
    """
    CREATE TRIGGER audited AFTER INSERT ON access_entry
        FOR EACH ROW WHEN (NEW.what IN ('export', 'disclosure'))
        EXECUTE FUNCTION write_audit('referral_id')
    """,
    # The application neither rewrites what happened nor deletes it; the retention job deletes.
    """
    DO $$ BEGIN
        IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'fanal_app') THEN
            REVOKE ALL ON audit_entry, audit_seal FROM fanal_app;
            REVOKE UPDATE, DELETE ON access_entry, referral_event FROM fanal_app;
            REVOKE DELETE ON referral, referral_figure FROM fanal_app;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    """Turn row-level security on, which binds the owner too, and start the audit."""
    for table, rows in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_rows ON {table} USING ({rows})")
    for statement in LOCKS:
        op.execute(statement)
    for table, column in AUDITED.items():
        op.execute(
            f"CREATE TRIGGER audited AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION write_audit('{column}')"
        )


def downgrade() -> None:
    """Refuse: migrations go forward only, and a restored backup is the way back."""
    raise NotImplementedError("restore a backup instead")
