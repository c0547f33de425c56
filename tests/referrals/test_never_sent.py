"""What never went out stays its team's, whatever became of the draft."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from directory.errors import NotFound
from directory.referrals.boards import inbox
from directory.referrals.models import Referral, ReferralField, ReferralNote
from directory.referrals.notes import add_note
from directory.referrals.queries import get_visible
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Cancellation
from tests.referrals.factories import World, agreed, ask_as, take

pytestmark = pytest.mark.engine


def given_up(session: Session, world: World, step: Step) -> Referral:
    """Give up a draft that has a note, before it was ever sent."""
    draft = world.draft(session, consent=agreed(world.at))
    add_note(
        session,
        referral=draft,
        text="À relire avant l'envoi.",
        is_shared=True,
        by=world.sender,
        keyring=world.keyring,
        at=world.at,
    )
    values = {"cancel_reason": Cancellation.OTHER, "text": "Elle a renoncé."}
    return take(
        session,
        draft,
        step,
        actor=Actor.SENDER,
        by=world.sender,
        keyring=world.keyring,
        at=world.at,
        **(values if step is Step.CANCEL else {}),
    )


@pytest.mark.parametrize("step", [Step.CANCEL, Step.WITHDRAW_CONSENT])
def test_a_draft_that_was_given_up_is_not_shown_to_its_service(
    session: Session, world: World, step: Step
) -> None:
    draft = given_up(session, world, step)
    ask_as(session, world.receiver)

    with pytest.raises(NotFound):
        get_visible(session, draft.id, to=world.receiver)
    assert inbox(session, user=world.receiver, at=world.at).is_empty
    session.expunge_all()
    for table in (Referral, ReferralField, ReferralNote):
        assert session.scalars(select(table)).all() == []


def test_a_request_that_went_out_and_was_cancelled_stays_in_sight(
    session: Session, world: World
) -> None:
    sent = world.sent(session)
    take(
        session,
        sent,
        Step.CANCEL,
        actor=Actor.SENDER,
        by=world.sender,
        keyring=world.keyring,
        at=world.at,
        cancel_reason=Cancellation.OTHER,
        text="Elle a trouvé ailleurs.",
    )
    ask_as(session, world.receiver)
    assert get_visible(session, sent.id, to=world.receiver).id == sent.id


def test_no_request_is_taken_over_from_the_team_that_sent_it(
    session: Session, world: World
) -> None:
    sent = world.sent(session)
    ask_as(session, world.receiver)
    own = {"sender_organization_id": world.receiver.organization_id}
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(update(Referral).where(Referral.id == sent.id).values(**own))


def test_no_request_is_made_in_the_name_of_another_team(
    session: Session, world: World, at: datetime
) -> None:
    ask_as(session, world.receiver)
    forged = text(
        "INSERT INTO referral (id, kind, state, state_since, sent_at, sender_organization_id,"
        " receiver_organization_id, snapshot, category_code, idempotency_key, created_at)"
        " VALUES (:id, 'live', 'sent', :at, :at, :sender, :receiver, '{}', 'colis', :id, :at)"
    )
    values = {
        "id": uuid4(),
        "at": at,
        "sender": world.sender.organization_id,
        "receiver": world.receiver.organization_id,
    }
    with pytest.raises(DBAPIError, match="row-level security"), session.begin_nested():
        session.execute(forged, values)
