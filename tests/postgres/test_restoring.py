"""While a restore runs, what somebody is told was stored is stored: nobody writes meanwhile."""

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from psycopg.errors import ReadOnlySqlTransaction

from directory.cli import main
from directory.postgres import roles
from directory.postgres.addresses import in_database
from directory.postgres.backup import back_up
from directory.postgres.read_only import read_only, restore_runs
from directory.postgres.roles import DatabaseUrls
from tests.fixtures.cluster import ThrowawayCluster
from tests.fixtures.installation import wait_until

WRITE = """
INSERT INTO territory_source (name, licence, sha256, loaded_at, communes, approximate)
VALUES (%s, '', '', now(), 0, 0)
"""


@pytest.fixture
def named(
    fresh_database: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> DatabaseUrls:
    """A database that the commands find."""
    for variable, value in (
        ("DATABASE_URL", fresh_database.app),
        ("FANAL_MIGRATION_URL", fresh_database.owner),
        ("FANAL_BACKUP_URL", fresh_database.backup),
        ("FANAL_ADMIN_URL", server_of(fresh_database)),
        ("FANAL_DATA_DIR", str(tmp_path)),
    ):
        monkeypatch.setenv(variable, value)
    return fresh_database


@pytest.fixture
def backup(named: DatabaseUrls, tmp_path: Path) -> Path:
    """A backup of it, of before."""
    back_up(named.backup, tmp_path / "before.zip", at=datetime.now(UTC))
    return tmp_path / "before.zip"


def server_of(urls: DatabaseUrls) -> str:
    return in_database(urls, "postgres").superuser


def name_of(urls: DatabaseUrls) -> str:
    with roles.connect(urls.owner) as connection:
        return connection.info.dbname


def write(urls: DatabaseUrls, what: str) -> None:
    """Store a row as the site does, and return once the database said it is stored."""
    with roles.connect(urls.app) as connection:
        connection.execute(WRITE, [what])


def stored(urls: DatabaseUrls) -> set[str]:
    with roles.connect(urls.app) as connection:
        return {row[0] for row in connection.execute("SELECT name FROM territory_source")}


def restored(*arguments: str) -> str:
    done = CliRunner().invoke(main, ["db", "restore", "--yes", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


class Writer(threading.Thread):
    """Somebody who goes on working, over one connection after the other."""

    def __init__(self, urls: DatabaseUrls) -> None:
        super().__init__()
        self._urls = urls
        self._is_over = threading.Event()
        self.acknowledged: list[str] = []
        self.refused = 0

    def run(self) -> None:
        while not self._is_over.is_set():
            try:
                with roles.connect(self._urls.app) as connection:
                    self._write_on(connection)
            except psycopg.OperationalError:
                time.sleep(0.01)

    def end(self) -> None:
        self._is_over.set()
        self.join()

    def wait_for_one_more(self) -> None:
        """Wait until a row was acknowledged from now on."""
        already = len(self.acknowledged)
        wait_until(lambda: len(self.acknowledged) > already, seconds=30)

    def _write_on(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        while not self._is_over.is_set():
            what = f"{time.monotonic_ns()}"
            try:
                connection.execute(WRITE, [what])
                self.acknowledged.append(what)
            except ReadOnlySqlTransaction:
                self.refused += 1
            time.sleep(0.005)


def test_what_was_acknowledged_while_a_restore_ran_is_lost_nowhere(
    named: DatabaseUrls, backup: Path, tmp_path: Path
) -> None:
    writer = Writer(named)
    writer.start()
    try:
        writer.wait_for_one_more()
        restored(str(backup))
        writer.wait_for_one_more()
    finally:
        writer.end()
    (copy,) = (tmp_path / "backups").glob("fanal-*.zip")
    with zipfile.ZipFile(copy) as archive:
        before = archive.read("data/public.territory_source.copy").decode()
    after = stored(named)
    assert [what for what in writer.acknowledged if what not in before and what not in after] == []
    assert writer.refused
    assert writer.acknowledged[-1] in after


def test_a_restore_that_fails_lets_everybody_write_again(
    named: DatabaseUrls, backup: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(backup) as whole, zipfile.ZipFile(damaged, "w") as part:
        for member in whole.namelist():
            if "commune" not in member:
                part.writestr(member, whole.read(member))

    failed = CliRunner().invoke(main, ["db", "restore", "--yes", str(damaged)])

    assert failed.exit_code == 1
    write(named, "after")
    assert stored(named) == {"after"}


def test_two_restores_do_not_run_at_once(named: DatabaseUrls, backup: Path) -> None:
    with read_only(server_of(named), name_of(named)):
        refused = CliRunner().invoke(main, ["db", "restore", "--yes", str(backup)])
        beside = CliRunner().invoke(main, ["db", "upgrade"])
        examined = CliRunner().invoke(main, ["doctor"])
        with pytest.raises(ReadOnlySqlTransaction):
            write(named, "meanwhile")
    assert refused.exit_code == beside.exit_code == 1
    for each in (refused, beside, examined):
        assert "remise en place" in each.output


KILLED = """
import os, signal, sys
from directory.postgres.read_only import read_only
with read_only(sys.argv[1], sys.argv[2]):
    print("held", flush=True)
    os.kill(os.getpid(), int(sys.argv[3]))
    signal.pause()
"""


def kill_a_restore(urls: DatabaseUrls, number: int) -> None:
    """Have a process hold the database for a restore, and end by a signal."""
    command = [sys.executable, "-c", KILLED, server_of(urls), name_of(urls), str(number)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ)
    assert done.stdout == "held\n", done.stderr
    with roles.connect(urls.owner) as connection:
        # The server notices a moment later that whoever held the lock is gone.
        wait_until(lambda: not restore_runs(connection), seconds=30)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_restore_that_is_stopped_lets_everybody_write_again(
    named: DatabaseUrls, number: signal.Signals
) -> None:
    kill_a_restore(named, number)
    write(named, "after")


def test_after_a_restore_that_was_killed_an_upgrade_lets_everybody_write_again(
    named: DatabaseUrls,
) -> None:
    kill_a_restore(named, signal.SIGKILL)
    with pytest.raises(ReadOnlySqlTransaction):
        write(named, "meanwhile")
    examined = CliRunner().invoke(main, ["doctor"])

    done = CliRunner().invoke(main, ["db", "upgrade"])

    assert done.exit_code == 0, done.output
    write(named, "after")
    assert "laissé la base fermée à l'écriture" in examined.output
    assert "La base accepte les écritures." in CliRunner().invoke(main, ["doctor"]).output


def test_the_private_database_is_written_to_again_at_its_next_start(
    cluster: ThrowawayCluster,
) -> None:
    urls = cluster.cluster.urls()

    with read_only(server_of(urls), name_of(urls)):
        cluster.cluster.start()
        assert is_held(urls)
    assert not is_held(urls)
    kill_a_restore(urls, signal.SIGKILL)
    assert is_held(urls)
    cluster.cluster.start()
    assert not is_held(urls)


def is_held(urls: DatabaseUrls) -> bool:
    """Tell whether whoever connects now may not write."""
    with roles.connect(urls.app) as connection:
        return connection.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
