"""The board: what to do today, what waits, what is late, what is over."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.referrals.models import Referral
from tests.referrals.factories import ask_as
from tests.web.conftest import Member
from tests.web.page import Element
from tests.web.referrals.conftest import Desk


def sections(page: Element) -> dict[str, list[str]]:
    """Return the texts of the requests by section."""
    return {
        section.get("id"): [each.text for each in section.with_class("request")]
        for section in page.all("section")
        if section.get("id")
    }


def test_an_empty_board_says_what_to_do(desk: Desk) -> None:
    (main,) = desk.member.get("/orientations").all("main")

    assert "choisissez « Orienter »" in main.text


def test_each_request_stands_where_it_is_to_be_looked_at(desk: Desk, counter: Desk) -> None:
    desk.sent(action="brouillon", code="Brouillon")
    desk.sent(code="Attente")
    for code, step, values in (
        ("Question", "ask_information", {"ask_information-text": "Qui ?"}),
        ("Refus", "refuse", {"refuse-refusal_reason": "no_capacity"}),
    ):
        counter.step(desk.sent(code=code), step, **values)
    desk.step(desk.sent(code="Fini"), "cancel", **{"cancel-cancel_reason": "made_by_mistake"})
    found = sections(desk.member.get("/orientations"))

    told = {name: " ".join(rows) for name, rows in found.items()}
    assert {"Brouillon", "Question", "Refus"} <= set(told["to_do"].split())
    assert "Attente" in told["waiting"]
    assert "Fini" in told["closed"]
    assert "Rappel automatique le 20 novembre 2026" in told["waiting"]


def test_a_board_is_of_the_team_or_of_one_person(desk: Desk, colleague: Member) -> None:
    desk.sent(code="A. D.")

    assert sections(colleague.get("/orientations"))["waiting"]
    assert "waiting" not in sections(colleague.get("/orientations?de=miennes"))
    assert sections(desk.member.get("/orientations?de=miennes"))["waiting"]


def test_another_team_sees_nothing_of_it(desk: Desk, counter: Desk) -> None:
    desk.sent(code="A. D.")

    assert sections(counter.member.get("/orientations")) == {}


def test_a_long_section_has_pages(desk: Desk, session: Session) -> None:
    for number in range(21):
        desk.sent(code=f"N{number}")
    first = desk.member.get("/orientations")
    (later,) = [a.get("href") for a in first.all("a") if "Page suivante" in a.text]
    second = desk.member.get(later)

    assert len(sections(first)["waiting"]) == 20
    assert len(sections(second)["waiting"]) == 1
    assert "Page 2 sur 2" in second.text


@pytest.mark.parametrize(
    "asked", ["?waiting=0", "?waiting=-1", "?waiting=x", "?to_do=99999", "?de=x"]
)
def test_a_page_that_is_none_is_the_nearest(desk: Desk, asked: str) -> None:
    desk.sent()

    assert sections(desk.member.get(f"/orientations{asked}"))["waiting"]


def test_a_request_that_was_called_for_is_late(
    desk: Desk, session: Session, settings: Settings, at: datetime
) -> None:
    id = desk.sent(code="Lente")
    ask_as(session, desk.member.user)
    referral = session.get(Referral, id)
    assert referral is not None
    referral.reminders = 1
    session.flush()
    with time_machine.travel(at + timedelta(minutes=5), tick=False):
        assert sections(desk.member.get("/orientations"))["overdue"]
