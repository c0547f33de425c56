"""A draft is kept as typed, once, and changed only at the version that was shown."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role
from directory.errors import InvalidInput, InvalidInputs, NotFound
from directory.referrals.conflicts import ReferralRefused, StaleReferral
from directory.referrals.drafts import ReferralDraft, draft_of, save_draft
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import Referral, ReferralEvent
from directory.referrals.snapshots import Snapshot
from directory.referrals.vocabulary import Kind, State
from tests.referrals.factories import (
    PERSON,
    World,
    agreed,
    ask_as,
    draft_for,
    make_service,
    make_user,
)

pytestmark = pytest.mark.engine


def save(session: Session, world: World, draft: ReferralDraft, **values: Any) -> Referral:
    """Save a draft as the sender."""
    ask_as(session, world.sender)
    return save_draft(
        session,
        draft=draft,
        sender=values.pop("sender", world.sender),
        rules=values.pop("rules", world.rules),
        at=values.pop("at", world.at),
        idempotency_key=values.pop("idempotency_key", None) or uuid4(),
        **values,
    )


def problems(session: Session, world: World, draft: ReferralDraft, **values: Any) -> list[str]:
    """Return the fields at fault of a draft that is not kept."""
    with pytest.raises(InvalidInputs) as refused, session.begin_nested():
        save(session, world, draft, **values)
    assert all(problem.message and problem.remedy for problem in refused.value.problems)
    return [problem.field or "" for problem in refused.value.problems]


def full(world: World) -> ReferralDraft:
    """Return a draft with everything in it."""
    return draft_for(
        world.service_id,
        fields=PERSON,
        erase_on={FieldName.PHONE: world.at.date() + timedelta(days=20)},
        needs=("domiciliation",),
        conditions={"audience:femmes": True, "minimum_age:18": False},
        documents={"identity": True},
        is_urgent=True,
        consent=agreed(world.at),
        allows_redirection=True,
    )


def test_a_draft_comes_back_as_it_was_typed(session: Session, world: World) -> None:
    referral = save(session, world, full(world))
    assert (referral.state, referral.kind, referral.version) == ("draft", "live", 1)
    assert draft_of(session, referral=referral, keyring=world.keyring) == full(world)
    assert referral.clock_at == world.at + world.rules.clocks.draft_kept


def test_a_draft_writes_no_event_and_tells_nobody(session: Session, world: World) -> None:
    world.draft(session)
    assert session.scalar(select(func.count()).select_from(ReferralEvent)) == 0
    ask_as(session, world.receiver)
    assert session.scalar(select(func.count()).select_from(Referral)) == 0


def test_nothing_but_the_service_is_needed_to_keep_a_draft(session: Session, world: World) -> None:
    referral = save(session, world, ReferralDraft(Kind.LIVE, world.service_id))
    assert referral.code_index is None
    assert draft_of(session, referral=referral, keyring=world.keyring).code == ""


def test_the_same_form_twice_makes_one_draft(session: Session, world: World) -> None:
    key = uuid4()
    first = save(session, world, full(world), idempotency_key=key)
    again = save(
        session, world, full(world), idempotency_key=key, at=world.at + timedelta(seconds=2)
    )
    assert again.id == first.id
    assert (again.version, session.scalar(select(func.count()).select_from(Referral))) == (1, 1)


def test_another_organisation_may_use_the_same_key(session: Session, world: World) -> None:
    key = uuid4()
    first = save(session, world, draft_for(world.service_id), idempotency_key=key)
    ask_as(session, world.stranger)
    other = save_draft(
        session,
        draft=draft_for(world.service_id),
        sender=world.stranger,
        rules=world.rules,
        at=world.at,
        idempotency_key=key,
    )
    assert other.id != first.id


def test_going_back_to_correct_the_form_changes_its_draft(session: Session, world: World) -> None:
    key = uuid4()
    first = save(session, world, draft_for(world.service_id), idempotency_key=key)
    corrected = save(session, world, draft_for(world.service_id, code="B. E."), idempotency_key=key)
    assert (corrected.id, corrected.version) == (first.id, 2)
    assert draft_of(session, referral=corrected, keyring=world.keyring).code == "B. E."


@pytest.mark.parametrize("name", ["consent", "erase_on"])
def test_a_corrected_day_is_not_lost(session: Session, world: World, name: str) -> None:
    key, earlier = uuid4(), timedelta(days=2)
    save(session, world, full(world), idempotency_key=key)
    consent = replace(agreed(world.at), at=agreed(world.at).at - earlier)
    erase_on = {FieldName.PHONE: world.at.date() + timedelta(days=5)}
    changed = {"consent": consent} if name == "consent" else {"erase_on": erase_on}
    corrected = replace(full(world), **changed)
    again = save(session, world, corrected, idempotency_key=key)
    assert draft_of(session, referral=again, keyring=world.keyring) == corrected


def test_going_back_to_write_of_another_person_never_passes_for_done(
    session: Session, world: World
) -> None:
    key = uuid4()
    sent = world.sent(session, idempotency_key=key)
    with pytest.raises(StaleReferral) as conflict:
        save(session, world, draft_for(world.service_id, code="B. E."), idempotency_key=key)
    assert conflict.value.referral_id == sent.id
    fields = read_fields(session, referral=sent, keyring=world.keyring, as_receiver=False)
    assert fields[FieldName.CODE] == "A. D."


def test_the_same_form_again_after_it_was_sent_returns_what_was_sent(
    session: Session, world: World
) -> None:
    key = uuid4()
    sent = world.sent(session, idempotency_key=key)
    again = save(session, world, draft_for(world.service_id), idempotency_key=key)
    assert (again.id, again.state) == (sent.id, State.SENT)


def test_a_change_names_the_version_it_was_decided_on(session: Session, world: World) -> None:
    referral = world.draft(session)
    changed = save(
        session,
        world,
        replace(full(world), code="C. F."),
        referral_id=referral.id,
        version=1,
        at=world.at + timedelta(days=2),
    )
    assert (changed.id, changed.version) == (referral.id, 2)
    assert changed.clock_at == world.at + timedelta(days=2) + world.rules.clocks.draft_kept
    with pytest.raises(StaleReferral) as conflict:
        save(session, world, full(world), referral_id=referral.id, version=1)
    assert (conflict.value.decided_on, conflict.value.stored) == (1, 2)


def test_the_same_change_twice_is_made_once(session: Session, world: World) -> None:
    referral = world.draft(session)
    for _press in range(2):
        changed = save(session, world, full(world), referral_id=referral.id, version=1)
    assert changed.version == 2


def test_a_draft_that_went_out_is_changed_no_more(session: Session, world: World) -> None:
    sent = world.sent(session)
    with pytest.raises(StaleReferral):
        save(session, world, full(world), referral_id=sent.id, version=sent.version)


def test_nobody_else_changes_a_draft(session: Session, world: World) -> None:
    sent = world.sent(session)
    for user in (world.stranger, world.receiver):
        ask_as(session, user)
        with pytest.raises(NotFound):
            save_draft(
                session,
                draft=draft_for(world.service_id),
                sender=user,
                rules=world.rules,
                at=world.at,
                idempotency_key=uuid4(),
                referral_id=sent.id,
                version=sent.version,
            )


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_who_only_reads_writes_no_draft(session: Session, world: World, role: Role) -> None:
    reader = make_user(session, world.at, role=role, organization_id=world.sender.organization_id)
    with pytest.raises(NotFound):
        save(session, world, draft_for(world.service_id), sender=reader)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "x" * 31}, "code"),
        ({"code": "1 87 05 93 010 123 45"}, "code"),
        ({"fields": {FieldName.BIRTH_YEAR: "87"}}, "birth_year"),
        ({"fields": {FieldName.BIRTH_YEAR: "2031"}}, "birth_year"),
        ({"fields": {FieldName.BIRTH_YEAR: "١٩٨٧"}}, "birth_year"),
        ({"fields": {FieldName.PHONE: "12"}}, "phone"),
        ({"fields": {FieldName.PHONE: "demain"}}, "phone"),
        ({"fields": {FieldName.EMAIL: "aminata"}}, "email"),
        ({"fields": {FieldName.LANGUAGE: "du bambara"}}, "language"),
        ({"fields": {FieldName.MESSAGE: "x" * 501}}, "message"),
        ({"needs": ("magie",)}, "needs"),
        ({"documents": {"empreintes": True}}, "documents"),
        ({"conditions": {"": True}}, "conditions"),
        ({"conditions": {"audience:\x00": True}}, "conditions"),
        ({"conditions": {"audience:\ud800": True}}, "conditions"),
        ({"conditions": {str(number): True for number in range(61)}}, "conditions"),
        ({"insee_code": "Bondy"}, "insee_code"),
        ({"insee_code": "٩٣٠١٠"}, "insee_code"),
        ({"erase_on": {FieldName.PHONE: date(2026, 11, 17)}}, "phone"),
        ({"erase_on": {FieldName.PHONE: date(2028, 11, 17)}}, "phone"),
    ],
)
def test_a_value_that_cannot_be_is_told_beside_its_field(
    session: Session, world: World, values: dict[str, Any], field: str
) -> None:
    assert problems(session, world, draft_for(world.service_id, **values)) == [field]
    assert session.scalar(select(func.count()).select_from(Referral)) == 0


def test_all_that_is_wrong_is_told_at_once(session: Session, world: World) -> None:
    draft = draft_for(
        world.service_id, fields={FieldName.PHONE: "12", FieldName.EMAIL: "x"}, needs=("magie",)
    )
    assert problems(session, world, draft) == ["phone", "email", "needs"]


@pytest.mark.parametrize(
    "changes", [{"form": "whispered"}, {"version": 0}, {"version": 99}, {"language": "une langue"}]
)
def test_a_consent_that_was_not_offered_is_refused(
    session: Session, world: World, changes: dict[str, Any]
) -> None:
    consent = replace(agreed(world.at), **changes)
    assert problems(session, world, draft_for(world.service_id, consent=consent)) == ["consent"]


def test_a_consent_from_tomorrow_is_a_slip_of_the_hand(session: Session, world: World) -> None:
    consent = replace(agreed(world.at), at=world.at + timedelta(days=1))
    assert problems(session, world, draft_for(world.service_id, consent=consent)) == ["consent"]


def test_numbers_are_kept_as_they_are_dialled_from_anywhere(session: Session, world: World) -> None:
    for typed, kept in (("06 12 34 56 78", "+33612345678"), ("+32 470 12 34 56", "+32470123456")):
        referral = world.draft(session, fields={FieldName.PHONE: typed})
        fields = read_fields(session, referral=referral, keyring=world.keyring, as_receiver=False)
        assert fields[FieldName.PHONE] == kept


def test_the_service_is_kept_as_it_was_told(session: Session, world: World) -> None:
    referral = world.draft(session)
    snapshot = Snapshot.of(referral.snapshot)
    assert snapshot.service_name == "Distribution"
    assert snapshot.city == "Bondy"
    assert snapshot.location is not None
    assert snapshot.location["address"] == "12 avenue Gallieni"
    assert snapshot.taken_at == world.at
    assert referral.receiver_organization_id == world.receiver.organization_id


def test_a_confidential_address_is_in_no_snapshot(session: Session, world: World) -> None:
    service_id = make_service(
        session, world.at, category="victimes-de-violences", address="7 rue Tenue-Secrète"
    )
    referral = save(session, world, draft_for(service_id))
    assert "Tenue-Secrète" not in str(referral.snapshot)
    assert Snapshot.of(referral.snapshot).city == "Bondy"


@pytest.mark.parametrize("service_id", [999_999, 0, -1, 2**63, 10**40])
def test_there_is_no_draft_for_a_service_that_never_was(
    session: Session, world: World, service_id: int
) -> None:
    with pytest.raises(ReferralRefused, match="annuaire"):
        save(session, world, draft_for(service_id))


def test_a_child_follows_a_request_of_the_same_team_only(session: Session, world: World) -> None:
    parent = world.draft(session)
    child = save(session, world, draft_for(world.service_id, parent_id=parent.id))
    assert child.parent_id == parent.id
    with pytest.raises(InvalidInput):
        save(session, world, draft_for(world.service_id, parent_id=UUID(int=1)))
    ask_as(session, world.stranger)
    with pytest.raises(InvalidInput):
        save_draft(
            session,
            draft=draft_for(world.service_id, parent_id=parent.id),
            sender=world.stranger,
            rules=world.rules,
            at=world.at,
            idempotency_key=uuid4(),
        )
