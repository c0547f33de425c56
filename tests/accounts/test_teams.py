"""Who invites whom, who looks after which organisation, and what nobody else learns."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.actions import close_account
from directory.accounts.invitations import (
    accept_invitation,
    find_invitation,
    invite,
    invite_admin,
)
from directory.accounts.links import link_token
from directory.accounts.logins import Lifetimes
from directory.accounts.models import Account, Membership, OrganizationAccount
from directory.accounts.organizations import (
    create_organization_account,
    verify_organization,
    withdraw_verification,
)
from directory.accounts.passwords import check_password
from directory.accounts.permissions import Role, User
from directory.accounts.queries import (
    admins,
    invitations_to,
    logins_of,
    members_of,
    organizations_to_verify,
    organizations_verified,
    participant,
)
from directory.accounts.teams import add_territory, change_role, remove_member, remove_territory
from directory.accounts.throttles import INVITED_ADDRESS
from directory.errors import Conflict, InvalidInput, NotFound, Throttled
from directory.privacy.keys import Keyring
from tests.accounts.conftest import AT, OTHER_PASSWORD, PASSWORD, mails
from tests.accounts.factories import make_account, make_organization, sign_in

NEW = "nouvelle@exemple.invalid"


def person(session: Session, **values: object) -> User:
    _token, user = sign_in(session, make_account(session, **values), at=AT)  # type: ignore[arg-type]
    return user


def invited(session: Session, ring: Keyring, by: User, email: str = NEW, **values: object) -> str:
    """Invite somebody into the team of `by`; return the token of the link."""
    link = invite(
        session,
        organization_id=values.get("organization_id") or by.organization_id or 0,  # type: ignore[arg-type]
        email=email,
        role=Role.CASEWORKER,
        invited_by=by,
        keyring=ring,
        at=AT,
    )
    return link_token(ring, link.id)


def accepted(session: Session, ring: Keyring, token: str, password: str = PASSWORD) -> int:
    return accept_invitation(
        session, token=token, name=" Nour  Ali ", password=password, at=AT, keyring=ring
    )


def test_an_invitation_makes_a_member_of_the_team(session: Session, ring: Keyring) -> None:
    manager = person(session, role=Role.MANAGER)
    token = invited(session, ring, manager, f" {NEW.upper()} ")
    assert mails(session) == [("invitation", NEW)]
    shown = find_invitation(session, token=token, at=AT)
    assert shown is not None
    assert (shown.email, shown.organization_name, shown.role) == (NEW, "Entraide", Role.CASEWORKER)
    assert not shown.has_account
    account_id = accepted(session, ring, token)
    account = session.get_one(Account, account_id)
    assert (account.email, account.name) == (NEW, "Nour Ali")
    assert check_password(account, PASSWORD)
    (_manager, nour) = members_of(
        session, user=manager, organization_id=manager.organization_id or 0
    )
    assert (nour.name, nour.role) == ("Nour Ali", Role.CASEWORKER)
    with pytest.raises(NotFound):
        accepted(session, ring, token)


def test_an_invitation_waits_seven_days(session: Session, ring: Keyring) -> None:
    token = invited(session, ring, person(session, role=Role.MANAGER))
    assert find_invitation(session, token=token, at=AT + timedelta(days=6, hours=23))
    assert find_invitation(session, token=token, at=AT + timedelta(days=7)) is None


def test_a_second_invitation_takes_the_place_of_the_first(session: Session, ring: Keyring) -> None:
    manager = person(session, role=Role.MANAGER)
    first, second = invited(session, ring, manager), invited(session, ring, manager)
    assert find_invitation(session, token=first, at=AT) is None
    assert find_invitation(session, token=second, at=AT) is not None
    pending = invitations_to(
        session, user=manager, organization_id=manager.organization_id or 0, at=AT
    )
    assert [one.email for one in pending] == [NEW]


def test_whoever_has_an_account_joins_with_its_password(
    session: Session, awa: Account, ring: Keyring
) -> None:
    token = invited(session, ring, person(session, role=Role.MANAGER), awa.email)
    shown = find_invitation(session, token=token, at=AT)
    assert shown is not None
    assert shown.has_account
    session.commit()
    with pytest.raises(InvalidInput):
        accepted(session, ring, token, OTHER_PASSWORD)
    session.rollback()
    accepted(session, ring, token)
    assert check_password(awa, PASSWORD)
    assert awa.name == "Awa Diop"
    assert (
        len(session.scalars(select(Membership).where(Membership.account_id == awa.id)).all()) == 2
    )


def test_a_member_is_not_invited_again(session: Session, ring: Keyring) -> None:
    manager = person(session, role=Role.MANAGER)
    with pytest.raises(Conflict):
        invited(session, ring, manager, manager.email)


def test_no_invitation_opens_a_closed_account(
    session: Session, awa: Account, ring: Keyring
) -> None:
    token = invited(session, ring, person(session, role=Role.MANAGER), awa.email)
    awa.closed_at, awa.password_hash = AT, None
    with pytest.raises(NotFound):
        accepted(session, ring, token)


@pytest.mark.parametrize("role", [Role.READER, Role.CASEWORKER, Role.EDITOR])
def test_only_a_manager_invites(session: Session, ring: Keyring, role: Role) -> None:
    with pytest.raises(NotFound):
        invited(session, ring, person(session, role=role))


def test_another_team_answers_like_one_that_does_not_exist(session: Session, ring: Keyring) -> None:
    manager, other = person(session, role=Role.MANAGER), person(session, role=Role.MANAGER)
    theirs, ghost = other.organization_id or 0, 999_999
    words = set()
    for organization_id in (theirs, ghost):
        for ask in (
            lambda id: invited(session, ring, manager, organization_id=id),
            lambda id: members_of(session, user=manager, organization_id=id),
            lambda id: invitations_to(session, user=manager, organization_id=id, at=AT),
            lambda id: verify_organization(session, organization_id=id, user=manager, at=AT),
            lambda id: participant(session, user=manager, organization_id=id),
            lambda id: remove_member(
                session, organization_id=id, account_id=other.account_id, user=manager, at=AT
            ),
        ):
            with pytest.raises(NotFound) as refused:
                ask(organization_id)
            words.add(refused.value.message)
    assert len(words) == 1


def test_a_team_keeps_somebody_who_looks_after_it(session: Session) -> None:
    manager = person(session, role=Role.MANAGER)
    own = {"organization_id": manager.organization_id or 0, "account_id": manager.account_id}
    with pytest.raises(Conflict):
        remove_member(session, **own, user=manager, at=AT)
    with pytest.raises(Conflict):
        change_role(session, **own, role=Role.READER, user=manager, at=AT)
    make_account(session, role=Role.MANAGER, organization_id=manager.organization_id)
    remove_member(session, **own, user=manager, at=AT)


def test_whose_account_is_closed_looks_after_nothing(session: Session) -> None:
    manager = person(session, role=Role.MANAGER)
    team = manager.organization_id or 0
    shut = make_account(session, "Zoé Fermée", role=Role.MANAGER, organization_id=team)
    close_account(session, account_id=shut, at=AT)
    with pytest.raises(Conflict):
        remove_member(
            session, organization_id=team, account_id=manager.account_id, user=manager, at=AT
        )
    shown = {
        one.name: one.is_closed for one in members_of(session, user=manager, organization_id=team)
    }
    assert shown == {manager.name: False, "Zoé Fermée": True}
    admin = person(session, role=None, departements=("93",))
    assert participant(session, user=admin, organization_id=team).member_count == 1
    remove_member(session, organization_id=team, account_id=shut, user=manager, at=AT)


def test_nobody_invites_a_closed_account_into_a_dead_end(
    session: Session, awa: Account, ring: Keyring
) -> None:
    manager = person(session, role=Role.MANAGER)
    token = invited(session, ring, manager, awa.email)
    close_account(session, account_id=awa.id, at=AT)
    assert find_invitation(session, token=token, at=AT) is None
    with pytest.raises(Conflict):
        invited(session, ring, manager, awa.email)


def test_a_mailbox_is_not_flooded_with_invitations(session: Session, ring: Keyring) -> None:
    """Whoever invites chooses the address: an ex-partner's too."""
    for _turn in range(INVITED_ADDRESS.tries):
        invited(session, ring, person(session, role=Role.MANAGER))
    with pytest.raises(Throttled):
        invited(session, ring, person(session, role=Role.MANAGER), NEW.upper())
    invited(session, ring, person(session, role=Role.MANAGER), "autre@exemple.invalid")


def leave(session: Session, user: User) -> None:
    remove_member(
        session,
        organization_id=user.organization_id or 0,
        account_id=user.account_id,
        user=None,
        at=AT,
    )


def step_down(session: Session, user: User) -> None:
    change_role(
        session,
        organization_id=user.organization_id or 0,
        account_id=user.account_id,
        role=Role.CASEWORKER,
        user=None,
        at=AT,
    )


@pytest.mark.parametrize(
    "end", [leave, step_down, lambda s, u: close_account(s, account_id=u.account_id, at=AT)]
)
def test_whom_somebody_invited_does_not_come_once_she_may_invite_no_more(
    session: Session, ring: Keyring, end: Callable[[Session, User], None]
) -> None:
    """Else she comes back by an address of her own that nobody knows."""
    leaving = person(session, role=Role.MANAGER)
    staying = person(session, role=Role.MANAGER, organization_id=leaving.organization_id)
    own = invited(session, ring, leaving, "autre-nom@exemple.invalid")
    others = invited(session, ring, staying)

    end(session, leaving)

    assert find_invitation(session, token=own, at=AT) is None
    assert find_invitation(session, token=others, at=AT) is not None


def test_whom_an_admin_invited_does_not_come_once_the_territory_is_anothers(
    session: Session, ring: Keyring
) -> None:
    admin = person(session, role=None, departements=("59", "93"))
    here = make_organization(session, "Ici")
    there = make_organization(session, "Là-bas", departement="59")
    tokens = [
        invited(session, ring, admin, organization_id=organization_id)
        for organization_id in (here, there)
    ]

    remove_territory(session, account_id=admin.account_id, departement="93", by=None, at=AT)

    assert find_invitation(session, token=tokens[0], at=AT) is None
    assert find_invitation(session, token=tokens[1], at=AT) is not None


def test_an_admin_verifies_the_organisations_of_her_territory_only(session: Session) -> None:
    admin = person(session, role=None, departements=("93",))
    here = make_organization(session, "Ici", is_verified=False)
    there = make_organization(session, "Là-bas", is_verified=False, departement="59")
    assert [one.organization_id for one in organizations_to_verify(session, user=admin)] == [here]
    verify_organization(session, organization_id=here, user=admin, at=AT)
    with pytest.raises(NotFound):
        verify_organization(session, organization_id=there, user=admin, at=AT)
    assert session.get_one(OrganizationAccount, there).verified_at is None
    (found,) = organizations_verified(session, user=admin)
    assert (found.name, found.verified_at, found.verified_by) == ("Ici", AT, admin.name)
    withdraw_verification(session, organization_id=here, user=admin, at=AT)
    assert organizations_verified(session, user=admin) == []


def test_an_organisation_is_made_unverified_in_the_admins_own_territory(session: Session) -> None:
    admin = person(session, role=None, departements=("93",))
    what = {"is_prescribing": True, "is_receiving": False, "by": admin, "at": AT}
    made = create_organization_account(session, name="CCAS d'ici", departement="93", **what)  # type: ignore[arg-type]
    assert made.verified_at is None
    with pytest.raises(NotFound):
        create_organization_account(session, name="CCAS", departement="59", **what)  # type: ignore[arg-type]
    for departement in ("*", "", "9", "93;", "９３"):
        with pytest.raises(InvalidInput):
            create_organization_account(session, name="X", departement=departement, **what)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        create_organization_account(session, name="  ", departement="93", **what)  # type: ignore[arg-type]
    again = what | {"by": None, "organization_id": made.organization_id}
    with pytest.raises(Conflict):
        create_organization_account(session, departement="93", **again)  # type: ignore[arg-type]


def test_only_a_super_admin_names_admins(session: Session, ring: Keyring) -> None:
    chief = person(session, role=None, is_super_admin=True)
    admin = person(session, name="Jeanne", role=None, departements=("93",))
    link = invite_admin(
        session, email=NEW, departements=("59",), invited_by=chief, keyring=ring, at=AT
    )
    account_id = accepted(session, ring, link_token(ring, link.id))
    add_territory(session, account_id=account_id, departement="62", by=chief)
    (found,) = [one for one in admins(session, user=chief) if one.account_id == account_id]
    assert (found.departements, found.is_super_admin) == (("59", "62"), False)
    remove_territory(session, account_id=account_id, departement="59", by=chief, at=AT)
    for refused in (
        lambda: admins(session, user=admin),
        lambda: add_territory(session, account_id=admin.account_id, departement="59", by=admin),
        lambda: invite_admin(
            session, email=NEW, departements=("93",), invited_by=admin, keyring=ring, at=AT
        ),
    ):
        with pytest.raises(NotFound):
            refused()


def test_nobody_becomes_an_admin_of_everything_by_the_name_of_a_departement(
    session: Session, ring: Keyring
) -> None:
    with pytest.raises(InvalidInput):
        invite_admin(session, email=NEW, departements=("*",), invited_by=None, keyring=ring, at=AT)


def test_a_person_sees_her_own_sign_ins_and_which_one_this_is(
    session: Session, awa: Account
) -> None:
    sign_in(session, awa.id, at=AT - timedelta(hours=13))
    sign_in(session, awa.id, at=AT - timedelta(minutes=10))
    _token, user = sign_in(session, awa.id, at=AT)
    make_account(session)
    found = logins_of(session, user=user, at=AT, lifetimes=Lifetimes())
    assert [one.is_this_one for one in found] == [True, False]
