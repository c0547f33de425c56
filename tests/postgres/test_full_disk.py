"""A disk without room is told in a sentence, with what to do, and spoils no record of ours."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from directory.cli import main
from directory.postgres import cluster, roles
from directory.postgres.data_folder import record_engine, recorded_engine
from directory.postgres.engines import Programs
from directory.postgres.roles import DatabaseUrls
from tests.fixtures.cluster import open_folder

TOLD = "Il n'y a plus de place sur le disque."

_FULL = """
CREATE FUNCTION be_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE disk_full USING MESSAGE = 'could not extend file', HINT = 'Check free disk space.';
END $$;
CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON category
    EXECUTE FUNCTION be_full();
"""


@pytest.mark.parametrize(
    "words",
    [
        "initdb: error: could not create directory: No space left on device",
        "FATAL: could not extend file: wrote only 4096 of 8192 bytes\nHINT: Check free disk space.",
    ],
)
def test_a_first_start_without_room_says_so(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_folder() as folder:
        for program, says in {"postgres": "exit 0", "initdb": f"echo '{words}'\nexit 1"}.items():
            (folder / program).write_text(f"#!/bin/sh\n{says}\n")
            (folder / program).chmod(0o755)
        without_room = Programs(engine="postgis", bin_dir=folder, major=15)
        monkeypatch.setattr(cluster, "find_programs", lambda *_args, **_: without_room)
        monkeypatch.setenv("FANAL_DATA_DIR", str(folder / "data"))

        told = CliRunner().invoke(main, ["up"])

    assert told.exit_code == 1
    assert TOLD in told.stderr


def test_a_database_without_room_says_so(
    fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with roles.connect(fresh_database.owner) as connection:
        connection.execute(_FULL)
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path))

    told = CliRunner().invoke(main, ["db", "reindex"])

    assert told.exit_code == 1
    assert TOLD in told.stderr


def test_a_record_of_the_engine_that_was_cut_short_is_none(tmp_path: Path) -> None:
    """As earlier versions left it: written anew at every start, from its beginning on."""
    (tmp_path / "engine").touch()
    assert recorded_engine(tmp_path, "postgis") == "postgis"
    record_engine(tmp_path, "postgis")
    written = (tmp_path / "engine").stat()
    assert recorded_engine(tmp_path, "auto") == "postgis"

    record_engine(tmp_path, "postgis")

    assert (tmp_path / "engine").stat().st_ino == written.st_ino, "it was not touched"
