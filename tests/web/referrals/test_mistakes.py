"""A form that cannot be taken says so at the top of the page, with a way to each field."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import OrganizationAccount
from directory.listings.models import Contact
from tests.referrals.factories import make_service
from tests.web.page import Element, read_page
from tests.web.referrals.conftest import Desk


def summary(page: Element) -> dict[str, str]:
    """Return what the top of a page says is wrong: texts by the field they lead to."""
    (banner,) = [each for each in page.with_class("banner") if each.get("role") == "alert"]
    found = {link.get("href").removeprefix("#"): link.text for link in banner.all("a")}
    identifiers = {each.get("id") for each in page.all()}
    assert found.keys() <= identifiers
    (title,) = page.all("title")
    assert title.text.startswith("Erreur : ")
    return found | {"": banner.text}


@pytest.mark.parametrize(
    ("step", "typed", "field", "told"),
    [
        ("refuse", {}, "refuse-refusal_reason", "Choisissez la raison du refus."),
        (
            "refuse",
            {"refuse-refusal_reason": "other"},
            "refuse-text",
            "« Autre raison » demande quelques mots.",
        ),
        (
            "accept",
            {"accept-appointment_on": "2026-11-19"},
            "accept-appointment_time",
            "Donnez aussi l'heure du rendez-vous.",
        ),
        ("waitlist", {"waitlist-review_on": "2020-01-01"}, "waitlist-review_on", "Ce jour est"),
        ("redirect", {}, "redirect-service", "Choisissez un service."),
    ],
)
def test_what_a_form_lacks_is_told_at_the_top_with_a_way_to_the_field(
    desk: Desk,
    counter: Desk,
    session: Session,
    at: datetime,
    step: str,
    typed: dict[str, str],
    field: str,
    told: str,
) -> None:
    make_service(session, at, category="colis", name="Tout près")
    id = desk.sent()
    page = read_page(counter.step(id, step, status=400, **typed))

    found = summary(page)
    assert "Rien n'est enregistré." in found[""]
    assert told in found[field]
    (panel,) = [each for each in page.all("details") if "open" in each.attributes]
    assert field in [each.get("id") for each in panel.all()]


def test_what_is_wrong_with_no_field_is_told_at_the_top(desk: Desk, session: Session) -> None:
    id = desk.sent()
    referral = desk.stored(id)
    referral.state, referral.ended_at = "expired", referral.created_at
    for contact in session.scalars(select(Contact)):
        contact.email = None
    account = session.get_one(OrganizationAccount, referral.receiver_organization_id)
    account.referral_email = None
    session.flush()

    page = read_page(desk.step(id, "send", status=400))

    assert "Ce service n'a plus d'adresse" in summary(page)[""]


def test_a_note_that_is_not_kept_is_told_at_the_top(desk: Desk) -> None:
    id = desk.sent()
    notes = f"/orientations/{id}/notes"
    long = desk.member.refused(notes, text="x" * 501, key=str(uuid4()))
    assert "Votre note n'est pas enregistrée." in summary(long)[""]
    assert "text" in summary(long)

    number = {"text": "Son numéro : 06 12 34 56 78", "is_shared": "oui", "key": str(uuid4())}
    again = desk.member.refused(notes, status=200, **number)
    assert "Relisez-la, puis ajoutez-la." in summary(again)["text"]


def test_a_page_that_was_taken_says_nothing_of_errors(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    counter.step(id, "accept")

    assert "Erreur" not in counter.page(id).text


def test_the_long_form_names_each_field_that_is_wrong_and_leads_to_it(desk: Desk) -> None:
    typed = {"phone": "abc", "first_name": "Aminata", "birth_year": "3000", "code": ""}
    page = desk.member.refused("/orientations", **desk.form(**typed))

    found = summary(page)
    assert found["phone"].startswith("Téléphone : ")
    assert found["birth_year"].startswith("Année de naissance : ")
    assert "La demande n'est pas partie." in found[""]
