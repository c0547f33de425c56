"""The people of the demonstration: made once, theirs alone, and taken away with all they did."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.actions import sign_in
from directory.accounts.demonstration import (
    FILE_NAME,
    PEOPLE,
    DemonstrationAccount,
    put_accounts,
    stored_accounts,
)
from directory.accounts.models import Account, OrganizationAccount
from directory.cli import main
from directory.cli.first_run import demonstrate, session_on, store_words_and_communes
from directory.config import Settings
from directory.db import Base
from directory.listings.models import Organization, Service, ServiceAtLocation
from directory.outbox.models import OutboxMessage
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import new_keyring
from directory.referrals.models import (
    AnswerLink,
    Referral,
    ReferralEvent,
    ReferralFigure,
    ReferralKey,
    Slip,
)
from directory.referrals.slips import make_slip
from tests.accounts import factories as accounts
from tests.referrals.factories import make_sent

RING = new_keyring()


@pytest.fixture
def private(tmp_path: Path) -> Settings:
    """Settings of a private server on its own machine."""
    return Settings(data_dir=tmp_path, database_url=None, demonstration=True)


@pytest.fixture
def base(fresh_database: DatabaseUrls, private: Settings) -> Iterator[Session]:
    """A database as `fanal up` leaves it the first time, seen by the role of the jobs."""
    store_words_and_communes(fresh_database.app)
    demonstrate(private, fresh_database.app)
    engine = create_engine(fresh_database.worker, poolclass=NullPool)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def count(session: Session, table: type[Base]) -> int:
    session.rollback()
    session.expire_all()
    return session.scalar(select(func.count()).select_from(table)) or 0


def remove(database: DatabaseUrls, settings: Settings) -> str:
    environment = {
        "DATABASE_URL": database.app,
        "FANAL_WORKER_URL": database.worker,
        "FANAL_DATA_DIR": str(settings.data_dir),
    }
    done = CliRunner().invoke(main, ["demo", "remove"], env=environment)
    assert done.exit_code == 0, done.output
    return done.output


def person(session: Session, name: str) -> int:
    return session.scalars(select(Account.id).where(Account.name == name)).one()


def place_of(session: Session, organization_key: str) -> int:
    """Return a place of an invented organisation that takes requests."""
    return session.scalars(
        select(ServiceAtLocation.id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Organization.source_key == organization_key)
        .order_by(ServiceAtLocation.id)
    ).first() or pytest.fail(f"{organization_key} has no service")


def send_to_the_halte(session: Session, account_id: int, at: datetime) -> Referral:
    user = accounts.sign_in(session, account_id, at=at)[1]
    place = place_of(session, "halte-des-tilleuls")
    return make_sent(session, user, place, keyring=RING, at=at)


def enter(session: Session, account: DemonstrationAccount) -> None:
    sign_in(
        session,
        email=account.email,
        password=account.password,
        address_prefix="",
        at=datetime.now(UTC),
        keyring=RING,
    )


def test_without_invented_listings_nobody_is_invented(
    fresh_database: DatabaseUrls, private: Settings
) -> None:
    with session_on(fresh_database.app) as session:
        put_accounts(session, settings=private, at=datetime.now(UTC))
        assert session.scalar(select(func.count()).select_from(Account)) == 0
    assert stored_accounts(private) == []


def test_everybody_signs_in_with_a_password_of_this_installation_only(
    base: Session, fresh_database: DatabaseUrls, private: Settings
) -> None:
    shown = stored_accounts(private)
    assert [account.email for account in shown] == [one.email for one in PEOPLE]
    path = private.data_dir / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for account in shown:
        assert account.password not in repr(account)
        enter(base, account)
    # Another start changes nothing; a lost file, only the passwords.
    demonstrate(private, fresh_database.app)
    assert stored_accounts(private) == shown
    path.unlink()
    demonstrate(private, fresh_database.app)
    assert count(base, Account) == len(PEOPLE)
    (first, *_others) = stored_accounts(private)
    assert first.password != shown[0].password
    enter(base, first)


def test_all_they_did_goes_with_them_and_what_real_people_did_stays(
    base: Session, fresh_database: DatabaseUrls, private: Settings
) -> None:
    parts = base.scalars(select(OrganizationAccount)).all()
    listed = base.scalars(select(Service.organization_id).where(Service.is_demonstration)).all()
    assert {part.organization_id for part in parts} >= set(listed)
    assert len([part for part in parts if part.verified_at is None]) == 1
    assert {part.departement for part in parts} >= {"93", "2A", "974"}
    now = datetime.now(UTC)
    send_to_the_halte(base, person(base, "Awa Diop"), now)
    make_slip(base, service_at_location_id=place_of(base, "halte-des-tilleuls"), at=now)
    kept = send_to_the_halte(base, accounts.make_account(base, "Nour Ali"), now)
    base.commit()

    assert "Orientations d'essai retirées : 1" in remove(fresh_database, private)
    assert not (private.data_dir / FILE_NAME).exists()
    assert (count(base, Slip), count(base, Account)) == (0, 1)
    of_one_referral = (OrganizationAccount, Referral, ReferralFigure, ReferralKey, AnswerLink)
    assert {count(base, table) for table in of_one_referral} == {1}
    assert count(base, OutboxMessage) == 1
    assert set(base.scalars(select(ReferralEvent.referral_id))) == {kept.id}
    (left,) = base.scalars(select(Referral))
    assert (left.receiver_organization_id, left.service_at_location_id) == (None, None)
    assert base.get(Organization, left.sender_organization_id) is not None
    invented = select(func.count()).where(Organization.source == "demonstration")
    assert base.scalar(invented) == 0
    remove(fresh_database, private)


def test_without_the_role_of_the_worker_nothing_is_removed(
    base: Session, fresh_database: DatabaseUrls, private: Settings
) -> None:
    put_accounts(base, settings=private, at=datetime.now(UTC))
    base.commit()
    there = count(base, Account)
    environment = {"DATABASE_URL": fresh_database.app, "FANAL_DATA_DIR": str(private.data_dir)}

    refused = CliRunner().invoke(main, ["demo", "remove"], env=environment)

    assert refused.exit_code == 1
    assert "FANAL_WORKER_URL" in refused.output or "fanal_worker" in refused.output
    assert count(base, Account) == there
