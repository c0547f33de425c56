"""The page of one request: both sides follow it, step by step, and each reading is known."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.privacy.models import AccessEntry
from tests.referrals.factories import ask_as
from tests.web.conftest import Member, SignIn
from tests.web.page import Element
from tests.web.referrals.conftest import Desk

PERSON = {
    "first_name": "Aminata",
    "phone": "06 12 34 56 78",
    "message": "Préfère le matin.",
    "consent_form": "oral",
}


def told(page: Element) -> str:
    """Return the text of the main part of a page."""
    (main,) = page.all("main")
    return main.text


def steps(page: Element) -> list[str]:
    """Return the steps that a page offers."""
    return [b.get("value") for b in page.all("button") if b.get("name") == "etape"]


def test_the_whole_way_of_a_request(desk: Desk, counter: Desk) -> None:
    id = desk.sent(**PERSON)
    assert "Le service doit répondre." in told(desk.page(id))
    assert "Rappel automatique le 20 novembre 2026" in told(desk.page(id))
    assert {"cancel", "withdraw_consent"} == set(steps(desk.page(id)))
    assert "Aminata" not in told(counter.page(id))

    counter.step(id, "accept")
    assert "Aminata" in told(counter.page(id))
    counter.step(
        id,
        "set_appointment",
        **{
            "set_appointment-appointment_on": "2026-11-19",
            "set_appointment-appointment_time": "14:30",
        },
    )
    assert "Rendez-vous le 19 novembre 2026 à 14:30" in told(desk.page(id))

    desk.step(id, "close", **{"close-outcome": "helped"})
    assert desk.stored(id).outcome == "helped"
    assert "Rien à faire : la demande est terminée." in told(desk.page(id))
    assert steps(counter.page(id)) == []


def test_the_heading_tells_of_nobody_and_no_need(desk: Desk) -> None:
    page = desk.page(desk.sent(**PERSON))
    (title,) = page.all("title")

    assert title.text == "Demande du 17 novembre 2026 · Fanal"


def test_information_is_asked_and_given(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    counter.step(id, "ask_information", **{"ask_information-text": "Combien de personnes ?"})
    page = desk.page(id)
    assert "Combien de personnes ?" in told(page)
    assert "Le service attend une information de vous." in told(page)

    desk.step(id, "give_information", **{"give_information-text": "Trois."})
    assert "Trois." in told(counter.page(id))


def test_a_step_without_what_it_needs_says_so_and_keeps_what_was_typed(
    desk: Desk, counter: Desk
) -> None:
    id = desk.sent()
    text = counter.step(id, "refuse", status=400, **{"refuse-text": "Rappelez en décembre."})

    assert "Choisissez la raison du refus." in text
    assert "Rappelez en décembre." in text
    assert desk.stored(id).state == "sent"


def cancelled_too_late(desk: Desk, counter: Desk, id: UUID, text: str) -> Element:
    """Return what the sender reads who cancels on a page of before the service accepted."""
    before = desk.stored(id).version
    counter.step(id, "accept")
    return desk.member.refused(
        f"/orientations/{id}",
        status=409,
        **{
            "etape": "cancel",
            "version": before,
            "cancel-cancel_reason": "helped_elsewhere",
            "cancel-text": text,
        },
    )


def test_a_stale_page_shows_both_versions_and_what_was_typed(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    page = cancelled_too_late(desk, counter, id, "Hébergée chez sa sœur.")

    assert "Ce que vous aviez sous les yeux" in told(page)
    assert "Envoyée" in told(page)
    assert "Acceptée" in told(page)
    assert "Demande acceptée." in told(page)
    assert "Hébergée chez sa sœur." in told(page)
    chosen = [o.get("value") for o in page.all("option") if "selected" in o.attributes]
    assert chosen == ["helped_elsewhere"]
    assert desk.stored(id).state == "accepted"


def test_words_for_a_step_that_is_gone_are_shown_to_be_copied(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    before = desk.stored(id).version
    desk.step(id, "cancel", **{"cancel-cancel_reason": "made_by_mistake"})
    page = counter.member.refused(
        f"/orientations/{id}",
        status=409,
        **{"etape": "accept", "version": before, "accept-text": "Venez jeudi."},
    )

    assert "Annulée" in told(page)
    assert "Venez jeudi." in told(page)


def test_a_button_pressed_twice_does_one_thing(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    version = desk.stored(id).version
    form = {"etape": "accept", "version": version}
    counter.member.send(f"/orientations/{id}", **form)
    counter.member.send(f"/orientations/{id}", **form)

    assert desk.stored(id).version == version + 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"etape": "nothing"},
        {"etape": "send", "version": "2"},
        {"etape": "expire", "version": "2"},
        {"etape": "remind", "version": "2"},
        {"etape": "accept", "version": "2"},
        {"etape": "log", "version": "2"},
        {"etape": "cancel", "version": "99999999999999999999"},
    ],
)
def test_what_the_sender_cannot_do_changes_nothing(desk: Desk, form: dict[str, str]) -> None:
    id = desk.sent()
    answer = desk.member.client.post(
        f"/orientations/{id}", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status_code in (400, 404, 409)
    assert (desk.stored(id).state, desk.stored(id).version) == ("sent", 2)


def test_a_withdrawn_agreement_shuts_the_receiver_out(desk: Desk, counter: Desk) -> None:
    id = desk.sent(**PERSON)
    counter.step(id, "accept")
    desk.step(id, "withdraw_consent")
    page = counter.page(id)

    assert "Aminata" not in told(page)
    assert "A. D." not in told(page)
    assert "La personne a retiré son accord" in told(desk.page(id))


def test_notes_are_of_one_team_or_of_both(desk: Desk, counter: Desk) -> None:
    id = desk.sent(**PERSON)
    for text, shared in (("Entre nous.", ""), ("Pour vous.", "oui")):
        desk.member.send(f"/orientations/{id}/notes", text=text, is_shared=shared, key=str(uuid4()))

    assert "Entre nous." in told(desk.page(id))
    assert "Entre nous." not in told(counter.page(id))
    assert "Pour vous." in told(counter.page(id))


def test_a_note_sent_twice_is_one(desk: Desk) -> None:
    id = desk.sent()
    form = {"text": "Une seule fois.", "key": str(uuid4())}
    for _ in range(2):
        desk.member.send(f"/orientations/{id}/notes", **form)

    assert told(desk.page(id)).count("Une seule fois.") == 1


def test_a_shared_note_with_a_number_is_shown_once_more_before_it_goes(
    desk: Desk, counter: Desk
) -> None:
    id = desk.sent(**PERSON)
    form = {"text": "Son numéro : 06 12 34 56 78", "is_shared": "oui", "key": str(uuid4())}
    page = desk.member.refused(f"/orientations/{id}/notes", status=200, **form)
    assert "semble contenir un numéro de téléphone" in told(page)
    assert "06 12 34 56 78" in told(page)
    assert "06 12 34" not in told(counter.page(id))

    seen = [each.get("value") for each in page.all("input") if each.get("name") == "seen"]
    desk.member.send(f"/orientations/{id}/notes", **form, seen=seen)
    assert "06 12 34 56 78" in told(counter.page(id))


def test_without_her_agreement_a_note_stays_with_the_team(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    page = desk.page(id)
    assert "Votre équipe seule la lira" in told(page)
    assert not [box for box in page.all("input") if box.get("name") == "is_shared"]

    form = {"text": "C'est Awa Diop.", "is_shared": "oui", "key": str(uuid4())}
    page = desk.member.refused(f"/orientations/{id}/notes", **form)
    assert "Sans l'accord de la personne, seul un code peut aller au service." in told(page)
    assert "C'est Awa Diop." in told(page)
    assert "Awa" not in told(counter.page(id))

    desk.member.send(f"/orientations/{id}/notes", **form | {"is_shared": ""})
    assert "C'est Awa Diop." in told(desk.page(id))
    assert "Awa" not in told(counter.page(id))
    assert [box for box in counter.page(id).all("input") if box.get("name") == "is_shared"]


def test_a_number_in_an_answer_is_shown_once_and_goes_when_that_is_meant(
    desk: Desk, counter: Desk
) -> None:
    id = desk.sent()
    counter.step(id, "ask_information", **{"ask_information-text": "Combien de personnes ?"})
    form = {
        "etape": "give_information",
        "version": desk.stored(id).version,
        "give_information-text": "Trois. Joindre au 06 12 34 56 78.",
    }
    page = desk.member.refused(f"/orientations/{id}", **form)
    assert "semble contenir un numéro de téléphone" in told(page)
    assert "Joindre au 06 12 34 56 78." in told(page)
    assert "06 12 34" not in told(counter.page(id))
    seen = {each.get("name"): "oui" for each in page.all("input") if "seen-" in each.get("name")}

    mail = form | seen | {"give_information-text": "Écrivez à awa@exemple.fr."}
    assert "une adresse mail" in told(desk.member.refused(f"/orientations/{id}", **mail))
    desk.member.send(f"/orientations/{id}", **form | seen)
    assert "Joindre au 06 12 34 56 78." in told(counter.page(id))


def test_what_changed_is_told_before_what_the_words_seem_to_tell(desk: Desk, counter: Desk) -> None:
    id = desk.sent()
    page = cancelled_too_late(desk, counter, id, "Son numéro : 06 12 34 56 78")
    assert "Ce que vous aviez sous les yeux" in told(page)


def test_a_service_gives_its_own_number_without_being_asked_twice(
    desk: Desk, counter: Desk
) -> None:
    id = desk.sent()
    counter.step(id, "accept", **{"accept-text": "Appelez le 01 48 00 00 00."})
    assert "01 48 00 00 00" in told(desk.page(id))


def test_where_a_code_alone_goes_no_step_asks_for_words_that_it_does_without(
    desk: Desk, counter: Desk
) -> None:
    def areas(id: UUID) -> set[str]:
        return {each.get("name") for each in desk.page(id).all("textarea")}

    alone, agreed_to = desk.sent(), desk.sent(**PERSON, code="B. E.")
    for id in (alone, agreed_to):
        counter.step(id, "accept")
    assert areas(alone) == {"text", "cancel-text"}
    assert areas(agreed_to) == {"text", "cancel-text", "close-text", "set_appointment-text"}
    desk.step(alone, "close", status=400, **{"close-outcome": "helped", "close-text": "Awa."})
    desk.step(alone, "close", **{"close-outcome": "helped"})


@pytest.mark.parametrize("text", ["", "  ", "x" * 501])
def test_a_note_that_cannot_be_kept_is_shown_again(desk: Desk, text: str) -> None:
    id = desk.sent()
    page = desk.member.refused(f"/orientations/{id}/notes", text=text, key=str(uuid4()))

    (area,) = [each for each in page.all("textarea") if each.get("id") == "text"]
    assert area.get("aria-invalid") == "true"
    assert area.text.strip() == text.strip()


def test_each_reading_is_written_down(desk: Desk, counter: Desk, session: Session) -> None:
    id = desk.sent(**PERSON)
    counter.page(id)
    ask_as(session, desk.member.user)
    read = session.execute(
        select(AccessEntry.account_id, AccessEntry.what).where(AccessEntry.referral_id == id)
    ).all()

    assert (counter.member.user.account_id, "file") in [tuple(row) for row in read]


def test_to_another_team_a_request_is_as_one_that_never_was(desk: Desk, signed_in: SignIn) -> None:
    id = desk.sent()
    stranger = signed_in(name="Autre Équipe")
    ghost = uuid4()
    for address in ("/orientations/{}", "/orientations/{}/alternatives"):
        real = stranger.response(address.format(id), status=404).text
        none = stranger.response(address.format(ghost), status=404).text
        assert real.replace(str(id), "") == none.replace(str(ghost), "")
    for address in ("/orientations/{}", "/orientations/{}/notes", "/orientations/{}/alternatives"):
        stranger.send(address.format(id), status=404, etape="cancel", version=2, text="x")
    stranger.send("/orientations", status=404, **desk.form(orientation=str(id), version="1"))


def test_the_reader_reads_and_does_nothing(desk: Desk, reader: Member) -> None:
    id = desk.sent()
    page = reader.get(f"/orientations/{id}")

    assert steps(page) == []
    assert not [b for b in page.all("button") if "note" in b.text]
    reader.send(f"/orientations/{id}", status=404, etape="cancel", version=2)
    reader.send(f"/orientations/{id}/notes", status=404, text="x")


def test_a_form_from_another_site_does_nothing(desk: Desk) -> None:
    id = desk.sent()
    answer = desk.member.client.post(
        f"/orientations/{id}",
        data={"etape": "withdraw_consent", "version": 2},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert desk.stored(id).state == "sent"
