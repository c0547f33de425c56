"""What is the super-admin's alone: who looks after which territory, and mails that stay behind."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Account, TerritoryAdmin
from directory.outbox.models import OutboxMessage
from tests.web.conftest import Member, SignIn
from tests.web.page import read_page


@pytest.fixture
def super_admin(signed_in: SignIn) -> Member:
    return signed_in(name="Léa Roux", role=None, is_super_admin=True)


@pytest.fixture
def letter(session: Session) -> UUID:
    """A mail that was given up."""
    at = datetime.now(UTC)
    message = OutboxMessage(
        id=uuid4(),
        kind="password_changed",
        recipient="absent@exemple.invalid",
        values={},
        state="dead",
        attempts=9,
        created_at=at,
        due_at=at,
    )
    session.add(message)
    session.flush()
    return message.id


def test_a_territory_is_entrusted_and_taken_back(super_admin: Member, session: Session) -> None:
    form = {"email": "nour@exemple.invalid", "departements": "59"}
    super_admin.send("/administration/admins", **form)

    (found,) = session.scalars(select(TerritoryAdmin))
    assert found.departement == "59"
    (message,) = session.scalars(select(OutboxMessage))
    assert message.recipient == "nour@exemple.invalid"
    assert "Retirer le 59" in super_admin.get("/administration/admins").text

    super_admin.send(f"/administration/admins/{found.account_id}", departement="59")
    assert session.scalars(select(TerritoryAdmin)).all() == []


@pytest.mark.parametrize(
    "form", [{"email": "nour"}, {"email": "n@exemple.invalid"}, {"departements": "59"}]
)
def test_what_is_missing_is_told(
    super_admin: Member, session: Session, form: dict[str, str]
) -> None:
    answer = super_admin.send("/administration/admins", status=400, **form)

    page = read_page(answer.text)
    assert page.with_class("alert")
    kept = {each.get("name"): each.get("value") for each in page.all("input")}
    assert kept["email"] == form.get("email", "")
    assert session.scalars(select(TerritoryAdmin)).all() == []


def test_the_admin_of_a_territory_has_no_such_pages(
    signed_in: SignIn, session: Session, letter: UUID
) -> None:
    admin = signed_in(role=None, departements=("93",))

    admin.get("/administration/admins", status=404)
    form = {"email": "n@exemple.invalid", "departements": "93"}
    admin.send("/administration/admins", status=404, **form)
    mine = {"departement": "93"}
    admin.send(f"/administration/admins/{admin.user.account_id}", status=404, **mine)
    admin.get("/administration/courriers", status=404)
    admin.send(f"/administration/courriers/{letter}", status=404)
    assert "absent@exemple.invalid" not in admin.get("/administration").text
    assert len(session.scalars(select(Account)).all()) == 1


def test_mails_that_stay_behind_are_shown_and_sent_again(
    super_admin: Member, session: Session, letter: UUID
) -> None:
    assert "1 courriel n'est pas parti" in super_admin.get("/administration").text
    assert "absent@exemple.invalid" in super_admin.get("/administration/courriers").text

    super_admin.send(f"/administration/courriers/{letter}")

    assert session.scalars(select(OutboxMessage.state)).all() == ["waiting"]
    super_admin.send(f"/administration/courriers/{letter}", status=404)
    super_admin.send(f"/administration/courriers/{uuid4()}", status=404)


def test_what_holds_mails_up_is_told_with_the_remedy_and_tried_again_at_once(
    super_admin: Member, session: Session
) -> None:
    """A wrong password of the mail server: nothing is given up yet, and nothing leaves."""
    at = datetime.now(UTC)
    for number in range(3):
        session.add(
            OutboxMessage(
                id=uuid4(),
                kind="password_changed",
                recipient=f"n{number}@exemple.invalid",
                values={},
                attempts=4,
                last_error="not_let_in",
                created_at=at - timedelta(hours=3 - number),
                due_at=at + timedelta(hours=1),
            )
        )
    session.flush()

    assert "3 courriels ne sont pas partis" in super_admin.get("/administration").text
    page = super_admin.get("/administration/courriers")
    assert "3 courriels ne sont pas encore partis. Le serveur de courriels ne laisse" in page.text
    assert "FANAL_MAIL_URL" in page.text
    assert "Tous sont partis" not in page.text

    (form,) = [form for form in page.all("form") if "courriers" in form.get("action")]
    super_admin.send(form.get("action"))
    oldest = select(OutboxMessage).order_by(OutboxMessage.created_at)
    due = [message.due_at <= datetime.now(UTC) for message in session.scalars(oldest)]
    assert due == [True, False, False]


def test_a_mail_that_waits_its_turn_holds_nothing_up(
    super_admin: Member, session: Session, letter: UUID
) -> None:
    message = session.get_one(OutboxMessage, letter)
    message.state, message.attempts = "waiting", 0
    session.flush()
    assert "Tous sont partis" in super_admin.get("/administration/courriers").text
    super_admin.send(f"/administration/courriers/{letter}", status=404)
