"""`fanal worker`: the periodic work, each task in its own transaction, one process at a time."""

import importlib
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import click
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from directory import logs
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.postgres.addresses import database_urls
from directory.postgres.lifeline import die_with_parent
from directory.postgres.supervisor import StopSignal

log = structlog.get_logger("fanal.worker")

#: A failed task is tried again after a minute, then two, four… at most its own period.
FIRST_RETRY_S = 60.0


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task: its name, its period in seconds, and `module:function` called with session and at."""

    name: str
    every_s: float
    target: str

    def function(self) -> Callable[..., object]:
        """Import and return the function."""
        module, _, attribute = self.target.partition(":")
        found: Callable[..., object] = getattr(importlib.import_module(module), attribute)
        return found


class Stop(Protocol):
    """What says that it is time to stop."""

    def wait(self, seconds: float, /) -> bool:
        """Wait at most that long; True when it is time."""


#: Every periodic task. Each is called as `function(session, at=now)` and does not commit.
PERIODIC: tuple[Periodic, ...] = (
    # Each entry is renewed once a week; hourly, in lots, so that no night has to do it all.
    Periodic("roll_opening_hours", 3600, "directory.listings.indexing:roll"),
)


@click.command()
@click.option("--supervised", is_flag=True, hidden=True)
def worker(supervised: bool) -> None:
    """Faire les travaux périodiques, jusqu'à l'arrêt."""
    if supervised:
        die_with_parent(signal.SIGTERM)
    settings = Settings()
    logs.configure(settings)
    engine = make_engine(database_urls(settings).worker, pool_size=1)
    work(make_sessions(engine), PERIODIC, StopSignal())
    engine.dispose()


def work(
    sessions: sessionmaker[Session],
    tasks: Sequence[Periodic],
    stop: Stop,
    *,
    poll_s: float = 1,
) -> None:
    """Run each task when it is due, at once the first time, until the signal."""
    due = {task.name: 0.0 for task in tasks}
    failures = {task.name: 0 for task in tasks}
    while not stop.wait(poll_s):
        for task in tasks:
            if time.monotonic() < due[task.name]:
                continue
            failures[task.name] = 0 if run(sessions, task) else failures[task.name] + 1
            due[task.name] = time.monotonic() + pause_s(task, failures[task.name])


def pause_s(task: Periodic, failures: int) -> float:
    """Return the seconds until a task is due again, after so many failures in a row."""
    if failures == 0:
        return task.every_s
    return float(min(FIRST_RETRY_S * 2 ** min(failures - 1, 20), task.every_s))


def run(sessions: sessionmaker[Session], task: Periodic) -> bool:
    """Run a task once and commit; False when it failed, which is logged and changes nothing.

    Another process that is at the same task makes this one leave it alone.
    """
    started = time.monotonic()
    try:
        with unit_of_work(sessions) as session:
            if not _may_run(session, task):
                return True
            task.function()(session, at=datetime.now(UTC))
    except Exception as error:
        log.error("task_failed", task=task.name, **logs.describe(error))
        return False
    log.info("task_done", task=task.name, ms=round((time.monotonic() - started) * 1000))
    return True


def _may_run(session: Session, task: Periodic) -> bool:
    query = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
    return bool(session.scalar(query, {"name": f"fanal.task.{task.name}"}))
