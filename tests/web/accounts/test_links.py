"""Links of mails: to choose a new password, to join a team. Opened by anybody, spent once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.invitations import invite
from directory.accounts.links import link_token
from directory.accounts.models import Account, AccountLink, Membership
from directory.accounts.permissions import Role
from directory.app import FanalApp
from directory.outbox.models import OutboxMessage
from directory.privacy.keys import Keyring
from tests.accounts.factories import make_organization
from tests.web.accounts.conftest import MakePerson
from tests.web.accounts.guest import PASSWORD, Guest, Person, alerts, fields

NEW = "lampe tempête sur le quai"


def reset_link(guest: Guest, session: Session, keyring: Keyring, person: Person) -> str:
    """Ask for a link and return its address, as the mail has it."""
    guest.send("/mot-de-passe/oublie", email=person.email)
    (link,) = session.scalars(select(AccountLink).where(AccountLink.email == person.email))
    return f"/mot-de-passe/{link_token(keyring, link.id)}"


@pytest.fixture
def invitation(session: Session, keyring: Keyring) -> str:
    """The address of an invitation as caseworker of « Entraide »."""
    link = invite(
        session,
        organization_id=make_organization(session),
        email="Nour@exemple.invalid",
        role=Role.CASEWORKER,
        invited_by=None,
        keyring=keyring,
        at=datetime.now(UTC),
    )
    return f"/invitation/{link_token(keyring, link.id)}"


def test_asking_for_a_link_tells_nobody_whether_there_is_an_account(
    guest: Guest, person: MakePerson, session: Session
) -> None:
    someone = person()

    known = guest.send("/mot-de-passe/oublie", email=someone.email)
    unknown = guest.send("/mot-de-passe/oublie", email="x@exemple.invalid")

    assert known.headers["Location"] == unknown.headers["Location"]
    assert known.text == unknown.text
    assert "Si cette adresse est celle d'un compte" in guest.get(known.headers["Location"]).text
    (message,) = session.scalars(select(OutboxMessage))
    assert (message.kind, message.recipient) == ("reset", someone.email)


def test_what_is_no_address_comes_back_to_be_mended(guest: Guest) -> None:
    page = guest.refused("/mot-de-passe/oublie", email="awa chez exemple")

    assert fields(page)["email"] == "awa chez exemple"
    assert alerts(page)


def test_a_mailbox_cannot_be_flooded(guest: Guest, person: MakePerson) -> None:
    someone = person()
    for _ in range(3):
        guest.send("/mot-de-passe/oublie", email=someone.email)

    late = guest.send("/mot-de-passe/oublie", status=429, email=someone.email)

    assert int(late.headers["Retry-After"]) > 0


def test_opening_a_link_spends_nothing(
    guest: Guest, person: MakePerson, session: Session, keyring: Keyring, invitation: str
) -> None:
    link = reset_link(guest, session, keyring, person())
    for address in (link, invitation):
        for _ in range(3):
            guest.get(address)
            assert guest.client.head(address).status_code == 200
            assert guest.client.options(address).status_code == 200

    assert session.scalars(select(AccountLink.spent_at)).all() == [None, None]
    assert guest.token is None


def test_a_new_password_is_chosen_once_and_ends_every_sign_in(
    app: FanalApp, guest: Guest, person: MakePerson, session: Session, keyring: Keyring
) -> None:
    someone = person()
    elsewhere = Guest(app.test_client())
    elsewhere.sign_in(someone)
    link = reset_link(guest, session, keyring, someone)

    done = guest.send(link, password=NEW).headers["Location"]

    assert "Votre mot de passe est changé" in guest.get(done).text
    assert not elsewhere.is_let_in
    guest.refused("/connexion", email=someone.email, password=PASSWORD)
    guest.send("/connexion", email=someone.email, password=NEW)
    assert guest.is_let_in
    assert "Ce lien ne sert plus" in guest.get(link, status=404).text
    assert guest.send(link, status=404, password=NEW).status_code == 404


def test_a_refused_password_leaves_the_link_open(
    guest: Guest, person: MakePerson, session: Session, keyring: Keyring
) -> None:
    link = reset_link(guest, session, keyring, person())

    page = guest.refused(link, password="azerty")

    assert "trop court" in page.text
    assert "azerty" not in page.text
    guest.send(link, password=NEW)


def test_a_spent_an_old_and_an_invented_link_look_alike(
    guest: Guest, person: MakePerson, session: Session, keyring: Keyring
) -> None:
    link = reset_link(guest, session, keyring, person())
    guest.send(link, password=NEW)

    spent = guest.client.get(link)
    invented = guest.client.get("/mot-de-passe/invente")

    assert spent.status_code == invented.status_code == 404
    assert spent.text == invented.text == guest.client.get("/invitation/invente").text


def test_a_link_of_one_kind_opens_nothing_of_the_other(guest: Guest, invitation: str) -> None:
    crossed = invitation.replace("/invitation/", "/mot-de-passe/")

    guest.get(crossed, status=404)
    guest.send(crossed, status=404, password=NEW)


def test_an_invitation_makes_an_account_that_signs_in(
    guest: Guest, session: Session, invitation: str
) -> None:
    page = guest.get(invitation)
    assert "nour@exemple.invalid" in page.text
    assert "Entraide" in page.text

    done = guest.send(invitation, name="Nour Haddad", password=NEW).headers["Location"]

    assert "Votre compte est prêt" in guest.get(done).text
    guest.send("/connexion", email="nour@exemple.invalid", password=NEW)
    assert "Nour Haddad" in guest.client.get("/recherche").text
    assert session.scalars(select(Membership.role)).all() == ["caseworker"]
    guest.get(invitation, status=404)


def test_what_is_missing_is_told_beside_its_field_and_nothing_typed_is_lost(
    guest: Guest, session: Session, invitation: str
) -> None:
    page = guest.refused(invitation, name="Nour Haddad", password="court")
    assert fields(page)["name"] == "Nour Haddad"
    assert "trop court" in page.text

    assert "Il manque votre nom" in guest.refused(invitation, name=" ", password=NEW).text
    assert session.scalars(select(Account)).all() == []


def test_whoever_has_an_account_joins_with_her_own_password(
    guest: Guest, person: MakePerson, session: Session, keyring: Keyring
) -> None:
    someone = person()
    link = invite(
        session,
        organization_id=make_organization(session, "Autre"),
        email=someone.email,
        role=Role.READER,
        invited_by=None,
        keyring=keyring,
        at=datetime.now(UTC),
    )
    address = f"/invitation/{link_token(keyring, link.id)}"
    assert "name" not in fields(guest.get(address))

    guest.refused(address, password="ce n'est pas le sien")
    guest.send(address, password=PASSWORD)

    guest.sign_in(someone)
    assert guest.is_let_in
