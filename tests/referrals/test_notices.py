"""Which mail a step causes, to whom, and what shuts a receiver out."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role
from directory.outbox.models import OutboxMessage
from directory.referrals.models import AnswerLink, ReferralNote
from directory.referrals.receivers import receiver_of
from directory.referrals.steps import Actor, IllegalStep, Step
from directory.referrals.vocabulary import Cancellation
from tests.accounts.factories import make_account, make_organization, sign_in
from tests.referrals.desk import Desk, make_desk
from tests.referrals.factories import make_service

DAY = timedelta(days=1)


@pytest.fixture
def desk(session: Session) -> Desk:
    """Two desks that know each other."""
    return make_desk(session)


SENT = {"state": "sent"}
SEEN = {"state": "in_review"}
ASKED = {"state": "info_requested"}
ACCEPTED = {"state": "accepted"}
LOGGED = {"state": "logged", "kind": "logged"}

#: From where, which step, of whom, and the mails it causes.
MAILS = [
    (SENT, Step.SEE, Actor.RECEIVER, []),
    (SENT, Step.ASK_INFORMATION, Actor.RECEIVER, [("sender", "information_asked")]),
    (SENT, Step.WAITLIST, Actor.RECEIVER, [("sender", "answer_arrived")]),
    (SENT, Step.ACCEPT, Actor.RECEIVER, [("sender", "answer_arrived")]),
    (SENT, Step.REFUSE, Actor.RECEIVER, [("sender", "answer_arrived")]),
    (SENT, Step.REDIRECT, Actor.RECEIVER, [("sender", "answer_arrived")]),
    (SENT, Step.CANCEL, Actor.SENDER, [("receiver", "request_withdrawn")]),
    (SENT, Step.WITHDRAW_CONSENT, Actor.SENDER, [("receiver", "request_withdrawn")]),
    (SENT, Step.EXPIRE, Actor.CLOCK, [("sender", "referral_expired")]),
    (SENT, Step.REMIND, Actor.CLOCK, [("receiver", "request_reminder")]),
    (SEEN, Step.REMIND, Actor.CLOCK, [("receiver", "request_reminder")]),
    (ACCEPTED, Step.SET_APPOINTMENT, Actor.RECEIVER, [("sender", "appointment_set")]),
    (ACCEPTED, Step.SET_APPOINTMENT, Actor.SENDER, [("receiver", "appointment_set")]),
    (ASKED, Step.GIVE_INFORMATION, Actor.SENDER, [("receiver", "information_given")]),
    (ASKED, Step.REMIND, Actor.CLOCK, [("sender", "information_asked")]),
    (
        ASKED,
        Step.CANCEL,
        Actor.CLOCK,
        [("sender", "information_missing"), ("receiver", "request_withdrawn")],
    ),
    ({"state": "waitlisted"}, Step.REMIND, Actor.CLOCK, [("receiver", "waiting_list_review")]),
    (ACCEPTED, Step.CLOSE, Actor.RECEIVER, [("sender", "answer_arrived")]),
    (ACCEPTED, Step.CLOSE, Actor.SENDER, []),
    (ACCEPTED, Step.CLOSE, Actor.CLOCK, []),
    (ACCEPTED, Step.ASK_OUTCOME, Actor.CLOCK, [("receiver", "outcome_asked")]),
    (ACCEPTED | {"reminders": 1}, Step.ASK_OUTCOME, Actor.CLOCK, [("sender", "outcome_asked")]),
    (LOGGED, Step.ASK_OUTCOME, Actor.CLOCK, [("sender", "outcome_asked")]),
    (LOGGED | {"reminders": 1}, Step.ASK_OUTCOME, Actor.CLOCK, [("sender", "outcome_asked")]),
    (LOGGED, Step.WITHDRAW_CONSENT, Actor.SENDER, []),
    ({"state": "draft"}, Step.CANCEL, Actor.SENDER, []),
]


@pytest.mark.parametrize(
    ("values", "step", "actor", "mails"),
    MAILS,
    ids=[f"{v['state']}-{v.get('reminders', 0)}-{s.value}-{a.value}" for v, s, a, _ in MAILS],
)
def test_a_step_writes_to_whoever_should_know_and_to_nobody_else(
    desk: Desk,
    at: datetime,
    values: dict[str, Any],
    step: Step,
    actor: Actor,
    mails: list[tuple[str, str]],
) -> None:
    referral = desk.make(at, **values)
    given = {"cancel_reason": Cancellation.NO_INFORMATION} if actor is Actor.CLOCK else {}

    desk.take(referral, step, at=at, actor=actor, **given)

    assert desk.mails() == mails


def test_an_outcome_that_was_to_be_asked_twice_meanwhile_is_asked_of_both(
    desk: Desk, at: datetime
) -> None:
    referral = desk.make(at, state="accepted")

    desk.take(referral, Step.ASK_OUTCOME, at=at + 40 * DAY, actor=Actor.CLOCK)

    assert desk.mails() == [("receiver", "outcome_asked"), ("sender", "outcome_asked")]
    assert referral.clock_at == at + 90 * DAY


@pytest.mark.parametrize(
    ("step", "values"),
    [
        (Step.WITHDRAW_CONSENT, {}),
        (Step.CANCEL, {"cancel_reason": Cancellation.CONSENT_WITHDRAWN}),
    ],
)
def test_consent_taken_back_in_the_middle_ends_it_and_shuts_the_receiver_out(
    desk: Desk, session: Session, at: datetime, step: Step, values: dict[str, Any]
) -> None:
    referral = desk.make(at)
    desk.take(referral, Step.ACCEPT, at=at, text="Venez à neuf heures.")

    desk.take(referral, step, at=at + DAY, actor=Actor.SENDER, **values)

    assert (referral.state, referral.cancel_reason) == ("cancelled", "consent_withdrawn")
    assert referral.consent_withdrawn_at == at + DAY
    assert ("receiver", "request_withdrawn") in desk.mails()
    desk.act_as(Actor.RECEIVER, referral)
    assert session.scalar(select(func.count()).select_from(ReferralNote)) == 0


@pytest.mark.parametrize("state", ["expired", "redirected", "cancelled"])
def test_consent_taken_back_after_the_end_keeps_the_end_and_nothing_goes_out_again(
    desk: Desk, at: datetime, state: str
) -> None:
    referral = desk.make(at, state=state, ended_at=at)

    desk.take(referral, Step.WITHDRAW_CONSENT, at=at + DAY, actor=Actor.SENDER)

    assert (referral.state, referral.ended_at) == (state, at)
    assert referral.consent_withdrawn_at == at + DAY
    for step in (Step.WITHDRAW_CONSENT, Step.SEND):
        with pytest.raises(IllegalStep):
            desk.take(referral, step, at=at + DAY, actor=Actor.SENDER)


def test_mails_to_the_receiver_carry_a_link_that_still_opens_long_enough(
    desk: Desk, session: Session, at: datetime
) -> None:
    referral = desk.make(at)
    for day in (3, 10, 27):
        desk.take(referral, Step.REMIND, at=at + day * DAY, actor=Actor.CLOCK)

    links = {link.id: link for link in session.scalars(select(AnswerLink))}
    values = session.scalars(select(OutboxMessage.values).order_by(OutboxMessage.created_at))
    used = [str(value["answer_link_id"]) for value in values]

    assert used[0] == used[1] != used[2]
    assert {str(id) for id in links} == set(used)
    assert all(link.expires_at > at + 33 * DAY for id, link in links.items() if str(id) == used[2])


def test_a_sender_who_left_is_replaced_by_her_organization(
    desk: Desk, session: Session, at: datetime
) -> None:
    organization = desk.sender.organization_id
    assert organization is not None
    referral = desk.make(at, sender_account_id=None)
    manager = make_account(session, "Chef", role=Role.MANAGER, organization_id=organization)
    desk.take(referral, Step.ACCEPT, at=at)

    _, chief = sign_in(session, manager)
    assert desk.mails() == [(chief.email, "answer_arrived")]


def test_a_receiver_without_an_address_is_written_to_at_its_members(
    session: Session, at: datetime
) -> None:
    desk = make_desk(session)
    silent = make_organization(session, "Sans adresse")
    _, member = sign_in(session, make_account(session, "Rose", organization_id=silent))
    referral = desk.make(at, receiver_organization_id=silent)

    desk.take(referral, Step.REMIND, at=at + 3 * DAY, actor=Actor.CLOCK)

    assert desk.mails() == [(member.email, "request_reminder")]
    assert session.scalars(select(OutboxMessage.values)).all() == [
        {"referral_id": str(referral.id)}
    ]


@pytest.mark.parametrize("unreadable", ["accueil", "a@b.fr;c@d.fr", "Accueil <a@b.fr>", "é@b.fr"])
def test_an_address_that_cannot_be_read_stops_no_step(
    session: Session, at: datetime, unreadable: str
) -> None:
    desk = make_desk(session)
    silent = make_organization(session, "Mal écrite", referral_email=unreadable)
    _, member = sign_in(session, make_account(session, "Rose", organization_id=silent))
    referral = desk.make(at, receiver_organization_id=silent)

    desk.take(referral, Step.CANCEL, at=at, actor=Actor.SENDER)

    assert referral.state == "cancelled"
    assert desk.mails() == [(member.email, "request_withdrawn")]


def test_of_several_addresses_on_file_the_first_that_can_be_read_is_written_to(
    session: Session, at: datetime
) -> None:
    service_id = make_service(session, at, email="deux@b.fr, trois@b.fr", referral_email="ok@b.fr")

    receiver = receiver_of(session, service_at_location_id=service_id)

    assert receiver is not None
    assert receiver.email == "ok@b.fr"
