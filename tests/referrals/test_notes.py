"""Notes: of one organisation only, or shared by both."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from directory.errors import InvalidInput, NotFound
from directory.privacy.scope import Scope, set_scope
from directory.referrals.free_text import MOST_CHARACTERS
from directory.referrals.models import Referral
from directory.referrals.notes import add_note, notes_of
from tests.referrals.factories import World, ask_as

pytestmark = pytest.mark.engine


def write(
    session: Session,
    world: World,
    referral: Referral,
    words: str,
    *,
    by: str | None = "sender",
    is_shared: bool = False,
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
    referral = world.sent(session)
    write(session, world, referral, "Pour nous.", by="sender")
    write(session, world, referral, "Chez nous.", by="receiver")
    write(session, world, referral, "Pour tous.", by="sender", is_shared=True)
    assert sorted(read(session, world, referral, by="sender")) == ["Pour nous.", "Pour tous."]
    assert sorted(read(session, world, referral, by="receiver")) == ["Chez nous.", "Pour tous."]
    assert read(session, world, referral, by=None) == ["Pour tous."]
    assert read(session, world, referral, by="stranger") == []


def test_the_rule_alone_keeps_private_notes(session: Session, world: World) -> None:
    """The session sees the rows of the sender; others still read the shared notes only."""
    referral = world.sent(session)
    write(session, world, referral, "Pour nous.", by="sender")
    write(session, world, referral, "Pour tous.", by="sender", is_shared=True)
    for user in (world.receiver, world.stranger, None):
        notes = notes_of(session, referral=referral, keyring=world.keyring, to=user)
        assert [note.text for note in notes] == ["Pour tous."]


def test_a_note_tells_who_wrote_it(session: Session, world: World) -> None:
    referral = world.sent(session)
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
