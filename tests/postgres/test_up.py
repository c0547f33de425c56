"""`fanal up` as a person runs it: real processes, killed in every order."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from directory.paths import PACKAGE
from directory.postgres import roles
from directory.postgres.geo_schema import Engine
from directory.postgres.roles import DatabaseUrls
from tests.fixtures.cluster import open_folder

pytestmark = pytest.mark.engine


@dataclass
class Installation:
    """A data folder, a port, and the `fanal up` that were started on them."""

    data_dir: Path
    engine: Engine
    port: int
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("FANAL_")}
        return kept | {
            "FANAL_DATA_DIR": str(self.data_dir),
            "FANAL_ENGINE": self.engine,
            "FANAL_WEB_WORKERS": "1",
            "FANAL_DEMONSTRATION": "false",
            "PORT": str(self.port),
            **self.extra,
        }

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "directory.cli", *words],
            env=self.environment, cwd=PACKAGE.parent, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    def up(self) -> psutil.Process:
        """Start `fanal up`, unless the test before left it running, and wait until it answers."""
        if not self.started or self.started[-1].poll() is not None:
            with (self.data_dir.parent / "up.log").open("a") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", "directory.cli", "up"],
                    env=self.environment, cwd=PACKAGE.parent, stdout=log, stderr=log, text=True,
                )  # fmt: skip
            self.started.append(process)
        wait_until(self.is_ready, seconds=40)
        return psutil.Process(self.started[-1].pid)

    def kill_parent(self) -> None:
        """Kill `fanal up` alone, without a chance to tidy up."""
        self.started[-1].kill()
        self.started[-1].wait()

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/readyz")
            status: int = connection.getresponse().status
            return status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def server_pid(self) -> int | None:
        """Return the number of the living database server."""
        lock = self.data_dir / "postgres" / "postmaster.pid"
        if not lock.exists():
            return None
        pid = int(lock.read_text().split("\n")[0])
        return pid if is_running(pid) else None

    def clear(self) -> None:
        """Stop whatever runs."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.command("down")
        wait_until(lambda: not holds(self.port), seconds=10)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def holds(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    assert installation.is_ready()


def test_down_stops_everything(installation: Installation) -> None:
    installation.up()
    assert installation.command("down").returncode == 0
    assert installation.started[-1].wait(5) == 0
    assert not holds(installation.port)
    assert installation.server_pid() is None


def test_a_signal_stops_everything_within_ten_seconds(installation: Installation) -> None:
    whole = [process := installation.up(), *process.children(recursive=True)]
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert installation.started[-1].wait(10) == 0
    assert time.monotonic() - begun < 10
    assert [child for child in whole if is_running(child.pid)] == []
    assert installation.server_pid() is None


def test_a_killed_parent_frees_the_port_and_leaves_a_database_that_down_stops(
    installation: Installation,
) -> None:
    process = installation.up()
    children = process.children(recursive=True)
    server = installation.server_pid()
    installation.kill_parent()
    wait_until(lambda: not any(is_running(child.pid) for child in children), seconds=5)
    assert not holds(installation.port)
    assert installation.server_pid() == server
    assert installation.command("down").returncode == 0
    assert installation.server_pid() is None


def test_it_starts_again_after_everything_was_killed(installation: Installation) -> None:
    process = installation.up()
    children = process.children(recursive=True)
    installation.kill_parent()
    for victim in (*children, psutil.Process(installation.server_pid())):
        with suppress(psutil.NoSuchProcess):
            victim.kill()
    installation.up()


def test_it_reuses_the_database_a_killed_parent_left(installation: Installation) -> None:
    installation.up()
    server = installation.server_pid()
    installation.kill_parent()
    installation.up()
    assert installation.server_pid() == server


def test_a_child_that_dies_is_started_again(installation: Installation) -> None:
    process = installation.up()
    for child in process.children():
        child.kill()
    wait_until(lambda: len(process.children()) == 2 and installation.is_ready(), seconds=15)


def test_a_database_that_dies_is_started_again(installation: Installation) -> None:
    installation.up()
    os.kill(installation.server_pid() or 0, signal.SIGKILL)
    wait_until(lambda: not installation.is_ready(), seconds=5)
    wait_until(installation.is_ready, seconds=15)


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
    assert installation.is_ready()


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
