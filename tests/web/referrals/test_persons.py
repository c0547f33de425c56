"""The rights of a person through the pages: found by her code, handed over, erased."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role
from directory.privacy.models import AccessEntry
from directory.referrals.models import ReferralField
from tests.referrals.factories import ask_as
from tests.web.conftest import Member, SignIn
from tests.web.page import Element
from tests.web.referrals.conftest import Desk, ticked

PERSON = {
    "first_name": "Aminata",
    "phone": "06 12 34 56 78",
    "message": "Préfère être appelée le matin.",
    "consent_form": "oral",
    "consented_on": "2026-11-16",
    "consent_language": "fr",
}


@pytest.fixture
def manager(signed_in: SignIn, worker: Member) -> Member:
    """Somebody who answers for the team."""
    return signed_in(
        name="Jeanne Roche", organization_id=worker.user.organization_id, role=Role.MANAGER
    )


@pytest.fixture
def request_id(desk: Desk) -> UUID:
    """A request with everything about a person."""
    return desk.sent(**PERSON)


def person_of(member: Member, code: str = "a.d.") -> str:
    """Return the address that a code leads to."""
    return member.send("/personnes", person_code=code).headers["Location"]


def main_text(page: Element) -> str:
    (main,) = page.all("main")
    return main.text


def readings(session: Session, member: Member) -> list[tuple[str, int | None]]:
    """Return what was written down as read of the team's files."""
    ask_as(session, member.user)
    rows = session.scalars(select(AccessEntry).order_by(AccessEntry.id))
    return [(row.what, row.account_id) for row in rows]


def test_a_code_leads_to_the_person_and_stands_in_no_address(
    desk: Desk, manager: Member, request_id: UUID
) -> None:
    address = person_of(manager)

    assert address == f"/personnes/{request_id}"
    page = manager.get(address)
    assert "A. D." in main_text(page)
    assert "Colis du mardi" in main_text(page)
    assert "A. D." not in next(page.all("title")).text
    assert ticked(page, "demande") == [str(request_id)]


@pytest.mark.parametrize(("code", "status"), [("", 400), ("A", 404), ("Aminata", 404)])
def test_a_code_that_finds_nobody_is_shown_again(
    desk: Desk, manager: Member, request_id: UUID, code: str, status: int
) -> None:
    told = manager.send("/personnes", status=status, person_code=code).text

    assert f'value="{code}"' in told
    assert "aria-invalid" in told


def test_everything_is_shown_to_be_read_with_the_person(
    desk: Desk, session: Session, manager: Member, request_id: UUID
) -> None:
    address = f"{person_of(manager)}/donnees?demande={request_id}"

    told = main_text(manager.get(address))

    for text in ("Aminata", "6 12 34 56 78", "appelée le matin", "Colis du mardi", "Lectures"):
        assert text in told.replace("\u202f", " ").replace("\xa0", " ")
    assert readings(session, manager)[-1] == ("export", manager.user.account_id)


def test_the_file_to_hand_over_holds_the_same(
    desk: Desk, manager: Member, request_id: UUID
) -> None:
    answer = manager.response(f"{person_of(manager)}/donnees.json?demande={request_id}")

    (request,) = answer.get_json()
    assert request["fields"]["first_name"] == "Aminata"
    assert request["fields"]["message"] == PERSON["message"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_only_what_is_ticked_is_handed_over(desk: Desk, manager: Member, request_id: UUID) -> None:
    other = desk.sent(code="AD", first_name="Adèle", **{k: PERSON[k] for k in CONSENT})
    address = person_of(manager, "AD")

    one = manager.response(f"{address}/donnees.json?demande={other}").get_json()
    none = manager.response(f"{address}/donnees.json", status=400).text
    wrong = manager.response(f"{address}/donnees.json?demande=x&demande={uuid4()}", status=400)

    assert [each["fields"]["first_name"] for each in one] == ["Adèle"]
    assert "Aucune demande n'est cochée." in none.replace("&#39;", "'")
    assert "Aminata" not in wrong.text


CONSENT = ("consent_form", "consented_on", "consent_language")


def test_of_two_people_with_the_same_initials_nothing_is_ticked_and_each_is_told_apart(
    desk: Desk, manager: Member, request_id: UUID
) -> None:
    consent = {name: PERSON[name] for name in CONSENT}
    ids = [
        desk.sent(code="B. E.", birth_year=year, language=language, **consent)
        for year, language in (("1987", "bm"), ("2001", "ar"))
    ]
    address = person_of(manager, "b.e.")

    page = manager.get(address)
    nothing = manager.get(f"{address}/effacement", status=400)
    one = manager.get(f"{address}/effacement?demande={ids[0]}")

    told = [label.text for label in page.all("label")]
    assert ticked(page, "demande") == []
    assert sorted(("1987" in each, "2001" in each) for each in told) == [
        (False, True),
        (True, False),
    ]
    assert ["bambara" in each for each in told] == ["1987" in each for each in told]
    assert all(f"Écrite par : {desk.member.user.name}" in each for each in told)
    assert "Aucune demande n'est cochée." in main_text(nothing)
    assert "1987" in main_text(one)
    assert "2001" not in main_text(one)


def test_what_was_ticked_stays_so_on_the_way_back(
    desk: Desk, manager: Member, request_id: UUID
) -> None:
    desk.sent()
    address = person_of(manager)

    for tail in ("donnees", "effacement"):
        page = manager.get(f"{address}/{tail}?demande={request_id}")
        back = f"{address}?demande={request_id}"
        assert back in [each.get("href") for each in page.all("a")]
        assert ticked(manager.get(back), "demande") == [str(request_id)]


def test_erasing_says_first_what_it_does_to_backups(
    desk: Desk, session: Session, manager: Member, request_id: UUID
) -> None:
    page = manager.get(f"{person_of(manager)}/effacement?demande={request_id}")

    told = main_text(page)
    assert "sauvegardes" in told
    assert "17 décembre 2026" in told
    assert "Colis du mardi" in told
    ask_as(session, manager.user)
    assert session.scalars(select(ReferralField)).all()


def test_erased_a_person_is_gone_and_found_no_more(
    desk: Desk, session: Session, manager: Member, request_id: UUID
) -> None:
    address = person_of(manager)

    answer = manager.send(f"{address}/effacement", demande=str(request_id))

    told = main_text(manager.get(answer.headers["Location"]))
    assert "est effacé" in told
    assert "17 décembre 2026" in told
    assert desk.stored(request_id).state == "cancelled"
    assert session.scalars(select(ReferralField)).all() == []
    manager.send("/personnes", status=404, person_code="A. D.")
    assert "Aminata" not in main_text(desk.page(request_id))


def test_erasing_nothing_is_told(desk: Desk, manager: Member, request_id: UUID) -> None:
    told = manager.send(f"{person_of(manager)}/effacement", status=400).text

    assert "Cochez celles de la personne." in told


def test_a_caseworker_hands_over_but_does_not_erase(
    desk: Desk, worker: Member, request_id: UUID
) -> None:
    address = person_of(worker)

    assert "Effacer" not in [each.text.strip("… \n") for each in worker.get(address).all("button")]
    worker.get(f"{address}/effacement?demande={request_id}", status=404)
    worker.send(f"{address}/effacement", status=404, demande=str(request_id))
    assert worker.response(f"{address}/donnees.json?demande={request_id}").get_json()


def test_another_team_is_told_the_same_as_of_a_ghost(
    desk: Desk, receiver: Member, signed_in: SignIn, request_id: UUID
) -> None:
    stranger = signed_in(name="Autre Équipe", role=Role.MANAGER)
    for tail in ("", "/donnees", "/donnees.json", "/effacement"):
        pages = [
            stranger.get(f"/personnes/{id}{tail}?demande={id}", status=404)
            for id in (request_id, uuid4())
        ]
        assert main_text(pages[0]) == main_text(pages[1])
    receiver.get(f"/personnes/{request_id}", status=404)
    receiver.send("/personnes", status=404, person_code="A. D.")


def test_who_read_is_told_to_the_team_that_sends(
    desk: Desk, counter: Desk, receiver: Member, worker: Member, request_id: UUID
) -> None:
    counter.page(request_id)
    address = f"/orientations/{request_id}/lectures"

    told = main_text(worker.get(address))

    assert "Paul Réseau" in told
    assert "365 jours" in told
    receiver.get(address, status=404)
    assert address in [each.get("href") for each in desk.page(request_id).all("a")]


def test_looking_a_person_up_is_a_reading_too(
    desk: Desk, session: Session, manager: Member, request_id: UUID
) -> None:
    manager.get(person_of(manager))

    assert readings(session, manager)[-1] == ("file", manager.user.account_id)
