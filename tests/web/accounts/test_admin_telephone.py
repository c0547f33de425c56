"""Where one person governs much, a password alone opens nothing of it."""

from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Account, OrganizationAccount
from directory.accounts.permissions import Role
from directory.app import FanalApp
from directory.web.runtime import EXTENSION
from tests.accounts.factories import make_organization
from tests.web.accounts.conftest import MakePerson
from tests.web.accounts.guest import PASSWORD, Guest
from tests.web.conftest import SignIn

ADMINS = [{"departements": ("93",)}, {"is_super_admin": True}]


@pytest.mark.parametrize("admin", ADMINS)
def test_an_admin_adds_a_telephone_before_the_administration_opens(
    guest: Guest, person: MakePerson, admin: dict[str, object]
) -> None:
    someone = person(role=None, has_telephone=False, **admin)
    assert guest.sign_in(someone) == "/administration"
    assert guest.send("/administration/structures").headers["Location"] == "/compte"
    answer = guest.client.get("/administration")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/compte")
    assert "L'administration s'ouvre avec un code" in guest.get("/compte").text

    guest.send("/compte/second-facteur", enrolling_password=PASSWORD)
    (code,) = guest.get("/compte/second-facteur").all("code")
    now = pyotp.TOTP(code.text.replace(" ", "")).at(datetime.now(UTC))
    guest.send("/compte/second-facteur/code", code=now)

    assert "Administration" in guest.get("/administration").text
    assert "L'administration s'ouvre avec un code" not in guest.get("/compte").text


def test_nothing_is_changed_before_the_telephone(signed_in: SignIn, session: Session) -> None:
    organization_id = make_organization(session, "Relais du canal", is_verified=False)
    admin = signed_in(role=None, departements=("93",), has_telephone=False)

    admin.send(f"/administration/structures/{organization_id}", geste="verifier")

    query = select(OrganizationAccount.verified_at).filter_by(organization_id=organization_id)
    assert session.scalars(query).one() is None


def test_the_other_pages_of_her_account_and_of_her_team_work(signed_in: SignIn) -> None:
    both = signed_in(role=Role.MANAGER, departements=("93",), has_telephone=False)

    for address in ("/compte", "/equipe", "/orientations", "/recherche", "/orientations/chiffres"):
        both.get(address)
    both.response("/administration", status=303)


def test_whoever_administers_nothing_is_asked_for_nothing(signed_in: SignIn) -> None:
    page = signed_in(role=Role.MANAGER).get("/compte")

    assert "L'administration s'ouvre avec un code" not in page.text


def test_the_invented_people_try_everything_out(signed_in: SignIn, session: Session) -> None:
    invented = signed_in(role=None, is_super_admin=True, has_telephone=False)
    session.get_one(Account, invented.user.account_id).is_demonstration = True
    session.flush()

    invented.get("/administration")


def test_an_installation_may_do_without(app: FanalApp, signed_in: SignIn) -> None:
    runtime = app.extensions[EXTENSION]
    runtime.settings = runtime.settings.model_copy(update={"admin_second_factor": False})

    signed_in(role=None, departements=("93",), has_telephone=False).get("/administration")
