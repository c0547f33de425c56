"""What happens when nobody acts: the worker runs the clocks, again and again, at any hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.db import make_engine, make_sessions
from directory.errors import Unavailable
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring
from directory.referrals import jobs
from directory.referrals.jobs import run_clocks
from directory.referrals.models import Referral, ReferralEvent, ReferralField, ReferralKey
from tests.fixtures.cluster import rolled_back
from tests.referrals.desk import Desk, make_desk

pytestmark = pytest.mark.engine

DAY = timedelta(days=1)


@pytest.fixture
def worker(database: DatabaseUrls) -> Iterator[Session]:
    """A session as the worker, rolled back."""
    with rolled_back(database.worker) as opened:
        yield opened


@pytest.fixture
def desk(worker: Session, settings: Settings) -> Desk:
    """Two desks, whose keys are those of the settings."""
    return make_desk(worker, keyring=keyring(settings))


def run(session: Session, at: datetime, settings: Settings) -> None:
    """Run the clocks until nothing is due."""
    for _ in range(100):
        if not run_clocks(session, at=at, settings=settings):
            return
    raise AssertionError("it is never done")


def lived(desk: Desk, referral: Referral, settings: Settings, days: range) -> list[tuple[int, str]]:
    """Run the clocks day after day; return what they did, and on which day."""
    begun = referral.state_since
    for day in days:
        run(desk.session, begun + day * DAY, settings)
    return [((event.at - begun).days, event.step) for event in desk.events(referral)]


#: From which state, with what, and what the clock does on which day.
LIVES: dict[str, tuple[dict[str, Any], list[tuple[int, str]], str]] = {
    "sent": (
        {"state": "sent"},
        [(3, "remind"), (10, "remind"), (30, "expire")],
        "expired",
    ),
    "urgent": (
        {"state": "sent", "is_urgent": True},
        [(1, "remind"), (3, "expire")],
        "expired",
    ),
    "information": (
        {"state": "info_requested"},
        [(2, "remind"), (15, "cancel")],
        "cancelled",
    ),
    "waitlisted": (
        {"state": "waitlisted"},
        [(30, "remind"), (90, "expire")],
        "expired",
    ),
    "accepted": (
        {"state": "accepted"},
        [(15, "ask_outcome"), (30, "ask_outcome"), (90, "close")],
        "closed",
    ),
    "logged": (
        {"state": "logged", "kind": "logged"},
        [(15, "ask_outcome"), (30, "ask_outcome"), (90, "close")],
        "closed",
    ),
}


@pytest.mark.parametrize(("known", "steps", "end"), LIVES.values(), ids=LIVES.keys())
def test_a_request_that_nobody_touches_is_called_for_and_comes_to_its_end(
    desk: Desk,
    settings: Settings,
    at: datetime,
    known: dict[str, Any],
    steps: list[tuple[int, str]],
    end: str,
) -> None:
    referral = desk.make(at, **known)

    assert lived(desk, referral, settings, range(100)) == steps
    assert (referral.state, referral.clock_at) == (end, None)
    assert referral.version == 1 + len(steps)


def test_the_clock_gives_its_reasons(desk: Desk, settings: Settings, at: datetime) -> None:
    asked, accepted = desk.make(at, state="info_requested"), desk.make(at, state="accepted")

    run(desk.session, at + 100 * DAY, settings)

    assert asked.cancel_reason == "no_information"
    assert accepted.outcome == "unknown"


def test_a_second_run_changes_nothing(desk: Desk, settings: Settings, at: datetime) -> None:
    referral = desk.make(at)
    run(desk.session, at + 3 * DAY, settings)
    mails, version = desk.mails(), referral.version

    run(desk.session, at + 3 * DAY, settings)

    assert (desk.mails(), referral.version) == (mails, version)
    assert mails == [("receiver", "request_reminder")]


def test_a_clock_that_jumps_back_neither_brings_back_nor_sends_again(
    desk: Desk, settings: Settings, at: datetime
) -> None:
    reminded, expired = desk.make(at), desk.make(at - 27 * DAY)
    run(desk.session, at + 4 * DAY, settings)
    assert (reminded.version, expired.state) == (2, "expired")
    mails = desk.mails()

    for days in (2, -30, -4000, 3, 4):
        run(desk.session, at + days * DAY, settings)

    assert (reminded.state, reminded.version, expired.state) == ("sent", 2, "expired")
    assert desk.mails() == mails


def test_a_worker_that_stood_still_sends_one_reminder_for_all_it_missed(
    desk: Desk, settings: Settings, at: datetime
) -> None:
    referral = desk.make(at)

    run(desk.session, at + 12 * DAY, settings)

    assert desk.mails() == [("receiver", "request_reminder")]
    assert (referral.reminders, referral.clock_at) == (2, at + 30 * DAY)


def test_a_draft_that_was_never_sent_is_deleted_with_all_it_held(
    desk: Desk, settings: Settings, at: datetime
) -> None:
    draft, sent = desk.make(at, state="draft"), desk.make(at)

    run(desk.session, at + 6 * DAY, settings)
    assert desk.session.get(Referral, draft.id) is not None
    run(desk.session, at + 7 * DAY, settings)

    left = {
        table.__tablename__: set(desk.session.scalars(select(column)))
        for table, column in (
            (Referral, Referral.id),
            (ReferralKey, ReferralKey.referral_id),
            (ReferralField, ReferralField.referral_id),
        )
    }
    assert left == dict.fromkeys(("referral", "referral_key", "referral_field"), {sent.id})


def test_longer_delays_move_what_was_due(desk: Desk, settings: Settings, at: datetime) -> None:
    referral = desk.make(at)
    patient = settings.model_copy(update={"referral_reminder_days": "5"})

    run(desk.session, at + 3 * DAY, patient)

    assert (referral.version, referral.clock_at) == (1, at + 5 * DAY)
    assert desk.mails() == []


def test_one_broken_request_does_not_stop_the_others(
    desk: Desk, settings: Settings, at: datetime
) -> None:
    broken, sound = desk.make(at, version=1), desk.make(at)
    desk.session.add(
        ReferralEvent(
            referral_id=broken.id,
            version=2,
            at=at,
            step="see",
            to_state="in_review",
            actor="receiver",
            details={},
        )
    )
    desk.session.flush()

    run(desk.session, at + 3 * DAY, settings)

    assert (broken.version, broken.clock_at) == (1, at + 3 * DAY + timedelta(hours=1))
    assert (sound.version, desk.mails()) == (2, [("receiver", "request_reminder")])


def test_more_than_one_lot_is_done_in_several(
    desk: Desk, settings: Settings, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LOT", 2)
    referrals = [desk.make(at + number * timedelta(minutes=1)) for number in range(5)]
    looked_at = []
    while found := run_clocks(desk.session, at=at + 4 * DAY, settings=settings):
        looked_at.append(found)

    assert looked_at == [2, 2, 1]
    assert [referral.version for referral in referrals] == [2] * 5


def test_a_row_that_somebody_is_at_is_left_for_the_next_run(
    fresh_database: DatabaseUrls, settings: Settings, at: datetime
) -> None:
    engine = make_engine(fresh_database.worker)
    sessions = make_sessions(engine)
    with sessions() as first, sessions() as second:
        desk = make_desk(first, keyring=keyring(settings))
        held, free = desk.make(at), desk.make(at)
        first.commit()
        first.execute(update(Referral).where(Referral.id == held.id).values(is_urgent=False))

        assert run_clocks(second, at=at + 3 * DAY, settings=settings) == 1
        second.commit()
        first.rollback()

        assert run_clocks(second, at=at + 3 * DAY, settings=settings) == 1
        second.commit()
        rows = second.execute(select(Referral.id, Referral.version))
        found = {row.id: row.version for row in rows}
        assert found == {held.id: 2, free.id: 2}
    engine.dispose()


def test_without_keys_nothing_is_done_and_nothing_is_lost(
    desk: Desk, settings: Settings, at: datetime
) -> None:
    referral = desk.make(at)
    without = settings.model_copy(update={"master_keys": None})

    assert run_clocks(desk.session, at=at, settings=without) == 0
    with pytest.raises(Unavailable):
        run_clocks(desk.session, at=at + 3 * DAY, settings=without)

    assert (referral.version, desk.mails()) == (1, [])
