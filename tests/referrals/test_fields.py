"""What is told of a person: sealed, read by whoever may, and gone when it is erased."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.errors import NotFound
from directory.privacy.keys import Keyring, new_keyring
from directory.privacy.scope import Scope, set_scope
from directory.privacy.sealing import CannotUnseal
from directory.referrals.fields import (
    CONTACT,
    FieldName,
    code_index,
    codes_of,
    erase_dates,
    erase_fields,
    read_fields,
)
from directory.referrals.links import find_by_token
from directory.referrals.models import Referral, ReferralField, ReferralKey, ReferralNote
from directory.referrals.notes import add_note, notes_of
from directory.referrals.queries import get_visible
from directory.referrals.steps import Step
from tests.referrals.factories import PERSON, World, ask_as, make_token

pytestmark = pytest.mark.engine

#: What the receiver may read before it accepts, besides the code.
BEFORE = {name: value for name, value in PERSON.items() if name not in CONTACT}


def as_sender(session: Session, world: World, referral: Referral) -> dict[FieldName, str]:
    """Read the fields as the team that sent."""
    ask_as(session, world.sender)
    return read_fields(session, referral=referral, keyring=world.keyring, as_receiver=False)


def as_receiver(session: Session, world: World, referral: Referral) -> dict[FieldName, str]:
    """Read the fields as the service that received, signed in."""
    ask_as(session, world.receiver)
    return read_fields(session, referral=referral, keyring=world.keyring, as_receiver=True)


def test_the_sender_reads_all_that_was_written(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    assert as_sender(session, world, referral) == {FieldName.CODE: "A. D.", **PERSON}


def test_the_receiver_sees_contact_fields_only_once_it_accepted(
    session: Session, world: World
) -> None:
    referral = world.sent(session, with_person=True)
    assert as_receiver(session, world, referral) == {FieldName.CODE: "A. D.", **BEFORE}

    world.answered(session, referral, Step.SEE)
    assert FieldName.PHONE not in as_receiver(session, world, referral)

    world.answered(session, referral, Step.ACCEPT)
    assert as_receiver(session, world, referral) == {FieldName.CODE: "A. D.", **PERSON}


def test_the_database_itself_hides_contact_fields_from_the_receiver(
    session: Session, world: World
) -> None:
    """`as_receiver` forgotten: the second lock still holds."""
    referral = world.sent(session, with_person=True)
    ask_as(session, world.receiver)
    seen = read_fields(session, referral=referral, keyring=world.keyring, as_receiver=False)
    assert seen.keys().isdisjoint(CONTACT)


def test_an_answer_link_sees_what_a_receiver_sees(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    token = make_token(session, referral, keyring=world.keyring, at=world.at)
    found = find_by_token(session, token=token, at=world.at)
    assert found is not None
    values = read_fields(session, referral=found.referral, keyring=world.keyring, as_receiver=True)
    assert values == {FieldName.CODE: "A. D.", **BEFORE}


def test_another_organisation_sees_nothing(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    ask_as(session, world.stranger)
    assert read_fields(session, referral=referral, keyring=world.keyring, as_receiver=False) == {}
    assert codes_of(session, referrals=[referral], keyring=world.keyring) == {}
    for table in (Referral, ReferralField, ReferralKey, ReferralNote):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    with pytest.raises(NotFound):
        get_visible(session, referral.id, to=world.stranger)


def test_a_withdrawn_consent_closes_at_once(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    add_note(
        session,
        referral=referral,
        text="Viendra avec sa sœur.",
        is_shared=True,
        by=world.sender,
        keyring=world.keyring,
        at=world.at,
    )
    token = make_token(session, referral, keyring=world.keyring, at=world.at)
    world.answered(session, referral, Step.ACCEPT)
    assert FieldName.PHONE in as_receiver(session, world, referral)

    world.taken_back(session, referral)

    assert as_receiver(session, world, referral) == {}
    assert notes_of(session, referral=referral, keyring=world.keyring, to=world.receiver) == []
    found = find_by_token(session, token=token, at=world.at)
    assert found is not None
    assert not found.is_usable
    assert session.scalar(select(func.count()).select_from(ReferralField)) == 0
    assert session.scalar(select(func.count()).select_from(ReferralKey)) == 0
    assert as_sender(session, world, referral) == {FieldName.CODE: "A. D.", **PERSON}


def test_the_rule_alone_shuts_the_receiver_out(session: Session, world: World) -> None:
    """The session sees the rows of the sender; what is asked for a receiver stays shut."""
    referral = world.sent(session, with_person=True)
    ask_as(session, world.sender)
    before = read_fields(session, referral=referral, keyring=world.keyring, as_receiver=True)
    assert before == {FieldName.CODE: "A. D.", **BEFORE}
    world.taken_back(session, referral)
    assert read_fields(session, referral=referral, keyring=world.keyring, as_receiver=True) == {}
    assert notes_of(session, referral=referral, keyring=world.keyring, to=world.receiver) == []


def test_an_organisation_that_is_verified_no_longer_reads_no_identity(
    session: Session, world: World
) -> None:
    referral = world.sent(session, with_person=True)
    world.answered(session, referral, Step.ACCEPT)
    session.execute(
        update(OrganizationAccount)
        .where(OrganizationAccount.organization_id == world.receiver.organization_id)
        .values(verified_at=None)
    )
    assert set(as_receiver(session, world, referral)) == {
        FieldName.CODE,
        FieldName.LANGUAGE,
        FieldName.MESSAGE,
    }


def test_nothing_readable_of_the_person_lies_in_the_database(
    session: Session, world: World
) -> None:
    referral = world.sent(session, code="Initiales-AD", with_person=True)
    ask_as(session, world.sender)
    stored = "".join(
        str(session.scalar(text(f"SELECT string_agg(t::text, '') FROM {table} t")))  # noqa: S608
        for table in ("referral", "referral_field", "referral_key", "referral_event")
    )
    # Four digits, or the two letters of a language, may stand in a ciphertext by chance.
    for value in ("Initiales-AD", *(value for value in PERSON.values() if len(value) > 6)):
        assert value.encode().hex() not in stored
        assert value not in stored
    assert referral.code_index is not None


def test_a_value_moved_to_another_field_does_not_open(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    session.execute(
        text(
            "UPDATE referral_field f SET sealed = o.sealed FROM referral_field o"
            " WHERE f.name = 'message' AND o.name = 'phone'"
        )
    )
    with pytest.raises(CannotUnseal):
        as_sender(session, world, referral)


def test_what_another_keyring_sealed_does_not_open(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    other = replace(world, keyring=new_keyring())
    with pytest.raises(CannotUnseal):
        as_sender(session, other, referral)
    assert codes_of(session, referrals=[referral], keyring=other.keyring) == {}


def test_codes_are_read_for_a_list(session: Session, world: World) -> None:
    first, second = world.sent(session), world.draft(session, code="B-12")
    assert codes_of(session, referrals=[first, second], keyring=world.keyring) == {
        first.id: "A. D.",
        second.id: "B-12",
    }


def test_a_code_is_found_however_it_is_written(keyring: Keyring) -> None:
    written = {
        code_index(keyring, organization_id=1, code=code) for code in ("A. D.", "a.d.", " A.  D. ")
    }
    assert len(written) == 1
    assert code_index(keyring, organization_id=2, code="A. D.") not in written


def test_a_field_may_have_an_end_date_of_its_own(session: Session, world: World) -> None:
    day = world.at.date() + timedelta(days=10)
    referral = world.sent(session, with_person=True, erase_on={FieldName.PHONE: day})
    assert erase_dates(session, referral=referral) == {FieldName.PHONE: day}


def test_erasing_leaves_nothing_that_any_key_opens(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    ask_as(session, world.receiver)
    add_note(
        session,
        referral=referral,
        text="Entre nous : à rappeler.",
        is_shared=False,
        by=world.receiver,
        keyring=world.keyring,
        at=world.at,
    )
    ask_as(session, world.sender)
    erase_fields(session, referral=referral, at=world.at)

    assert as_sender(session, world, referral) == {}
    assert referral.erased_at == world.at
    assert referral.code_index is None
    for user in (world.sender, world.receiver):
        ask_as(session, user)
        for table in (ReferralField, ReferralKey, ReferralNote):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    assert notes_of(session, referral=referral, keyring=world.keyring, to=world.sender) == []


def test_erasing_twice_changes_nothing(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    erase_fields(session, referral=referral, at=world.at)
    erase_fields(session, referral=referral, at=world.at + timedelta(days=1))
    assert referral.erased_at == world.at


def test_nothing_is_written_on_what_was_erased(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    erase_fields(session, referral=referral, at=world.at)
    with pytest.raises(NotFound, match="effacé"):
        add_note(
            session,
            referral=referral,
            text="Encore une chose",
            is_shared=True,
            by=world.sender,
            keyring=world.keyring,
            at=world.at,
        )


def test_nobody_in_particular_sees_nothing(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    set_scope(session, Scope())
    assert read_fields(session, referral=referral, keyring=world.keyring, as_receiver=False) == {}
