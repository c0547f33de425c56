"""Migrations run from nothing and over rows, and leave exactly the tables of the models."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from sqlalchemy.types import NullType

from directory.addresses.words import street_key
from directory.models import metadata
from directory.postgres import roles
from directory.postgres.migrate import current_revision, head_revision, upgrade
from directory.postgres.roles import DatabaseUrls
from directory.referrals.receivers import address_digest
from tests.fixtures.cluster import ThrowawayCluster

pytestmark = pytest.mark.engine


@pytest.fixture
def empty_database(cluster: ThrowawayCluster) -> DatabaseUrls:
    """A database with its roles and extensions, before the first migration."""
    name = "never_migrated"
    with roles.connect(cluster.cluster.url(roles.SUPERUSER)) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        roles.create_database(connection, name)
    with roles.connect(cluster.cluster.url(roles.SUPERUSER, name)) as connection:
        roles.prepare_database(connection, cluster.cluster.engine)
    return cluster.cluster.urls(name)


def test_a_row_of_the_first_version_lives_through_every_migration(
    empty_database: DatabaseUrls,
) -> None:
    upgrade(empty_database.owner, revision="0001")
    owner = create_engine(empty_database.owner, poolclass=NullPool)
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organization (name, sort_key, source, source_key)"
                " VALUES ('Entraide', 'entraide', 'test', '1')"
            )
        )
    assert current_revision(owner) != head_revision()

    upgrade(empty_database.owner)

    assert current_revision(owner) == head_revision()
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT name FROM organization")) == "Entraide"


def test_what_was_found_before_postal_codes_counted_has_none(
    empty_database: DatabaseUrls,
) -> None:
    upgrade(empty_database.owner, revision="0006")
    owner = create_engine(empty_database.owner, poolclass=NullPool)
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO geocoded_address (insee_code, street, needs_review, geocoded_at)"
                " VALUES ('06088', '1 rue pasteur', false, '2026-11-20 10:00Z')"
            )
        )

    upgrade(empty_database.owner)

    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO geocoded_address"
                " (insee_code, postal_code, street, needs_review, geocoded_at)"
                " VALUES ('06088', '06100', '1 rue pasteur', false, '2026-11-20 10:00Z')"
            )
        )
        codes = connection.scalars(
            text("SELECT postal_code FROM geocoded_address ORDER BY postal_code")
        )
        assert codes.all() == ["", "06100"]


def test_a_request_that_was_passed_on_learns_where_the_person_agreed(
    empty_database: DatabaseUrls,
) -> None:
    upgrade(empty_database.owner, revision="0012")
    owner = create_engine(empty_database.owner, poolclass=NullPool)
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO organization (id, name, sort_key, source, source_key)"
                " VALUES (1, 'Équipe', 'equipe', 'test', '1')"
            )
        )
        connection.execute(text("SELECT set_config('fanal.organization', '1', true)"))
        # The third was agreed to on another day; the fourth follows it. Nobody was asked for 5, 6.
        for number, parent, day in (
            (1, None, 16), (2, 1, 16), (3, 2, 17), (4, 3, 17), (5, None, None), (6, 5, None)
        ):  # fmt: skip
            connection.execute(
                text(
                    "INSERT INTO referral (id, kind, state, state_since, sender_organization_id,"
                    " snapshot, category_code, parent_id, consent_form, consented_at,"
                    " idempotency_key, created_at) VALUES (:id, 'live', 'sent', :at, 1, '{}',"
                    " 'colis', :parent, :form, :agreed, :id, :at)"
                ),
                {
                    "id": UUID(int=number),
                    "parent": parent and UUID(int=parent),
                    "form": day and "oral",
                    "agreed": day and datetime(2026, 11, day, 8 + number, tzinfo=UTC),
                    "at": datetime(2026, 11, 20, tzinfo=UTC),
                },
            )

    upgrade(empty_database.owner)

    with owner.begin() as connection:
        assert connection.execute(text("SELECT 1 FROM referral")).all() == []
        connection.execute(text("SELECT set_config('fanal.organization', '1', true)"))
        rows = connection.execute(text("SELECT id, consent_origin_id FROM referral ORDER BY id"))
        carried = [(id.int, origin and origin.int) for id, origin in rows]
    assert carried == [(1, None), (2, 1), (3, None), (4, 3), (5, None), (6, 5)]


def test_streets_of_before_are_keyed_as_what_is_typed_now(empty_database: DatabaseUrls) -> None:
    upgrade(empty_database.owner, revision="0015")
    names = {
        "Rue François Ier": "rue francois ier",
        "Boulevard Louis XIV": "boulevard louis xiv",
        "Rue du 2ème Dragons": "rue 2eme dragons",
        "Rue du Second Empire": "rue second empire",
        "Rue Vi": "rue vi",
        "Rond-Point Vi": "rond point vi",
        "Rue du Dix-Neuf Mars": "rue 19 mars",
    }
    owner = create_engine(empty_database.owner, poolclass=NullPool)
    with owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO address_department (code, edition, source, imported_at, streets,"
                " addresses) VALUES ('93', 7, 'essai', '2026-11-20 10:00Z', 7, 0)"
            )
        )
        for name, key in names.items():
            connection.execute(
                text(
                    "INSERT INTO street (department_code, insee_code, city_code, city, name, key,"
                    " is_locality, longitude, latitude)"
                    " VALUES ('93', '93010', '93010', 'Bondy', :name, :key, false, 2.48, 48.9)"
                ),
                {"name": name, "key": key},
            )

    upgrade(empty_database.owner)

    with owner.connect() as connection:
        keys = connection.execute(text("SELECT name, key FROM street")).all()
        assert [key for _name, key in keys] == [street_key(name) for name, _key in keys]
        assert connection.scalar(text("SELECT edition FROM address_department")) == 8


_LINKS_OF_BEFORE = """
INSERT INTO organization (id, name, sort_key, source, source_key)
VALUES (1, 'Entraide', 'entraide', 'test', '1');
INSERT INTO referral (id, kind, state, state_since, sender_organization_id, snapshot,
    category_code, idempotency_key, created_at)
VALUES (gen_random_uuid(), 'live', 'sent', now(), 1, '{}', 'colis', gen_random_uuid(), now());
INSERT INTO answer_link (id, referral_id, token_hash, created_at, expires_at)
SELECT link.id::uuid, referral.id, link.id::bytea, now(), now() + interval '30 days'
FROM referral, (VALUES ('00000000-0000-0000-0000-000000000001'),
    ('00000000-0000-0000-0000-000000000002'), ('00000000-0000-0000-0000-000000000003')) link (id);
INSERT INTO outbox_message (id, kind, recipient, language, values, created_at, due_at)
SELECT gen_random_uuid(), 'request_waiting', went.address, 'fr',
    jsonb_build_object('answer_link_id', '00000000-0000-0000-0000-00000000000' || went.link),
    now(), now()
FROM (VALUES (1, 'Accueil@exemple.invalid'), (1, 'accueil@exemple.invalid'),
    (2, 'faux@exemple.invalid'), (2, 'juste@exemple.invalid')) went (link, address)
"""


def test_a_link_of_before_is_bound_to_the_one_address_it_went_to(
    empty_database: DatabaseUrls,
) -> None:
    upgrade(empty_database.owner, revision="0013")
    with roles.connect(empty_database.superuser) as connection:
        connection.execute(_LINKS_OF_BEFORE.encode())

    upgrade(empty_database.owner)

    with roles.connect(empty_database.superuser) as connection:
        rows = connection.execute("SELECT address_digest FROM answer_link ORDER BY id").fetchall()
        forced = connection.execute(
            "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'answer_link'"
        ).fetchone()
    assert rows == [(address_digest("accueil@exemple.invalid"),), (None,), (None,)]
    assert forced == (True,)


_VERIFIED_OF_BEFORE = """
INSERT INTO organization (id, name, sort_key, source, source_key)
SELECT id, 'Entraide', 'entraide', 'test', id::text FROM generate_series(1, 3) id;
INSERT INTO organization_account (organization_id, departement, created_at)
SELECT id, '93', now() FROM generate_series(1, 3) id;
UPDATE organization_account SET verified_at = now() WHERE organization_id < 3;
UPDATE organization_account SET verified_at = NULL WHERE organization_id = 1
"""


def test_an_organisation_suspended_before_is_told_from_one_that_nobody_verified(
    empty_database: DatabaseUrls,
) -> None:
    upgrade(empty_database.owner, revision="0016")
    with roles.connect(empty_database.superuser) as connection:
        connection.execute(_VERIFIED_OF_BEFORE.encode())

    upgrade(empty_database.owner)

    with roles.connect(empty_database.superuser) as connection:
        rows = connection.execute(
            "SELECT verified_at IS NOT NULL, suspended_at IS NOT NULL FROM organization_account"
            " ORDER BY organization_id"
        ).fetchall()
    assert rows == [(False, True), (True, False), (False, False)]


def test_upgrading_again_changes_nothing(database: DatabaseUrls) -> None:
    upgrade(database.owner)

    owner = create_engine(database.owner, poolclass=NullPool)
    with owner.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == head_revision()


def test_the_tables_are_those_of_the_models(database: DatabaseUrls) -> None:
    owner = create_engine(database.owner, poolclass=NullPool)
    # What the portable engine's places are made of, which SQLAlchemy does not know by name.
    owner.dialect.ischema_names = owner.dialect.ischema_names | {"cube": NullType}
    with owner.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": False,
                "include_object": lambda _thing, name, kind, *_: (
                    (kind, name) != ("table", "spatial_ref_sys")
                ),
            },
        )
        assert compare_metadata(context, metadata) == []
