"""What a request waits for, and in which section of the board it stands: they say the same."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.privacy.keys import Keyring
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Outcome
from tests.referrals.factories import make_logged, take
from tests.web.page import Element
from tests.web.referrals.conftest import Desk, user_of

WITHDRAWN = "Rien à faire : la personne a retiré son accord."
ELSEWHERE = "À orienter ailleurs : des services proches sont proposés."

#: (state, calls that went out, whether the person took back her agreement), then the section of
#: the sender's board and the sentence there.
SENT = [
    ("sent", 0, False, "waiting", "Le service doit répondre."),
    ("sent", 1, False, "overdue", "Le service doit répondre."),
    ("in_review", 1, False, "overdue", "Le service a lu la demande : il doit répondre."),
    ("accepted", 0, False, "waiting", "Le service reçoit la personne."),
    ("accepted", 1, False, "overdue", "Le service doit dire ce qu'il en est advenu."),
    (
        "accepted",
        2,
        False,
        "to_do",
        "Le service n'en dit rien : à vous de dire ce qu'il en est advenu.",
    ),
    ("refused", 0, False, "to_do", ELSEWHERE),
    ("refused", 0, True, "closed", WITHDRAWN),
    ("redirected", 0, False, "to_do", "À orienter ailleurs : rien n'est parti à un autre service."),
    ("redirected", 0, True, "closed", WITHDRAWN),
    ("expired", 2, False, "to_do", "Personne n'a répondu : envoyez-la de nouveau, ou ailleurs."),
    ("expired", 2, True, "closed", WITHDRAWN),
    ("cancelled", 0, False, "closed", "Rien à faire."),
    ("cancelled", 0, True, "closed", WITHDRAWN),
    ("closed", 0, False, "closed", "Rien à faire."),
    ("closed", 0, True, "closed", WITHDRAWN),
]

#: The same of the receiver's inbox.
RECEIVED = [
    ("sent", 0, "to_do", "L'équipe attend votre réponse."),
    ("sent", 1, "overdue", "L'équipe attend votre réponse."),
    ("accepted", 0, "waiting", "La personne vient chez vous."),
    ("accepted", 1, "to_do", "L'équipe vous demande ce qu'il en est advenu."),
    ("accepted", 2, "to_do", "L'équipe vous demande ce qu'il en est advenu."),
    ("refused", 0, "closed", "Rien à faire."),
]


def brought(desk: Desk, at: datetime, state: str, calls: int, is_withdrawn: bool = False) -> Any:
    """Bring a request into a state, after some calls of the clock; return its id."""
    id = desk.sent()
    referral = desk.stored(id)
    referral.state, referral.reminders = state, calls
    referral.refusal_reason = "no_capacity" if state == "refused" else None
    referral.cancel_reason = "made_by_mistake" if state == "cancelled" else None
    referral.outcome = Outcome.HELPED.value if state == "closed" else None
    referral.ended_at = at if state in ("refused", "redirected", "expired") else None
    referral.consent_withdrawn_at = at if is_withdrawn else None
    desk.session.flush()
    return id


def rows(page: Element) -> dict[str, list[str]]:
    """Return the texts of the requests of each section."""
    return {
        section.get("id"): [row.text for row in section.with_class("request")]
        for section in page.all("section")
        if section.with_class("request")
    }


@pytest.mark.parametrize(("state", "calls", "is_withdrawn", "name", "sentence"), SENT)
def test_the_board_says_what_is_next_and_where_it_belongs(
    desk: Desk, at: datetime, state: str, calls: int, is_withdrawn: bool, name: str, sentence: str
) -> None:
    brought(desk, at, state, calls, is_withdrawn)

    found = rows(desk.member.get("/orientations"))

    assert list(found) == [name]
    assert sentence in found[name][0]


@pytest.mark.parametrize(("state", "calls", "name", "sentence"), RECEIVED)
def test_the_inbox_says_what_is_next_and_where_it_belongs(
    desk: Desk, counter: Desk, at: datetime, state: str, calls: int, name: str, sentence: str
) -> None:
    brought(desk, at, state, calls)

    found = rows(counter.member.get("/orientations/recues"))

    assert list(found) == [name]
    assert sentence in found[name][0]


def test_after_an_appointment_news_of_it_is_what_is_asked(
    desk: Desk, counter: Desk, session: Session, keyring: Keyring, at: datetime
) -> None:
    id = desk.sent()
    when = {"accept-appointment_on": "2026-11-19", "accept-appointment_time": "09:00"}
    counter.step(id, "accept", **when)
    assert "Rendez-vous le 19 novembre 2026 à 09:00." in desk.page(id).text
    for days in (4, 20):
        referral, later = desk.stored(id), at + timedelta(days=days)
        take(
            session,
            referral,
            Step.ASK_OUTCOME,
            actor=Actor.CLOCK,
            by=None,
            keyring=keyring,
            at=later,
        )

    for page, sentence in (
        (desk.page(id), "à vous de dire ce qu'il en est advenu."),
        (counter.page(id), "L'équipe vous demande ce qu'il en est advenu."),
    ):
        (banner,) = page.with_class("banner")
        assert sentence in banner.text
        assert "Rendez-vous" not in banner.text


def test_the_heading_of_what_is_late_is_true_of_a_request_that_was_accepted(
    desk: Desk, at: datetime
) -> None:
    brought(desk, at, "accepted", 1)

    page = desk.member.get("/orientations")

    assert "n'a pas répondu" not in page.text
    assert "Le service tarde à répondre, ou à donner des nouvelles" in page.text


@pytest.mark.parametrize(
    ("is_withdrawn", "calls", "name", "sentence"),
    [
        (False, 0, "waiting", "Quand vous le saurez, dites ce qu'il en est advenu."),
        (False, 1, "to_do", "À vous de dire ce qu'il en est advenu."),
        (True, 1, "closed", WITHDRAWN),
    ],
)
def test_what_was_written_down_asks_for_news_in_its_time(
    desk: Desk,
    session: Session,
    keyring: Keyring,
    at: datetime,
    is_withdrawn: bool,
    calls: int,
    name: str,
    sentence: str,
) -> None:
    referral = make_logged(session, user_of(desk), desk.service_id, keyring=keyring, at=at)
    referral.reminders, referral.consent_withdrawn_at = calls, at if is_withdrawn else None
    session.flush()

    found = rows(desk.member.get("/orientations"))

    assert list(found) == [name]
    assert sentence in found[name][0]


@pytest.mark.parametrize("is_erased", [False, True])
def test_nobody_is_sent_elsewhere_once_the_person_took_back_her_agreement(
    desk: Desk, counter: Desk, at: datetime, is_erased: bool
) -> None:
    id = desk.sent(first_name="Aminata", consent_form="oral")
    counter.step(id, "refuse", **{"refuse-refusal_reason": "no_capacity"})
    desk.step(id, "withdraw_consent")
    desk.stored(id).erased_at = at if is_erased else None
    desk.session.flush()

    page = desk.member.get(f"/orientations/{id}/alternatives")

    (main,) = page.all("main")
    assert "La personne a retiré son accord : rien ne part plus pour elle." in main.text
    assert "n'est pas à son terme" not in main.text
    assert WITHDRAWN in desk.page(id).text
