"""Notes: of one organisation only, or shared by both; and what a sender may write to a service."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory.errors import InvalidInput, NotFound
from directory.privacy.scope import Scope, set_scope
from directory.referrals.conflicts import ReferralRefused
from directory.referrals.free_text import MOST_CHARACTERS
from directory.referrals.limits import Limits
from directory.referrals.models import Referral
from directory.referrals.notes import add_note, notes_of
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Outcome
from tests.referrals.factories import (
    World,
    agreed,
    ask_as,
    make_logged,
    make_sent,
    make_service,
    take,
)

pytestmark = pytest.mark.engine


def write(
    session: Session,
    world: World,
    referral: Referral,
    words: str,
    *,
    by: str | None = "sender",
    is_shared: bool = False,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> None:
    """Write a note as the sender or the receiver; None: by an answer link."""
    user = getattr(world, by) if by else None
    if user:
        ask_as(session, user)
    else:
        set_scope(session, Scope(referral_id=referral.id))
    add_note(
        session,
        referral=referral,
        text=words,
        is_shared=is_shared,
        by=user,
        keyring=world.keyring,
        at=world.at,
        limits=limits,
    )


def read(session: Session, world: World, referral: Referral, *, by: str | None) -> list[str]:
    """Return the texts that somebody reads."""
    user = getattr(world, by) if by else None
    if user:
        ask_as(session, user)
    else:
        set_scope(session, Scope(referral_id=referral.id))
    return [
        note.text for note in notes_of(session, referral=referral, keyring=world.keyring, to=user)
    ]


def test_a_private_note_stays_with_those_who_wrote_it(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    write(session, world, referral, "Pour nous.", by="sender")
    write(session, world, referral, "Chez nous.", by="receiver")
    write(session, world, referral, "Pour tous.", by="sender", is_shared=True)
    assert sorted(read(session, world, referral, by="sender")) == ["Pour nous.", "Pour tous."]
    assert sorted(read(session, world, referral, by="receiver")) == ["Chez nous.", "Pour tous."]
    assert read(session, world, referral, by=None) == ["Pour tous."]
    assert read(session, world, referral, by="stranger") == []


def test_the_rule_alone_keeps_private_notes(session: Session, world: World) -> None:
    """The session sees the rows of the sender; others still read the shared notes only."""
    referral = world.sent(session, with_person=True)
    write(session, world, referral, "Pour nous.", by="sender")
    write(session, world, referral, "Pour tous.", by="sender", is_shared=True)
    for user in (world.receiver, world.stranger, None):
        notes = notes_of(session, referral=referral, keyring=world.keyring, to=user)
        assert [note.text for note in notes] == ["Pour tous."]


def test_a_note_tells_who_wrote_it(session: Session, world: World) -> None:
    referral = world.sent(session, with_person=True)
    write(session, world, referral, "Bonjour.", by="sender", is_shared=True)
    ask_as(session, world.receiver)
    (note,) = notes_of(session, referral=referral, keyring=world.keyring, to=world.receiver)
    assert note.account_name == world.sender.name
    assert note.organization_name == world.sender.organization_name
    assert note.is_shared


def test_a_note_by_a_link_is_shared_whatever_was_asked(session: Session, world: World) -> None:
    referral = world.sent(session)
    write(session, world, referral, "Il nous faut la date.", by=None, is_shared=False)
    assert read(session, world, referral, by="sender") == ["Il nous faut la date."]


@pytest.mark.parametrize("words", ["", "  \n ", "\x00", "x" * (MOST_CHARACTERS + 1)])
def test_a_note_has_words_and_not_too_many(session: Session, world: World, words: str) -> None:
    referral = world.sent(session)
    with pytest.raises(InvalidInput) as refused:
        write(session, world, referral, words)
    assert refused.value.field == "text"


def test_without_her_agreement_nothing_is_written_to_the_service(
    session: Session, world: World
) -> None:
    referral = world.sent(session)
    with pytest.raises(ReferralRefused) as refused:
        write(session, world, referral, "Elle s'appelle Awa.", is_shared=True)
    assert refused.value.field == "text"
    assert refused.value.remedy

    write(session, world, referral, "À rappeler jeudi.")
    write(session, world, referral, "Venez à midi.", by="receiver", is_shared=True)
    assert read(session, world, referral, by="receiver") == ["Venez à midi."]


def test_once_she_took_it_back_nothing_more_is_written_to_the_service(
    session: Session, world: World
) -> None:
    referral = world.sent(session, with_person=True)
    world.taken_back(session, referral)
    with pytest.raises(ReferralRefused):
        write(session, world, referral, "Un dernier mot.", is_shared=True)


@pytest.mark.parametrize("of_health", [{"category": "pass"}, {"needs": ("sante",)}])
def test_where_the_help_tells_of_health_nothing_is_written_to_the_service(
    session: Session, world: World, of_health: dict[str, Any]
) -> None:
    changes = dict(of_health)
    service_id = make_service(session, world.at, category=changes.pop("category", "colis"))
    referral = make_sent(
        session,
        world.sender,
        service_id,
        keyring=world.keyring,
        at=world.at,
        consent=agreed(world.at),
        **changes,
    )
    with pytest.raises(ReferralRefused, match="santé"):
        write(session, world, referral, "Elle s'appelle Awa.", is_shared=True)
    certified = Limits(identity_for_health_kinds=True)
    write(session, world, referral, "Elle viendra à pied.", is_shared=True, limits=certified)


def test_what_no_service_receives_may_be_noted_for_all(session: Session, world: World) -> None:
    logged = make_logged(
        session, world.sender, world.service_id, keyring=world.keyring, at=world.at
    )
    write(session, world, logged, "Appelé, ils rappellent.", is_shared=True)
    assert read(session, world, logged, by="sender") == ["Appelé, ils rappellent."]


@pytest.mark.parametrize(
    ("step", "values"),
    [
        (Step.CLOSE, {"outcome": Outcome.HELPED}),
        (Step.SET_APPOINTMENT, {"appointment_at": datetime(2026, 11, 20, 9, tzinfo=UTC)}),
    ],
)
def test_words_that_a_step_does_without_are_held_to_the_same_rule(
    session: Session, world: World, step: Step, values: dict[str, Any]
) -> None:
    def take_as_sender(referral: Referral, **values: Any) -> None:
        world.answered(session, referral, Step.ACCEPT)
        by_sender: dict[str, Any] = {"actor": Actor.SENDER, "by": world.sender, "at": world.at}
        take(session, referral, step, keyring=world.keyring, **by_sender, **values)

    referral = world.sent(session)
    with pytest.raises(ReferralRefused):
        take_as_sender(referral, text="C'est Awa Diop.", **values)
    assert read(session, world, referral, by="receiver") == []

    agreed_to = world.sent(session, with_person=True)
    take_as_sender(agreed_to, text="Elle viendra à pied.", **values)
    assert read(session, world, agreed_to, by="receiver") == ["Elle viendra à pied."]


def test_a_question_of_the_service_is_answered_whoever_the_person_is(
    session: Session, world: World
) -> None:
    """A code alone goes out, and the answer is what the service cannot do without."""
    referral = world.sent(session)
    world.answered(session, referral, Step.ASK_INFORMATION, text="Combien de personnes ?")
    by_sender: dict[str, Any] = {"actor": Actor.SENDER, "by": world.sender, "at": world.at}
    take(
        session,
        referral,
        Step.GIVE_INFORMATION,
        keyring=world.keyring,
        text="Trois.",
        **by_sender,
    )
    assert "Trois." in read(session, world, referral, by="receiver")


def test_another_organisation_writes_none(session: Session, world: World) -> None:
    referral = world.sent(session)
    with pytest.raises(NotFound):
        write(session, world, referral, "Je passais par là.", by="stranger")


def test_a_note_is_sealed(session: Session, world: World) -> None:
    referral = world.sent(session)
    write(session, world, referral, "Ne parle qu'à Fatou.")
    stored = session.scalar(text("SELECT string_agg(n::text, '') FROM referral_note n"))
    assert "Fatou" not in str(stored)
    assert b"Fatou".hex() not in str(stored)
