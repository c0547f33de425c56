"""The web and the worker as processes that are killed without warning, and started again."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.serving import EMPTY_VIEW, HOST

_PATIENCE_S = 60.0

#: How much is written between two kills, at random between these, and the longest wait for it.
_WRITTEN = (1, 60)
_LONGEST_LIFE_S = 20.0


@dataclass
class Process:
    """One command, in a process group of its own; killed, none of it is left."""

    name: str
    environment: Mapping[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "directory.cli", self.name],
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


@dataclass
class Pair:
    """The web on a port, and the worker."""

    web: Process
    worker: Process
    port: int
    kills: dict[str, int] = field(default_factory=lambda: {"web": 0, "worker": 0})
    #: Seconds from each kill of the web until it answered again.
    back_after_s: list[float] = field(default_factory=list)

    def kill_in_turn(
        self, times: int, chance: random.Random, *, written: Callable[[], int]
    ) -> None:
        """Kill web and worker in turn, then both at once, and so on; each comes back at once.

        In between, a few requests get through: `written` counts them.
        """
        for number in range(times):
            _wait_for(chance.randint(*_WRITTEN), written)
            targets = ([self.web], [self.worker], [self.web, self.worker])[number % 3]
            killed_at = time.monotonic()
            for target in targets:
                target.kill()
            for target in targets:
                target.start()
                self.kills["web" if target is self.web else "worker"] += 1
            if self.web in targets:
                wait_until_it_answers(self.port)
                self.back_after_s.append(time.monotonic() - killed_at)


@contextmanager
def web_and_worker(environment: Mapping[str, str], folder: Path) -> Iterator[Pair]:
    """Have both running for the block; nothing of them is left afterwards."""
    port = _free_port()
    told = {**os.environ, **environment, "PORT": str(port), "FANAL_HOST": HOST}
    pair = Pair(
        Process("serve", told, folder / "serve.log"),
        Process("worker", told, folder / "worker.log"),
        port,
    )
    try:
        pair.web.start()
        pair.worker.start()
        wait_until_it_answers(port)
        yield pair
    finally:
        for process in (pair.web, pair.worker):
            if process.popen is not None:
                process.kill()


def wait_until_it_answers(port: int) -> None:
    """Wait until the web answers.

    :raise RuntimeError: it does not, for a minute.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", EMPTY_VIEW)
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
