"""A refusal that orients: the request goes on, in one tap, and the chain stays visible."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import Membership
from directory.errors import NotFound
from directory.outbox.models import OutboxMessage
from directory.privacy.keys import Keyring
from directory.privacy.scope import Scope, scope_of, set_scope
from directory.referrals.conflicts import ReferralRefused, StaleReferral
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import Referral
from directory.referrals.redirecting import child_of_refused, redirect_referral
from directory.referrals.steps import Actor, IllegalStep, Step
from directory.referrals.vocabulary import Refusal
from tests.referrals.factories import (
    PERSON,
    World,
    agreed,
    ask_as,
    make_draft,
    make_service,
    take,
)

pytestmark = pytest.mark.engine

ELSEWHERE = "ailleurs@exemple.invalid"


def redirect(
    session: Session,
    world: World,
    referral: Referral,
    to: int,
    *,
    version: int | None = None,
    by_link: bool = False,
) -> Referral:
    """Pass a request on, as the receiver."""
    if by_link:
        set_scope(session, Scope(referral_id=referral.id))
    else:
        ask_as(session, world.receiver)
    return redirect_referral(
        session,
        referral=referral,
        version=referral.version if version is None else version,
        to_service_at_location_id=to,
        by=None if by_link else world.receiver,
        at=world.at,
        rules=world.rules,
    )


def ask_next(session: Session, world: World, parent: Referral, to: int, **values: Any) -> Referral:
    """Ask another service, as the sender."""
    ask_as(session, world.sender)
    return child_of_refused(
        session,
        **{
            "parent": parent,
            "to_service_at_location_id": to,
            "sender": world.sender,
            "idempotency_key": uuid4(),
            "at": world.at,
            "rules": world.rules,
            **values,
        },
    )


def refuse(session: Session, world: World, referral: Referral) -> Referral:
    """Refuse a request for want of room."""
    return world.answered(session, referral, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)


def mails(session: Session) -> list[tuple[str, str]]:
    """Return the mails since the first announcement: to whom, and which."""
    rows = session.execute(select(OutboxMessage.recipient, OutboxMessage.kind))
    return sorted((recipient, kind) for recipient, kind in rows)


@pytest.mark.parametrize("by_link", [False, True])
def test_a_request_that_may_be_passed_on_goes_out_at_once_in_the_senders_name(
    session: Session, world: World, by_link: bool
) -> None:
    there = make_service(session, world.at, email=ELSEWHERE, name="Autre distribution")
    parent = world.sent(session, with_person=True, allows_redirection=True)

    child = redirect(session, world, parent, there, by_link=by_link)

    assert (parent.state, parent.ended_at) == ("redirected", world.at)
    assert (child.state, child.parent_id) == ("sent", parent.id)
    assert child.service_at_location_id == there
    assert child.sender_organization_id == world.sender.organization_id
    assert child.sender_account_id == world.sender.account_id
    assert child.consented_at == parent.consented_at
    assert mails(session) == sorted(
        [
            ("accueil@exemple.invalid", "request_waiting"),
            (world.sender.email, "answer_arrived"),
            (ELSEWHERE, "request_waiting"),
        ]
    )
    ask_as(session, world.sender)
    fields = read_fields(session, referral=child, keyring=world.keyring, as_receiver=False)
    assert fields == {FieldName.CODE: "A. D.", **PERSON}


def test_what_was_passed_on_is_not_the_receivers_to_see(session: Session, world: World) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = world.sent(session, allows_redirection=True)
    ask_as(session, world.receiver)
    before = scope_of(session)

    child = redirect(session, world, parent, there)

    assert scope_of(session) == before
    assert session.scalar(select(func.count()).where(Referral.id == child.id)) == 0


def test_without_the_persons_agreement_it_waits_on_the_senders_board(
    session: Session, world: World
) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = world.sent(session, with_person=True)

    child = redirect(session, world, parent, there)

    assert (child.state, child.consented_at) == ("draft", None)
    assert (ELSEWHERE, "request_waiting") not in mails(session)
    assert (world.sender.email, "answer_arrived") in mails(session)


def test_what_cannot_go_as_it_is_waits_as_a_draft(session: Session, world: World) -> None:
    unverified = make_service(session, world.at, email=ELSEWHERE, is_verified=False)
    parent = world.sent(session, with_person=True, allows_redirection=True)

    child = redirect(session, world, parent, unverified)

    assert (child.state, child.version) == ("draft", 1)
    assert (ELSEWHERE, "request_waiting") not in mails(session)


def test_a_service_that_nobody_can_be_reached_at_is_left_to_the_sender(
    session: Session, world: World
) -> None:
    silent = make_service(session, world.at, email=None, is_verified=None)
    parent = world.sent(session, allows_redirection=True)

    child = redirect(session, world, parent, silent)

    assert (child.state, child.kind) == ("draft", "live")


def test_a_sender_who_left_leaves_a_draft_to_her_team(session: Session, world: World) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = world.sent(session, allows_redirection=True)
    member = session.scalars(
        select(Membership).where(Membership.account_id == world.sender.account_id)
    ).one()
    member.removed_at = world.at
    session.flush()

    assert redirect(session, world, parent, there).state == "draft"


def test_a_request_never_comes_back_to_a_service_of_its_chain(
    session: Session, world: World
) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    first = refuse(session, world, world.sent(session))
    second = ask_next(session, world, first, there)
    assert second.state == "sent"
    second.state = "expired"
    session.flush()

    for service_id in (world.service_id, there):
        with pytest.raises(ReferralRefused, match="déjà reçu"):
            ask_next(session, world, second, service_id)


def test_a_stale_page_passes_nothing_on(session: Session, world: World) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = world.sent(session, allows_redirection=True)
    world.answered(session, parent, Step.SEE)

    with pytest.raises(StaleReferral):
        redirect(session, world, parent, there, version=parent.version - 1)

    ask_as(session, world.sender)
    assert session.scalar(select(func.count()).where(Referral.parent_id == parent.id)) == 0


@pytest.mark.parametrize("by_link", [False, True])
def test_the_same_button_for_another_service_is_no_button_pressed_twice(
    session: Session, world: World, by_link: bool
) -> None:
    there, elsewhere = (make_service(session, world.at, email=ELSEWHERE) for _ in range(2))
    parent = world.sent(session, allows_redirection=True)
    before = parent.version
    redirect(session, world, parent, there, by_link=by_link)

    repeats = {}
    for service_id in (there, elsewhere, 0):
        with pytest.raises(StaleReferral) as stale:
            redirect(session, world, parent, service_id, version=before, by_link=by_link)
        repeats[service_id] = stale.value.is_repeat

    assert repeats == {there: True, elsewhere: False, 0: False}
    ask_as(session, world.sender)
    children = session.scalars(select(Referral).where(Referral.parent_id == parent.id))
    assert [child.service_at_location_id for child in children] == [there]


def test_after_a_refusal_the_next_service_is_asked_in_one_tap(
    session: Session, world: World
) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = refuse(session, world, world.sent(session))

    child = ask_next(session, world, parent, there)

    assert (child.state, child.parent_id, parent.state) == ("sent", parent.id, "refused")
    assert (ELSEWHERE, "request_waiting") in mails(session)


@pytest.mark.parametrize("agrees", [False, True])
def test_identity_goes_on_only_with_the_persons_agreement(
    session: Session, world: World, agrees: bool
) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = refuse(session, world, world.sent(session, with_person=True))

    child = ask_next(session, world, parent, there, consent=agreed(world.at) if agrees else None)

    assert child.state == ("sent" if agrees else "draft")
    fields = read_fields(session, referral=child, keyring=world.keyring, as_receiver=False)
    assert fields[FieldName.PHONE] == PERSON[FieldName.PHONE]


def test_the_same_tap_twice_makes_one_child(session: Session, world: World) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent, key = refuse(session, world, world.sent(session)), uuid4()

    children = {ask_next(session, world, parent, there, idempotency_key=key).id for _ in range(2)}

    assert len(children) == 1
    assert [kind for to, kind in mails(session) if to == ELSEWHERE] == ["request_waiting"]


def test_what_was_ticked_counts_only_where_it_is_asked_for_too(
    session: Session, world: World, keyring: Keyring, at: datetime
) -> None:
    asks = {"documents": [{"code": "identity"}], "minimum_age": 18}
    there = make_service(session, at, email=ELSEWHERE, conditions=asks)
    parent = make_draft(
        session,
        world.sender,
        world.service_id,
        keyring=keyring,
        at=at,
        conditions={"minimum_age:18": True, "audience:women": True, "audience_text": True},
        documents={"identity": True, "income-proof": True},
        erase_on={FieldName.CODE: date(2026, 11, 20)},
    )
    parent.state, parent.ended_at = "expired", at
    session.flush()

    child = ask_next(session, world, parent, there, at=at + timedelta(days=30))

    assert child.conditions == [{"code": "minimum_age:18", "is_met": True}]
    assert child.documents == [{"code": "identity", "is_ready": True}]


@pytest.mark.parametrize("state", ["sent", "accepted", "cancelled", "closed"])
def test_a_request_that_is_not_refused_is_not_asked_elsewhere(
    session: Session, world: World, state: str
) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = world.sent(session)
    parent.state, parent.outcome = state, "helped" if state == "closed" else None
    session.flush()

    with pytest.raises(IllegalStep):
        ask_next(session, world, parent, there)


def test_what_was_passed_on_already_is_followed_there(session: Session, world: World) -> None:
    there, further = (make_service(session, world.at, email=ELSEWHERE) for _ in range(2))
    parent = world.sent(session)
    redirect(session, world, parent, there)

    with pytest.raises(IllegalStep):
        ask_next(session, world, parent, further)


def test_a_person_who_took_back_her_agreement_is_asked_for_nowhere_else(
    session: Session, world: World
) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = refuse(session, world, world.sent(session))
    take(
        session,
        parent,
        Step.WITHDRAW_CONSENT,
        actor=Actor.SENDER,
        by=world.sender,
        keyring=world.keyring,
        at=world.at,
    )

    with pytest.raises(IllegalStep):
        ask_next(session, world, parent, there)


def test_nobody_else_asks_in_the_senders_name(session: Session, world: World) -> None:
    there = make_service(session, world.at, email=ELSEWHERE)
    parent = refuse(session, world, world.sent(session))

    for user in (world.stranger, world.receiver):
        with pytest.raises(NotFound):
            ask_next(session, world, parent, there, sender=user)


@pytest.mark.parametrize("action", [redirect, ask_next])
def test_a_service_that_is_gone_is_refused(session: Session, world: World, action: Any) -> None:
    parent = world.sent(session)
    if action is ask_next:
        refuse(session, world, parent)

    with pytest.raises(ReferralRefused) as refused:
        action(session, world, parent, 2**40)

    assert refused.value.remedy
