"""What `fanal up` does all day: start the children, start again those that die, stop in order."""

import fcntl
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import structlog

from directory.errors import Conflict
from directory.i18n import gettext

log = structlog.get_logger("fanal.up")

#: A child that lived this long is healthy again: its next death is its first.
HEALTHY_AFTER_S = 60.0
LONGEST_PAUSE_S = 30.0

#: How long each child has to finish its work; the whole stop stays below 10 s.
STOP_PATIENCE_S = 3.0

_POLL_S = 0.2


@dataclass
class Child:
    """A process we keep alive."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started_at: float = 0.0
    start_again_at: float = 0.0

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C reaches us alone, and we stop it."""
        self.process = subprocess.Popen(  # noqa: S603 (our own command)
            self.command, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.started_at = time.monotonic()

    def look_after(self, now: float) -> None:
        """Start it if it is due; notice its death, and wait longer after each one."""
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.deaths = 1 if now - self.started_at > HEALTHY_AFTER_S else self.deaths + 1
        pause = min(0.5 * 2 ** (self.deaths - 1), LONGEST_PAUSE_S)
        log.error("child_died", child=self.name, status=status, start_again_in_s=pause)
        self.process, self.start_again_at = None, now + pause

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            log.warning("child_killed", child=self.name)
            self.process.kill()
            self.process.wait()


class StopSignal:
    """Becomes true at SIGTERM, SIGINT or SIGHUP, and wakes up whoever waits for it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._receive)

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait at most that long; True when it is time to stop."""
        return self._event.wait(seconds)


def supervise(
    children: Sequence[Child], stop: StopSignal, *, each_turn: Callable[[], None]
) -> None:
    """Keep the children alive until the signal, then stop them in the order given.

    `each_turn` is called five times a second: the database is kept alive there.
    """
    try:
        while not stop.wait(_POLL_S):
            for child in children:
                child.look_after(time.monotonic())
            each_turn()
    finally:
        for child in children:
            child.stop()


@contextmanager
def only_one(data_dir: Path, address: str) -> Iterator[None]:
    """Hold the lock of a data folder for the block.

    :raise Conflict: a running `fanal up` holds it; the message says its address and number.
    """
    with (data_dir / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _already_running(data_dir) from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        lock.flush()
        yield


def running_instance(data_dir: Path) -> tuple[int, str] | None:
    """Return the process number and the address of the `fanal up` of a data folder, if one runs."""
    path = data_dir / "up.lock"
    if not path.exists():
        return None
    with path.open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            known = json.loads(lock.read() or "{}")
            return int(known.get("pid", 0)), str(known.get("address", ""))
    return None


def _already_running(data_dir: Path) -> Conflict:
    pid, address = running_instance(data_dir) or (0, "")
    return Conflict(
        gettext("Fanal tourne déjà : %(address)s (processus %(pid)s).", address=address, pid=pid),
        remedy=gettext("Pour l'arrêter : fanal down."),
    )
