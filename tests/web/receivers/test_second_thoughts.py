"""A service goes back to the page it answered from, and answers something else."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.referrals.models import Referral
from directory.referrals.notes import notes_of
from tests.places import BONDY
from tests.referrals.factories import World, ask_as, make_service
from tests.web.page import Element, read_page
from tests.web.receivers.conftest import Hold, Holder, held

NEARBY = Position(BONDY.latitude + 0.01, BONDY.longitude)
NOT_TAKEN = "Votre réponse n'a pas été prise : la demande avait déjà pris fin."


def came_back(holder: Holder, step: str, *, status: int, **values: Any) -> Element:
    """Answer once more from the page that was answered from before."""
    return read_page(held(holder.post(step, 3, **values), status).text)


def opened(hold: Hold, referral: Referral) -> Holder:
    """Return the holder of a link, with the request open at version 3."""
    holder = hold(referral)
    holder.open()
    return holder


def test_another_service_chosen_afterwards_is_not_told_to_be_done(
    session: Session, world: World, hold: Hold
) -> None:
    first, second = (make_service(session, world.at, position=NEARBY) for _ in range(2))
    referral = world.sent(session)
    holder = opened(hold, referral)
    holder.follow(holder.post("redirect", 3, service=first), status=410)

    page = came_back(holder, "redirect", status=410, service=second)

    assert NOT_TAKEN in page.text
    assert "Votre service avait déjà répondu" in page.text
    assert "Votre réorientation est enregistrée" not in page.text
    ask_as(session, world.sender)
    children = session.scalars(select(Referral).where(Referral.parent_id == referral.id))
    assert [child.service_at_location_id for child in children] == [first]


def test_a_question_put_in_other_words_is_given_back_and_not_told_to_be_sent(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = opened(hold, referral)
    holder.take("ask_information", 3, text="Où dort-elle ?")

    page = came_back(holder, "ask_information", status=409, text="Où dorment-ils ?")

    assert "a changé depuis que vous l'avez ouverte" in page.text
    assert "ne sont pas partis" in page.text
    assert "Où dorment-ils ?" in page.text
    assert "Votre question est partie." not in page.text
    ask_as(session, world.sender)
    notes = notes_of(session, referral=referral, keyring=world.keyring, to=world.sender)
    assert [note.text for note in notes] == ["Où dort-elle ?"]


@pytest.mark.parametrize(
    "appointment",
    [
        {"appointment_on": "2026-11-20", "appointment_time": "14:30"},
        {"appointment_on": "20/11", "appointment_time": "14:30"},
        {"appointment_on": "2026-11-20"},
    ],
)
def test_an_appointment_added_afterwards_is_not_told_to_be_noted_but_is_ready_to_be(
    session: Session, world: World, hold: Hold, appointment: dict[str, str]
) -> None:
    referral = world.sent(session)
    holder = opened(hold, referral)
    holder.take("accept", 3)

    page = came_back(holder, "accept", status=409, text="Sonnez.", **appointment)

    assert "a changé depuis que vous l'avez ouverte" in page.text
    assert "ne sont pas partis" not in page.text
    (ready,) = [e for e in page.all("details") if "open" in e.attributes]
    filled = {e.get("name"): e.get("value") for e in ready.all("input") if e.get("value")}
    (words,) = ready.all("textarea")
    assert words.text.strip() == "Sonnez."
    assert filled == {"version": "4"} | {
        f"set_appointment-{name}": typed for name, typed in appointment.items()
    }
    ask_as(session, world.sender)
    session.expire_all()
    assert (referral.state, referral.appointment_at) == ("accepted", None)


def test_the_same_words_sent_twice_are_one_answer(
    session: Session, world: World, hold: Hold
) -> None:
    holder = opened(hold, world.sent(session))
    first, second = (holder.post("ask_information", 3, text="Où dort-elle ?") for _ in range(2))
    for answer in (first, second):
        assert "Votre question est partie." in holder.follow(answer).text
