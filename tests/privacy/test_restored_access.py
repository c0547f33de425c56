"""Who was shut out since a backup stays out when it is put back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.actions import close_account
from directory.accounts.links import issue_link, link_token, spend_link
from directory.accounts.models import (
    Account,
    AccountLink,
    Login,
    Membership,
    OrganizationAccount,
    TerritoryAdmin,
)
from directory.accounts.organizations import verify_organization, withdraw_verification
from directory.accounts.passwords import hash_password
from directory.accounts.permissions import Role
from directory.accounts.teams import change_role, remove_member, remove_territory
from directory.postgres.backup import back_up
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import new_keyring
from tests.accounts.factories import make_account, make_organization, sign_in
from tests.privacy.operator import name_database, restored

RING = new_keyring()


@pytest.fixture
def at() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def base(fresh_database: DatabaseUrls) -> Iterator[Session]:
    engine = create_engine(fresh_database.owner, poolclass=NullPool)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def backup(
    base: Session, fresh_database: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Where the backup of before goes; the commands find the database."""
    name_database(monkeypatch, fresh_database, tmp_path)
    return tmp_path / "before.zip"


def save(base: Session, urls: DatabaseUrls, file: Path, at: datetime) -> None:
    base.commit()
    back_up(urls.backup, file, at=at)


def test_who_was_closed_removed_stood_down_or_suspended_stays_so(
    base: Session, fresh_database: DatabaseUrls, backup: Path, at: datetime
) -> None:
    team, fake, sending = (
        make_organization(base, name) for name in ("Entraide", "Faux relais", "Ne reçoit plus")
    )
    make_account(base, role=Role.MANAGER, organization_id=team)
    closed, removed, lowered = (
        make_account(base, role=role, organization_id=team)
        for role in (Role.CASEWORKER, Role.CASEWORKER, Role.MANAGER)
    )
    admin = make_account(base, role=None, departements=("93", "75"))
    former = make_account(base, role=None, is_super_admin=True)
    save(base, fresh_database, backup, at)
    close_account(base, account_id=closed, at=at)
    remove_member(base, organization_id=team, account_id=removed, user=None, at=at)
    change_role(base, organization_id=team, account_id=lowered, role=Role.READER, user=None, at=at)
    remove_territory(base, account_id=admin, departement="93", by=None, at=at)
    base.get_one(Account, former).is_super_admin = False
    withdraw_verification(base, organization_id=fake, user=None, at=at)
    base.get_one(OrganizationAccount, sending).is_receiving = False
    base.commit()

    told = restored(backup)

    assert "7 accès fermés ou réduits depuis le sont de nouveau." in told
    assert "Chacun doit se connecter de nouveau." in told
    base.expire_all()
    assert base.get_one(Account, closed).closed_at == at
    roles = select(Membership.account_id, Membership.role).where(
        Membership.removed_at.is_(None), Membership.account_id.in_([removed, lowered])
    )
    assert base.execute(roles).all() == [(lowered, "reader")]
    territories = select(TerritoryAdmin.departement).where(TerritoryAdmin.account_id == admin)
    assert base.scalars(territories).all() == ["75"]
    assert base.get_one(Account, admin).stood_down_at == at
    assert not base.get_one(Account, former).is_super_admin
    suspended = base.get_one(OrganizationAccount, fake)
    assert (suspended.verified_at, suspended.suspended_at) == (None, at)
    sender = base.get_one(OrganizationAccount, sending)
    assert (sender.is_prescribing, sender.is_receiving) == (True, False)


def test_everybody_signs_in_again_with_the_password_of_now_and_no_link_serves_twice(
    base: Session, fresh_database: DatabaseUrls, backup: Path, at: datetime
) -> None:
    team = make_organization(base, referral_email="ancienne@exemple.invalid")
    account_id = make_account(base, organization_id=team)
    account = base.get_one(Account, account_id)
    account.password_hash = hash_password("connu d'un autre, hélas")
    sign_in(base, account_id, at=at)
    used, waiting = (
        issue_link(base, purpose="reset", email=account.email, keyring=RING, at=at).id
        for _ in range(2)
    )
    save(base, fresh_database, backup, at)
    account.password_hash = chosen = hash_password("choisi depuis, et sûr")
    spend_link(base, token=link_token(RING, used), purpose="reset", at=at)
    base.get_one(OrganizationAccount, team).referral_email = "accueil@exemple.invalid"
    base.commit()

    told = restored(backup)

    assert "accès" not in told
    base.expire_all()
    assert base.get_one(Account, account_id).password_hash == chosen
    assert base.scalars(select(Login).where(Login.ended_at.is_(None))).all() == []
    assert base.get_one(AccountLink, used).spent_at is not None
    assert base.get_one(AccountLink, waiting).spent_at is None
    assert base.get_one(OrganizationAccount, team).referral_email == "accueil@exemple.invalid"


def test_nobody_is_taken_for_another_who_bears_the_same_number(
    base: Session, fresh_database: DatabaseUrls, backup: Path, at: datetime
) -> None:
    team = make_organization(base)
    account_id = make_account(base, organization_id=team)
    save(base, fresh_database, backup, at)
    later = at + timedelta(days=1)
    base.get_one(Account, account_id).created_at = later
    base.scalars(select(Membership)).one().created_at = later
    base.get_one(OrganizationAccount, team).created_at = later
    close_account(base, account_id=account_id, at=later)
    withdraw_verification(base, organization_id=team, user=None, at=later)
    base.commit()

    restored(backup)

    base.expire_all()
    assert base.get_one(Account, account_id).closed_at is None
    assert base.get_one(OrganizationAccount, team).suspended_at is None


def test_what_was_opened_since_is_as_the_backup_says(
    base: Session, fresh_database: DatabaseUrls, backup: Path, at: datetime
) -> None:
    team = make_organization(base, is_verified=False)
    raised = make_account(base, role=Role.READER, organization_id=team)
    save(base, fresh_database, backup, at)
    verify_organization(base, organization_id=team, user=None, at=at)
    change_role(base, organization_id=team, account_id=raised, role=Role.MANAGER, user=None, at=at)
    make_account(base, organization_id=team)
    base.commit()

    told = restored(backup)

    assert "accès" not in told
    base.expire_all()
    assert base.get_one(OrganizationAccount, team).verified_at is None
    assert base.scalars(select(Account.id)).all() == [raised]
    assert base.scalars(select(Membership.role)).all() == ["reader"]


def test_who_is_in_the_backup_alone_is_left_to_the_operator(
    base: Session, fresh_database: DatabaseUrls, backup: Path, at: datetime
) -> None:
    """As after a backup that was put back before, and was older still."""
    team = make_organization(base)
    make_account(base, organization_id=team)
    alone = make_account(base, organization_id=team)
    link = issue_link(base, purpose="reset", email="a@exemple.invalid", keyring=RING, at=at).id
    save(base, fresh_database, backup, at)
    for table in (AccountLink, Membership):
        base.execute(delete(table))
    base.execute(delete(Account).where(Account.id == alone))
    base.commit()

    told = restored(backup)

    assert "1 compte ou structure de la sauvegarde n'était plus dans la base remplacée" in told
    base.expire_all()
    assert base.get_one(Account, alone).closed_at is None
    assert base.get_one(AccountLink, link).spent_at is not None


@pytest.mark.parametrize("others", [0, 1])
def test_where_nobody_of_it_is_known_it_says_what_is_to_be_done_by_hand(
    base: Session, fresh_database: DatabaseUrls, backup: Path, at: datetime, others: int
) -> None:
    """As on a new machine, which may have accounts of its own already."""
    account_id = make_account(base)
    link = issue_link(base, purpose="reset", email="a@exemple.invalid", keyring=RING, at=at).id
    save(base, fresh_database, backup, at)
    for table in (AccountLink, Membership, Account, OrganizationAccount):
        base.execute(delete(table))
    for _ in range(others):
        make_account(base)
    base.commit()

    told = restored(backup)

    assert "La base remplacée ne connaissait personne de cette sauvegarde" in told
    assert "fanal persons erase" in told
    assert "Chacun doit" not in told
    base.expire_all()
    assert base.get_one(Account, account_id).closed_at is None
    assert base.get_one(AccountLink, link).spent_at is None
