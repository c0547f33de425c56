"""A person's rights: everything of hers is handed over, or is gone for good; and disclosure."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role
from directory.errors import Conflict, InvalidInput, NotFound
from directory.outbox.models import OutboxMessage
from directory.postgres.roles import DatabaseUrls
from directory.privacy.access_log import Shown, note_access
from directory.privacy.keys import Keyring
from directory.privacy.models import AccessEntry, AuditEntry
from directory.privacy.sealing import CannotUnseal, Key, Place, unseal
from directory.referrals.fields import FieldName, read_fields
from directory.referrals.models import Referral, ReferralField, ReferralKey, ReferralNote
from directory.referrals.notes import add_note
from directory.referrals.readings import named_readings
from directory.referrals.rights import (
    disclose,
    erase_person,
    export_person,
    find_person,
    requests_of_person,
)
from directory.referrals.sending import send_referral
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Outcome
from tests.fixtures.cluster import rolled_back
from tests.referrals.factories import PERSON, World, ask_as, make_user, make_world, take


def erase(session: Session, world: World, referrals: Sequence[Referral]) -> int:
    """Erase a person as the sender; return of how many requests."""
    return erase_person(
        session, referrals=referrals, user=world.sender, rules=world.rules, at=world.at
    )


def note(session: Session, world: World, referral: Referral, text: str, **values: object) -> None:
    add_note(
        session,
        referral=referral,
        text=text,
        keyring=world.keyring,
        at=world.at,
        **{"is_shared": False, "by": world.sender, **values},  # type: ignore[arg-type]
    )


def as_manager(session: Session, world: World) -> World:
    """Return the world with a manager as the sender."""
    manager = make_user(
        session, world.at, role=Role.MANAGER, organization_id=world.sender.organization_id
    )
    ask_as(session, manager)
    return World(world.service_id, manager, world.receiver, world.stranger, world.keyring, world.at)


@pytest.mark.parametrize("typed", ["A. D.", "a.d.", " A.D. "])
def test_a_person_is_found_by_her_whole_code(session: Session, world: World, typed: str) -> None:
    newest = [world.sent(session).id for _ in range(2)]

    found = find_person(session, code=typed, user=world.sender, keyring=world.keyring)

    requests = requests_of_person(session, found.id, to=world.sender)
    assert {request.id for request in requests} == set(newest)


@pytest.mark.parametrize("typed", ["A", "A. D", "D. A.", "%", "Aminata"])
def test_part_of_a_code_or_a_name_finds_nobody(session: Session, world: World, typed: str) -> None:
    world.sent(session, with_person=True)

    with pytest.raises(NotFound):
        find_person(session, code=typed, user=world.sender, keyring=world.keyring)


def test_a_code_is_asked_for(session: Session, world: World) -> None:
    with pytest.raises(InvalidInput):
        find_person(session, code="  ", user=world.sender, keyring=world.keyring)


def test_the_codes_of_another_team_mean_nothing_here(session: Session, world: World) -> None:
    referral = world.sent(session)
    for other in (world.stranger, world.receiver):
        ask_as(session, other)
        with pytest.raises(NotFound):
            find_person(session, code="A. D.", user=other, keyring=world.keyring)
        with pytest.raises(NotFound):
            requests_of_person(session, referral.id, to=other)


def test_an_export_hands_over_everything_and_is_written_down(
    session: Session, world: World
) -> None:
    referral = world.sent(session, with_person=True)
    note(session, world, referral, "Pour nous seulement")
    world.answered(session, referral, Step.ACCEPT, text="Venez lundi")
    ask_as(session, world.sender)

    (data,) = export_person(
        session,
        referrals=[referral],
        user=world.sender,
        keyring=world.keyring,
        at=world.at,
    )

    told = json.loads(json.dumps(data.to_json(), default=str))
    assert told["fields"] == {"code": "A. D.", **{n.value: v for n, v in PERSON.items()}}
    assert {each["text"] for each in told["notes"]} == {"Pour nous seulement", "Venez lundi"}
    assert [each["step"] for each in told["steps"]] == ["send", "accept"]
    assert told["consent_form"] == "oral"
    assert [reading["what"] for reading in told["readings"]] == ["export"]
    assert data.missing == []


def test_erased_nothing_opens_any_more(session: Session, world: World) -> None:
    world = as_manager(session, world)
    referral = world.sent(session, with_person=True)
    note(session, world, referral, "Pour nous seulement")
    world.answered(session, referral, Step.ACCEPT, text="Venez lundi")
    note(session, world, referral, "Entre nous, au service", by=world.receiver)
    ask_as(session, world.sender)
    key = data_key_of(session, world, referral)
    sealed = session.execute(select(ReferralField.name, ReferralField.sealed)).all()
    assert len(sealed) == len(PERSON) + 1

    count = erase(session, world, [referral])

    assert count == 1
    for user in (world.sender, world.receiver):
        ask_as(session, user)
        for table in (ReferralField, ReferralKey, ReferralNote):
            assert session.scalars(select(table)).all() == []
    ask_as(session, world.sender)
    assert read_fields(session, referral=referral, keyring=world.keyring, as_receiver=False) == {}
    assert referral.code_index is None
    assert referral.erased_at == world.at
    # What was copied before still opens with the key that was destroyed, and with no other.
    for name, value in sealed:
        place = Place("referral_field", "sealed", f"{referral.id}|{name}")
        assert unseal(key, value, place=place)
        with pytest.raises(CannotUnseal):
            unseal(Key(0, world.keyring.current.secret), value, place=place)


def data_key_of(session: Session, world: World, referral: Referral) -> Key:
    wrapped = session.get_one(ReferralKey, referral.id).wrapped
    place = Place("referral_key", "wrapped", str(referral.id))
    return Key(0, world.keyring.unseal(wrapped, place=place))


def test_a_request_under_way_is_taken_back_when_the_person_is_erased(
    session: Session, world: World
) -> None:
    world = as_manager(session, world)
    sent, draft = world.sent(session), world.draft(session, code="A. D.")

    erase(session, world, requests_of_person(session, sent.id, to=world.sender))

    assert (sent.state, draft.state) == ("cancelled", "cancelled")
    kinds = session.scalars(select(OutboxMessage.kind)).all()
    assert "request_withdrawn" in kinds


def test_what_is_over_keeps_its_outcome_when_the_person_is_erased(
    session: Session, world: World
) -> None:
    world = as_manager(session, world)
    referral = world.sent(session)
    world.answered(session, referral, Step.ACCEPT)
    world.answered(session, referral, Step.CLOSE, outcome=Outcome.HELPED)
    ask_as(session, world.sender)

    for _ in range(2):
        erase(session, world, [referral])

    assert (referral.state, referral.outcome) == ("closed", "helped")
    assert [r.id for r in requests_of_person(session, referral.id, to=world.sender)] == [
        referral.id
    ]


def test_an_expired_request_of_somebody_erased_never_goes_out_again(
    session: Session, world: World
) -> None:
    world = as_manager(session, world)
    referral = world.sent(session)
    take(
        session,
        referral,
        Step.EXPIRE,
        actor=Actor.CLOCK,
        by=None,
        keyring=world.keyring,
        at=world.at,
    )
    erase(session, world, [referral])

    assert referral.state == "expired"
    with pytest.raises((Conflict, InvalidInput)):
        send_referral(
            session,
            referral=referral,
            version=referral.version,
            sender=world.sender,
            rules=world.rules,
            at=world.at,
        )


def test_only_who_may_erases(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)

    with pytest.raises(NotFound):
        erase(session, world, [referral])

    assert session.scalars(select(ReferralField)).all()


def test_who_read_is_told_to_the_team_that_sends_and_to_nobody_else(
    session: Session, world: World
) -> None:
    referral = world.sent(session)
    for user in (world.sender, world.receiver):
        ask_as(session, user)
        note_access(session, referral=referral, what=Shown.FILE, user=user, at=world.at)

    ask_as(session, world.sender)
    readers = [reading.account_name for reading in named_readings(session, referral)]

    assert readers == ["Paul Réseau", world.sender.name]
    for other in (world.receiver, world.stranger):
        ask_as(session, other)
        assert named_readings(session, referral) == []


def test_a_reading_holds_identifiers_only(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    note_access(session, referral=referral, what=Shown.CONTACT, user=world.sender, at=world.at)

    row = session.execute(select(AccessEntry.__table__)).one()

    assert not [v for v in row if isinstance(v, str) and v in {"A. D.", *PERSON.values()}]


@pytest.fixture
def jobs(database: DatabaseUrls, keyring: Keyring, at: datetime) -> Iterator[tuple[Session, World]]:
    """The worker's session, from whom nothing is hidden."""
    with rolled_back(database.worker) as session:
        yield session, make_world(session, keyring, at)


def test_a_disclosure_tells_what_exists_and_is_written_in_the_audit(
    jobs: tuple[Session, World],
) -> None:
    session, world = jobs
    referral = world.sent(session, with_person=True, fields={FieldName.PHONE: "+33612345678"})
    note(session, world, referral, "Pour nous seulement")
    world.answered(session, referral, Step.ACCEPT)
    note(session, world, referral, "Entre nous, au service", by=world.receiver)
    world.taken_back(session, referral)

    found = disclose(session, referral_id=referral.id, keyring=world.keyring, at=datetime.now(UTC))

    assert found.fields == {FieldName.CODE: "A. D.", FieldName.PHONE: "+33612345678"}
    assert FieldName.FIRST_NAME in found.missing
    assert {n.text for n in found.notes} == {"Pour nous seulement", "Entre nous, au service"}
    (line,) = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "access_entry"))
    assert line.row_id == str(referral.id)
    assert [reading.what for reading in found.readings] == [Shown.DISCLOSURE]
    assert found.readings[0].by_operator


def test_a_disclosure_wants_the_exact_number(jobs: tuple[Session, World]) -> None:
    session, world = jobs
    world.sent(session)

    with pytest.raises(NotFound):
        disclose(session, referral_id=uuid4(), keyring=world.keyring, at=world.at)


def test_an_ordinary_reading_stays_out_of_the_audit(jobs: tuple[Session, World]) -> None:
    session, world = jobs
    referral = world.sent(session)
    note_access(session, referral=referral, what=Shown.FILE, user=world.sender, at=world.at)
    export_person(
        session, referrals=[referral], user=world.sender, keyring=world.keyring, at=world.at
    )

    lines = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "access_entry")).all()

    assert len(lines) == 1
