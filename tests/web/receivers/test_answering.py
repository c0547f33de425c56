"""Each step that a service takes by its link, and what it is told when it cannot."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.geo import Position
from directory.outbox.models import OutboxMessage
from directory.privacy.scope import Scope, set_scope
from directory.referrals.models import Referral, ReferralEvent
from directory.referrals.notes import notes_of
from directory.referrals.steps import Actor, Step
from directory.referrals.vocabulary import Cancellation, Refusal
from tests.places import BONDY
from tests.referrals.factories import World, ask_as, make_sent, make_service, take
from tests.web.page import Element, read_page
from tests.web.receivers.conftest import Hold, Holder, held

NEARBY = Position(BONDY.latitude + 0.01, BONDY.longitude)


def stored(session: Session, world: World, referral: Referral) -> Referral:
    """Return the request as it is now; the session asks for its sender."""
    ask_as(session, world.sender)
    session.expire_all()
    return session.get_one(Referral, referral.id)


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.created_at)))


def refused(
    holder: Holder, step: str, version: int, *, status: int = 400, **values: Any
) -> Element:
    """Send a form that cannot be taken, and read the page that comes back."""
    return read_page(held(holder.post(step, version, **values), status).text)


def described_errors(page: Element) -> list[str]:
    """Return the names of the fields with an error beside them."""
    return [
        field.get("name")
        for field in page.all("input", "select", "textarea")
        if "erreur-" in field.get("aria-describedby")
    ]


def test_a_service_accepts_with_an_appointment(session: Session, world: World, hold: Hold) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    page = holder.take(
        "accept", 3, appointment_on="2026-11-20", appointment_time="14:30", text="Sonnez deux fois."
    )
    assert "Demande acceptée. L'équipe est prévenue." in page.text
    assert "20 novembre 2026 à 14:30" in page.text
    assert "Sonnez deux fois." in page.text
    after = stored(session, world, referral)
    assert (after.state, after.version) == ("accepted", 4)
    assert after.appointment_at == datetime(2026, 11, 20, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert "answer_arrived" in mails(session)
    events = session.scalars(select(ReferralEvent).order_by(ReferralEvent.version)).all()
    assert [(event.step, event.actor) for event in events][-2:] == [
        ("see", "receiver"),
        ("accept", "receiver"),
    ]
    (note,) = notes_of(session, referral=after, keyring=world.keyring, to=world.sender)
    assert (note.text, note.account_name, note.organization_name) == (
        "Sonnez deux fois.",
        None,
        None,
    )


def test_a_service_notes_another_appointment_then_tells_the_outcome(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    holder.take("accept", 3)
    page = holder.take("set_appointment", 4, appointment_on="21/11/2026", appointment_time="9h")
    assert "21 novembre 2026 à 09:00" in page.text
    ended = holder.follow(holder.post("close", 5, outcome="partly_helped"), status=410)
    assert "Merci : c'est ainsi que l'on sait ce qui aide." in ended.text
    after = stored(session, world, referral)
    assert (after.state, after.outcome) == ("closed", "partly_helped")


def test_a_service_asks_for_information_and_the_sender_reads_the_question(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    page = holder.take("ask_information", 3, text="Depuis quand vit-elle ici ?")
    assert "Votre question est partie." in page.text
    after = stored(session, world, referral)
    assert after.state == "info_requested"
    (note,) = notes_of(session, referral=after, keyring=world.keyring, to=world.sender)
    assert note.text == "Depuis quand vit-elle ici ?"
    assert "information_asked" in mails(session)


def test_a_service_puts_somebody_on_its_waiting_list(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    page = holder.take("waitlist", 3, review_on="2026-12-15")
    assert "15 décembre 2026" in page.text
    assert stored(session, world, referral).review_on == date(2026, 12, 15)


def test_a_refusal_says_why_and_when_there_is_room_again(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    values = {"refusal_reason": "no_capacity", "available_on": "2027-01-04"}
    ended = holder.follow(holder.post("refuse", 3, **values), status=410)
    assert "Votre refus est enregistré." in ended.text
    after = stored(session, world, referral)
    assert (after.state, after.refusal_reason, after.available_on) == (
        "refused",
        "no_capacity",
        date(2027, 1, 4),
    )


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        ("refuse", {"text": "non"}, "refuse-refusal_reason"),
        ("refuse", {"refusal_reason": "other"}, "refuse-text"),
        ("refuse", {"refusal_reason": "trop loin"}, "refuse-refusal_reason"),
        ("refuse", {"refusal_reason": "no_capacity", "available_on": "2020-01-01"},
         "refuse-available_on"),
        ("waitlist", {"review_on": "2026-11-16"}, "waitlist-review_on"),
        ("waitlist", {"review_on": "bientôt"}, "waitlist-review_on"),
        ("ask_information", {"text": "   "}, "ask_information-text"),
        ("ask_information", {"text": "x" * 501}, "ask_information-text"),
        ("accept", {"appointment_on": "2030-01-01", "appointment_time": "9:00"},
         "accept-appointment_on"),
        ("accept", {"appointment_on": "2026-11-20"}, "accept-appointment_time"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    session: Session, world: World, hold: Hold, step: str, values: dict[str, str], field: str
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    page = refused(holder, step, 3, **values)
    assert described_errors(page) == [field] or field in described_errors(page)
    assert page.with_class("alert")
    for name, value in values.items():
        shown = [e for e in page.all() if e.get("name") == f"{step}-{name}"]
        kept = {shown[0].get("value"), shown[0].text.strip()}
        kept |= {o.get("value") for o in shown[0].all("option") if "selected" in o.attributes}
        assert value.strip() in kept or name == "refusal_reason"
    (opened,) = [e for e in page.all("details") if "open" in e.attributes]
    assert f"{step}-" in "".join(e.get("name") for e in opened.all())
    assert stored(session, world, referral).version == 3


def test_a_stale_page_is_told_what_changed_and_keeps_what_was_typed(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    holder.take("waitlist", 3, review_on="2026-12-15")
    values = {"refusal_reason": "out_of_area", "text": "Hors secteur"}
    page = refused(holder, "refuse", 3, status=409, **values)
    (changes,) = [e for e in page.all("section") if e.get("aria-labelledby") == "changements"]
    assert "Mise sur liste d'attente. Nouveau point le 15 décembre 2026." in changes.text
    assert "lue par le service" not in changes.text
    assert "Hors secteur" in page.text
    assert stored(session, world, referral).state == "waitlisted"
    holder.follow(holder.post("refuse", 4, **values), status=410)


def test_a_stale_page_with_a_slip_of_the_finger_is_first_told_what_changed(
    session: Session, world: World, hold: Hold
) -> None:
    holder = hold(world.sent(session))
    holder.open()
    holder.take("waitlist", 3)
    page = refused(holder, "accept", 3, status=409, appointment_on="demain")
    assert "a changé" in page.text


def test_a_button_pressed_twice_acts_once(session: Session, world: World, hold: Hold) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    first, second = holder.post("accept", 3), holder.post("accept", 3)
    assert "Demande acceptée." in holder.follow(first).text
    assert "Demande acceptée." in holder.follow(second).text
    assert stored(session, world, referral).version == 4


def test_the_last_button_pressed_twice_acts_once_and_thanks_twice(
    session: Session, world: World, hold: Hold
) -> None:
    make_service(session, world.at, position=NEARBY)
    for step, said in (("refuse", "Votre refus est"), ("redirect", "Votre réorientation est")):
        referral = world.sent(session)
        holder = hold(referral)
        page = holder.open()
        (other,) = [e for e in page.all("input") if e.get("name") == "redirect-service"]
        values = {"refusal_reason": "other", "text": "Fermé", "service": other.get("value")}
        answers = [holder.post(step, 3, **values) for _ in range(2)]
        for answer in answers:
            ended = holder.follow(answer, status=410)
            assert said in ended.text
            assert "ne sont pas partis" not in ended.text
        assert stored(session, world, referral).version == 4


def test_a_step_that_is_not_possible_now_is_refused(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    for step in ("close", "cancel", "send", "expire", "withdraw_consent", "effacer", ""):
        refused(holder, step, 3, status=409, outcome="helped", cancel_reason="other", text="non")
    assert stored(session, world, referral).version == 3


def test_words_for_a_request_that_ended_meanwhile_are_given_back(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    values = {"by": world.sender, "cancel_reason": Cancellation.HELPED_ELSEWHERE}
    after = stored(session, world, referral)
    take(
        session,
        after,
        Step.CANCEL,
        actor=Actor.SENDER,
        keyring=world.keyring,
        at=world.at,
        **values,
    )
    response = holder.post("ask_information", 3, text="Où dort-elle ?")
    page = read_page(held(response, 410).text)
    assert "Il n'y a plus rien à répondre" in page.text
    assert "Où dort-elle ?" in page.text
    assert "ailleurs" not in page.text
    assert "A. D." not in page.text


@pytest.mark.parametrize("allows", [True, False])
def test_a_service_passes_the_request_on_to_one_nearby(
    session: Session, world: World, hold: Hold, allows: bool
) -> None:
    other = make_service(session, world.at, position=NEARBY, name="Épicerie du canal")
    referral = world.sent(session, allows_redirection=allows, with_person=allows)
    holder = hold(referral)
    page = holder.open()
    assert [e.get("value") for e in page.all("input") if e.get("name") == "redirect-service"] == [
        str(other)
    ]
    assert "Épicerie du canal" in page.text
    ended = holder.follow(holder.post("redirect", 3, service=other), status=410)
    assert "Votre réorientation est enregistrée." in ended.text
    ask_as(session, world.sender)
    child = session.scalars(select(Referral).where(Referral.parent_id == referral.id)).one()
    assert child.service_at_location_id == other
    assert child.state == ("sent" if allows else "draft")
    assert stored(session, world, referral).state == "redirected"


def test_only_a_service_that_is_offered_may_be_passed_the_request(
    session: Session, world: World, hold: Hold
) -> None:
    make_service(session, world.at, position=NEARBY)
    shut = make_service(session, world.at, position=NEARBY, category="douche")
    referral = world.sent(session)
    holder = hold(referral)
    holder.open()
    for service in (shut, world.service_id, 0, "", "x"):
        page = refused(holder, "redirect", 3, service=service)
        assert "erreur-redirect-service" in {e.get("id") for e in page.all()}
    assert stored(session, world, referral).state == "in_review"


def test_a_service_that_said_no_before_is_not_offered_again(
    session: Session, world: World, hold: Hold
) -> None:
    first = world.sent(session)
    world.answered(session, first, Step.REFUSE, refusal_reason=Refusal.NO_CAPACITY)
    other = make_service(session, world.at, position=NEARBY)
    ask_as(session, world.sender)
    child = make_sent(
        session, world.sender, other, keyring=world.keyring, at=world.at, parent_id=first.id
    )

    page = hold(child).open()

    assert "redirect" not in [button.get("value") for button in page.all("button")]


def test_without_a_service_nearby_passing_on_is_not_offered(
    session: Session, world: World, hold: Hold
) -> None:
    page = hold(world.sent(session)).open()
    assert "redirect" not in [button.get("value") for button in page.all("button")]


def test_another_site_cannot_answer_in_a_service_s_name(
    session: Session, world: World, hold: Hold
) -> None:
    referral = world.sent(session)
    holder = hold(referral)
    form = {"etape": "accept", "version": "2"}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://ailleurs.example"},
        {"Origin": "null"},
        {},
    ):
        response = holder.client.post(holder.address, data=form, headers=headers)
        assert response.status_code == 403
    set_scope(session, Scope(organization_id=world.sender.organization_id))
    assert stored(session, world, referral).version == 2
