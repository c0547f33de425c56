"""`fanal accounts`, as an operator runs it: from no account at all to a team that works."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.invitations import accept_invitation
from directory.accounts.logins import Lifetimes, find_login
from directory.accounts.models import Account, AccountLink, OrganizationAccount
from directory.accounts.permissions import EVERYWHERE
from directory.cli import main
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import new_keyring
from tests.accounts import factories

RING = new_keyring()
PASSWORD = "velours tasse orage pivert"


@pytest.fixture
def base(fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A database that the command finds as in production."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_MASTER_KEYS", RING.as_text())
    monkeypatch.setenv("FANAL_PUBLIC_URL", "https://fanal.example.org/")
    engine = create_engine(fresh_database.app, poolclass=NullPool)
    with Session(engine) as session:
        yield session
    engine.dispose()


def fanal(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["accounts", *arguments])


def done(*arguments: str) -> str:
    result = fanal(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def accepted(base: Session, output: str) -> int:
    """Follow the link that a command printed; return the account's id."""
    token = re.search(r"https://fanal\.example\.org/invitation/([\w-]+)", output)
    assert token is not None, output
    account_id = accept_invitation(
        base, token=token[1], name="Nour Ali", password=PASSWORD, at=datetime.now(UTC), keyring=RING
    )
    base.commit()
    return account_id


def test_the_first_admin_looks_after_everything(base: Session) -> None:
    account_id = accepted(base, done("create-admin", "Chef@exemple.invalid"))
    _token, user = factories.sign_in(base, account_id)
    assert (user.email, user.departements) == ("chef@exemple.invalid", EVERYWHERE)


def test_an_admin_of_two_departements_looks_after_these(base: Session) -> None:
    output = done("create-admin", "a@exemple.invalid", "--departement", "93", "--departement", "2a")
    _token, user = factories.sign_in(base, accepted(base, output))
    assert user.departements == ("2A", "93")


def test_an_organisation_gets_a_team_and_is_verified(base: Session) -> None:
    made = done(
        "create-organization", "CCAS de Bondy", "--departement", "93", "--prescribing",
        "--mail", "ccas@exemple.invalid",
    )  # fmt: skip
    (part,) = base.scalars(select(OrganizationAccount))
    number = str(part.organization_id)
    assert number in made
    assert part.verified_at is None
    done("verify", number)
    output = done("invite", "nour@exemple.invalid", "--organization", number, "--role", "manager")
    _token, user = factories.sign_in(base, accepted(base, output))
    assert (user.organization_name, user.role, user.is_verified) == (
        "CCAS de Bondy",
        "manager",
        True,
    )
    listed = done("list")
    assert "CCAS de Bondy" in listed
    assert "nour@exemple.invalid" in listed
    assert "argon2" not in listed


@pytest.mark.parametrize("command", ["close", "end-logins", "lost-telephone"])
def test_somebody_is_shut_out_at_the_next_request(base: Session, command: str) -> None:
    account_id = factories.make_account(base)
    token, user = factories.sign_in(base, account_id)
    base.commit()
    done(command, f" {user.email.upper()}")
    now = datetime.now(UTC)
    assert find_login(base, token=token, at=now, lifetimes=Lifetimes()) is None
    assert (base.get_one(Account, account_id).closed_at is not None) == (command == "close")


@pytest.mark.parametrize(
    "arguments",
    [
        ("create-admin", "no address"),
        ("create-admin", "a@exemple.invalid", "--departement", "*"),
        ("invite", "a@exemple.invalid", "--organization", "999"),
        ("verify", "999"),
        ("close", "nobody@exemple.invalid"),
        ("create-organization", "X", "--departement", "93"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    base: Session, arguments: tuple[str, ...]
) -> None:
    result = fanal(*arguments)
    assert result.exit_code == 1
    assert result.output.strip()
    assert "Traceback" not in result.output
    assert base.scalars(select(Account)).all() == []
    assert base.scalars(select(AccountLink)).all() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("invite", "a@exemple.invalid", "--organization", "999"),
        ("verify", "999"),
        ("create-organization", "X", "--departement", "93", "--receiving", "--listed", "999"),
    ],
)
def test_a_number_of_no_organisation_is_told_as_one(
    base: Session, arguments: tuple[str, ...]
) -> None:
    result = fanal(*arguments)
    assert result.exit_code == 1
    assert "Aucune structure n'a ce numéro." in result.output
    assert "page" not in result.output


def test_no_mail_is_promised_that_cannot_leave(
    base: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = done("create-admin", "a@exemple.invalid")
    assert "FANAL_MAIL_URL manque" in output
    assert "Donnez vous-même ce lien" in output

    monkeypatch.setenv("FANAL_MAIL_URL", "smtps://fanal:secret@mail.exemple.invalid")
    monkeypatch.setenv("FANAL_MAIL_FROM", "fanal@exemple.invalid")
    assert "Un courriel part" in done("create-admin", "b@exemple.invalid")


def test_the_list_tells_who_has_not_joined_yet(base: Session) -> None:
    output = done("create-admin", "a@exemple.invalid")
    assert "a@exemple.invalid  a@exemple.invalid  (sans mot de passe)" in done("list")
    accepted(base, output)
    assert "a@exemple.invalid  Nour Ali  (ouvert)" in done("list")


def test_without_keys_no_link_is_made(base: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FANAL_MASTER_KEYS")
    monkeypatch.setenv("FANAL_DATA_DIR", "/nonexistent")
    result = fanal("create-admin", "a@exemple.invalid")
    assert result.exit_code == 1
    assert "fanal keys create" in result.output
    assert base.scalars(select(Account)).all() == []
