"""The worker's board and the receiver's inbox: each request stands in one place, the right one."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role, User
from directory.referrals.boards import FOLLOW_UP, PAGE_ROWS, Board, SectionName, board, inbox
from directory.referrals.models import Referral
from directory.referrals.sending import send_referral
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Cancellation, Outcome, Refusal
from tests.referrals.factories import World, ask_as, make_logged, make_user, take

pytestmark = pytest.mark.engine


def clock(session: Session, world: World, referral: Referral, step: Step, days: int) -> None:
    """Have the clock act some days later."""
    take(
        session,
        referral,
        step,
        actor=Actor.CLOCK,
        by=None,
        keyring=world.keyring,
        at=world.at + timedelta(days=days),
    )


def sections(shown: Board) -> dict[str, list[str]]:
    """Return the states of the requests of each section that has any."""
    return {
        section.name.value: [referral.state for referral in section.referrals]
        for section in shown.sections
        if section.total
    }


def sent_board(session: Session, world: World, *, days: int = 0) -> dict[str, list[str]]:
    """Return the board of the sender, some days later."""
    ask_as(session, world.sender)
    return sections(board(session, user=world.sender, at=world.at + timedelta(days=days)))


def received(session: Session, world: World, *, days: int = 0) -> dict[str, list[str]]:
    """Return the inbox of the receiver, some days later."""
    ask_as(session, world.receiver)
    return sections(inbox(session, user=world.receiver, at=world.at + timedelta(days=days)))


def test_a_draft_is_to_do_and_nobody_elses(session: Session, world: World) -> None:
    world.draft(session)
    assert sent_board(session, world) == {"to_do": ["draft"]}
    assert received(session, world) == {}


def test_a_request_waits_for_the_sender_and_is_to_do_for_the_receiver(
    session: Session, world: World
) -> None:
    world.sent(session)
    assert sent_board(session, world) == {"waiting": ["sent"]}
    assert received(session, world) == {"to_do": ["sent"]}


def test_a_silent_service_is_overdue_once_it_was_reminded(session: Session, world: World) -> None:
    referral = world.sent(session)
    clock(session, world, referral, Step.REMIND, 3)
    assert sent_board(session, world, days=3) == {"overdue": ["sent"]}
    assert received(session, world, days=3) == {"overdue": ["sent"]}


def test_a_question_is_to_do_for_the_sender(session: Session, world: World) -> None:
    referral = world.sent(session)
    world.answered(session, referral, Step.ASK_INFORMATION, text="À quelle heure ?")
    assert sent_board(session, world) == {"to_do": ["info_requested"]}
    assert received(session, world) == {"waiting": ["info_requested"]}


def test_a_waiting_list_is_late_from_its_review_day_on(session: Session, world: World) -> None:
    referral = world.sent(session)
    review_on = world.at.date() + timedelta(days=5)
    world.answered(session, referral, Step.WAITLIST, review_on=review_on)
    assert sent_board(session, world, days=4) == {"waiting": ["waitlisted"]}
    assert sent_board(session, world, days=5) == {"overdue": ["waitlisted"]}
    assert received(session, world, days=4) == {"waiting": ["waitlisted"]}
    assert received(session, world, days=5) == {"overdue": ["waitlisted"]}


def test_the_outcome_is_asked_of_the_receiver_then_of_the_sender(
    session: Session, world: World
) -> None:
    referral = world.sent(session)
    world.answered(session, referral, Step.ACCEPT)
    assert sent_board(session, world) == {"waiting": ["accepted"]}
    assert received(session, world) == {"waiting": ["accepted"]}
    clock(session, world, referral, Step.ASK_OUTCOME, 15)
    assert sent_board(session, world, days=15) == {"overdue": ["accepted"]}
    assert received(session, world, days=15) == {"to_do": ["accepted"]}
    clock(session, world, referral, Step.ASK_OUTCOME, 30)
    assert sent_board(session, world, days=30) == {"to_do": ["accepted"]}


def test_what_was_written_down_is_asked_of_the_sender(session: Session, world: World) -> None:
    referral = make_logged(
        session, world.sender, world.service_id, keyring=world.keyring, at=world.at
    )
    assert sent_board(session, world) == {"waiting": ["logged"]}
    clock(session, world, referral, Step.ASK_OUTCOME, 15)
    assert sent_board(session, world, days=15) == {"to_do": ["logged"]}
    assert received(session, world) == {}


def test_a_refusal_asks_for_another_service_until_one_follows(
    session: Session, world: World
) -> None:
    referral = world.sent(session)
    world.answered(session, referral, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)
    assert sent_board(session, world) == {"to_do": ["refused"]}
    assert received(session, world) == {"closed": ["refused"]}
    assert sent_board(session, world, days=FOLLOW_UP.days) == {"closed": ["refused"]}
    world.draft(session, parent_id=referral.id)
    assert sent_board(session, world) == {"to_do": ["draft"], "closed": ["refused"]}


def test_what_expired_asks_for_another_service_too(session: Session, world: World) -> None:
    referral = world.sent(session)
    clock(session, world, referral, Step.EXPIRE, 30)
    assert sent_board(session, world, days=30) == {"to_do": ["expired"]}


def test_what_is_over_is_closed_newest_first(session: Session, world: World) -> None:
    first, second = world.sent(session), world.sent(session, code="B. E.")
    world.answered(session, first, Step.ACCEPT)
    world.answered(session, first, Step.CLOSE, outcome=Outcome.HELPED)
    take(
        session,
        second,
        Step.CANCEL,
        actor=Actor.SENDER,
        by=world.sender,
        keyring=world.keyring,
        at=world.at + timedelta(days=1),
        cancel_reason=Cancellation.HELPED_ELSEWHERE,
    )
    assert sent_board(session, world) == {"closed": ["cancelled", "closed"]}
    assert received(session, world) == {"closed": ["cancelled", "closed"]}


def test_what_is_urgent_comes_first_then_what_is_due_first(session: Session, world: World) -> None:
    late = make_at(session, world, "C", days=2)
    soon = make_at(session, world, "A", days=0)
    urgent = world.sent(session, code="D", is_urgent=True)
    ask_as(session, world.sender)
    shown = board(session, user=world.sender, at=world.at)
    assert [each.id for each in shown.waiting.referrals] == [urgent.id, soon.id, late.id]


def make_at(session: Session, world: World, code: str, *, days: int) -> Referral:
    """Send a request some days later."""
    referral = world.draft(session, code=code)
    return send_referral(
        session,
        referral=referral,
        version=1,
        sender=world.sender,
        rules=world.rules,
        at=world.at + timedelta(days=days),
    )


def test_a_long_section_has_pages(session: Session, world: World) -> None:
    for number in range(PAGE_ROWS + 1):
        world.draft(session, code=f"P{number}")
    shown = board(session, user=world.sender, at=world.at)
    assert (len(shown.to_do.referrals), shown.to_do.total, shown.to_do.pages) == (
        PAGE_ROWS,
        PAGE_ROWS + 1,
        2,
    )
    for page in (2, 99):
        pages = {SectionName.TO_DO: page}
        second = board(session, user=world.sender, at=world.at, pages=pages).to_do
        assert (len(second.referrals), second.page) == (1, 2)
    first = {referral.id for referral in shown.to_do.referrals}
    assert second.referrals[0].id not in first


def test_a_worker_may_look_at_her_own_only(session: Session, world: World) -> None:
    colleague = make_user(session, world.at, organization_id=world.sender.organization_id)
    world.draft(session)
    assert board(session, user=colleague, at=world.at).to_do.total == 1
    assert board(session, user=colleague, at=world.at, only_own=True).is_empty


@pytest.mark.parametrize("show", [board, inbox])
def test_others_see_an_empty_board(session: Session, world: World, show: object) -> None:
    world.sent(session)
    editor = make_user(
        session, world.at, role=Role.EDITOR, organization_id=world.sender.organization_id
    )
    nobody = User(account_id=1, login_id=1, name="", email="")
    for user in (world.stranger, editor, nobody):
        ask_as(session, user)
        assert show(session, user=user, at=world.at).is_empty  # type: ignore[operator]
