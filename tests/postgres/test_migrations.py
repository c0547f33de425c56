"""Migrations run from nothing and over rows, and leave exactly the tables of the models."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from sqlalchemy.types import NullType

from directory.models import metadata
from directory.postgres import roles
from directory.postgres.migrate import current_revision, head_revision, upgrade
from directory.postgres.roles import DatabaseUrls
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
