"""Links that open nothing, and how a service gets a fresh one."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory.app import FanalApp
from directory.listings.models import Contact
from directory.outbox.models import OutboxMessage
from directory.referrals.models import AnswerLink
from tests.referrals.factories import World, ask_as
from tests.web.receivers.conftest import Hold, Holder, held

TOLD = ("A. D.", "Distribution", "Bondy", "Entraide", "entraide")


def fresh_links(session: Session) -> list[str]:
    """Return to whom a fresh link went."""
    kind = OutboxMessage.kind == "new_link"
    return list(session.scalars(select(OutboxMessage.recipient).where(kind)))


def ask_for_one(holder: Holder) -> str:
    """Ask for a fresh link, and return the text of the page that answers."""
    headers = {"Sec-Fetch-Site": "same-origin"}
    response = held(holder.client.post(f"{holder.address}/nouveau-lien", headers=headers), 303)
    return holder.read(response.headers["Location"], status=410).text.replace(holder.token, "")


def test_a_link_that_ended_says_so_and_offers_another(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    with time_machine.travel(world.at + timedelta(days=31), tick=False):
        page = holder.read(status=410)
        assert "Ce lien ne sert plus" in page.text
        assert [word for word in TOLD if word in page.text] == []
        assert [b.text.strip() for b in page.all("button")] == ["Recevoir un nouveau lien"]
        assert held(holder.post("accept", 2), 410)
        assert held(holder.post("ouvrir"), 410)


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "A" * 4000, "%FF"])
def test_a_link_that_never_was_tells_nothing(app: FanalApp, token: str) -> None:
    holder = Holder(app.test_client(), token)
    page = holder.read(status=404)
    assert "Ce lien ne mène à aucune demande" in page.text
    assert list(page.all("button")) == []
    assert held(holder.post("accept", 2), 404)


def test_whoever_holds_a_mailbox_that_is_no_longer_on_file_accepts_nothing(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session, with_person=True)
    holder = hold(referral)
    session.execute(update(Contact).values(email="juste@exemple.invalid"))
    page = holder.read(status=410)
    assert "Ce lien ne sert plus" in page.text
    assert "juste@" not in page.text
    assert held(holder.post("accept", 2), 410)
    assert held(holder.post("ouvrir"), 410)
    ask_for_one(holder)
    assert fresh_links(session) == ["juste@exemple.invalid"]


def test_a_link_whose_request_ended_tells_nothing_more(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    world.taken_back(session, referral)
    page = holder.read(status=410)
    assert "Il n'y a plus rien à répondre" in page.text
    assert [word for word in (*TOLD, "accord") if word in page.text] == []
    assert list(page.all("button")) == []


def test_consent_taken_back_shuts_the_page_that_was_open(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session, with_person=True)
    holder = hold(referral)
    opened = held(holder.post("ouvrir"), 303).headers["Location"]
    ask_as(session, world.sender)
    session.refresh(referral)
    world.taken_back(session, referral)
    page = holder.read(opened, status=410)
    assert [word for word in (*TOLD, "1987", "Aminata") if word in page.text] == []


def test_a_fresh_link_goes_to_the_address_on_file_and_ends_the_others(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    with time_machine.travel(world.at + timedelta(days=31), tick=False):
        assert "un lien part à l'adresse que nous connaissons" in ask_for_one(holder)
        assert fresh_links(session) == ["accueil@exemple.invalid"]
        ask_as(session, world.sender)
        open_links = select(AnswerLink).where(AnswerLink.ended_at.is_(None))
        link = session.scalars(open_links).one()
        fresh = Holder(holder.client, world.keyring.token("answer_link", str(link.id)))
        assert "A. D." in fresh.open().text
        assert "Ce lien ne sert plus" in holder.read(status=410).text


def test_the_answer_is_the_same_whatever_happened(
    session: Session, world: World, hold: Hold, app: FanalApp
) -> None:
    expired = hold(world.sent(session), lifetime=timedelta(seconds=-1))
    ended_referral = world.sent(session)
    ended = hold(ended_referral)
    world.taken_back(session, ended_referral)
    unknown = Holder(app.test_client(), "A" * 43)
    answers = {ask_for_one(holder) for holder in (expired, ended, unknown)}
    assert len(answers) == 1
    assert len(fresh_links(session)) == 1


def test_three_fresh_links_a_day_and_the_answer_stays_the_same(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    ask_as(session, world.sender)
    with time_machine.travel(world.at + timedelta(days=40), tick=False):
        answers = {ask_for_one(holder) for _ in range(5)}
        assert len(answers) == 1
        assert len(fresh_links(session)) == 3
    with time_machine.travel(world.at + timedelta(days=41, minutes=1), tick=False):
        ask_for_one(holder)
        assert len(fresh_links(session)) == 4


def test_another_site_cannot_ask_for_a_fresh_link(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    address = f"{holder.address}/nouveau-lien"
    response = holder.client.post(address, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert fresh_links(session) == []


def test_a_link_answers_its_own_request_only(session: Session, world: World, hold: Hold) -> None:
    one, other = world.sent(session), world.sent(session)
    holder = hold(one)
    holder.open()
    holder.follow(holder.post("accept", 3))
    ask_as(session, world.sender)
    session.expire_all()
    assert (one.state, other.state) == ("accepted", "sent")
