"""Pages of a link that were left open: they confirm nothing undone, and hide no lost answer."""

from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy.orm import Session

from directory.referrals.models import Referral
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Cancellation
from tests.referrals.factories import World, ask_as, take
from tests.web.page import read_page
from tests.web.receivers.conftest import Hold, Holder, held

NOT_TAKEN = "Votre réponse n'a pas été prise"


def happen(
    session: Session, world: World, referral: Referral, step: Step, actor: Actor, **values: Any
) -> None:
    """Have the other side, or the clock, take a step meanwhile."""
    ask_as(session, world.sender)
    session.refresh(referral)
    by = world.sender if actor is Actor.SENDER else None
    take(
        session, referral, step, actor=actor, by=by, keyring=world.keyring, at=world.at, **values
    )  # fmt: skip


def cancel(session: Session, world: World, referral: Referral) -> None:
    reason = Cancellation.HELPED_ELSEWHERE
    happen(session, world, referral, Step.CANCEL, Actor.SENDER, cancel_reason=reason)


def answered_too_late(holder: Holder, step: str, version: int, **values: Any) -> str:
    """Answer a request that ended, and return what the page says."""
    return read_page(held(holder.post(step, version, **values), 410).text).text


def test_a_tab_read_again_after_the_end_confirms_no_acceptance(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    tab = held(holder.post("accept", 3), 303).headers["Location"]
    assert "Demande acceptée." in holder.read(tab).text
    cancel(session, world, referral)

    page = holder.read(tab, status=410)

    assert "La demande a pris fin." in page.text
    assert "acceptée" not in page.text
    assert NOT_TAKEN not in page.text


def test_a_tab_read_again_after_another_answer_confirms_the_first_no_more(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    holder.open()
    tab = held(holder.post("waitlist", 3), 303).headers["Location"]
    said = "la personne est sur votre liste d'attente."
    assert said in holder.read(tab).text
    assert "Demande acceptée." in holder.take("accept", 4).text
    assert said not in holder.read(tab).text


def test_an_address_confirms_nothing_that_the_service_did_not_do(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    tab = held(holder.post("ouvrir"), 303).headers["Location"]
    for step in ("accept", "cancel", "effacer"):
        assert "est prévenue" not in holder.read(f"{tab}&fait={step}").text
    cancel(session, world, referral)
    assert "annulée" not in holder.read(f"{tab}&fait=cancel", status=410).text


def test_an_answer_after_the_end_is_told_not_to_be_taken(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    cancel(session, world, referral)

    page = answered_too_late(holder, "accept", 3)

    assert f"{NOT_TAKEN} : la demande avait déjà pris fin." in page
    assert "Vous n'avez plus rien à faire." in page
    assert [word for word in ("A. D.", "ailleurs", "acceptée") if word in page] == []
    assert NOT_TAKEN not in answered_too_late(holder, "ouvrir", 3)


def test_an_answer_after_one_s_own_last_answer_is_told_which_counts(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    holder.open()
    holder.follow(holder.post("refuse", 3, refusal_reason="no_capacity"), status=410)
    page = answered_too_late(holder, "accept", 3)
    assert NOT_TAKEN in page
    assert "c'est cette première réponse qui compte" in page


def test_an_answer_after_a_long_silence_is_told_how_the_request_may_come_back(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    happen(session, world, referral, Step.EXPIRE, Actor.CLOCK)
    page = answered_too_late(holder, "accept", 2)
    assert NOT_TAKEN in page
    assert "elle peut vous envoyer la demande de nouveau" in page


def test_an_answer_by_a_link_that_ended_is_told_not_to_be_taken(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    with time_machine.travel(world.at + timedelta(days=31), tick=False):
        page = answered_too_late(holder, "ask_information", 2, text="Où dort-elle ?")
        assert f"{NOT_TAKEN} : ce lien ne sert plus." in page
        assert "Recevoir un nouveau lien" in page
        assert "Où dort-elle ?" in page
