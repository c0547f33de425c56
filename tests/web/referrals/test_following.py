"""A request that was passed on, and what becomes of it when the next one does not go out."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.config import Settings
from directory.outbox.models import OutboxMessage
from directory.referrals.jobs import run_clocks
from directory.referrals.models import Referral
from tests.referrals.factories import ask_as, make_service
from tests.web.page import Element
from tests.web.referrals.conftest import Desk, fields_of, id_of
from tests.web.referrals.test_alternatives import near, offered, refused
from tests.web.referrals.test_waiting import rows

DRAFT_WAITS = "À vous d'envoyer : un brouillon attend."


@pytest.fixture
def others(session: Session, at: datetime) -> list[int]:
    """Two services for the same need, the nearer first."""
    return [
        make_service(session, at, category="colis", name=name, position=near(metres))
        for name, metres in (("Tout près", 900), ("Plus loin", 4000))
    ]


def passed_on(desk: Desk, counter: Desk, to: int, **typed: str) -> tuple[UUID, Referral]:
    """Send a request that the service passes on; return it, and the one that follows."""
    id = desk.sent(**typed)
    counter.step(id, "redirect", **{"redirect-service": str(to)})
    return id, next(each for each in desk.all() if each.parent_id == id)


def links(page: Element) -> dict[str, str]:
    """Return where each link of the main part of a page leads, by its text."""
    (main,) = page.all("main")
    return {link.text.strip(): link.get("href") for link in main.all("a")}


def throw_away(desk: Desk, draft: UUID) -> None:
    """Press « Jeter ce brouillon »."""
    desk.step(draft, "cancel", **{"cancel-cancel_reason": "made_by_mistake"})


def test_a_draft_that_waits_is_told_where_the_request_was_passed_on(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    id, draft = passed_on(desk, counter, others[0])

    for address in (f"/orientations/{id}", f"/orientations/{id}/alternatives"):
        page = desk.member.get(address)
        assert links(page)["Relire et envoyer le brouillon"] == f"/orientations/{draft.id}"
        assert offered(page) == []
        assert "Orienter encore ailleurs" not in page.text
    assert DRAFT_WAITS in desk.page(id).text
    board = rows(desk.member.get("/orientations"))
    assert "À terminer et à envoyer." in board["to_do"][0]
    assert DRAFT_WAITS in board["closed"][0]


def test_what_went_out_to_the_next_service_leaves_nothing_to_do(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    id, child = passed_on(desk, counter, others[0], allows_redirection="oui")

    assert child.state == "sent"
    assert "Rien à faire : le service l'a passée à un autre service." in desk.page(id).text
    assert "est déjà passée à un autre service" in desk.page(f"{id}/alternatives").text


def test_once_the_draft_is_thrown_away_the_request_is_to_do_and_goes_elsewhere(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    id, draft = passed_on(desk, counter, others[0])
    throw_away(desk, draft.id)

    (to_do,) = rows(desk.member.get("/orientations"))["to_do"]
    assert "À orienter ailleurs : rien n'est parti à un autre service." in to_do
    # The draft asked nobody, so that service may still be chosen too.
    assert offered(desk.page(id)) == others
    form = {"service": others[1], "key": str(uuid4())}
    answers = [desk.member.send(f"/orientations/{id}/alternatives", **form) for _ in range(2)]
    # Pressed twice it made one request, and no error is told of what was done.
    assert len({answer.headers["Location"] for answer in answers}) == 1
    child = id_of(answers[0].headers["Location"])
    assert desk.stored(child).state == "sent"
    assert "to_do" not in rows(desk.member.get("/orientations"))
    again = form | {"key": str(uuid4())}
    desk.member.refused(f"/orientations/{id}/alternatives", status=409, **again)


@pytest.mark.parametrize("reason", ["person_declined", "helped_elsewhere"])
def test_whoever_needs_no_other_service_is_not_to_be_sent_to_one(
    desk: Desk, counter: Desk, others: list[int], reason: str
) -> None:
    _, draft = passed_on(desk, counter, others[0])
    desk.step(draft.id, "cancel", **{"cancel-cancel_reason": reason})

    assert list(rows(desk.member.get("/orientations"))) == ["closed"]


def test_after_a_refusal_a_draft_that_was_thrown_away_follows_nothing(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    path = refused(desk, counter, first_name="Aminata", consent_form="oral")
    form = {"service": others[0], "key": str(uuid4())}
    draft = id_of(desk.member.send(f"{path}/alternatives", **form).headers["Location"])
    assert DRAFT_WAITS in desk.member.get(path).text
    throw_away(desk, draft)

    (to_do,) = rows(desk.member.get("/orientations"))["to_do"]
    assert "À orienter ailleurs : des services proches sont proposés." in to_do
    assert others[1] in offered(desk.member.get(path))


def hints(page: Element) -> str:
    """Return what the form of passing on says."""
    (panel,) = [
        each for each in page.all("details") if "Réorienter vers" in next(each.all("summary")).text
    ]
    return panel.text


AT_ONCE, PROPOSED = "elle part tout de suite.", "L'équipe reçoit votre proposition"


def test_a_receiver_is_told_that_it_leaves_only_where_it_would(
    desk: Desk, counter: Desk, others: list[int], session: Session, at: datetime
) -> None:
    asked, allowed = desk.sent(), desk.sent(code="B.", allows_redirection="oui")
    assert PROPOSED in hints(counter.page(asked))
    assert AT_ONCE in hints(counter.page(allowed))

    silent = {"email": None, "is_verified": None, "category": "colis", "name": "Sans adresse"}
    make_service(session, at, position=near(300), **silent)  # type: ignore[arg-type]
    told = hints(counter.page(allowed))
    assert AT_ONCE not in told
    assert (told.count("Part tout de suite."), told.count("L'équipe devra l'envoyer.")) == (2, 1)


def test_a_receiver_is_told_that_the_team_decides_where_nothing_can_leave(
    desk: Desk, counter: Desk, session: Session, at: datetime
) -> None:
    known = {"first_name": "Aminata", "consent_form": "oral", "allows_redirection": "oui"}
    make_service(session, at, category="colis", position=near(300), is_verified=False)
    id = desk.sent(**known)

    # Who the person is may not be told to an organisation that nobody verified.
    assert PROPOSED in hints(counter.page(id))
    assert AT_ONCE not in hints(counter.page(id))


def test_what_ended_for_want_of_an_answer_is_made_again_from_the_mail(
    desk: Desk, counter: Desk, others: list[int], settings: Settings, at: datetime
) -> None:
    id = desk.sent(message="Préfère le matin.", consent_form="oral")
    counter.step(id, "ask_information", **{"ask_information-text": "Combien de personnes ?"})
    ask_as(desk.session, desk.member.user)
    run_clocks(desk.session, at=at + timedelta(days=15), settings=settings)
    assert desk.stored(id).state == "cancelled"
    told = desk.session.scalars(
        select(OutboxMessage.values).where(OutboxMessage.recipient == desk.member.user.email)
    )
    assert str(id) in [str(values.get("referral_id")) for values in told]

    (to_do,) = rows(desk.member.get("/orientations"))["to_do"]
    assert "refaites la demande, ou ailleurs." in to_do
    page = desk.page(id)
    assert offered(page) == others
    again = desk.member.get(links(page)["Refaire la demande à ce service"])
    assert fields_of(again)["message"] == "Préfère le matin."
    child = desk.sent(**fields_of(again) | {"consent_form": "oral"})
    assert (desk.stored(child).state, desk.stored(child).parent_id) == ("sent", id)
    assert desk.stored(child).service_at_location_id == desk.service_id
    assert "to_do" not in rows(desk.member.get("/orientations"))


def test_what_ended_for_want_of_an_answer_goes_to_another_service_too(
    desk: Desk, counter: Desk, others: list[int], settings: Settings, at: datetime
) -> None:
    id = desk.sent()
    counter.step(id, "ask_information", **{"ask_information-text": "Combien de personnes ?"})
    ask_as(desk.session, desk.member.user)
    run_clocks(desk.session, at=at + timedelta(days=15), settings=settings)

    form = {"service": others[0], "key": str(uuid4())}
    child = id_of(desk.member.send(f"/orientations/{id}/alternatives", **form).headers["Location"])

    assert desk.stored(child).state == "sent"


def test_what_the_sender_took_back_goes_nowhere_else(
    desk: Desk, counter: Desk, others: list[int]
) -> None:
    id = desk.sent()
    desk.step(id, "cancel", **{"cancel-cancel_reason": "made_by_mistake"})

    assert offered(desk.page(id)) == []
    assert "Refaire la demande à ce service" not in links(desk.page(id))
    form = {"service": others[0], "key": str(uuid4())}
    desk.member.refused(f"/orientations/{id}/alternatives", status=409, **form)
