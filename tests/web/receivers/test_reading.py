"""What a link shows: nothing by itself; once it was opened, what its holder may see."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.privacy.models import AccessEntry
from directory.referrals.links import find_by_token
from directory.referrals.models import Referral
from directory.referrals.notes import add_note
from directory.referrals.steps import Step
from directory.web.signed_in import COOKIE
from tests.referrals.factories import PERSON, World, ask_as
from tests.web.conftest import SignIn
from tests.web.receivers.conftest import Hold, Holder, held

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "WITH RECURSIVE")

#: Words that tell who the person is, or what she needs.
TOLD = (*PERSON.values(), "A. D.", "Distribution", "Aide alimentaire", "Bondy", "Entraide")
REACHED = ("Aminata", "06 12 34 56 78", "aminata@exemple.invalid")


@contextmanager
def no_write(session: Session) -> Iterator[None]:
    """Fail when anything but a reading statement reaches the database within the block."""
    written: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(READS):
            written.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert written == []


def readings(session: Session, world: World) -> list[tuple[str, bool]]:
    """Return what was written down of readings: what was shown, and whether by a link."""
    ask_as(session, world.sender)
    entries = session.scalars(select(AccessEntry).order_by(AccessEntry.id))
    return [(entry.what, entry.answer_link_id is not None) for entry in entries]


def state_of(session: Session, holder: Holder, world: World) -> str:
    found = find_by_token(session, token=holder.token, at=world.at)
    assert found is not None
    session.refresh(found.referral)
    return found.referral.state


def test_a_link_alone_tells_nothing_and_changes_nothing(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session, with_person=True))
    with no_write(session):
        for _ in range(3):
            page = holder.read()
            assert held(holder.client.head(holder.address), 200).text == ""
    assert [word for word in TOLD if word in page.text] == []
    assert [button.text.strip() for button in page.all("button")] == ["Ouvrir la demande"]
    assert state_of(session, holder, world) == "sent"
    assert readings(session, world) == []


def test_opening_it_shows_the_request_and_lets_the_sender_know(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session, with_person=True))
    page = holder.open()
    assert "A. D." in page.text
    assert "1987" in page.text
    assert "bambara" in page.text
    assert "Préfère être appelée le matin." in page.text
    assert "En cours d'examen" in page.text
    assert "L'équipe attend votre réponse." in page.text
    assert state_of(session, holder, world) == "in_review"
    assert readings(session, world) == [("file", True)]


def test_who_the_person_is_comes_after_the_acceptance(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session, with_person=True))
    page = holder.open()
    assert [word for word in REACHED if word in page.text] == []
    page = holder.take("accept", 3)
    assert [word for word in REACHED if word not in page.text] == []
    called = [link.text for link in page.all("a") if link.get("href") == "tel:+33612345678"]
    assert called == ["06 12 34 56 78"]
    assert readings(session, world) == [("file", True), ("contact", True)]


def test_nobody_learns_who_the_person_is_once_the_organisation_is_not_verified_any_more(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session, with_person=True))
    account = session.get_one(OrganizationAccount, world.receiver.organization_id)
    account.verified_at = None
    session.flush()
    holder.open()
    page = holder.take("accept", 3)
    assert "A. D." in page.text
    assert [word for word in REACHED if word in page.text] == []
    assert readings(session, world) == [("file", True), ("file", True)]


def test_the_request_stays_open_for_half_an_hour_without_a_cookie(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    opened = held(holder.post("ouvrir"), 303).headers["Location"]
    with time_machine.travel(world.at + timedelta(minutes=29), tick=False), no_write(session):
        assert "A. D." in holder.read(opened).text
    with time_machine.travel(world.at + timedelta(minutes=31), tick=False):
        assert "A. D." not in holder.read(opened).text


def test_what_opens_one_request_opens_no_other(session: Session, world: World, hold: Hold) -> None:
    one, other = hold(world.sent(session)), hold(world.sent(session))
    opened = held(one.post("ouvrir"), 303).headers["Location"]
    assert "A. D." not in other.read(opened.replace(one.token, other.token)).text


@pytest.mark.parametrize("forged", ["", "1", "9999999999-", "-", "²-x", "9" * 400, "é-é", "1e9-x"])
def test_a_pass_that_was_not_made_here_opens_nothing(
    session: Session, world: World, hold: Hold, forged: str
) -> None:
    holder = hold(world.sent(session))
    page = read_with(holder, forged)
    assert "A. D." not in page


def read_with(holder: Holder, forged: str) -> str:
    response = holder.client.get(holder.address, query_string={"ouverte": forged})
    return held(response, 200).text


def test_the_sender_s_words_are_shown_and_her_own_notes_are_not(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session, with_person=True)
    for words, is_shared in (("À joindre le soir", True), ("Dossier 12 chez nous", False)):
        add_note(
            session,
            referral=referral,
            text=words,
            is_shared=is_shared,
            by=world.sender,
            keyring=world.keyring,
            at=world.at,
        )
    page = hold(referral).open()
    assert "À joindre le soir" in page.text
    assert "Dossier 12" not in page.text


def test_a_holder_who_has_an_account_too_sees_by_the_link_alone(
    session: Session, world: World, hold: Hold, signed_in: SignIn
) -> None:
    holder = hold(world.sent(session))
    member = signed_in(organization_id=world.sender.organization_id)
    cookie = member.client.get_cookie(COOKIE)
    assert cookie is not None
    holder.client.set_cookie(COOKIE, cookie.value)
    page = holder.open()
    assert "Se déconnecter" not in page.text
    assert readings(session, world) == [("file", True)]


def test_conditions_and_papers_are_told_in_words(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(
        session,
        conditions={"audience:femmes": True},
        documents={"identity": False},
        is_urgent=True,
    )
    page = hold(referral).open().text
    assert "remplie Public : Femmes" in page
    assert "manque Pièce d'identité" in page
    assert "Urgent" in page


def test_the_page_keeps_the_language_it_was_asked_in(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    page = holder.read(f"{holder.address}?lang=ar-XB")
    (html,) = page.all("html")
    assert html.get("dir") == "rtl"
    (form,) = page.all("form")
    assert "lang=ar-XB" in form.get("action")


def test_an_erased_request_is_not_there_any_more(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    session.get_one(Referral, referral.id).erased_at = world.at
    session.flush()
    page = holder.read(status=410)
    assert "A. D." not in page.text
    assert Step.SEE.value not in page.text
