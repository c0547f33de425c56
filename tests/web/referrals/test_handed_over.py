"""What a service that received a request hands over to the person: its own notes are in it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from directory.accounts.models import OrganizationAccount
from directory.accounts.permissions import Role
from directory.privacy.models import AccessEntry
from tests.referrals.factories import ask_as
from tests.web.conftest import SignIn
from tests.web.page import Element
from tests.web.referrals.conftest import Desk

PERSON = {
    "first_name": "Aminata",
    "phone": "06 12 34 56 78",
    "consent_form": "oral",
    "consented_on": "2026-11-16",
    "consent_language": "fr",
}
OURS, THEIRS, SHARED = "À rappeler par nous.", "Vue chez nous mardi.", "Escalier B, au fond."
BUTTON = "Remettre ses données à la personne"


@pytest.fixture
def request_id(desk: Desk, counter: Desk) -> UUID:
    """An accepted request with a note of each team's own, and one that both read."""
    id = desk.sent(**PERSON)
    write(desk, id, text=OURS)
    counter.step(id, "accept")
    write(counter, id, text=THEIRS)
    write(counter, id, text=SHARED, is_shared="oui")
    return id


def write(desk: Desk, id: UUID, **form: Any) -> None:
    desk.member.send(f"/orientations/{id}/notes", key=str(uuid4()), **form)


def main_of(page: Element) -> str:
    (main,) = page.all("main")
    return main.text


def file_of(desk: Desk, address: str) -> dict[str, Any]:
    (found,) = desk.member.response(address).get_json()
    return dict(found)


def exports(desk: Desk) -> list[int | None]:
    """Return by which organisations an export was noted, as the team that sent reads it."""
    ask_as(desk.session, desk.member.user)
    query = select(AccessEntry.organization_id).where(AccessEntry.what == "export")
    return list(desk.session.scalars(query.order_by(AccessEntry.id)))


def test_the_service_hands_over_its_own_notes_and_what_it_may_read(
    desk: Desk, counter: Desk, request_id: UUID
) -> None:
    address = f"/orientations/{request_id}/donnees"
    assert address in [a.get("href") for a in counter.page(request_id).all("a")]

    page = main_of(counter.member.get(address))
    assert [word for word in (THEIRS, SHARED, "Aminata") if word not in page] == []
    assert OURS not in page
    assert "La personne peut les demander à : Entraide" in page
    told = file_of(counter, f"{address}.json")
    assert {note["text"] for note in told["notes"]} == {THEIRS, SHARED}
    assert told["fields"]["phone"]
    assert told["readings"] == []
    assert "consent_form" not in told
    assert exports(desk) == [counter.member.user.organization_id] * 2


def test_the_team_that_sent_hands_over_its_part_and_names_whom_to_ask(
    desk: Desk, request_id: UUID
) -> None:
    address = f"/personnes/{request_id}/donnees"
    page = main_of(desk.member.get(f"{address}?demande={request_id}"))
    assert (OURS in page, SHARED in page, THEIRS in page) == (True, True, False)
    told = file_of(desk, f"{address}.json?demande={request_id}")
    assert {note["text"] for note in told["notes"]} == {OURS, SHARED}
    assert told["ask_also"] == told["organization"]
    assert f"La personne peut les demander à : {told['organization']}" in page


def test_the_button_is_the_service_s_alone_and_leads_a_sender_to_her_own_page(
    desk: Desk, request_id: UUID
) -> None:
    assert BUTTON not in main_of(desk.page(request_id))
    for ending in ("", ".json"):
        answer = desk.member.response(f"/orientations/{request_id}/donnees{ending}", status=302)
        where = f"/personnes/{request_id}/donnees{ending}?demande={request_id}"
        assert answer.headers["Location"] == where


def test_what_is_only_written_down_names_nobody_else(desk: Desk) -> None:
    id = desk.sent(action="noter")
    assert file_of(desk, f"/personnes/{id}/donnees.json?demande={id}")["ask_also"] is None


def test_another_organisation_gets_nothing(request_id: UUID, signed_in: SignIn) -> None:
    stranger = signed_in(name="Autre", role=Role.MANAGER)
    for ending in ("", ".json"):
        stranger.response(f"/orientations/{request_id}/donnees{ending}", status=404)


def test_a_service_that_has_not_accepted_hands_over_no_more_than_it_reads(
    desk: Desk, counter: Desk
) -> None:
    id = desk.sent(**PERSON)
    told = file_of(counter, f"/orientations/{id}/donnees.json")
    assert told["fields"] == {"code": "A. D."}
    assert told["erase_on"] == {}


@pytest.mark.parametrize("how", ["withdrawn", "erased", "suspended"])
def test_a_service_that_is_shut_out_hands_over_nothing(
    desk: Desk, counter: Desk, request_id: UUID, signed_in: SignIn, how: str
) -> None:
    own = desk.member.user.organization_id
    if how == "withdrawn":
        desk.step(request_id, "withdraw_consent")
    elif how == "erased":
        manager = signed_in(name="Jeanne Roche", organization_id=own, role=Role.MANAGER)
        manager.send(f"/personnes/{request_id}/effacement", demande=str(request_id))
    else:
        number = counter.member.user.organization_id
        account = desk.session.get_one(OrganizationAccount, number)
        account.verified_at, account.suspended_at = None, account.verified_at
        desk.session.flush()

    assert BUTTON not in main_of(counter.page(request_id))
    before = exports(desk)
    for ending in ("", ".json"):
        answer = counter.member.response(f"/orientations/{request_id}/donnees{ending}", status=404)
        assert "Aminata" not in answer.text
        assert THEIRS not in answer.text
    assert exports(desk) == before
