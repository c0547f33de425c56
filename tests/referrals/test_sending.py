"""What a request needs to go out, and what happens when it cannot."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.accounts.permissions import Role, User
from directory.errors import InvalidInputs, NotFound
from directory.listings.indexing import refresh
from directory.outbox.models import OutboxMessage
from directory.referrals.conflicts import ReferralRefused, StaleReferral
from directory.referrals.fields import FieldName
from directory.referrals.limits import Limits
from directory.referrals.models import AnswerLink, Referral, ReferralEvent
from directory.referrals.queries import events_of
from directory.referrals.receivers import receiver_of
from directory.referrals.rules import Rules
from directory.referrals.sending import log_referral, send_referral
from directory.referrals.steps import Actor, IllegalStep, Step
from directory.referrals.vocabulary import State
from tests.accounts.factories import make_organization
from tests.referrals.factories import (
    PERSON,
    World,
    agreed,
    ask_as,
    colleague,
    make_draft,
    make_logged,
    make_service,
    make_user,
    take,
)

pytestmark = pytest.mark.engine


def send(session: Session, world: World, referral: Referral, **values: Any) -> Referral:
    """Send a draft as the sender."""
    return send_referral(
        session,
        referral=referral,
        version=values.pop("version", referral.version),
        sender=values.pop("sender", world.sender),
        rules=values.pop("rules", world.rules),
        at=values.pop("at", world.at),
        **values,
    )


def refusal(session: Session, world: World, referral: Referral, **values: Any) -> ReferralRefused:
    """Return why a draft is not sent; it is still the draft it was."""
    with pytest.raises(ReferralRefused) as refused, session.begin_nested():
        send(session, world, referral, **values)
    session.refresh(referral)
    assert referral.state in (State.DRAFT, State.EXPIRED)
    assert session.scalars(select(OutboxMessage)).all() == []
    assert refused.value.remedy
    return refused.value


def to(session: Session, world: World, service_id: int, **changes: Any) -> Referral:
    """Keep a draft to a service."""
    return make_draft(
        session, world.sender, service_id, keyring=world.keyring, at=world.at, **changes
    )


def test_a_request_goes_out_with_its_event_its_clock_and_its_mail(
    session: Session, world: World
) -> None:
    sent = world.sent(session, with_person=True)
    assert (sent.state, sent.kind, sent.version) == ("sent", "live", 2)
    assert sent.sent_at == world.at
    assert sent.clock_at == world.at + world.rules.clocks.sent_reminders[0]
    (event,) = events_of(session, sent)
    assert (event.step, event.from_state, event.to_state, event.version) == (
        "send",
        "draft",
        "sent",
        2,
    )
    (mail,) = session.scalars(select(OutboxMessage))
    assert (mail.kind, mail.recipient) == ("request_waiting", "accueil@exemple.invalid")
    (link,) = session.scalars(select(AnswerLink))
    assert mail.values == {"answer_link_id": str(link.id)}


def test_only_a_code_needs_no_consent(session: Session, world: World) -> None:
    assert world.sent(session).consented_at is None


@pytest.mark.parametrize(
    "name",
    [
        FieldName.FIRST_NAME,
        FieldName.BIRTH_YEAR,
        FieldName.PHONE,
        FieldName.EMAIL,
        FieldName.MESSAGE,
    ],
)
def test_nothing_personal_goes_without_consent(
    session: Session, world: World, name: FieldName
) -> None:
    fields = {name: PERSON[name]}
    assert refusal(session, world, world.draft(session, fields=fields)).field == "consent"
    referral = world.draft(session, fields=fields, consent=agreed(world.at))
    assert send(session, world, referral).state == State.SENT


def test_a_request_needs_a_code(session: Session, world: World) -> None:
    assert refusal(session, world, world.draft(session, code=" ")).field == "code"


def test_all_that_is_missing_is_told_at_once(session: Session, world: World) -> None:
    referral = world.draft(session, code="", fields={FieldName.PHONE: PERSON[FieldName.PHONE]})
    with pytest.raises(InvalidInputs) as refused:
        send(session, world, referral)
    assert [problem.field for problem in refused.value.problems] == ["code", "consent"]


def test_an_organisation_nobody_verified_sends_nothing(session: Session, world: World) -> None:
    organization_id = make_organization(session, is_verified=False)
    newcomer = make_user(session, world.at, organization_id=organization_id)
    referral = make_draft(session, newcomer, world.service_id, keyring=world.keyring, at=world.at)
    error = refusal(session, world, referral, sender=newcomer)
    assert "vérifiée" in error.message
    logged = log_referral(
        session,
        referral=referral,
        version=referral.version,
        sender=newcomer,
        rules=world.rules,
        at=world.at,
    )
    assert logged.state == State.LOGGED


def test_an_organisation_that_only_receives_sends_nothing(session: Session, world: World) -> None:
    referral = world.draft(session)
    session.execute(
        update(OrganizationAccount)
        .where(OrganizationAccount.organization_id == world.sender.organization_id)
        .values(is_prescribing=False)
    )
    assert "orienter" in refusal(session, world, referral).message


@pytest.mark.parametrize("is_verified", [False, None])
def test_a_receiver_nobody_verified_gets_a_code_and_no_identity(
    session: Session, world: World, is_verified: bool | None
) -> None:
    service_id = make_service(session, world.at, is_verified=is_verified)
    with_phone = to(
        session,
        world,
        service_id,
        fields={FieldName.PHONE: PERSON[FieldName.PHONE]},
        consent=agreed(world.at),
    )
    assert refusal(session, world, with_phone).field == "phone"
    assert send(session, world, to(session, world, service_id)).state == State.SENT


def test_a_kind_of_health_that_was_allowed_once_is_asked_again_when_sent(
    session: Session, world: World
) -> None:
    service_id = make_service(session, world.at, category="pass")
    fields = {FieldName.FIRST_NAME: "Aminata"}
    allowed = Limits(identity_for_health_kinds=True)
    referral = to(
        session, world, service_id, fields=fields, consent=agreed(world.at), limits=allowed
    )
    assert refusal(session, world, referral).field == "first_name"
    assert (
        send(session, world, referral, rules=Rules(world.keyring, limits=allowed)).state
        == State.SENT
    )


@pytest.mark.parametrize(
    ("table", "status", "words"),
    [
        ("service", "suspended", "suspendu"),
        ("service", "closed", "fermé"),
        ("service_at_location", "suspended", "suspendu"),
        ("service_at_location", "closed", "fermé"),
    ],
)
def test_a_service_that_closed_meanwhile_gets_nothing(
    session: Session, world: World, table: str, status: str, words: str
) -> None:
    referral = world.draft(session)
    session.execute(text(f"UPDATE {table} SET status = :status"), {"status": status})  # noqa: S608
    refresh(session, at=world.at)
    error = refusal(session, world, referral)
    assert words in error.message
    assert error.field == "service"


def test_a_service_without_an_address_gets_nothing_and_it_is_written_down(
    session: Session, world: World
) -> None:
    service_id = make_service(session, world.at, email=None)
    logged = send(session, world, to(session, world, service_id))
    assert (logged.kind, logged.state, logged.version) == ("logged", "logged", 2)
    assert [event.step for event in events_of(session, logged)] == ["log"]
    assert session.scalars(select(OutboxMessage)).all() == []
    organization_id = logged.receiver_organization_id
    ask_as(session, replace(world.stranger, organization_id=organization_id))
    assert session.scalars(select(Referral)).all() == []


def test_a_service_without_an_address_whose_members_sign_in_gets_the_request(
    session: Session, world: World
) -> None:
    service_id = make_service(session, world.at, email=None)
    member = colleague(session, world.at, service_id)
    sent = send(session, world, to(session, world, service_id))
    assert sent.state == State.SENT
    assert [mail.recipient for mail in session.scalars(select(OutboxMessage))] == [member.email]


def test_who_reaches_a_service(session: Session, world: World) -> None:
    both = make_service(session, world.at, referral_email="equipe@exemple.invalid")
    nobody_looked = make_service(
        session, world.at, referral_email="equipe@exemple.invalid", is_verified=False
    )
    only = make_service(session, world.at, email=None, referral_email="equipe@exemple.invalid")
    none = make_service(session, world.at, email=None)
    emails = [
        receiver.email
        for service_id in (both, nobody_looked, only, none)
        if (receiver := receiver_of(session, service_at_location_id=service_id))
    ]
    listed, checked = "accueil@exemple.invalid", "equipe@exemple.invalid"
    assert emails == [checked, listed, checked, None]
    assert receiver_of(session, service_at_location_id=999_999) is None
    assert receiver_of(session, service_at_location_id=None) is None


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_members_who_may_not_answer_are_nobody_to_reach(
    session: Session, world: World, role: Role
) -> None:
    service_id = make_service(session, world.at, email=None)
    colleague(session, world.at, service_id, role=role)
    assert send(session, world, to(session, world, service_id)).state == State.LOGGED


def test_a_stale_tab_sends_nothing(session: Session, world: World) -> None:
    referral = world.draft(session)
    with pytest.raises(StaleReferral) as conflict:
        send(session, world, referral, version=7)
    assert (conflict.value.decided_on, conflict.value.stored) == (7, 1)


def test_a_button_pressed_twice_sends_once(session: Session, world: World) -> None:
    referral = world.draft(session)
    send(session, world, referral)
    with pytest.raises(StaleReferral) as conflict:
        send(session, world, referral, version=1)
    assert conflict.value.is_repeat
    assert len(session.scalars(select(ReferralEvent)).all()) == 1
    assert len(session.scalars(select(OutboxMessage)).all()) == 1


def test_what_was_sent_is_not_sent_again(session: Session, world: World) -> None:
    sent = world.sent(session)
    with pytest.raises(IllegalStep):
        send(session, world, sent)


@pytest.mark.parametrize("name", ["receiver", "stranger"])
def test_nobody_sends_for_another_team(session: Session, world: World, name: str) -> None:
    referral = world.draft(session)
    other: User = getattr(world, name)
    with pytest.raises(NotFound):
        send(session, world, referral, sender=other)


def test_an_expired_request_may_go_out_again(session: Session, world: World) -> None:
    sent = world.sent(session)
    later = world.at + world.rules.clocks.sent_expires
    take(session, sent, Step.EXPIRE, actor=Actor.CLOCK, by=None, keyring=world.keyring, at=later)
    again = send(session, world, sent, at=later + timedelta(days=1))
    assert (again.state, again.ended_at) == (State.SENT, None)
    assert [event.step for event in events_of(session, again)] == ["send", "expire", "send"]


def test_a_consent_taken_back_lets_nothing_out_again(session: Session, world: World) -> None:
    referral = world.draft(session, fields=PERSON, consent=agreed(world.at))
    world.taken_back(session, referral)
    with pytest.raises((ReferralRefused, IllegalStep)):
        send(session, world, referral)


def test_what_is_written_down_stays_with_the_team(session: Session, world: World) -> None:
    logged = make_logged(
        session, world.sender, world.service_id, keyring=world.keyring, at=world.at
    )
    assert (logged.kind, logged.state) == ("logged", "logged")
    assert session.scalars(select(OutboxMessage)).all() == []
    ask_as(session, world.receiver)
    assert session.scalars(select(Referral)).all() == []


def test_writing_down_asks_for_consent_too(session: Session, world: World) -> None:
    with pytest.raises(ReferralRefused) as refused:
        make_logged(
            session,
            world.sender,
            world.service_id,
            keyring=world.keyring,
            at=world.at,
            fields={FieldName.FIRST_NAME: "Aminata"},
        )
    assert refused.value.field == "consent"


def test_the_service_is_told_as_it_is_when_the_request_goes_out(
    session: Session, world: World
) -> None:
    referral = world.draft(session)
    sent = send(session, world, referral, at=world.at + timedelta(days=3))
    assert sent.snapshot["taken_at"] == (world.at + timedelta(days=3)).isoformat()
