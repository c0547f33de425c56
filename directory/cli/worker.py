"""`fanal worker`: the periodic work, each task in its own transaction, one process at a time."""

import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import click
import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from directory import logs
from directory.config import Settings
from directory.db import make_engine, make_sessions, unit_of_work
from directory.errors import FanalError
from directory.postgres.addresses import connected
from directory.postgres.lifeline import die_with_parent
from directory.postgres.supervisor import StopSignal
from directory.privacy.scope import require_every_row

log = structlog.get_logger("fanal.worker")

#: A failed task is tried again after a minute, then two, four… at most its own period.
FIRST_RETRY_S = 60.0

#: A task in lots makes room for the others after so long.
LONGEST_TURN_S = 20.0

#: What a task that is due oftener did is told in the log only when it did something.
TOLD_EACH_TIME_S = 60.0


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task: its name, its period in seconds, and `module:function`, which does not commit."""

    name: str
    every_s: float
    target: str
    #: Called again at once, in a transaction of its own, as long as it returns True.
    in_lots: bool = False

    def function(self) -> Callable[..., object]:
        """Import and return the function."""
        module, _, attribute = self.target.partition(":")
        found: Callable[..., object] = getattr(importlib.import_module(module), attribute)
        return found


class Stop(Protocol):
    """What says that it is time to stop."""

    def wait(self, seconds: float, /) -> bool:
        """Wait at most that long; True when it is time."""


#: Every periodic task. Each is called as `function(session, at=now, settings=settings)`.
PERIODIC: tuple[Periodic, ...] = (
    Periodic("deliver_mails", 2, "directory.outbox.sending:deliver_next", in_lots=True),
    Periodic("run_clocks", 60, "directory.referrals.jobs:run_clocks", in_lots=True),
    # Hourly, in lots: what must be gone by a day is gone that night.
    Periodic(
        "forget_old_referrals", 3600, "directory.referrals.retention:forget_old", in_lots=True
    ),
    Periodic("forget_old_accounts", 3600, "directory.accounts.retention:forget_old"),
    Periodic("forget_old_mails", 3600, "directory.outbox.actions:forget_old"),
    Periodic("forget_old_backups", 3600, "directory.postgres.backup:forget_old"),
    Periodic("seal_audit", 10, "directory.privacy.audit:seal_audit"),
    # Each entry is renewed once a week; hourly, in lots, so that no night has to do it all.
    Periodic("roll_opening_hours", 3600, "directory.listings.jobs:roll_opening_hours"),
)


@click.command()
@click.option("--supervised-by", type=int, hidden=True)
def worker(supervised_by: int | None) -> None:
    """Envoyer les courriels et faire les travaux périodiques, jusqu'à l'arrêt."""
    if supervised_by is not None:
        die_with_parent(supervised_by)
    settings = connected(Settings())
    logs.configure(settings)
    engine = make_engine(settings.worker_url or "", pool_size=1)
    require_sight(engine)
    work(make_sessions(engine), PERIODIC, StopSignal(), settings=settings)
    engine.dispose()


def require_sight(engine: Engine) -> None:
    """Refuse a role that row-level security binds: it would find no referral, and say nothing.

    A database that does not answer yet is not asked again: each task will tell.

    :raise Unavailable: the role is such a one.
    """
    try:
        with Session(engine) as session:
            require_every_row(session)
    except OperationalError as error:
        log.error("database_away", **logs.describe(error))


def work(
    sessions: sessionmaker[Session],
    tasks: Sequence[Periodic],
    stop: Stop,
    *,
    settings: Settings,
    poll_s: float = 1,
) -> None:
    """Run each task when it is due, at once the first time, until the signal."""
    due = {task.name: 0.0 for task in tasks}
    failures = {task.name: 0 for task in tasks}
    while not stop.wait(poll_s):
        for task in tasks:
            if time.monotonic() < due[task.name]:
                continue
            went_well = run(
                sessions, task, settings=settings, stop=stop, failures=failures[task.name]
            )
            failures[task.name] = 0 if went_well else failures[task.name] + 1
            due[task.name] = time.monotonic() + pause_s(task, failures[task.name])


def pause_s(task: Periodic, failures: int) -> float:
    """Return the seconds until a task is due again, after so many failures in a row."""
    if failures == 0:
        return task.every_s
    return float(min(FIRST_RETRY_S * 2 ** min(failures - 1, 20), task.every_s))


def run(
    sessions: sessionmaker[Session],
    task: Periodic,
    *,
    settings: Settings,
    stop: Stop | None = None,
    failures: int = 0,
) -> bool:
    """Run a task once, or in lots, and commit; False when it failed, which is logged.

    After so many `failures` in a row it is logged ever more rarely: at each power of two. Another
    process that is at the same task makes this one leave it alone.
    """
    started = time.monotonic()
    turns = 0
    try:
        while found := _once(sessions, task, settings):
            turns += 1
            is_long = time.monotonic() - started > LONGEST_TURN_S
            if not task.in_lots or is_long or (stop is not None and stop.wait(0)):
                break
    except Exception as error:
        if (failures + 1).bit_count() == 1:
            _tell_failure(task, error)
        return False
    if turns or task.every_s >= TOLD_EACH_TIME_S:
        ms = round((time.monotonic() - started) * 1000)
        log.info("task_done", task=task.name, ms=ms, found=turns if task.in_lots else found)
    return True


def _once(sessions: sessionmaker[Session], task: Periodic, settings: Settings) -> Any:
    """Run a task in one transaction; return what it returned, None if another process is at it."""
    with unit_of_work(sessions) as session:
        if not _may_run(session, task):
            return None
        return task.function()(session, at=datetime.now(UTC), settings=settings)


def _tell_failure(task: Periodic, error: Exception) -> None:
    """Log a failure; of a setting at fault, which quotes nobody's data, what to do instead."""
    if isinstance(error, FanalError) and error.field and error.field.isupper():
        log.error("task_failed", task=task.name, **logs.setting_at_fault(error))
    else:
        log.error("task_failed", task=task.name, **logs.describe(error))


def _may_run(session: Session, task: Periodic) -> bool:
    query = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
    return bool(session.scalar(query, {"name": f"fanal.task.{task.name}"}))
