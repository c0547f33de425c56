"""A worker learns that the service does not know of her request yet: she may have to call it."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.outbox.models import OutboxMessage
from tests.web.referrals.conftest import Desk

LATE = "n'est pas encore parti"
GIVEN_UP = "n'a pas pu être remis"


def mark(session: Session, **values: Any) -> None:
    """Have every mail been tried, with this result."""
    session.execute(update(OutboxMessage).values(**values))
    session.flush()


def test_a_mail_that_was_just_put_in_needs_no_word(desk: Desk) -> None:
    told = desk.page(desk.sent()).text
    assert LATE not in told
    assert GIVEN_UP not in told


def test_a_mail_that_is_tried_again_is_told(desk: Desk, session: Session) -> None:
    id = desk.sent()
    mark(session, attempts=1, last_error="server_away")
    assert LATE in desk.page(id).text
    mark(session, state="sent")
    assert LATE not in desk.page(id).text


def test_a_mail_that_was_given_up_asks_for_a_call(desk: Desk, session: Session) -> None:
    id = desk.sent()
    mark(session, state="dead", attempts=5, last_error="refused")
    told = desk.page(id).text
    assert GIVEN_UP in told
    assert LATE not in told


def test_a_request_that_was_seen_is_known_whatever_became_of_its_mail(
    desk: Desk, counter: Desk, session: Session
) -> None:
    id = desk.sent()
    mark(session, state="dead", attempts=5, last_error="refused")
    counter.step(id, "see")
    assert GIVEN_UP not in desk.page(id).text


@pytest.mark.parametrize("name", ["counter", "desk"])
def test_only_the_sender_is_told(
    request: pytest.FixtureRequest, desk: Desk, session: Session, name: str
) -> None:
    other: Desk = request.getfixturevalue(name)
    id = desk.sent()
    mark(session, state="dead", attempts=5, last_error="refused")
    assert (GIVEN_UP in other.page(id).text) == (name == "desk")
