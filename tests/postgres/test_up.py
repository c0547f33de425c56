"""`fanal up` as a person runs it: real processes, killed in every order."""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from directory.postgres import roles
from directory.postgres.geo_schema import Engine
from directory.postgres.roles import DatabaseUrls
from tests.fixtures.cluster import open_folder
from tests.fixtures.installation import (
    Installation,
    free_port,
    holds,
    is_running,
    wait_until,
)

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def installation(engine_name: Engine) -> Iterator[Installation]:
    """One installation for all: only the first start makes a database."""
    with open_folder() as folder:
        made = Installation(folder / "data", engine_name, free_port())
        yield made
        made.clear()


def test_a_second_start_says_where_the_first_one_answers(installation: Installation) -> None:
    first = installation.up()
    second = installation.command("up")
    assert second.returncode == 1
    assert f"http://127.0.0.1:{installation.port}" in second.stderr
    assert str(first.pid) in second.stderr
    wait_until(installation.is_ready, seconds=30)


def test_down_stops_everything(installation: Installation) -> None:
    installation.up()
    assert installation.command("down").returncode == 0
    assert installation.started[-1].wait(30) == 0
    wait_until(lambda: not holds(installation.port), seconds=30)
    assert installation.server_pid() is None


def test_a_signal_stops_everything_within_ten_seconds(installation: Installation) -> None:
    whole = [process := installation.up(), *process.children(recursive=True)]
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert installation.started[-1].wait(10) == 0
    wait_until(lambda: not any(is_running(each.pid) for each in whole), seconds=10)
    assert time.monotonic() - begun < 10
    assert installation.server_pid() is None


def test_a_killed_parent_frees_the_port_and_leaves_a_database_that_down_stops(
    installation: Installation,
) -> None:
    process = installation.up()
    children = process.children(recursive=True)
    server = installation.server_pid()
    installation.kill_parent()
    wait_until(lambda: not any(is_running(child.pid) for child in children), seconds=30)
    assert not holds(installation.port)
    assert installation.server_pid() == server
    assert installation.command("down").returncode == 0
    assert installation.server_pid() is None


def test_it_starts_again_after_everything_was_killed(installation: Installation) -> None:
    process = installation.up()
    children = process.children(recursive=True)
    installation.kill_parent()
    for victim in children:
        with suppress(psutil.NoSuchProcess):
            victim.kill()
    installation.kill_server()
    installation.up()


def test_it_reuses_the_database_a_killed_parent_left(installation: Installation) -> None:
    installation.up()
    server = installation.server_pid()
    installation.kill_parent()
    installation.up()
    assert installation.server_pid() == server


def test_a_child_that_dies_is_started_again(installation: Installation) -> None:
    process = installation.up()
    killed = set(process.children())
    for child in killed:
        child.kill()

    def are_there_again() -> bool:
        others = set(process.children()) - killed
        return len(others) == 2 and installation.is_ready()

    wait_until(are_there_again, seconds=60)


def test_a_database_that_dies_is_started_again(installation: Installation) -> None:
    installation.up()
    killed = installation.kill_server()
    wait_until(lambda: installation.server_pid() not in (None, killed), seconds=60)
    wait_until(installation.is_ready, seconds=60)


def test_whatever_the_database_meets_at_its_start_it_is_tried_again(
    installation: Installation,
) -> None:
    """A fault of the machine, which no sentence of ours foresaw: here a lock that cannot open."""
    process = installation.up()
    lock = installation.data_dir / "cluster.lock"
    lock.unlink()
    lock.mkdir()
    installation.kill_server()
    wait_until(lambda: "IsADirectoryError" in installation.told(), seconds=30)
    time.sleep(1)
    assert is_running(process.pid)
    assert holds(installation.port), "the web answers that the database is away"
    lock.rmdir()
    wait_until(installation.is_ready, seconds=60)


def test_a_database_that_never_starts_keeps_nobody_from_stopping(
    installation: Installation,
) -> None:
    process = installation.up()
    control = installation.data_dir / "postgres" / "global" / "pg_control"
    away = control.with_name("pg_control.away")
    control.rename(away)
    installation.kill_server()
    wait_until(lambda: installation.server_pid() is None, seconds=30)
    time.sleep(2)
    process.send_signal(signal.SIGTERM)
    try:
        # A start is given a minute (`cluster.START_PATIENCE_S`): it is not waited for.
        assert installation.started[-1].wait(30) == 0
    finally:
        away.rename(control)
    installation.up()


def test_a_taken_port_is_named_with_a_remedy(installation: Installation) -> None:
    installation.command("down")
    with socket.create_server(("127.0.0.1", installation.port)):
        refused = installation.command("up")
    assert refused.returncode == 1
    assert str(installation.port) in refused.stderr
    assert "PORT=" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_doctor_and_a_backup_work_beside_a_running_fanal(installation: Installation) -> None:
    installation.up()
    assert installation.command("db", "backup").returncode == 0
    doctor = installation.command("doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert "✗" not in doctor.stdout
    wait_until(installation.is_ready, seconds=30)


def test_a_named_database_is_used_instead_of_a_private_one(fresh_database: DatabaseUrls) -> None:
    extra = {
        "DATABASE_URL": fresh_database.app,
        "FANAL_MIGRATION_URL": fresh_database.owner,
        "FANAL_WORKER_URL": fresh_database.worker,
    }
    with open_folder() as folder:
        named = Installation(folder / "data", "portable", free_port(), extra=extra)
        try:
            named.up()
            assert not (named.data_dir / "postgres").exists()
            assert named.command("down").returncode == 0
        finally:
            named.clear()
    with roles.connect(fresh_database.app) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM commune").fetchone() == (True,)
