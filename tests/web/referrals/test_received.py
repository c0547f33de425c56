"""The inbox of a service whose people have accounts."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.accounts.permissions import Role
from directory.privacy.keys import Keyring
from directory.referrals.boards import PAGE_ROWS
from directory.referrals.steps import Actor, Step
from tests.referrals.factories import make_sent, take
from tests.web.conftest import Member, SignIn
from tests.web.page import Element
from tests.web.referrals.conftest import Desk, user_of

INBOX = "/orientations/recues"


def section(page: Element, name: str) -> str:
    """Return what a section of the inbox says; empty when it is not there."""
    return " ".join(e.text for e in page.all("section") if e.get("id") == name)


def test_a_request_waits_in_the_inbox_of_its_service(desk: Desk, receiver: Member) -> None:
    assert "Aucune demande pour l'instant." in receiver.get(INBOX).text
    id = desk.sent(is_urgent="on")
    page = receiver.get(INBOX)
    row = section(page, "to_do")
    assert "A. D. · Colis du mardi" in row
    assert "L'équipe attend votre réponse." in row
    assert f"/orientations/{id}" in [link.get("href") for link in page.all("a")]


def test_what_is_answered_moves_on(desk: Desk, counter: Desk, receiver: Member) -> None:
    id = desk.sent()
    counter.step(id, "accept")
    assert "A. D." in section(receiver.get(INBOX), "waiting")
    counter.step(id, "close", **{"close-outcome": "helped"})
    page = receiver.get(INBOX)
    assert "Terminée" in section(page, "closed")
    assert section(page, "waiting") == ""


def test_a_request_whose_reminder_went_out_is_late(
    desk: Desk, receiver: Member, session: Session, keyring: Keyring, at: datetime
) -> None:
    referral = desk.stored(desk.sent())
    take(session, referral, Step.REMIND, actor=Actor.CLOCK, by=None, keyring=keyring, at=at)
    page = receiver.get(INBOX)
    assert "A. D." in section(page, "overdue")
    assert section(page, "to_do") == ""


def test_a_long_inbox_comes_by_pages(
    desk: Desk, receiver: Member, session: Session, keyring: Keyring, at: datetime
) -> None:
    sender, service_id = user_of(desk), desk.service_id
    for number in range(PAGE_ROWS + 1):
        make_sent(session, sender, service_id, keyring=keyring, at=at, code=f"P{number}")
    page = receiver.get(INBOX)
    assert f"À répondre {PAGE_ROWS + 1}" in section(page, "to_do")
    assert section(page, "to_do").count("Colis du mardi") == PAGE_ROWS
    (following,) = [link for link in page.all("a") if link.text == "Page suivante"]
    assert following.get("href").startswith(INBOX)
    assert section(receiver.get(following.get("href")), "to_do").count("Colis du mardi") == 1


def test_an_organisation_that_nobody_verified_is_told_what_it_cannot_see(
    receiver: Member, session: Session
) -> None:
    assert "pas encore vérifiée" not in receiver.get(INBOX).text
    session.get_one(OrganizationAccount, receiver.user.organization_id).verified_at = None
    session.flush()
    assert "pas encore vérifiée" in receiver.get(INBOX).text


def test_nobody_else_sees_it(
    desk: Desk, worker: Member, signed_in: SignIn, session: Session
) -> None:
    desk.sent()
    for member in (worker, signed_in(name="Autre", role=Role.MANAGER)):
        assert "A. D." not in member.get(INBOX).text


def test_an_editor_has_no_inbox(signed_in: SignIn) -> None:
    signed_in(role=Role.EDITOR).get(INBOX, status=404)
