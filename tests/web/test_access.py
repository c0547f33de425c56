"""Every route as every role: what docs/access.md says is what the pages do.

What belongs to another organisation must answer exactly like what does not exist.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.accounts.models import Membership
from directory.accounts.permissions import Role
from directory.app import FanalApp
from directory.outbox.actions import put_message
from directory.outbox.models import OutboxMessage
from directory.outbox.texts import MessageKind
from directory.privacy.keys import keyring
from directory.web.access import Caller, Route, page, routes
from directory.web.runtime import EXTENSION
from directory.web.signed_in import COOKIE
from tests.accounts.factories import make_account, make_organization, sign_in
from tests.referrals.factories import make_sent, make_service, make_user

ACCESS = Path(__file__).parents[2] / "docs" / "access.md"

#: The key is in the address itself: their own tests show what each token opens.
BY_LINK = re.compile(r"<token>")

#: Pages that settings turn on; they tell of nobody.
TURNED_OFF = {"/_composants", "/courriers-locaux", "/courriers-locaux/<uuid:letter_id>"}


@dataclass(frozen=True)
class Things:
    """One of each thing that an address may name, all of one team, but for what is public."""

    team: int
    member_account: int
    other_admin: int
    referral_id: str
    service_id: int
    message_id: str


#: Converter in the address -> the thing it names. A route with another one needs a line here.
NAMES: dict[str, Callable[[Things], object]] = {
    "<uuid:id>": lambda things: things.referral_id,
    "<int(max=9223372036854775807):id>": lambda things: things.service_id,
    "<int(min=1,max=9223372036854775807):id>": lambda things: things.service_id,
    "<int(max=9223372036854775807):organization_id>": lambda things: things.team,
    "<int(max=9223372036854775807):account_id>": lambda things: things.member_account,
    "<uuid:message_id>": lambda things: things.message_id,
    "<uuid:letter_id>": lambda _: uuid4(),
    "<token>": lambda _: "x" * 43,
    "<code>": lambda _: "ABCDEF",
    "<digest>/<path:name>": lambda _: "0/fanal.css",
}

#: Pages that exist only for a service that is named besides. Services are nobody's secret.
ASKED_WITH = {"/orientations/nouvelle", "/orientations"}


@pytest.fixture
def things(session: Session, app: FanalApp) -> Things:
    """A team with a member, a referral it sent to a service, a mail that waits."""
    at, ring = datetime.now(UTC), keyring(app.extensions[EXTENSION].settings)
    team = make_organization(session, "Équipe")
    service_id = make_service(session, at)
    sender = make_user(session, at, organization_id=team)
    referral = make_sent(session, sender, service_id, keyring=ring, at=at)
    message = put_message(
        session, kind=MessageKind.PASSWORD_CHANGED, recipient="x@y.fr", values={}, at=at
    )
    session.get_one(OutboxMessage, message).state = "dead"
    session.flush()
    return Things(
        team=team,
        member_account=make_account(session, "Membre", organization_id=team),
        other_admin=make_account(session, role=None, departements=("75",)),
        referral_id=str(referral.id),
        service_id=service_id,
        message_id=str(message),
    )


def address(route: Route, things: Things) -> str:
    """Return an address of a route, that names one of the things."""
    found = route.rule
    if found == "/administration/admins/<int(max=9223372036854775807):account_id>":
        return f"/administration/admins/{things.other_admin}"
    for converter, thing in NAMES.items():
        found = found.replace(converter, str(thing(things)))
    assert "<" not in found, f"{route.rule} names a thing that this test does not make"
    return found


def client_of(app: FanalApp, session: Session, caller: Caller, team: int | None) -> FlaskClient:
    """Return somebody of that role who has just signed in."""
    client = app.test_client()
    if caller is Caller.VISITOR:
        return client
    if caller is Caller.ADMIN:
        account = make_account(session, role=None, departements=("93",))
    elif caller is Caller.SUPER_ADMIN:
        account = make_account(session, role=None, is_super_admin=True)
    else:
        account = make_account(session, role=Role(caller), organization_id=team)
    client.set_cookie(COOKIE, sign_in(session, account)[0])
    return client


def ask(
    client: FlaskClient, route: Route, address: str, service_id: int | None = None
) -> TestResponse:
    """Ask for an address, as a page of ours does."""
    named = {"departement": "75"} if "/admins/" in route.rule else {}
    if route.rule in ASKED_WITH and service_id:
        named["service"] = str(service_id)
    return client.open(
        address,
        method=route.method,
        headers={"Sec-Fetch-Site": "same-origin"},
        query_string=named if route.method == "GET" else {},
        data=named if route.method == "POST" else None,
    )


def leads_to_sign_in(response: TestResponse) -> bool:
    """Tell whether a visitor is sent to the sign-in page; a form she sent is kept on the way."""
    if response.status_code == 401:
        return 'href="/connexion"' in response.text
    return response.status_code == 302 and response.headers["Location"].startswith("/connexion")


def guarded(app: FanalApp) -> Iterator[Route]:
    """Yield the routes that not everybody may open."""
    return (route for route in routes(app) if not route.is_public)


def test_the_page_of_access_is_that_of_the_routes(app: FanalApp) -> None:
    assert ACCESS.read_text() == page(app), "run `fanal access > docs/access.md`"


@pytest.mark.parametrize("caller", Caller)
def test_each_route_opens_to_whom_the_page_says(
    app: FanalApp, session: Session, things: Things, caller: Caller
) -> None:
    wrong = []
    client = client_of(app, session, caller, things.team)
    for route in sorted(routes(app), key=lambda route: route.endpoint == "accounts.sign_out"):
        if route.rule in TURNED_OFF or BY_LINK.search(route.rule) or route.rule.startswith("/api"):
            continue
        response = ask(client, route, address(route, things), things.service_id)
        is_asked_who = leads_to_sign_in(response) and not route.is_public
        is_open = not is_asked_who and (response.status_code != 404 or _is_ghost(route))
        assert response.status_code < 500, (route.rule, response.text[:500])
        if is_open != (caller in route.callers):
            wrong.append((route.method, route.rule, response.status_code))
        elif not is_open and caller is Caller.VISITOR and not is_asked_who:
            wrong.append((route.method, route.rule, "a visitor is not asked who she is"))

    assert wrong == []


def test_a_new_route_that_names_a_thing_is_tried(app: FanalApp, things: Things) -> None:
    for route in routes(app):
        address(route, things)


def test_what_is_of_another_organization_answers_like_a_ghost(
    app: FanalApp, session: Session, things: Things
) -> None:
    ghosts = Things(
        team=2**62,
        member_account=2**62,
        other_admin=2**62,
        referral_id=str(uuid4()),
        service_id=2**62,
        message_id=str(uuid4()),
    )
    stranger = make_organization(session, "Autre équipe", departement="75")
    differences = []
    clients = {caller: _stranger(app, session, caller, stranger) for caller in Caller}
    for route in guarded(app):
        there, nowhere = address(route, things), address(route, ghosts)
        if there == nowhere or route.rule in ASKED_WITH:
            continue
        # There is nothing that a super-admin may not look after.
        for caller in route.callers - {Caller.SUPER_ADMIN}:
            answers = [ask(clients[caller], route, asked) for asked in (there, nowhere)]
            real, ghost = (_untold(answer, there, nowhere) for answer in answers)
            if real != ghost:
                differences.append((route.method, route.rule, caller))

    assert differences == []


def test_a_removed_member_is_a_visitor_from_the_next_request(
    app: FanalApp, session: Session, things: Things
) -> None:
    account = make_account(session, role=Role.MANAGER, organization_id=things.team)
    client = app.test_client()
    client.set_cookie(COOKIE, sign_in(session, account)[0])
    assert client.get("/orientations").status_code == 200

    session.execute(
        update(Membership)
        .where(Membership.account_id == account)
        .values(removed_at=datetime.now(UTC))
    )

    for route in guarded(app):
        assert leads_to_sign_in(ask(client, route, address(route, things))), route.rule


def test_nothing_is_changed_by_a_form_of_another_site(
    app: FanalApp, session: Session, things: Things
) -> None:
    client = client_of(app, session, Caller.MANAGER, things.team)
    for route in routes(app):
        if route.method != "POST":
            continue
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.invalid"}):
            response = client.post(address(route, things), headers=headers)
            assert response.status_code == 403, (route.rule, headers)


def _is_ghost(route: Route) -> bool:
    """Tell whether the thing that is named exists for nobody here."""
    return route.rule.startswith(("/fiches/", "/static/"))


def _stranger(app: FanalApp, session: Session, caller: Caller, team: int) -> FlaskClient:
    """Return somebody of that role, of another organisation or another territory."""
    if caller is not Caller.ADMIN:
        return client_of(app, session, caller, team)
    client = app.test_client()
    account = make_account(session, role=None, departements=("75",))
    client.set_cookie(COOKIE, sign_in(session, account)[0])
    return client


def _untold(response: TestResponse, *asked: str) -> tuple[int, str]:
    """Return what an answer tells, without any of the addresses, nor the things they name.

    Answers that are compared lack the same words: the number of a thing may be that of an
    emergency line too, which every page has.
    """
    text = response.text + response.headers.get("Location", "")
    for word in (*asked, *re.findall(r"[0-9a-f-]{36}|\d{3,}", " ".join(asked))):
        text = text.replace(word, "")
    return response.status_code, text
