"""What an operator does with backups, for the tests."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from directory.cli import main
from directory.postgres.addresses import in_database
from directory.postgres.roles import DatabaseUrls


def name_database(monkeypatch: pytest.MonkeyPatch, urls: DatabaseUrls, data_dir: Path) -> None:
    """Let the commands find the database, with each of its roles but the worker's.

    The superuser's address names the server's own database, as compose writes it.
    """
    for variable, value in (
        ("DATABASE_URL", urls.app),
        ("FANAL_MIGRATION_URL", urls.owner),
        ("FANAL_BACKUP_URL", urls.backup),
        ("FANAL_ADMIN_URL", in_database(urls, "postgres").superuser),
        ("FANAL_DATA_DIR", str(data_dir)),
    ):
        monkeypatch.setenv(variable, value)


def restored(file: Path) -> str:
    """Put a backup back, as an operator does; return what the command said."""
    done = CliRunner().invoke(main, ["db", "restore", "--yes", str(file)])
    assert done.exit_code == 0, done.output
    return done.output
