"""A service far from Paris: everybody reads its hours by its own clocks."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from directory.app import FanalApp
from directory.privacy.keys import Keyring
from tests.accounts.factories import organization_of
from tests.referrals.factories import ask_as, make_service, make_token
from tests.web.conftest import Member, SignIn
from tests.web.page import Element, read_page
from tests.web.referrals.conftest import Desk

#: Where, and what its clocks show when it is ten in Paris in November.
PLACES = [("Indian/Reunion", "13:00"), ("America/Cayenne", "06:00")]


@pytest.fixture(params=PLACES, ids=lambda place: place[0].rsplit("/", 1)[1])
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A time zone, and the hour there."""
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def parcels(session: Session, at: datetime, place: tuple[str, str]) -> int:
    """A service there that gives food parcels."""
    return make_service(session, at, name="Colis", category="colis", time_zone=place[0])


@pytest.fixture
def receiver(signed_in: SignIn, session: Session, parcels: int) -> Member:
    """Somebody of the service, who has an account."""
    return signed_in(name="Paul Réseau", organization_id=organization_of(session, parcels))


def appointments(page: Element) -> list[str]:
    """Return the hours that a page tells of appointments."""
    return re.findall(r"Rendez-vous (?:le )?19 novembre 2026 à (\d\d:\d\d)", page.text)


def accept(counter: Desk, id: Any) -> None:
    """Accept a request, and note an appointment at nine in the morning, there."""
    when = {"accept-appointment_on": "2026-11-19", "accept-appointment_time": "09:00"}
    counter.step(id, "accept", **when)


def test_an_appointment_is_told_at_the_hour_of_its_place_wherever_it_is_read(
    desk: Desk, counter: Desk, app: FanalApp, session: Session, keyring: Keyring, at: datetime
) -> None:
    id = desk.sent()
    before = desk.stored(id).version
    accept(counter, id)
    stale = {"etape": "cancel", "version": before, "cancel-cancel_reason": "made_by_mistake"}
    referral = desk.stored(id)
    token = make_token(session, referral, keyring=keyring, at=at)
    client = app.test_client()
    origin = {"Sec-Fetch-Site": "same-origin"}
    opened = client.post(f"/reponse/{token}", data={"etape": "ouvrir"}, headers=origin)

    pages = {
        "sender": desk.page(id),
        "receiver": counter.page(id),
        "board": desk.member.get("/orientations"),
        "inbox": counter.member.get("/orientations/recues"),
        "clash": desk.member.refused(f"/orientations/{id}", status=409, **stale),
        "link": read_page(client.get(opened.headers["Location"]).text),
    }

    told = {name: set(appointments(page)) for name, page in pages.items()}
    assert told == dict.fromkeys(pages, {"09:00"})
    # In the banner, in the sheet and in what happened.
    assert len(appointments(pages["sender"])) == 3


def test_what_happened_meanwhile_is_told_by_the_clocks_of_the_place(
    desk: Desk, counter: Desk, place: tuple[str, str]
) -> None:
    id = desk.sent()
    before = desk.stored(id).version
    accept(counter, id)
    stale = {"etape": "cancel", "version": before, "cancel-cancel_reason": "made_by_mistake"}
    page = desk.member.refused(f"/orientations/{id}", status=409, **stale)

    (clash,) = [each for each in page.all("section") if each.get("aria-labelledby") == "conflit"]
    assert f"17 novembre 2026 à {place[1]}" in clash.text
    assert "à 10:00" not in page.text


def test_what_the_clock_does_next_is_told_by_the_clocks_of_the_place(
    desk: Desk, counter: Desk, place: tuple[str, str], session: Session
) -> None:
    id = desk.sent()
    next_call = f"Rappel automatique le 20 novembre 2026 à {place[1]}"
    ask_as(session, desk.member.user)

    for page in (
        desk.page(id),
        counter.page(id),
        desk.member.get("/orientations"),
        counter.member.get("/orientations/recues"),
    ):
        assert next_call in page.text


def test_the_day_of_a_request_is_that_of_the_place(
    signed_in: SignIn, session: Session, at: datetime
) -> None:
    night = datetime(2026, 11, 17, 21, 30, tzinfo=UTC)
    reunion = make_service(session, at, category="colis", time_zone="Indian/Reunion")
    with time_machine.travel(night, tick=False):
        desk = Desk(signed_in(), session, reunion)
        id = desk.sent()
        page, board = desk.page(id), desk.member.get("/orientations")

    (heading,) = page.all("h1")
    assert heading.text == "Demande du 18 novembre 2026"
    assert "depuis le 18 novembre 2026" in board.text
