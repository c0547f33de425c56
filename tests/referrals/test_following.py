"""What follows a request that came to nothing, also when nobody sends it in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import keyring
from directory.referrals.boards import FOLLOW_UP, SectionName, board
from directory.referrals.following import followers_of, may_go_on
from directory.referrals.jobs import run_clocks
from directory.referrals.redirecting import redirect_referral
from directory.referrals.steps import Step
from directory.referrals.vocabulary import Refusal
from tests.fixtures.cluster import rolled_back
from tests.referrals.factories import World, ask_as, make_service, make_world

pytestmark = pytest.mark.engine


@pytest.fixture
def worker(database: DatabaseUrls) -> Iterator[Session]:
    """A session as the worker, rolled back: the clock deletes drafts."""
    with rolled_back(database.worker) as opened:
        yield opened


@pytest.fixture
def world(worker: Session, settings: Settings, at: datetime) -> World:
    """A team that sends, a verified service that receives, and a stranger."""
    return make_world(worker, keyring(settings), at)


def sections(session: Session, world: World, at: datetime) -> dict[str, list[str]]:
    """Return the states of the requests of each section of the sender's board that has any."""
    ask_as(session, world.sender)
    found = board(session, user=world.sender, at=at)
    return {
        section.name.value: [each.state for each in section.referrals]
        for section in found.sections
        if section.total
    }


def test_a_redirection_whose_draft_nobody_sent_is_to_do_once_the_clock_deleted_it(
    worker: Session, world: World, settings: Settings
) -> None:
    there = make_service(worker, world.at, email="ailleurs@exemple.invalid")
    parent = world.sent(worker)
    ask_as(worker, world.receiver)
    draft = redirect_referral(
        worker,
        referral=parent,
        version=parent.version,
        to_service_at_location_id=there,
        by=world.receiver,
        at=world.at,
        rules=world.rules,
    )
    assert draft.state == "draft"
    assert sections(worker, world, world.at) == {"to_do": ["draft"], "closed": ["redirected"]}
    assert followers_of(worker, [parent]) == {parent.id: draft}
    assert not may_go_on(worker, parent)

    later = world.at + timedelta(days=7)
    run_clocks(worker, at=later, settings=settings)

    assert sections(worker, world, later) == {SectionName.TO_DO.value: ["redirected"]}
    assert followers_of(worker, [parent]) == {}
    assert may_go_on(worker, parent)
    assert sections(worker, world, world.at + FOLLOW_UP) == {"closed": ["redirected"]}


@pytest.mark.parametrize("column", ["consent_withdrawn_at", "erased_at"])
def test_nothing_is_to_do_for_a_person_of_whom_nothing_may_be_sent(
    worker: Session, world: World, column: str
) -> None:
    parent = world.sent(worker)
    world.answered(worker, parent, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)
    assert sections(worker, world, world.at) == {"to_do": ["refused"]}

    setattr(parent, column, world.at)
    worker.flush()

    assert sections(worker, world, world.at) == {"closed": ["refused"]}
    assert not may_go_on(worker, parent)
