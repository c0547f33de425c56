"""A manager looks after her team, and after no other."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.actions import close_account
from directory.accounts.models import AccountLink, Membership
from directory.accounts.permissions import Role
from directory.outbox.models import OutboxMessage
from tests.accounts.factories import make_account, make_organization
from tests.web.accounts.guest import alerts, fields
from tests.web.conftest import Member, SignIn
from tests.web.page import read_page


@pytest.fixture
def manager(signed_in: SignIn, session: Session) -> Member:
    return signed_in(name="Camille Martin", role=Role.MANAGER)


def colleague(session: Session, manager: Member, role: Role = Role.CASEWORKER) -> int:
    """Return the account of one more of the manager's team."""
    organization_id = manager.user.organization_id
    return make_account(session, "Malik Haddad", role=role, organization_id=organization_id)


def role_of(session: Session, account_id: int) -> str | None:
    return session.scalar(
        select(Membership.role).where(
            Membership.account_id == account_id, Membership.removed_at.is_(None)
        )
    )


def test_the_team_is_shown_with_its_roles(manager: Member, session: Session) -> None:
    colleague(session, manager)
    make_account(session, "Quelqu'un d'ailleurs")

    page = manager.get("/equipe")

    assert "Malik Haddad" in page.text
    assert "Travail social" in page.text
    assert "Quelqu'un d'ailleurs" not in page.text
    (bar,) = page.with_class("bar")
    (current,) = [a.text for a in bar.all("a") if a.get("aria-current")]
    assert current == "Équipe"


def test_a_closed_account_is_marked_and_can_only_be_taken_out(
    manager: Member, session: Session
) -> None:
    id = colleague(session, manager)
    assert "compte fermé" not in manager.get("/equipe").text
    close_account(session, account_id=id, at=datetime.now(UTC))

    page = manager.get("/equipe")
    assert "compte fermé" in page.text
    buttons = [
        each.get("value")
        for form in page.all("form")
        if form.get("action") == f"/equipe/{id}"
        for each in form.all("button")
    ]
    assert buttons == ["retirer"]
    manager.send(f"/equipe/{id}", geste="retirer")
    assert "compte fermé" not in manager.get("/equipe").text


def test_somebody_is_invited_shown_as_such_and_uninvited(manager: Member, session: Session) -> None:
    manager.send("/equipe", geste="inviter", email="Nour@exemple.invalid", role="caseworker")

    (message,) = session.scalars(select(OutboxMessage))
    assert (message.kind, message.recipient) == ("invitation", "Nour@exemple.invalid".lower())
    assert "nour@exemple.invalid" in manager.get("/equipe").text

    manager.send("/equipe", geste="annuler", email="nour@exemple.invalid")
    assert "nour@exemple.invalid" not in manager.get("/equipe").text
    (link,) = session.scalars(select(AccountLink))
    assert link.spent_at is not None


def test_what_is_wrong_with_an_invitation_is_told_and_nothing_typed_is_lost(
    manager: Member, session: Session
) -> None:
    wrong = manager.send("/equipe", status=400, geste="inviter", email="nour", role="reader")
    page = read_page(wrong.text)
    chosen = [each for each in page.all("input") if "checked" in each.attributes]

    assert fields(page)["email"] == "nour"
    assert "reader" in [each.get("value") for each in chosen if each.get("name") == "role"]
    assert alerts(page)
    manager.send("/equipe", status=400, geste="inviter", email="n@exemple.invalid", role="roi")
    manager.send("/equipe", status=409, geste="inviter", email=manager.user.email, role="reader")


def test_a_role_is_changed_and_the_person_signs_in_again(
    manager: Member, session: Session, signed_in: SignIn
) -> None:
    other = signed_in(organization_id=manager.user.organization_id)
    account_id = other.user.account_id

    manager.send(f"/equipe/{account_id}", geste="role", **{f"role-{account_id}": "reader"})

    assert role_of(session, account_id) == "reader"
    assert not read_page(other.client.get("/recherche").text).with_class("bar")


def test_whoever_is_taken_out_of_the_team_is_shut_out_at_once(
    manager: Member, session: Session, signed_in: SignIn
) -> None:
    other = signed_in(organization_id=manager.user.organization_id)

    manager.send(f"/equipe/{other.user.account_id}", geste="retirer")

    assert role_of(session, other.user.account_id) is None
    assert other.client.get("/compte").headers["Location"].startswith("/connexion")


def test_a_team_keeps_a_manager(manager: Member, session: Session) -> None:
    mine = manager.user.account_id

    gone = manager.send(f"/equipe/{mine}", status=409, geste="retirer")
    less = manager.send(f"/equipe/{mine}", status=409, geste="role", **{f"role-{mine}": "reader"})

    assert "plus de responsable" in alerts(read_page(gone.text))
    assert "plus de responsable" in alerts(read_page(less.text))
    assert role_of(session, mine) == "manager"


def test_somebody_of_another_team_is_like_nobody(manager: Member, session: Session) -> None:
    stranger = make_account(session, organization_id=make_organization(session, "Ailleurs"))

    other = manager.send(f"/equipe/{stranger}", status=404, geste="retirer")
    ghost = manager.send("/equipe/999999999", status=404, geste="retirer")

    assert other.text == ghost.text
    assert role_of(session, stranger) == "caseworker"


@pytest.mark.parametrize("role", [Role.READER, Role.CASEWORKER, Role.EDITOR])
def test_others_of_the_team_have_no_such_page(
    signed_in: SignIn, session: Session, role: Role
) -> None:
    member = signed_in(role=role)

    member.get("/equipe", status=404)
    member.send("/equipe", status=404, geste="inviter", email="n@exemple.invalid", role="reader")
    member.send(f"/equipe/{member.user.account_id}", status=404, geste="role", role="manager")
    assert session.scalars(select(AccountLink)).all() == []
