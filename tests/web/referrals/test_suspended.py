"""An organisation that was found to be a fake: its admin suspends it, and all of it is shut."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.outbox.models import OutboxMessage
from directory.referrals.models import ReferralNote
from tests.referrals.factories import ask_as
from tests.web.conftest import Member, SignIn
from tests.web.page import Element, read_page
from tests.web.referrals.conftest import Desk

PERSON = {
    "first_name": "Aminata",
    "language": "sw",
    "phone": "06 12 34 56 78",
    "message": "Préfère être appelée le matin.",
    "consent_form": "oral",
    "consented_on": "2026-11-16",
    "consent_language": "fr",
}
#: Of the person, or of what was said of her.
TOLD = ("A. D.", "Aminata", "06 12 34 56 78", "le matin", "Swahili", "swahili", "Escalier B")
HELPED: dict[str, Any] = {"close-outcome": "helped"}
REFUSED = "Votre structure est suspendue : rien n'a été envoyé ni enregistré."

Gesture = Callable[[Desk, str], None]


@pytest.fixture
def admin(signed_in: SignIn) -> Member:
    """Who looks after the territory."""
    return signed_in(name="Jeanne Moreau", role=None, departements=("93",))


@pytest.fixture
def gesture(admin: Member) -> Gesture:
    """What the admin does about the organisation of a desk, on its page."""

    def press(desk: Desk, geste: str) -> None:
        number = desk.member.user.organization_id
        admin.send(f"/administration/structures/{number}", geste=geste)
        desk.session.expire_all()

    return press


@pytest.fixture
def request_id(desk: Desk, counter: Desk) -> UUID:
    """A request that was accepted, with everything about a person and a note of each side."""
    id = desk.sent(**PERSON)
    write(desk, id, text="Escalier B, au fond.", is_shared="oui")
    counter.step(id, "accept")
    write(counter, id, text="Vue chez nous mardi.")
    return id


def write(desk: Desk, id: UUID, *, status: int = 303, **form: str) -> str:
    address = f"/orientations/{id}/notes"
    return desk.member.send(address, status=status, key=str(uuid4()), **form).text


def main_of(page: Element) -> str:
    (main,) = page.all("main")
    return main.text


def notes(desk: Desk) -> int:
    ask_as(desk.session, desk.member.user)
    return desk.session.scalar(select(func.count()).select_from(ReferralNote)) or 0


def mails(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def test_a_suspended_receiver_sees_nothing_of_the_person_until_it_is_verified_again(
    desk: Desk, counter: Desk, request_id: UUID, gesture: Gesture
) -> None:
    before = main_of(counter.page(request_id))
    assert [word for word in TOLD if word not in before and word != "swahili"] == ["Swahili"]
    gesture(counter, "suspendre")

    page = main_of(counter.page(request_id))
    assert "Votre structure est suspendue" in page
    assert "Appelez la personne qui administre Fanal" in page
    hidden = (*TOLD, "Vue chez nous", "Bondy", "Aides cherchées")
    assert [word for word in hidden if word in page] == []
    inbox = counter.member.get("/orientations/recues").text
    assert "Votre structure est suspendue" in inbox
    assert [word for word in TOLD if word in inbox] == []

    gesture(counter, "verifier")
    assert main_of(counter.page(request_id)) == before


def test_a_suspended_receiver_neither_answers_nor_writes(
    desk: Desk, counter: Desk, request_id: UUID, gesture: Gesture
) -> None:
    gesture(counter, "suspendre")
    version, written = desk.stored(request_id).version, notes(desk)

    told = counter.step(request_id, "close", status=400, **HELPED)
    assert REFUSED in read_page(told).text
    for form in ({"is_shared": "oui"}, {}):
        told = write(counter, request_id, status=400, text="Elle vient lundi.", **form)
        assert REFUSED in read_page(told).text
    assert (desk.stored(request_id).version, notes(desk)) == (version, written)

    gesture(counter, "verifier")
    counter.step(request_id, "close", **HELPED)
    assert desk.stored(request_id).state == "closed"


def test_the_team_that_sent_keeps_all_of_it_and_learns_that_the_service_is_suspended(
    desk: Desk, counter: Desk, request_id: UUID, gesture: Gesture
) -> None:
    assert "est suspendue" not in main_of(desk.page(request_id))
    gesture(counter, "suspendre")
    page = main_of(desk.page(request_id))
    assert "La structure qui l'a reçue est suspendue" in page
    assert "Aminata" in page
    assert "Escalier B" in page


def test_nothing_more_goes_to_a_suspended_service(
    desk: Desk, counter: Desk, request_id: UUID, gesture: Gesture, session: Session
) -> None:
    gesture(counter, "suspendre")
    put = mails(session)
    page = desk.member.refused("/orientations", **desk.form(code="B. C."))
    assert "La structure qui tient ce service est suspendue" in page.text
    desk.step(request_id, "withdraw_consent")
    assert mails(session) == put


def test_a_suspended_team_sends_nothing_and_shares_no_note(
    desk: Desk, request_id: UUID, gesture: Gesture
) -> None:
    gesture(desk, "suspendre")
    page = desk.member.refused("/orientations", **desk.form(code="B. C."))
    assert "Votre structure est suspendue" in page.text
    assert "pas encore vérifiée" not in page.text
    told = write(desk, request_id, status=400, text="Quatrième étage.", is_shared="oui")
    assert "Votre structure est suspendue" in told
    write(desk, request_id, text="À rappeler.")
    assert "À rappeler." in main_of(desk.page(request_id))

    gesture(desk, "verifier")
    write(desk, request_id, text="Quatrième étage.", is_shared="oui")


def test_a_team_that_nobody_verified_yet_is_not_told_that_it_is_suspended(
    counter: Desk, request_id: UUID, session: Session
) -> None:
    number = counter.member.user.organization_id
    session.get_one(OrganizationAccount, number).verified_at = None
    session.flush()
    page = main_of(counter.page(request_id))
    assert "suspendue" not in page
    assert "A. D." in page
    assert "Aminata" not in page
