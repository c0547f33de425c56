"""Whoever looks after a team learns what an admin changes in it, and where its requests go."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.actions import close_account
from directory.accounts.models import Account
from directory.accounts.permissions import Role
from directory.outbox.models import OutboxMessage
from tests.accounts.factories import make_account, make_organization
from tests.web.conftest import Member, SignIn

FORMER = "ancienne@exemple.invalid"
NEWER = "nouvelle@exemple.invalid"
INVITED: dict[str, Any] = {"geste": "inviter", "email": "nour@exemple.invalid", "role": "manager"}
MOVED: dict[str, Any] = {"geste": "changer", "part": "receiving", "referral_email": NEWER}
TOLD = "Les responsables de l'équipe l'apprendront par courriel"


@pytest.fixture
def admin(signed_in: SignIn) -> Member:
    """Who looks after Seine-Saint-Denis."""
    return signed_in(name="Jeanne Moreau", role=None, departements=("93",))


@pytest.fixture
def team(session: Session) -> int:
    """A team that nobody looks after yet."""
    return make_organization(session, "Relais du canal", referral_email=FORMER)


def member(session: Session, team: int, role: Role = Role.MANAGER) -> Account:
    """Return one more of a team."""
    return session.get_one(Account, make_account(session, role=role, organization_id=team))


def page_of(team: int) -> str:
    return f"/administration/structures/{team}"


def mails(session: Session, kind: str) -> list[str]:
    """Return who is written to, in the order of their addresses."""
    query = select(OutboxMessage).where(OutboxMessage.kind == kind)
    found = session.scalars(query).all()
    assert [message.values for message in found] == [{} for _ in found]
    return sorted(message.recipient for message in found)


def test_each_manager_is_told_whom_an_admin_invites(
    admin: Member, session: Session, team: int
) -> None:
    managers = [member(session, team).email for _ in "12"]
    member(session, team, Role.CASEWORKER)
    member(session, make_organization(session, "Ailleurs"))

    admin.send(page_of(team) + "/equipe", **INVITED)

    assert mails(session, "team_changed") == sorted(managers)


def test_an_invitation_that_is_refused_is_told_to_nobody(
    admin: Member, session: Session, team: int
) -> None:
    manager = member(session, team)

    admin.send(page_of(team) + "/equipe", status=409, **INVITED | {"email": manager.email})

    assert mails(session, "team_changed") == []


def test_a_manager_who_loses_her_role_or_her_place_is_told_too(
    admin: Member, session: Session, team: int
) -> None:
    stays, less, gone = [member(session, team) for _ in "123"]

    role: dict[str, Any] = {f"role-{less.id}": "reader"}
    admin.send(f"{page_of(team)}/equipe/{less.id}", geste="role", **role)
    assert mails(session, "team_changed") == sorted([stays.email, less.email, gone.email])
    admin.send(f"{page_of(team)}/equipe/{less.id}", geste="role", **role)
    assert len(mails(session, "team_changed")) == 3, "nothing changed"

    admin.send(f"{page_of(team)}/equipe/{gone.id}", geste="retirer")
    assert mails(session, "team_changed") == sorted([stays.email, gone.email] * 2 + [less.email])


def test_managers_and_the_former_address_are_told_that_requests_go_elsewhere(
    admin: Member, session: Session, team: int
) -> None:
    manager = member(session, team).email

    admin.send(page_of(team), **MOVED)
    assert mails(session, "requests_moved") == sorted([FORMER, manager])
    admin.send(page_of(team), **MOVED)
    assert len(mails(session, "requests_moved")) == 2, "it is the same address"

    admin.send(page_of(team), **MOVED | {"referral_email": ""})
    assert mails(session, "requests_moved") == sorted([FORMER, NEWER, manager, manager])


def test_a_manager_at_the_former_address_is_told_once(admin: Member, session: Session) -> None:
    team = make_organization(session)
    manager = member(session, team).email

    admin.send(page_of(team), **MOVED | {"referral_email": manager})
    admin.send(page_of(team), **MOVED)

    assert mails(session, "requests_moved") == [manager, manager]


def test_without_a_manager_only_the_former_address_is_told(
    admin: Member, session: Session, team: int
) -> None:
    close_account(session, account_id=member(session, team).id, at=datetime.now(UTC))
    colleague = member(session, team, Role.CASEWORKER)

    admin.send(page_of(team) + "/equipe", **INVITED)
    admin.send(f"{page_of(team)}/equipe/{colleague.id}", geste="retirer")
    admin.send(page_of(team), **MOVED)

    assert mails(session, "team_changed") == []
    assert mails(session, "requests_moved") == [FORMER]


def test_a_first_address_of_a_team_without_managers_is_told_to_nobody(
    admin: Member, session: Session
) -> None:
    admin.send(page_of(make_organization(session)), **MOVED)
    assert mails(session, "requests_moved") == []


def test_what_a_manager_changes_in_her_own_team_is_no_news(
    signed_in: SignIn, session: Session, team: int
) -> None:
    manager = signed_in(role=Role.MANAGER, organization_id=team)
    other = member(session, team)

    manager.send("/equipe", **INVITED)
    manager.send(f"/equipe/{other.id}", geste="retirer")

    assert mails(session, "team_changed") == []
    assert TOLD not in manager.get("/equipe").text


def test_an_admin_who_is_a_manager_too_tells_the_others_and_not_herself(
    signed_in: SignIn, session: Session, team: int
) -> None:
    admin = signed_in(role=Role.MANAGER, organization_id=team, departements=("93",))
    assert TOLD not in admin.get("/equipe").text, "there is nobody else to tell"
    other = member(session, team).email

    assert TOLD in admin.get("/equipe").text
    admin.send("/equipe", **INVITED)
    admin.send(page_of(team), **MOVED)

    assert mails(session, "team_changed") == [other]
    assert mails(session, "requests_moved") == sorted([FORMER, other])


def test_the_page_says_who_will_be_told_before_the_button_is_pressed(
    admin: Member, session: Session, team: int
) -> None:
    def is_said() -> bool:
        page = admin.get(page_of(team))
        assert "l'ancienne et les responsables de l'équipe" in page.text
        (form,) = [
            each
            for each in page.all("form")
            if "inviter" in [button.get("value") for button in each.all("button")]
        ]
        return TOLD in form.text

    assert not is_said(), "there is nobody to tell"
    member(session, team)
    assert is_said()
