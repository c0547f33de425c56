"""The form of a request: from a listing to a draft, sent, written down or handed over."""

from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from directory.listings.indexing import refresh
from directory.listings.vocabulary import BY_CODE
from directory.privacy.keys import Keyring
from directory.referrals.fields import FieldName, erase_dates, read_fields
from directory.referrals.models import Referral, Slip
from tests.accounts.factories import make_organization
from tests.referrals.factories import make_service
from tests.web.conftest import Member, SignIn, Visitor
from tests.web.page import Element, read_page
from tests.web.referrals.conftest import Desk, fields_of, ticked


def told(page: Element) -> str:
    """Return the text of the main part of a page."""
    (main,) = page.all("main")
    return main.text


def test_the_form_tells_the_service_and_asks_for_little(desk: Desk) -> None:
    page = desk.member.get(f"/orientations/nouvelle?service={desk.service_id}")

    assert "Colis du mardi" in told(page)
    required = [each for each in page.all("input") if "required" in each.attributes]
    assert required == []
    names = {each.get("name") for each in page.all("input", "select", "textarea")}
    assert {"code", "birth_year", "language", "first_name", "phone", "email"} <= names
    assert not {"last_name", "nir", "health"} & names


def test_a_request_with_initials_alone_goes_out(desk: Desk) -> None:
    id = desk.sent()

    assert desk.stored(id).state == "sent"
    assert "Envoyée" in told(desk.page(id))


def test_everything_typed_is_kept(desk: Desk, keyring: Keyring, session: Session) -> None:
    id = desk.sent(
        birth_year="1987",
        language="ar",
        first_name="Aminata",
        phone="06 12 34 56 78",
        email="aminata@exemple.fr",
        erase_phone="2026-12-24",
        message="Préfère le matin.\r\nVient à pied.",
        needs=["domiciliation"],
        conditions=["audience:familles"],
        documents=["identity"],
        is_urgent="oui",
        commune="Bondy",
        consent_form="oral",
        consented_on="2026-11-16",
        consent_language="fr",
        allows_redirection="oui",
    )
    stored = desk.stored(id)
    fields = read_fields(session, referral=stored, keyring=keyring, as_receiver=False)

    assert stored.state == "sent"
    assert fields[FieldName.PHONE] == "+33612345678"
    assert fields[FieldName.MESSAGE] == "Préfère le matin.\nVient à pied."
    assert erase_dates(session, referral=stored)[FieldName.PHONE].isoformat() == "2026-12-24"
    assert stored.needs == ["domiciliation"]
    assert stored.conditions == [
        {"code": "audience:familles", "is_met": True},
        {"code": "minimum_age:18", "is_met": False},
    ]
    assert stored.documents == [
        {"code": "identity", "is_ready": True},
        {"code": "income-proof", "is_ready": False},
    ]
    assert (stored.is_urgent, stored.insee_code, stored.allows_redirection) == (True, "93010", True)
    assert (stored.consent_form, stored.consent_version) == ("oral", 1)
    assert stored.consented_at
    assert stored.consented_at.date().isoformat() == "2026-11-16"


def test_a_draft_comes_back_as_it_was_typed(desk: Desk) -> None:
    id = desk.sent(
        action="brouillon",
        first_name="Aminata",
        commune="Bondy",
        conditions=["audience:familles"],
        message="Préfère le matin.",
        erase_first_name="2026-12-24",
    )
    page = desk.page(id)
    fields = fields_of(page)

    assert desk.stored(id).state == "draft"
    assert (fields["code"], fields["first_name"]) == ("A. D.", "Aminata")
    assert (fields["commune"], fields["message"]) == ("Bondy (93)", "Préfère le matin.")
    assert fields["erase_first_name"] == "2026-12-24"
    assert ticked(page, "conditions") == ["audience:familles"]


def test_a_draft_is_changed_then_sent_and_is_one_request(desk: Desk) -> None:
    id = desk.sent(action="brouillon")
    fields = fields_of(desk.page(id)) | {"code": "B. E.", "action": "envoyer"}
    again = desk.sent(**fields)

    assert again == id
    assert [each.state for each in desk.all()] == ["sent"]


def test_the_enter_key_keeps_the_draft(desk: Desk) -> None:
    page = desk.member.get(f"/orientations/nouvelle?service={desk.service_id}")
    first = next(b for b in page.all("button") if b.get("name") == "action")

    assert first.get("value") == "brouillon"


def test_a_form_sent_twice_makes_one_request(desk: Desk) -> None:
    form = desk.form()

    assert desk.sent(**form) == desk.sent(**form)
    assert len(desk.all()) == 1


def test_a_draft_sent_twice_is_one_request(desk: Desk) -> None:
    id = desk.sent(action="brouillon", first_name="Aminata", consent_form="oral")
    fields = fields_of(desk.page(id)) | {"consent_form": "oral", "action": "envoyer"}

    assert [desk.sent(**fields), desk.sent(**fields)] == [id, id]
    assert desk.stored(id).state == "sent"


def test_a_page_gone_back_to_and_corrected_changes_its_draft(desk: Desk, keyring: Keyring) -> None:
    form = desk.form(action="brouillon")
    id = desk.sent(**form)
    again = desk.sent(**form | {"code": "Z. Z."})
    stored = desk.stored(id)
    fields = read_fields(desk.session, referral=stored, keyring=keyring, as_receiver=False)

    assert again == id
    assert fields[FieldName.CODE] == "Z. Z."


def test_what_was_typed_on_a_page_gone_back_to_is_not_taken_for_what_was_sent(desk: Desk) -> None:
    form = desk.form()
    id = desk.sent(**form)
    answer = desk.member.send("/orientations", status=409, **form | {"code": "Z. Z."})

    assert "Z. Z." in answer.text
    assert "A. D." in answer.text
    assert len(desk.all()) == 1
    assert desk.stored(id).state == "sent"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"birth_year": "87"}, "Écrivez quatre chiffres"),
        ({"phone": "douze"}, "Écrivez-le comme 06 12 34 56 78"),
        ({"email": "a@b"}, "nom@exemple.fr"),
        ({"erase_phone": "hier"}, "Ce jour n'est pas compris"),
        ({"commune": "Xyzzy"}, "Cette commune n'est pas connue"),
        ({"message": "x" * 501}, "il peut en avoir 500"),
        ({"consent_form": "oral", "consented_on": "2027-01-01"}, "ne peut pas dater de demain"),
        ({"code": ""}, "Il manque un code"),
        ({"first_name": "Awa"}, "La personne n'a pas dit qu'elle est d'accord"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    desk: Desk, typed: dict[str, str], said: str
) -> None:
    form = desk.form(**{"message": "Préfère le matin."} | typed)
    answer = desk.member.refused("/orientations", **form)
    name = next(iter(typed))

    assert said in told(answer)
    assert fields_of(answer)[name if name != "consent_form" else "consented_on"] == (
        typed[name] if name != "consent_form" else typed["consented_on"]
    )
    assert [each.state for each in desk.all() if each.state != "draft"] == []


def test_what_cannot_go_out_is_kept_as_a_draft(desk: Desk) -> None:
    desk.member.send("/orientations", status=400, **desk.form(first_name="Awa"))

    assert [each.state for each in desk.all()] == ["draft"]


def test_a_service_without_an_address_is_written_down_and_it_is_said(
    desk: Desk, session: Session, at: datetime
) -> None:
    silent = make_service(session, at, email=None, is_verified=None, name="Sans adresse")
    id = desk.sent(service=silent)

    assert (desk.stored(id).kind, desk.stored(id).state) == ("logged", "logged")
    assert "Le service n'a rien reçu" in told(desk.page(id))


def test_a_request_is_only_written_down_when_asked(desk: Desk) -> None:
    id = desk.sent(action="noter")

    assert desk.stored(id).state == "logged"


def test_a_sheet_keeps_nothing_of_the_person(
    desk: Desk, session: Session, visitor: Visitor
) -> None:
    form = desk.form(action="fiche", first_name="Aminata")
    first, second = (desk.member.send("/orientations", **form) for _ in range(2))
    page = read_page(visitor.client.get(first.headers["Location"]).text)

    assert first.headers["Location"] == second.headers["Location"]
    assert desk.all() == []
    assert session.scalar(select(func.count()).select_from(Slip)) == 1
    assert "Colis du mardi" in told(page)
    assert "Aminata" not in told(page)


def test_a_sheet_comes_first_for_victims_of_violence(
    desk: Desk, session: Session, at: datetime
) -> None:
    refuge = make_service(
        session, at, category="victimes-de-violences", address="7 rue du Lilas Secret"
    )
    page = desk.member.get(f"/orientations/nouvelle?service={refuge}")
    primary = [button.get("value") for button in page.with_class("primary")]

    assert primary == ["fiche"]
    assert "Lilas" not in told(page)
    assert "Bondy, adresse confidentielle" in told(page)


def test_for_health_nothing_but_a_code_is_asked(desk: Desk, session: Session, at: datetime) -> None:
    clinic = make_service(session, at, category="pass")
    page = desk.member.get(f"/orientations/nouvelle?service={clinic}")

    assert not {"first_name", "birth_year", "message"} & fields_of(page).keys()
    assert "seul un code est gardé" in told(page)


def test_a_need_of_health_and_who_she_is_do_not_go_together(desk: Desk) -> None:
    page = desk.member.get(f"/orientations/nouvelle?service={desk.service_id}")
    assert "Avec un besoin de santé (Santé), la demande ne part qu'avec un code" in told(page)

    form = desk.form(needs=["sante"], phone="06 12 34 56 78", consent_form="oral")
    refused = desk.member.refused("/orientations", **form)
    assert "Vous avez coché le besoin « Santé »" in told(refused)
    assert "Décochez ce besoin, ou laissez ce champ vide" in told(refused)
    assert (fields_of(refused)["phone"], ticked(refused, "needs")) == ("06 12 34 56 78", ["sante"])
    assert desk.all() == []

    desk.sent(**form | {"needs": []})
    desk.sent(code="B. E.", needs=["sante"])
    assert [each.state for each in desk.all()] == ["sent", "sent"]


def test_what_was_typed_for_a_service_that_tells_of_health_now_is_shown_with_why(
    desk: Desk, session: Session, at: datetime
) -> None:
    id = desk.sent(first_name="Aminata", consent_form="oral", action="brouillon")
    fields = fields_of(desk.page(id))
    session.execute(
        text(
            "UPDATE service SET category_id = :category WHERE id ="
            " (SELECT service_id FROM service_at_location WHERE id = :id)"
        ),
        {"category": BY_CODE["pass"].id, "id": desk.service_id},
    )
    refresh(session, at=at, service_at_location_ids=[desk.service_id])
    page = desk.member.refused("/orientations", **fields | {"action": "envoyer"})

    assert "Pour un service de santé, rien qui dise qui est la personne" in told(page)
    assert fields_of(page)["first_name"] == "Aminata"
    desk.sent(**fields_of(page) | {"first_name": "", "action": "envoyer"})
    assert (desk.stored(id).state, desk.stored(id).category_code) == ("sent", "pass")


@pytest.mark.parametrize("asked", ["", "?service=", "?service=0", "?service=x", "?service=9e9"])
def test_no_service_is_no_form(desk: Desk, asked: str) -> None:
    status = 400 if asked == "?service=0" else 404
    desk.member.get(f"/orientations/nouvelle{asked}", status=status)


def test_the_reader_of_a_team_has_no_form(reader: Member, parcels: int) -> None:
    reader.get(f"/orientations/nouvelle?service={parcels}", status=404)
    reader.send("/orientations", status=404, service=parcels, code="A. D.", action="envoyer")


def test_a_visitor_is_led_to_sign_in(visitor: Visitor, parcels: int) -> None:
    answer = visitor.client.get(f"/orientations/nouvelle?service={parcels}")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/connexion?suite=")


def test_a_stored_request_is_of_the_commune_that_was_searched(desk: Desk) -> None:
    page = desk.member.get(f"/orientations/nouvelle?service={desk.service_id}&commune=93010")

    assert fields_of(page)["commune"] == "Bondy (93)"


def test_every_request_is_one_row(desk: Desk, session: Session) -> None:
    desk.sent()
    desk.sent(code="B. E.")

    assert session.scalar(select(func.count()).select_from(Referral)) == 2


def test_a_draft_is_thrown_away(desk: Desk) -> None:
    id = desk.sent(action="brouillon")
    desk.step(id, "cancel", **{"cancel-cancel_reason": "made_by_mistake"})

    assert desk.stored(id).state == "cancelled"


def test_a_request_begins_as_the_one_it_follows_and_asks_for_consent_anew(
    desk: Desk, session: Session, at: datetime
) -> None:
    id = desk.sent(first_name="Aminata", consent_form="oral", conditions=["audience:familles"])
    other = make_service(session, at, category="colis")
    page = desk.member.get(f"/orientations/nouvelle?service={other}&parent={id}")

    assert fields_of(page)["first_name"] == "Aminata"
    assert fields_of(page)["parent"] == str(id)
    assert ticked(page, "consent_form") == [""]


def test_a_team_that_nobody_verified_is_told_before_it_writes(
    signed_in: SignIn, session: Session, parcels: int
) -> None:
    team = make_organization(session, "Nouvelle équipe", is_verified=False)
    member = signed_in(organization_id=team)
    page = member.get(f"/orientations/nouvelle?service={parcels}")
    assert "pas encore vérifiée pour orienter" in told(page)

    desk = Desk(member, session, parcels)
    refused = member.refused("/orientations", **desk.form())
    assert "rien ne peut partir" in told(refused)
    assert [each.state for each in desk.all()] == ["draft"]
