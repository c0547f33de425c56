"""The periodic work: due, retried, done by one process at a time, and never half done."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

from directory.cli.worker import PERIODIC, Periodic, pause_s, require_sight, run, work
from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import Unavailable
from directory.postgres.roles import DatabaseUrls

NOTE = text(
    "INSERT INTO territory_source (name, licence, sha256, loaded_at, communes, approximate)"
    " VALUES ('noted', '', '', :at, 0, 0)"
)
COUNT = text("SELECT count(*) FROM territory_source")


def note(session: Session, *, at: datetime, settings: Settings) -> None:
    session.execute(NOTE, {"at": at})


def note_up_to_three(session: Session, *, at: datetime, settings: Settings) -> bool:
    note(session, at=at, settings=settings)
    return (session.scalar(COUNT) or 0) < 3


def note_then_fail(session: Session, *, at: datetime, settings: Settings) -> None:
    note(session, at=at, settings=settings)
    raise ValueError("Zénobie")


def ask_for_a_setting(session: Session, *, at: datetime, settings: Settings) -> None:
    raise Unavailable("Il manque un réglage.", field="FANAL_MAIL_URL")


NOTING = Periodic("note", 3600, f"{__name__}:note")
IN_LOTS = Periodic("lots", 2, f"{__name__}:note_up_to_three", in_lots=True)
FAILING = Periodic("fail", 3600, f"{__name__}:note_then_fail")
ASKING = Periodic("ask", 2, f"{__name__}:ask_for_a_setting")


@pytest.fixture
def sessions(fresh_database: DatabaseUrls) -> Iterator[sessionmaker[Session]]:
    """Sessions as the worker's role."""
    engine = make_engine(fresh_database.worker)
    yield make_sessions(engine)
    engine.dispose()


def count(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return int(session.scalar(COUNT) or 0)


def test_a_task_runs_and_is_committed(sessions: sessionmaker[Session], settings: Settings) -> None:
    assert run(sessions, NOTING, settings=settings)
    assert count(sessions) == 1


def test_a_failed_task_changes_nothing_and_its_text_is_not_logged(
    sessions: sessionmaker[Session], settings: Settings
) -> None:
    with capture_logs() as lines:
        assert not run(sessions, FAILING, settings=settings)
    assert count(sessions) == 0
    assert lines[0]["task"] == "fail"
    assert lines[0]["error"] == "ValueError"
    assert "Zénobie" not in str(lines)


def test_a_task_another_process_is_at_is_left_alone(
    sessions: sessionmaker[Session], settings: Settings
) -> None:
    with sessions() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(hashtext('fanal.task.note'))"))
        assert run(sessions, NOTING, settings=settings)
        assert count(sessions) == 0
    assert run(sessions, NOTING, settings=settings)
    assert count(sessions) == 1


def test_a_task_is_due_at_once_then_after_its_period(
    sessions: sessionmaker[Session], settings: Settings
) -> None:
    work(sessions, [NOTING, FAILING], Turns(3), settings=settings, poll_s=0)
    assert count(sessions) == 1


def test_a_task_in_lots_commits_each_and_goes_on_while_there_is_more(
    sessions: sessionmaker[Session], settings: Settings
) -> None:
    assert run(sessions, IN_LOTS, settings=settings)
    assert count(sessions) == 3
    assert run(sessions, IN_LOTS, settings=settings, stop=Turns(0))
    assert count(sessions) == 4


def test_what_happens_every_few_seconds_is_told_only_when_it_did_something(
    sessions: sessionmaker[Session], settings: Settings
) -> None:
    with capture_logs() as lines:
        run(sessions, IN_LOTS, settings=settings)
        run(sessions, IN_LOTS, settings=settings)
    assert [line["found"] for line in lines] == [2]


def test_a_missing_setting_is_named_and_not_repeated_every_two_seconds(
    sessions: sessionmaker[Session], settings: Settings
) -> None:
    with capture_logs() as lines:
        for failures in range(8):
            assert not run(sessions, ASKING, settings=settings, failures=failures)
    assert [line["why"] for line in lines] == ["FANAL_MAIL_URL"] * 4
    assert lines[0]["message"] == "Il manque un réglage."
    assert "trace" not in lines[0]


def test_a_role_that_cannot_see_every_referral_does_no_periodic_work(
    database: DatabaseUrls,
) -> None:
    blind, seeing = make_engine(database.app), make_engine(database.worker)
    with pytest.raises(Unavailable) as refused:
        require_sight(blind)
    assert refused.value.field == "FANAL_WORKER_URL"
    require_sight(seeing)
    for engine in (blind, seeing):
        engine.dispose()


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 3600), (1, 60), (2, 120), (5, 960), (7, 3600), (5000, 3600)]
)
def test_a_failure_is_retried_ever_later_but_not_later_than_usual(
    failures: int, seconds: float
) -> None:
    assert pause_s(NOTING, failures) == seconds


def test_every_registered_task_exists() -> None:
    assert [task.name for task in PERIODIC if not callable(task.function())] == []
    assert len({task.name for task in PERIODIC}) == len(PERIODIC)


class Turns:
    """A stop signal that comes after some turns."""

    def __init__(self, turns: int) -> None:
        self._left = turns

    def wait(self, _seconds: float) -> bool:
        self._left -= 1
        return self._left < 0
