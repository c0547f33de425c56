"""Reading referrals: for somebody, or not at all."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role, User
from directory.errors import NotFound
from directory.referrals.queries import chain_of, events_of, get_visible, made_today
from directory.referrals.sending import send_referral
from directory.referrals.steps import Step
from directory.referrals.vocabulary import Refusal
from tests.referrals.factories import (
    World,
    ask_as,
    make_draft,
    make_logged,
    make_sent,
    make_service,
    make_user,
)

pytestmark = pytest.mark.engine

Ask = Callable[[], object]


def words(ask: Ask) -> tuple[str, str | None]:
    """Return what is said when there is nothing to see."""
    with pytest.raises(NotFound) as missing:
        ask()
    return missing.value.message, missing.value.remedy


def test_both_sides_see_what_was_sent(session: Session, world: World) -> None:
    sent = world.sent(session)
    for user in (world.sender, world.receiver):
        ask_as(session, user)
        assert get_visible(session, sent.id, to=user).id == sent.id
        assert [event.step for event in events_of(session, sent)] == ["send"]


def test_anothers_request_is_told_in_the_words_of_one_that_never_was(
    session: Session, world: World
) -> None:
    sent = world.sent(session)
    ask_as(session, world.stranger)
    ghost = words(lambda: get_visible(session, uuid4(), to=world.stranger))
    assert words(lambda: get_visible(session, sent.id, to=world.stranger)) == ghost
    assert events_of(session, sent) == []


def test_the_rule_holds_without_the_second_lock(session: Session, world: World) -> None:
    """The session sees the rows of the sender; the query still asks for whom."""
    sent = world.sent(session)
    ask_as(session, world.sender)
    with pytest.raises(NotFound):
        get_visible(session, sent.id, to=world.stranger)


def test_the_second_lock_holds_without_the_rule(session: Session, world: World) -> None:
    """The query asks for the sender; the session sees the rows of another."""
    sent = world.sent(session)
    ask_as(session, world.stranger)
    with pytest.raises(NotFound):
        get_visible(session, sent.id, to=world.sender)


def test_the_receiver_sees_neither_drafts_nor_what_was_only_written_down(
    session: Session, world: World
) -> None:
    at, keyring = world.at, world.keyring
    draft = world.draft(session)
    logged = make_logged(session, world.sender, world.service_id, keyring=keyring, at=at)
    for user in (world.receiver, world.sender):
        # As the sender the database shows the rows: the rule alone must hold.
        ask_as(session, user)
        for referral in (draft, logged):
            with pytest.raises(NotFound):
                get_visible(session, referral.id, to=world.receiver)


def test_who_keeps_listings_reads_no_files(session: Session, world: World) -> None:
    sent = world.sent(session)
    editor = make_user(
        session, world.at, role=Role.EDITOR, organization_id=world.sender.organization_id
    )
    nobody = User(account_id=1, login_id=1, name="", email="")
    ask_as(session, editor)
    for user in (editor, nobody):
        with pytest.raises(NotFound):
            get_visible(session, sent.id, to=user)


def test_what_is_read_is_what_is_stored_now(session: Session, world: World) -> None:
    sent = world.sent(session)
    sent.is_urgent = True
    session.flush()
    session.expunge(sent)
    assert get_visible(session, sent.id, to=world.sender).is_urgent


def test_a_chain_goes_from_the_first_request_to_the_last(session: Session, world: World) -> None:
    first = world.sent(session)
    world.answered(session, first, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)
    elsewhere = make_service(session, world.at)
    later = world.at + timedelta(hours=1)
    second = make_sent(
        session,
        world.sender,
        elsewhere,
        keyring=world.keyring,
        at=later,
        parent_id=first.id,
    )
    third = make_draft(
        session,
        world.sender,
        world.service_id,
        keyring=world.keyring,
        at=later + timedelta(hours=1),
        parent_id=second.id,
    )
    world.draft(session, code="Z")
    for referral in (first, second, third):
        chain = chain_of(session, referral)
        assert [each.id for each in chain] == [first.id, second.id, third.id]
    ask_as(session, world.receiver)
    assert [each.id for each in chain_of(session, first)] == [first.id]


def twins(session: Session, world: World, code: str, **values: object) -> list[object]:
    """Return the ids of what was made today for a code and the service of the world."""
    found = made_today(
        session,
        user=values.pop("user", world.sender),  # type: ignore[arg-type]
        code=code,
        service_at_location_id=world.service_id,
        keyring=world.keyring,
        at=values.pop("at", world.at),  # type: ignore[arg-type]
        **values,  # type: ignore[arg-type]
    )
    return [referral.id for referral in found]


def test_a_request_of_the_same_day_for_the_same_code_is_shown(
    session: Session, world: World
) -> None:
    sent = world.sent(session)
    assert twins(session, world, "a.d.") == [sent.id]
    assert twins(session, world, "B. E.") == []
    assert twins(session, world, "  ") == []
    assert twins(session, world, "A. D.", besides=sent.id) == []


def test_the_day_is_that_of_paris(session: Session, world: World) -> None:
    sent = world.sent(session)
    assert twins(session, world, "A. D.", at=world.at.replace(hour=23, minute=59)) == [sent.id]
    assert twins(session, world, "A. D.", at=world.at + timedelta(hours=14)) == []


def test_a_draft_of_yesterday_that_was_sent_today_counts(session: Session, world: World) -> None:
    draft = world.draft(session)
    tomorrow = world.at + timedelta(days=1)
    assert twins(session, world, "A. D.", at=tomorrow) == []
    send_referral(
        session,
        referral=draft,
        version=draft.version,
        sender=world.sender,
        rules=world.rules,
        at=tomorrow,
    )
    assert twins(session, world, "A. D.", at=tomorrow) == [draft.id]


def test_a_request_for_another_service_is_no_duplicate(session: Session, world: World) -> None:
    elsewhere = make_service(session, world.at)
    make_sent(session, world.sender, elsewhere, keyring=world.keyring, at=world.at)
    assert twins(session, world, "A. D.") == []


def test_another_teams_requests_are_not_told(session: Session, world: World) -> None:
    world.sent(session)
    ask_as(session, world.stranger)
    assert twins(session, world, "A. D.", user=world.stranger) == []


def test_a_duplicate_does_not_stop_anybody(session: Session, world: World) -> None:
    first, second = world.sent(session), world.sent(session)
    assert first.id != second.id
    assert set(twins(session, world, "A. D.")) == {first.id, second.id}
