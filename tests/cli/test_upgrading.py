"""`fanal db upgrade` while somebody else is at the tables."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from directory.cli import main
from directory.postgres import roles
from directory.postgres.roles import DatabaseUrls


def test_an_upgrade_during_a_backup_says_to_come_back_later(
    fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_MIGRATION_URL", fresh_database.owner)
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path))
    with roles.connect(fresh_database.owner) as busy, busy.transaction():
        busy.execute("LOCK TABLE alembic_version")
        result = CliRunner().invoke(main, ["db", "upgrade"])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), "no traceback"
    assert "rien n'a été changé" in result.output
    assert "recommencez" in result.output
