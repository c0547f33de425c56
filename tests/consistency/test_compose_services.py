"""The services of the compose file, run as programs in its order: secrets, database, web, worker.

There are no containers here, but everything else is as there: a server that asks for passwords, and
each program with its own folder of secrets and nothing else.
"""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError

import psycopg
import pytest
import yaml

from bench.post_office import PostOffice, post_office
from directory.db import make_engine, make_sessions, unit_of_work
from directory.errors import Unavailable
from directory.outbox.actions import put_message
from directory.postgres.engines import Programs, find_programs
from directory.postgres.roles import connect
from directory.postgres.server_user import ServerUser, server_user
from tests.conftest import skip_or_fail
from tests.fixtures.cluster import open_folder
from tests.fixtures.installation import free_port, wait_until

ROOT = Path(__file__).parents[2]

#: Where the programs of the compose file are.
PROGRAMS = "directory.cli.compose"

#: Where nobody can make a folder, not even an administrator: the image without a volume.
READ_ONLY = "/proc/read-only"

#: What `.env` says of mails.
MAILS = {
    "FANAL_PUBLIC_URL": "https://fanal.exemple.fr",
    "FANAL_MAIL_FROM": "ne-pas-repondre@fanal.exemple.fr",
    "FANAL_MAIL_URL": "smtp://127.0.0.1:1025",
}

PATIENCE_S = 60


@cache
def compose_file() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return found["services"]  # type: ignore[no-any-return]


@dataclass
class Composed:
    """What `docker compose up` would have: secrets for each service, and a running database."""

    secrets: Path
    data: Path
    database_port: int

    def environment(self, service: str) -> dict[str, str]:
        """Return the environment of a service: its secrets and its volumes, nothing of ours."""
        volumes = "\n".join(compose_file()[service]["volumes"])
        (secrets,) = re.findall(r"^secrets-(\w+):/run/secrets:ro$", volumes, re.M)
        has_data = re.search(r":/var/lib/fanal(/backups)?$", volumes, re.M)
        return {
            "PATH": os.environ["PATH"],
            "FANAL_SECRETS_DIR": str(self.secrets / secrets),
            "FANAL_DATA_DIR": str(self.data) if has_data else READ_ONLY,
            "FANAL_GEOCODER_URL": "",
        }

    def run(self, service: str, *command: str, **settings: str) -> str:
        """Run a program of a service to its end, and return what it said."""
        ended = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment(service) | settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def fanal(self, *command: str, **settings: str) -> str:
        """Run a command by the service that is there for it."""
        return self.run("tools", "-m", "directory.cli", *command, **settings)


@pytest.fixture(scope="module")
def postgis() -> Programs:
    try:
        return find_programs("postgis")
    except Unavailable:
        skip_or_fail("PostGIS is not on this machine")
        raise


@pytest.fixture(scope="module")
def composed(postgis: Programs) -> Iterator[Composed]:
    """Run `init`, start a server that asks for the password it made, then run `migrate`."""
    with open_folder() as folder:
        services = Composed(folder / "secrets", folder / "data", free_port())
        services.data.mkdir()
        init = [sys.executable, "-m", f"{PROGRAMS}.make_secrets", str(services.secrets)]
        address = {"FANAL_DATABASE_ADDRESS": f"127.0.0.1:{services.database_port}"}
        subprocess.run(init, check=True, cwd=ROOT, env={**os.environ, **address})
        user = start_server(postgis, folder, services)
        try:
            services.run("migrate", "-m", f"{PROGRAMS}.prepare_database")
            services.run("migrate", "-m", "directory.cli", "db", "upgrade")
            yield services
        finally:
            user.run(
                postgis.path("pg_ctl"), "stop", "-w", "-m", "immediate", "-D", folder / "postgres"
            )


def start_server(programs: Programs, folder: Path, services: Composed) -> ServerUser:
    """Start a server on a port of this machine, with the superuser's password."""
    pgdata = folder / "postgres"
    user = server_user(pgdata)
    user.own(pgdata)
    password = pgdata.with_name("password")
    password.write_text((services.secrets / "database" / "superuser_password").read_text())
    password.chmod(0o644)
    made = user.run(
        *(programs.path("initdb"), "-D", pgdata, "-U", "postgres", "-A", "scram-sha-256"),
        *(f"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
    )
    assert made.returncode == 0, made.stdout
    options = f"-p {services.database_port} -c unix_socket_directories= -c fsync=off"
    started = user.run(
        *(programs.path("pg_ctl"), "start", "-w", "-D", pgdata, "-o", options),
        *("-l", pgdata / "log"),
    )
    assert started.returncode == 0, started.stdout
    return user


def test_the_database_refuses_a_role_without_its_password(composed: Composed) -> None:
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            host="127.0.0.1",
            port=composed.database_port,
            user="fanal_app",
            dbname="fanal",
            password="guess",
        )


def test_the_database_is_given_the_words_and_the_communes(composed: Composed) -> None:
    with connect((composed.secrets / "web" / "database_url").read_text()) as connection:
        for table in ("category", "commune"):
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (ours)
            assert found is not None
            assert found[0] > 0, table


def test_a_backup_is_taken_and_restored_by_the_service_for_commands(composed: Composed) -> None:
    said = composed.fanal("db", "backup")
    (saved,) = (composed.data / "backups").glob("fanal-*.zip")
    assert str(saved) in said
    assert "restaurée" in composed.fanal("db", "restore", "--yes", str(saved))


def test_a_backup_is_taken_by_whoever_migrates(composed: Composed) -> None:
    composed.run("migrate", "-m", "directory.cli", "db", "backup", str(composed.data / "saved"))
    assert (composed.data / "saved").exists()


def test_the_doctor_finds_nothing_wrong(composed: Composed) -> None:
    assert "✗" not in composed.fanal("doctor", **MAILS)


def test_the_first_admin_is_made_by_the_service_for_commands(composed: Composed) -> None:
    said = composed.fanal("accounts", "create-admin", "admin@exemple.fr")
    assert "/invitation/" in said


@pytest.mark.parametrize("names", ["", "fanal.exemple.fr, localhost", ".exemple.fr"])
def test_the_web_serves_with_its_own_secrets_and_is_found_healthy(
    composed: Composed, names: str
) -> None:
    port = free_port()
    more = {"PORT": str(port), "FANAL_WEB_WORKERS": "1", "FANAL_TRUSTED_HOSTS": names}
    environment = composed.environment("web") | more
    command = [sys.executable, "-m", "directory.cli", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as web:
        try:
            assert becomes_healthy(environment)
            host = "exemple.fr" if names == ".exemple.fr" else "localhost"
            wait_until(lambda: is_ready(port, host), seconds=PATIENCE_S)
        finally:
            web.send_signal(signal.SIGTERM)
            assert web.wait(PATIENCE_S) in (0, -signal.SIGTERM)


def is_ready(port: int, host: str) -> bool:
    """Tell whether the web reaches its database; on a busy machine it first says « not yet »."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    try:
        with urllib.request.urlopen(asked, timeout=5) as ready:  # noqa: S310 (of this machine)
            return bool(ready.status == 200)
    except (URLError, TimeoutError):
        return False


def becomes_healthy(environment: dict[str, str]) -> bool:
    """Run the healthcheck of the image until it is satisfied."""
    deadline = time.monotonic() + PATIENCE_S
    command = [sys.executable, "-m", f"{PROGRAMS}.is_healthy"]
    while time.monotonic() < deadline:
        asked = subprocess.run(
            command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, check=False
        )
        if asked.returncode == 0:
            return True
        time.sleep(0.2)
    return False


def test_the_worker_runs_with_its_own_secrets_and_stops_when_told(
    composed: Composed, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "directory.cli", "worker"]
    environment, told = composed.environment("worker"), tmp_path / "worker.log"
    with (
        told.open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as worker,
    ):
        try:
            wait_until(lambda: "task_done" in told.read_text(), seconds=PATIENCE_S)
            composed.run("worker", "-m", f"{PROGRAMS}.is_healthy", "worker")
            assert worker.poll() is None, "it ended by itself"
        finally:
            worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_S) == 0


def test_the_worker_sends_what_the_web_put_into_the_outbox(composed: Composed) -> None:
    with post_office() as office:
        engine = make_engine((composed.secrets / "web" / "database_url").read_text())
        with unit_of_work(make_sessions(engine)) as session:
            put_message(
                session,
                kind="password_changed",
                recipient="awa@exemple.fr",
                values={},
                at=datetime.now(UTC),
            )
        engine.dispose()
        environment = composed.environment("worker") | MAILS | {"FANAL_MAIL_URL": office.url}
        command = [sys.executable, "-m", "directory.cli", "worker"]
        with subprocess.Popen(command, cwd=ROOT, env=environment) as worker:
            deadline = time.monotonic() + PATIENCE_S
            while "awa@exemple.fr" not in received(office) and time.monotonic() < deadline:
                time.sleep(0.1)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(PATIENCE_S) == 0
    assert "awa@exemple.fr" in received(office)


def received(office: PostOffice) -> list[str]:
    """Return to whom mails came."""
    return [str(mail["To"]) for mail in office.mails]
