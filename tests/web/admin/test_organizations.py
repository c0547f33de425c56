"""An admin looks after the organisations of her territories, and of no other."""

from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, OrganizationAccount
from directory.accounts.permissions import Role
from directory.listings.models import Organization
from tests.accounts.factories import make_account, make_organization, organization_of
from tests.factories import place_draft, service_draft, stored
from tests.places import BONDY
from tests.web.conftest import Member, SignIn
from tests.web.page import Element, read_page


@pytest.fixture
def admin(signed_in: SignIn) -> Member:
    """Who looks after Seine-Saint-Denis."""
    return signed_in(name="Jeanne Moreau", role=None, departements=("93",))


def typed_form(**values: str) -> dict[str, str]:
    """Return the form of a new organisation, filled in."""
    return {
        "name": "Relais du canal",
        "departement": "93",
        "part": "prescribing",
        "idempotency_key": str(uuid4()),
    } | values


def alerts(page: Element) -> str:
    return " ".join(each.text for each in page.with_class("alert"))


def test_what_waits_for_an_admin_comes_first(admin: Member, session: Session) -> None:
    make_organization(session, "Nouvelle venue", is_verified=False)
    make_organization(session, "Ailleurs", is_verified=False, departement="59")

    page = admin.get("/administration")

    first, second = page.with_class("box")
    assert "Nouvelle venue" in first.text
    assert "Nouvelle venue" not in second.text
    assert "Ailleurs" not in page.text
    (bar,) = page.with_class("bar")
    assert [a.text for a in bar.all("a") if a.get("aria-current") == "page"] == ["Administration"]


def test_an_organisation_is_verified_and_suspended(admin: Member, session: Session) -> None:
    id = make_organization(session, "Nouvelle venue", is_verified=False)
    address = f"/administration/structures/{id}"

    assert "annuaire des entreprises" in admin.get(address).text
    admin.send(address, geste="verifier")
    found = session.get_one(OrganizationAccount, id)
    assert (found.verified_at is not None, found.verified_by_account_id) == (
        True,
        admin.user.account_id,
    )
    assert "Jeanne Moreau" in admin.get(address).text

    admin.send(address, geste="suspendre")
    session.refresh(found)
    assert (found.verified_at, found.suspended_at is not None) == (None, True)
    assert "Suspendue le" in admin.get(address).text

    admin.send(address, geste="verifier")
    session.refresh(found)
    assert (found.verified_at is not None, found.suspended_at) == (True, None)


def test_its_part_and_its_address_are_changed(admin: Member, session: Session) -> None:
    id = make_organization(session, "Relais du canal", referral_email="ancienne@exemple.invalid")
    address = f"/administration/structures/{id}"
    form = {"geste": "changer", "part": "receiving"}

    admin.send(address, **form, referral_email="Accueil@exemple.invalid")
    found = session.get_one(OrganizationAccount, id)
    session.refresh(found)
    assert (found.is_prescribing, found.is_receiving) == (False, True)
    assert found.referral_email == "accueil@exemple.invalid"

    page = read_page(admin.send(address, status=400, **form, referral_email="accueil").text)
    assert "accueil" in {each.get("value") for each in page.all("input")}
    none = read_page(admin.send(address, status=400, geste="changer", part="").text)
    assert "oriente, accueille" in alerts(none)
    session.refresh(found)
    assert found.referral_email == "accueil@exemple.invalid"


def test_a_form_that_asks_for_nothing_verifies_nothing(admin: Member, session: Session) -> None:
    id = make_organization(session, "Nouvelle venue", is_verified=False)

    admin.send(f"/administration/structures/{id}", status=400)

    assert session.get_one(OrganizationAccount, id).verified_at is None


def test_one_of_another_territory_is_like_a_ghost(admin: Member, session: Session) -> None:
    other = make_organization(session, "Ailleurs", is_verified=False, departement="59")
    for path in ("", "/equipe", "/equipe/1"):
        answers = [
            admin.send(f"/administration/structures/{id}{path}", status=404, geste="verifier")
            for id in (other, 999_999_999)
        ]
        assert answers[0].text == answers[1].text

    seen, ghost = (admin.response(f"/administration/structures/{id}", status=404).text
                   for id in (other, 999_999_999))  # fmt: skip
    assert seen == ghost
    assert session.get_one(OrganizationAccount, other).verified_at is None


def test_an_organisation_is_added_once_however_often_its_form_is_sent(
    admin: Member, session: Session
) -> None:
    form = typed_form(siret="123 456 789 00011", referral_email="accueil@exemple.invalid")

    first = admin.send("/administration/structures", **form)
    again = admin.send("/administration/structures", **form)

    assert first.headers["Location"] == again.headers["Location"]
    page = admin.get(first.headers["Location"])
    assert "Relais du canal" in page.text
    assert "12345678900011" in page.text
    (made,) = session.scalars(select(Organization).where(Organization.source == "fanal"))
    assert session.get_one(OrganizationAccount, made.id).verified_at is None


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": ""}, "Il manque le nom"),
        ({"part": ""}, "oriente, accueille"),
        ({"siret": "12"}, "SIRET"),
        ({"referral_email": "accueil"}, "ne se lit pas"),
    ],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(
    admin: Member, session: Session, values: dict[str, str], told: str
) -> None:
    form = typed_form(name="Relais du canal", siret="12345678900011") | values

    page = read_page(admin.send("/administration/structures?nom=relais", status=400, **form).text)

    assert told in alerts(page)
    kept = {each.get("name"): each.get("value") for each in page.all("input")}
    assert kept["siret"] == form["siret"]
    assert kept["idempotency_key"] == form["idempotency_key"]
    assert session.scalars(select(Organization)).all() == []


def test_a_listed_organisation_is_found_by_its_name_and_added(
    admin: Member, session: Session, at: datetime
) -> None:
    (place,) = stored(session, service_draft(place_draft(BONDY)), at)
    listed = organization_of(session, place)
    name = session.get_one(Organization, listed).name

    page = admin.get(f"/administration/structures/nouvelle?nom={name.split()[0].upper()}")
    choices = {e.get("value") for e in page.all("input") if e.get("name") == "organization_id"}
    assert choices == {str(listed), ""}

    form = typed_form(organization_id=str(listed), part="receiving")
    admin.send("/administration/structures", **form)
    assert session.get_one(OrganizationAccount, listed).is_receiving

    page = read_page(admin.send("/administration/structures", status=409, **form).text)
    assert "prend déjà part" in alerts(page)


def test_nobody_takes_hold_of_an_organisation_of_elsewhere(
    signed_in: SignIn, session: Session, at: datetime
) -> None:
    (place,) = stored(session, service_draft(place_draft(BONDY)), at)
    listed = organization_of(session, place)
    of_the_north = signed_in(role=None, departements=("59",))

    found = of_the_north.get("/administration/structures/nouvelle?nom=e")
    choices = {e.get("value") for e in found.all("input") if e.get("name") == "organization_id"}
    assert str(listed) not in choices
    for departement in ("59", "93"):
        form = typed_form(organization_id=str(listed), departement=departement)
        of_the_north.send("/administration/structures", status=404, **form)

    assert session.scalars(select(OrganizationAccount)).all() == []


def test_an_admin_invites_the_first_manager(admin: Member, session: Session) -> None:
    id = make_organization(session, "Nouvelle venue")
    address = f"/administration/structures/{id}"

    form = {"geste": "inviter", "email": "nour@exemple.invalid", "role": "manager"}
    admin.send(f"{address}/equipe", **form)
    (link,) = session.scalars(select(AccountLink))
    assert (link.organization_id, link.role) == (id, "manager")
    assert "nour@exemple.invalid" in admin.get(address).text

    admin.send(f"{address}/equipe", status=400, geste="inviter", email="nour", role="manager")
    member = make_account(session, organization_id=id)
    admin.send(f"{address}/equipe/{member}", geste="role", **{f"role-{member}": "reader"})
    assert "Lecture" in admin.get(address).text


def test_members_have_no_such_pages(signed_in: SignIn, session: Session) -> None:
    member = signed_in(role=Role.MANAGER)
    organization = member.user.organization_id

    member.get("/administration", status=404)
    member.get(f"/administration/structures/{organization}", status=404)
    member.send(f"/administration/structures/{organization}", status=404, geste="verifier")
    member.send("/administration/structures", status=404, **typed_form())


@pytest.mark.parametrize("words", ["%", "_", "é" * 200, "a%00b", "' OR 1=1"])
def test_any_name_may_be_looked_for(admin: Member, words: str) -> None:
    admin.get(f"/administration/structures/nouvelle?nom={words}")
