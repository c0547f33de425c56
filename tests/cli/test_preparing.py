"""`fanal db prepare`: a PostgreSQL server of one's own, without containers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

from directory.cli import main
from directory.postgres import roles
from directory.postgres.geo_schema import Engine
from directory.postgres.roles import DatabaseUrls


@pytest.fixture
def admin(
    database: DatabaseUrls,
    engine_name: Engine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[str]:
    """The superuser's address, where the settings name a database that is not made yet."""
    if engine_name != "postgis":
        pytest.skip("a server of one's own has PostGIS")

    def named(url: str, name: str) -> str:
        return make_url(url).set(database=name).render_as_string(hide_password=False)

    admin = named(database.superuser, "postgres")
    for variable, value in (
        ("DATABASE_URL", named(database.app, "prepared")),
        ("FANAL_WORKER_URL", named(database.worker, "prepared")),
        ("FANAL_MIGRATION_URL", named(database.owner, "prepared")),
        ("FANAL_BACKUP_URL", named(database.backup, "prepared")),
        ("FANAL_ADMIN_URL", admin),
        ("FANAL_DATA_DIR", str(tmp_path)),
    ):
        monkeypatch.setenv(variable, value)
    yield admin
    with roles.connect(admin) as connection:
        connection.execute("DROP DATABASE IF EXISTS prepared WITH (FORCE)")


def fanal(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["db", *arguments])


def test_a_prepared_server_takes_the_migrations(admin: str) -> None:
    for _ in range(2):
        done = fanal("prepare")
        assert done.exit_code == 0, done.output
    assert "fanal db upgrade" in done.output
    upgraded = fanal("upgrade")
    assert upgraded.exit_code == 0, upgraded.output


def test_a_database_that_was_not_prepared_is_told_how(admin: str) -> None:
    with roles.connect(admin) as connection:
        connection.execute("CREATE DATABASE prepared OWNER fanal_owner TEMPLATE template0")
    refused = fanal("upgrade")
    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    assert "fanal db prepare" in refused.output


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FANAL_WORKER_URL", "postgresql://fanal_app:s3cret@somewhere/prepared"),
        ("FANAL_BACKUP_URL", "postgresql://fanal_backup:s3cret@somewhere/other"),
        ("FANAL_MIGRATION_URL", None),
        ("FANAL_ADMIN_URL", None),
    ],
)
def test_an_address_that_is_not_its_roles_is_named_and_changes_nothing(
    admin: str, monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None
) -> None:
    monkeypatch.delenv(variable)
    if value is not None:
        monkeypatch.setenv(variable, value)
    refused = fanal("prepare")
    assert refused.exit_code == 1
    assert variable in refused.output
    assert "s3cret" not in refused.output
    with roles.connect(admin) as connection:
        assert not connection.execute(
            "SELECT FROM pg_database WHERE datname = 'prepared'"
        ).fetchall()


def test_the_private_database_needs_no_preparing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path))
    refused = fanal("prepare")
    assert refused.exit_code == 1
    assert "fanal up" in refused.output
