"""After a refusal: the nearest that could take the person, and the next request in one tap."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.listings.drafts import CapacityDraft
from tests.places import BONDY
from tests.referrals.factories import make_service
from tests.web.page import Element
from tests.web.referrals.conftest import Desk, id_of

NO_ROOM = {"refuse-refusal_reason": "no_capacity"}


def near(north_m: float) -> Position:
    """Return a point so many metres north of Bondy."""
    return Position(BONDY.latitude + north_m / 111_195, BONDY.longitude)


def offered(page: Element) -> list[int]:
    """Return the services that a page offers, nearest first."""
    return [int(b.get("value")) for b in page.all("button") if b.get("name") == "service"]


@pytest.fixture
def others(session: Session, at: datetime) -> list[int]:
    """Two services for the same need, the second nearer."""
    return [
        make_service(session, at, category="colis", name=name, position=near(metres))
        for name, metres in (("Plus loin", 4000), ("Tout près", 900))
    ]


def refused(desk: Desk, counter: Desk, **changes: object) -> str:
    """Send a request that the service refuses for want of room; return the path of its page."""
    id = desk.sent(**changes)
    counter.step(id, "refuse", **NO_ROOM)
    return f"/orientations/{id}"


def test_a_refusal_offers_the_nearest_and_not_the_same_again(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    page = desk.member.get(refused(desk, counter))

    assert offered(page) == [others[1], others[0]]
    assert offered(desk.member.get(refused(desk, counter, code="B.") + "/alternatives")) == [
        others[1],
        others[0],
    ]


def test_only_those_that_could_take_the_person_are_offered(
    desk: Desk, counter: Desk, session: Session, at: datetime
) -> None:
    full = CapacityDraft("no-capacity", at, at + timedelta(days=3))
    stale = CapacityDraft("no-capacity", at - timedelta(days=9), at - timedelta(days=1))
    make_service(session, at, category="colis", position=near(100), capacity=full)
    make_service(session, at, category="douche", position=near(200))
    make_service(session, at, category="colis", position=near(300), areas=["departement:75"])
    make_service(session, at, category="colis", position=near(400), conditions={"maximum_age": 25})
    make_service(
        session, at, category="colis", position=near(500), conditions={"audiences": ["etudiants"]}
    )
    once_full = make_service(session, at, category="colis", position=near(600), capacity=stale)
    page = desk.member.get(
        refused(
            desk,
            counter,
            birth_year="1987",
            consent_form="oral",
            conditions=["audience:familles"],
            commune="Bondy",
        )
    )

    assert offered(page) == [once_full]


def test_one_tap_makes_the_request_that_follows(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    path = refused(desk, counter)
    form = {"service": others[1], "key": str(uuid4())}
    answers = [desk.member.send(f"{path}/alternatives", **form) for _ in range(2)]
    child = id_of(answers[0].headers["Location"])

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert desk.stored(child).state == "sent"
    assert desk.stored(child).parent_id == id_of(path)
    for page in (desk.page(child), desk.member.get(path)):
        (main,) = page.all("main")
        assert "D'un service à l'autre" in main.text
        assert "Colis du mardi" in main.text
        assert "Tout près" in main.text


def test_what_the_person_did_not_agree_to_waits_as_a_draft(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    path = refused(desk, counter, first_name="Aminata", consent_form="oral")
    form = {"service": others[1], "key": str(uuid4())}
    draft = id_of(desk.member.send(f"{path}/alternatives", **form).headers["Location"])
    assert desk.stored(draft).state == "draft"

    agreed = {"service": others[0], "key": str(uuid4()), "agrees": "oui"}
    sent = id_of(desk.member.send(f"{path}/alternatives", **agreed).headers["Location"])
    assert desk.stored(sent).state == "sent"


def test_a_chain_does_not_go_round_in_circles(desk: Desk, counter: Desk, others: list[int]) -> None:
    path = refused(desk, counter)
    page = desk.member.refused(f"{path}/alternatives", service=desk.service_id, key=str(uuid4()))

    (main,) = page.all("main")
    assert "Ce service a déjà reçu cette demande." in main.text
    assert offered(page) == [others[1], others[0]]


@pytest.mark.parametrize("service", ["", "x", "999999999", "9" * 30])
def test_a_service_that_is_none_is_told(desk: Desk, counter: Desk, service: str) -> None:
    path = refused(desk, counter)

    desk.member.refused(f"{path}/alternatives", service=service, key=str(uuid4()))


def test_a_request_under_way_goes_nowhere_else(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    id = desk.sent()
    desk.member.refused(
        f"/orientations/{id}/alternatives", status=409, service=others[0], key=str(uuid4())
    )
    page = desk.member.get(f"/orientations/{id}/alternatives")

    assert offered(page) == []
    assert len(desk.all()) == 1


def test_a_receiver_with_an_account_passes_it_on(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    id = desk.sent()
    counter.step(id, "redirect", **{"redirect-service": str(others[1])})
    child = next(each for each in desk.all() if each.parent_id == id)

    assert desk.stored(id).state == "redirected"
    assert child.state == "draft"
    (main,) = desk.page(id).all("main")
    assert "D'un service à l'autre" in main.text
    assert "D'un service à l'autre" not in next(counter.page(id).all("main")).text


def test_a_receiver_is_told_of_a_change_before_what_she_did_not_choose(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    id = desk.sent()
    counter.step(id, "see")
    counter.step(id, "redirect", version=1, status=409)

    assert desk.stored(id).state == "in_review"
