"""Retention under a moved clock: what is over is gone, what is not is untouched, twice is once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.accounts.models import Account, AccountLink, Login, Membership, Throttle
from directory.accounts.retention import forget_old as forget_old_accounts
from directory.cli.worker import PERIODIC
from directory.config import Settings
from directory.models import metadata
from directory.postgres.roles import DatabaseUrls
from directory.privacy.access_log import Shown, note_access
from directory.privacy.keys import Keyring
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import (
    AnswerLink,
    Referral,
    ReferralFigure,
    ReferralKey,
    ReferralNote,
    Slip,
)
from directory.referrals.notes import add_note
from directory.referrals.queries import with_code
from directory.referrals.retention import forget_old
from directory.referrals.steps import Step
from directory.referrals.vocabulary import Outcome
from tests.accounts.factories import make_account
from tests.fixtures.cluster import rolled_back
from tests.referrals.factories import World, make_world

pytestmark = pytest.mark.engine

CONTACT, WHOLE, CEILING = 90, 365, 730


@dataclass
class Jobs:
    """The worker, and a request that ended at `at`."""

    session: Session
    world: World
    settings: Settings

    def closed(self, **changes: Any) -> UUID:
        """Return a request with everything about a person, that ended at the world's instant."""
        referral = self.world.sent(self.session, with_person=True, **changes)
        add_note(
            self.session,
            referral=referral,
            text="Un mot",
            is_shared=True,
            by=self.world.sender,
            keyring=self.world.keyring,
            at=self.world.at,
        )
        self.world.answered(self.session, referral, Step.ACCEPT)
        self.world.answered(self.session, referral, Step.CLOSE, outcome=Outcome.HELPED)
        return referral.id

    def forget(self, days: float) -> None:
        """Run the job until nothing is left to do, so many days after the world's instant."""
        at = self.world.at + timedelta(days=days)
        while forget_old(self.session, at=at, settings=self.settings):
            pass
        self.session.expire_all()

    def left(self) -> dict[str, int]:
        """Return how many rows each table has that may tell of a person."""
        names = [name for name in metadata.tables if name.startswith(("referral", "answer_link"))]
        return {
            name: self.session.scalar(select(func.count()).select_from(metadata.tables[name])) or 0
            for name in names
        }

    def fields(self, referral_id: UUID) -> set[FieldName]:
        """Return the fields that can still be read."""
        return set(
            read_fields(
                self.session,
                referral=self.session.get_one(Referral, referral_id),
                keyring=self.world.keyring,
                as_receiver=False,
            )
        )


@pytest.fixture
def jobs(
    database: DatabaseUrls, settings: Settings, keyring: Keyring, at: datetime
) -> Iterator[Jobs]:
    with rolled_back(database.worker) as session:
        yield Jobs(session, make_world(session, keyring, at), settings)


def test_until_the_last_day_nothing_is_touched(jobs: Jobs) -> None:
    jobs.closed()
    before = jobs.left()

    jobs.forget(CONTACT - 0.01)

    assert jobs.left() == before


def test_after_the_days_of_contact_only_the_code_is_left(jobs: Jobs) -> None:
    referral_id = jobs.closed()

    jobs.forget(CONTACT)

    assert jobs.fields(referral_id) == {FieldName.CODE}
    left = jobs.left()
    assert (left["referral_note"], left["answer_link"], left["referral_field"]) == (0, 0, 1)
    sender = jobs.world.sender.organization_id
    assert sender is not None
    found = jobs.session.scalars(with_code(sender, "a.d.", jobs.world.keyring)).all()
    assert [referral.id for referral in found] == [referral_id]


def test_after_its_days_the_whole_request_goes_and_its_figure_stays_unlinked(jobs: Jobs) -> None:
    referral_id = jobs.closed()
    (before,) = jobs.session.scalars(select(ReferralFigure))
    told = (before.month_on, before.category_code, before.outcome, before.insee_code)

    jobs.forget(WHOLE)

    assert {name: count for name, count in jobs.left().items() if count} == {"referral_figure": 1}
    (figure,) = jobs.session.scalars(select(ReferralFigure))
    assert figure.id != referral_id
    assert (figure.month_on, figure.category_code, figure.outcome, figure.insee_code) == told


def test_no_request_outlives_the_ceiling(jobs: Jobs) -> None:
    open_one = jobs.world.sent(jobs.session, with_person=True)
    jobs.forget(CEILING - 0.01)
    assert jobs.left()["referral"] == 1
    assert FieldName.PHONE in jobs.fields(open_one.id)

    jobs.forget(CEILING)

    assert {name for name, count in jobs.left().items() if count} == {"referral_figure"}


def test_a_request_under_way_is_left_alone(jobs: Jobs) -> None:
    jobs.world.sent(jobs.session, with_person=True)
    before = jobs.left()

    jobs.forget(CEILING - 1)

    assert jobs.left() == before


def test_a_field_goes_on_the_day_set_for_it(jobs: Jobs) -> None:
    tomorrow = jobs.world.at.date() + timedelta(days=1)
    referral = jobs.world.sent(jobs.session, with_person=True, erase_on={FieldName.PHONE: tomorrow})
    jobs.forget(0)
    assert FieldName.PHONE in jobs.fields(referral.id)

    jobs.forget(1)

    assert FieldName.PHONE not in jobs.fields(referral.id)
    assert FieldName.EMAIL in jobs.fields(referral.id)


def test_a_code_that_went_finds_nothing(jobs: Jobs) -> None:
    tomorrow = jobs.world.at.date() + timedelta(days=1)
    jobs.world.sent(jobs.session, erase_on={FieldName.CODE: tomorrow})

    jobs.forget(1)

    assert jobs.session.scalars(select(Referral.code_index)).all() == [None]


def test_a_request_that_follows_another_outlives_it(jobs: Jobs) -> None:
    parent_id = jobs.closed()
    child = jobs.world.sent(jobs.session, parent_id=parent_id)

    jobs.forget(WHOLE)

    assert jobs.session.scalars(select(Referral.id)).all() == [child.id]
    assert jobs.session.get_one(Referral, child.id).parent_id is None


@pytest.mark.parametrize("days", [CONTACT, WHOLE, CEILING, 10_000])
def test_a_second_run_changes_nothing(jobs: Jobs, days: int) -> None:
    jobs.closed()
    jobs.world.sent(jobs.session, with_person=True)
    jobs.forget(days)
    before = everything(jobs.session)

    jobs.forget(days)
    jobs.forget(days - 1)

    assert everything(jobs.session) == before


def test_on_any_day_nothing_older_is_left(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty requests that ended on sixty days, in lots of seven."""
    monkeypatch.setattr("directory.referrals.retention.LOT", 7)
    for number in range(60):
        referral = jobs.session.get_one(Referral, jobs.closed())
        referral.ended_at = jobs.world.at - timedelta(days=10 * number, hours=1)
        referral.created_at = referral.ended_at - timedelta(days=5)
    jobs.session.flush()

    jobs.forget(0)

    ages = jobs.session.scalars(select(Referral.ended_at).order_by(Referral.ended_at)).all()
    assert jobs.world.at - ages[0] < timedelta(days=WHOLE)  # type: ignore[operator]
    assert len(ages) == 37
    for table in (ReferralNote, AnswerLink):
        query = select(func.min(Referral.ended_at)).join(table, table.referral_id == Referral.id)
        oldest = jobs.session.scalar(query)
        assert oldest is not None
        assert jobs.world.at - oldest < timedelta(days=CONTACT)
    phones = text(
        "SELECT count(*) FROM referral_field f JOIN referral r ON r.id = f.referral_id"
        " WHERE f.name <> 'code' AND r.ended_at <= :limit"
    )
    limit = jobs.world.at - timedelta(days=CONTACT)
    assert jobs.session.scalar(phones, {"limit": limit}) == 0


def test_slips_and_readings_have_their_own_days(jobs: Jobs) -> None:
    referral = jobs.world.sent(jobs.session)
    note_access(
        jobs.session,
        referral=referral,
        what=Shown.FILE,
        user=jobs.world.sender,
        at=jobs.world.at,
    )
    made_on: date = jobs.world.at.date()
    place_id = jobs.world.service_id
    jobs.session.add(Slip(code="AAAA", service_at_location_id=place_id, made_on=made_on))
    jobs.session.flush()

    counts = []
    for days in (89, 90, 364, 365):
        jobs.forget(days)
        counts.append(
            [
                jobs.session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
                for table in ("slip", "access_entry")
            ]
        )

    assert counts == [[1, 1], [0, 1], [0, 1], [0, 0]]


def test_shorter_settings_make_shorter_lives(jobs: Jobs) -> None:
    referral_id = jobs.closed()
    jobs.settings = jobs.settings.model_copy(update={"contact_kept_days": 1})

    jobs.forget(1)

    assert jobs.fields(referral_id) == {FieldName.CODE}


def test_the_key_goes_with_the_request(jobs: Jobs) -> None:
    jobs.closed()

    jobs.forget(WHOLE)

    assert jobs.session.scalars(select(ReferralKey)).all() == []


def test_sign_ins_links_and_tries_are_forgotten(jobs: Jobs) -> None:
    session, at = jobs.session, jobs.world.at
    session.add_all(
        [
            AccountLink(
                id="a", purpose="reset", token_hash=b"a", email="a", created_at=at, expires_at=at
            ),
            Throttle(axis="sign_in_all", key=b"a", tried_at=[at], last_tried_at=at),
        ]
    )
    session.flush()

    def left(days: float) -> list[int]:
        moment = at + timedelta(days=days)
        forget_old_accounts(session, at=moment, settings=jobs.settings)
        tables = (Throttle, AccountLink, Login)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]

    assert left(0.9) == [1, 1, 3]
    assert left(1) == [0, 1, 3]
    assert left(30) == [0, 0, 0]


def test_an_account_that_left_is_deleted_and_what_it_sent_stays(jobs: Jobs) -> None:
    session, at = jobs.session, jobs.world.at
    referral = jobs.world.sent(session)
    admin = make_account(session, role=None, departements=("93",))
    session.get_one(Account, admin).password_hash = "she came"
    closed = make_account(session)
    session.get_one(Account, closed).closed_at = at
    gone = session.scalars(
        select(Membership).where(Membership.account_id == jobs.world.sender.account_id)
    ).one()
    gone.removed_at = at
    session.flush()
    for days in (364, 365):
        forget_old_accounts(session, at=at + timedelta(days=days), settings=jobs.settings)
        left = set(session.scalars(select(Account.id)))
        is_kept = days < 365
        assert ({closed, jobs.world.sender.account_id} <= left) is is_kept
    assert {admin, jobs.world.receiver.account_id} <= left
    session.refresh(referral)
    assert referral.sender_account_id is None


def test_the_worker_forgets_and_seals() -> None:
    targets = {task.target for task in PERIODIC}

    assert {
        "directory.referrals.retention:forget_old",
        "directory.accounts.retention:forget_old",
        "directory.privacy.audit:seal_audit",
    } <= targets


def everything(session: Session) -> dict[str, list[Any]]:
    """Return every row of every table, but for the audit, which grows with what is done."""
    return {
        name: sorted(map(str, session.execute(select(table))))
        for name, table in metadata.tables.items()
        if not name.startswith("audit")
    }
