"""The web, the worker and the database, killed without warning and started again."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.serving import HOST
from directory.postgres.cluster import Cluster

_PATIENCE_S = 60.0

#: How much is written between two kills, at random between these, and the longest wait for it.
_WRITTEN = (1, 60)
_LONGEST_LIFE_S = 20.0

#: Answers 200 when the web and its database do.
_READY_VIEW = "/readyz"


class Target(Protocol):
    """What can be killed and started again."""

    @property
    def name(self) -> str:
        """Return what it is called in the counts."""

    def kill(self) -> None:
        """Kill it without warning."""

    def start(self) -> None:
        """Start it."""


@dataclass
class Process:
    """One command of ours, in a process group of its own; killed, none of it is left."""

    name: str
    command: str
    environment: Mapping[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "directory.cli", self.command],
                env=dict(self.environment),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill the whole group with a signal that nothing can catch."""
        assert self.popen is not None, "it was never started"
        os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()


@dataclass(frozen=True, slots=True)
class Database:
    """A private database server; its connections end with it, its transactions are undone."""

    cluster: Cluster
    name: str = "database"

    def kill(self) -> None:
        """Kill the server's first process: the others notice, and end."""
        lock = self.cluster.pgdata / "postmaster.pid"
        os.kill(int(lock.read_text().split("\n")[0]), signal.SIGKILL)

    def start(self) -> None:
        """Start it as `fanal up` does, which waits for what is left of the killed one."""
        self.cluster.start()


@dataclass
class Servers:
    """The web on a port, the worker, and the database of both."""

    web: Process
    worker: Process
    database: Database
    port: int
    kills: Counter[str] = field(default_factory=Counter)
    #: Seconds from each kill until the web answered again, by what was killed, without the worker.
    back_after_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def kill_in_turn(
        self, times: int, chance: random.Random, *, written: Callable[[], int]
    ) -> None:
        """Kill the web, the worker, both at once, the database, and so on; each comes back at once.

        In between, a few requests get through: `written` counts them.
        """
        turns: tuple[tuple[Target, ...], ...] = (
            (self.web,), (self.worker,), (self.web, self.worker), (self.database,)
        )  # fmt: skip
        for number in range(times):
            _wait_for(chance.randint(*_WRITTEN), written)
            targets = turns[number % len(turns)]
            killed_at = time.monotonic()
            for target in targets:
                target.kill()
            for target in targets:
                target.start()
                self.kills[target.name] += 1
            if targets != (self.worker,):
                wait_until_it_answers(self.port)
                self.back_after_s[targets[0].name].append(time.monotonic() - killed_at)


@contextmanager
def web_and_worker(
    environment: Mapping[str, str], folder: Path, cluster: Cluster
) -> Iterator[Servers]:
    """Have both running for the block; nothing of them is left afterwards."""
    port = _free_port()
    told = {**os.environ, **environment, "PORT": str(port), "FANAL_HOST": HOST}
    servers = Servers(
        Process("web", "serve", told, folder / "serve.log"),
        Process("worker", "worker", told, folder / "worker.log"),
        Database(cluster),
        port,
    )
    try:
        servers.web.start()
        servers.worker.start()
        wait_until_it_answers(port)
        yield servers
    finally:
        for process in (servers.web, servers.worker):
            if process.popen is not None:
                process.kill()


def wait_until_it_answers(port: int) -> None:
    """Wait until the web answers, and its database.

    :raise RuntimeError: it does not, for a minute.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", _READY_VIEW)
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
        finally:
            connection.close()
    raise RuntimeError("the web does not come back")


def _wait_for(more: int, written: Callable[[], int]) -> None:
    """Wait until so much more was written."""
    enough, deadline = written() + more, time.monotonic() + _LONGEST_LIFE_S
    while written() < enough and time.monotonic() < deadline:
        time.sleep(0.001)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
