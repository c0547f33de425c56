"""A service that takes requests, a team that sends them, and the forms they fill in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.permissions import Role, User
from directory.config import Settings
from directory.privacy import keys
from directory.privacy.keys import Keyring
from directory.privacy.scope import Scope, set_scope
from directory.referrals.models import Referral
from tests.accounts.factories import organization_of
from tests.referrals.factories import ask_as, make_service
from tests.web.conftest import Member, SignIn
from tests.web.page import Element

#: What the service of these tests asks.
CONDITIONS = {
    "audiences": ["familles"],
    "minimum_age": 18,
    "documents": [{"code": "identity"}, {"code": "income-proof"}],
}


@pytest.fixture(autouse=True)
def _now(at: datetime) -> Iterator[None]:
    """Every page of these tests is read on a Tuesday at ten in the morning."""
    with time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def keyring(settings: Settings) -> Keyring:
    """The keys of the installation of this test."""
    return keys.keyring(settings)


@pytest.fixture
def parcels(session: Session, at: datetime) -> int:
    """A verified service that gives food parcels, and that can be reached by mail."""
    return make_service(session, at, name="Colis du mardi", category="colis", conditions=CONDITIONS)


@pytest.fixture
def worker(signed_in: SignIn) -> Member:
    """A caseworker of a verified team, at her desk."""
    return signed_in()


@pytest.fixture
def receiver(signed_in: SignIn, session: Session, parcels: int) -> Member:
    """Somebody of the service, who has an account."""
    return signed_in(name="Paul Réseau", organization_id=organization_of(session, parcels))


@pytest.fixture
def colleague(signed_in: SignIn, worker: Member) -> Member:
    """Another caseworker of the same team."""
    return signed_in(name="Léa Martin", organization_id=worker.user.organization_id)


@pytest.fixture
def reader(signed_in: SignIn, worker: Member) -> Member:
    """Somebody of the team who only reads."""
    return signed_in(name="Inès Roy", organization_id=worker.user.organization_id, role=Role.READER)


@dataclass
class Desk:
    """What a worker does with requests, through the pages."""

    member: Member
    session: Session
    service_id: int
    values: dict[str, Any] = field(default_factory=dict)

    def form(self, **changes: Any) -> dict[str, Any]:
        """Return the form as it is sent, for somebody known by initials."""
        typed = {"service": self.service_id, "key": str(uuid4()), "code": "A. D."}
        return typed | {"action": "envoyer"} | self.values | changes

    def sent(self, **changes: Any) -> UUID:
        """Send the form, and return which request it led to."""
        answer = self.member.send("/orientations", **self.form(**changes))
        return id_of(answer.headers["Location"])

    def stored(self, id: UUID) -> Referral:
        """Return a request as the database has it."""
        ask_as(self.session, self.member.user)
        return self.session.execute(
            select(Referral).where(Referral.id == id).execution_options(populate_existing=True)
        ).scalar_one()

    def all(self) -> list[Referral]:
        """Return every request of the team."""
        ask_as(self.session, self.member.user)
        return list(self.session.scalars(select(Referral).order_by(Referral.created_at)))

    def page(self, id: UUID, **values: Any) -> Element:
        """Return the page of a request."""
        return self.member.get(f"/orientations/{id}", **values)

    def step(self, id: UUID, step: str, *, status: int = 303, **values: Any) -> str:
        """Send the form of a step, decided on the version that is stored now."""
        typed = {"etape": step, "version": self.stored(id).version} | values
        return self.member.send(f"/orientations/{id}", status=status, **typed).text


@pytest.fixture
def desk(worker: Member, session: Session, parcels: int) -> Desk:
    """The worker's desk."""
    return Desk(worker, session, parcels)


@pytest.fixture
def counter(receiver: Member, session: Session, parcels: int) -> Desk:
    """The desk of the service that answers."""
    return Desk(receiver, session, parcels)


def id_of(address: str) -> UUID:
    """Return the request that an address of its page names."""
    return UUID(address.split("?")[0].split("#")[0].rsplit("/", 1)[1])


def nobody(session: Session) -> None:
    """Ask for nobody from now on."""
    set_scope(session, Scope())


def fields_of(page: Element) -> dict[str, str]:
    """Return what the text fields of the page hold, by name."""
    found = {
        each.get("name"): each.get("value")
        for each in page.all("input")
        if each.get("type") not in ("checkbox", "radio")
    }
    areas = {area.get("name"): area.text.strip() for area in page.all("textarea")}
    chosen = {
        each.get("name"): option.get("value")
        for each in page.all("select")
        for option in each.all("option")
        if "selected" in option.attributes
    }
    return found | areas | chosen


def ticked(page: Element, name: str) -> list[str]:
    """Return the boxes of a name that are ticked."""
    return [
        each.get("value")
        for each in page.all("input")
        if each.get("name") == name and "checked" in each.attributes
    ]


def user_of(desk: Desk) -> User:
    """Return who sits at a desk."""
    return desk.member.user
