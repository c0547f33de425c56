"""What a thief of a backup gets: no key, nobody's name; and what erasing leaves in the next one."""

import base64
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.permissions import Role
from directory.cli import main
from directory.config import Settings
from directory.outbox.models import OutboxMessage
from directory.postgres import roles
from directory.postgres.backup import back_up
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import Keyring, key_file, keyring, new_keyring, store_keyring
from directory.privacy.sealing import CannotUnseal, Place
from directory.referrals.fields import read_fields
from directory.referrals.jobs import run_clocks
from directory.referrals.models import (
    AnswerLink,
    Referral,
    ReferralField,
    ReferralFigure,
    ReferralKey,
    ReferralNote,
)
from directory.referrals.notes import add_note
from directory.referrals.queries import events_of
from directory.referrals.rights import erase_person
from directory.referrals.rules import Rules
from directory.referrals.steps import Step
from tests.privacy.operator import name_database, restored
from tests.referrals.factories import PERSON, World, ask_as, make_user, make_world

NOTE = "Rendez-vous manqué, à rappeler"


@pytest.fixture
def base(fresh_database: DatabaseUrls) -> Iterator[Session]:
    engine = create_engine(fresh_database.worker, poolclass=NullPool)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def own(fresh_database: DatabaseUrls, tmp_path: Path) -> Settings:
    settings = Settings(database_url=fresh_database.app, data_dir=tmp_path)
    store_keyring(settings, new_keyring())
    return settings


def sent(base: Session, ring: Keyring, at: datetime) -> World:
    """Send a request with everything about a person, in the name of a manager."""
    world = make_world(base, ring, at)
    manager = make_user(base, at, role=Role.MANAGER)
    world = World(world.service_id, manager, world.receiver, manager, ring, at)
    referral = world.sent(base, with_person=True)
    add_note(base, referral=referral, text=NOTE, is_shared=True, by=manager, keyring=ring, at=at)
    base.commit()
    return world


def contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def table(archive: Path, name: str) -> list[list[str]]:
    """Return the rows of a table of a backup, as texts."""
    lines = contents(archive)[f"data/public.{name}.copy"].decode().splitlines()
    return [line.split("\t") for line in lines]


def test_a_backup_holds_no_key_and_nobody(
    base: Session, fresh_database: DatabaseUrls, own: Settings, tmp_path: Path
) -> None:
    ring = keyring(own)
    sent(base, ring, datetime.now(UTC))

    back_up(fresh_database.backup, tmp_path / "backup.zip", at=datetime.now(UTC))

    whole = b"\n".join(contents(tmp_path / "backup.zip").values())
    secrets = [key.secret for key in (*ring.keys, ring.digest_key)]
    told = [text.encode() for text in (*PERSON.values(), NOTE, "A. D.") if len(text) > 4]
    for marker in (*told, *secrets):
        for coded in (marker, marker.hex().encode(), base64.b64encode(marker)):
            assert coded not in whole


def test_a_backup_of_before_a_rotation_opens_with_the_former_key_alone(
    base: Session, fresh_database: DatabaseUrls, own: Settings, tmp_path: Path
) -> None:
    sent(base, keyring(own), datetime.now(UTC))
    back_up(fresh_database.backup, tmp_path / "backup.zip", at=datetime.now(UTC))
    after = keyring(own).with_new_key()

    ((referral_id, wrapped),) = table(tmp_path / "backup.zip", "referral_key")

    place = Place("referral_key", "wrapped", referral_id)
    sealed = bytes.fromhex(wrapped.removeprefix("\\\\x"))
    assert len(after.unseal(sealed, place=place)) == 32
    with pytest.raises(CannotUnseal):
        after.without_former_keys().unseal(sealed, place=place)


def test_what_was_erased_stays_erased_when_a_backup_of_before_is_restored(
    base: Session,
    fresh_database: DatabaseUrls,
    own: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name_database(monkeypatch, fresh_database, tmp_path)
    ring, at = keyring(own), datetime.now(UTC)
    world = sent(base, ring, at)
    kept = world.sent(base, code="B. E.")
    base.commit()
    back_up(fresh_database.backup, tmp_path / "before.zip", at=at)
    ask_as(base, world.sender)
    erased = base.scalars(select(Referral).where(Referral.id != kept.id)).all()
    erase_person(base, referrals=erased, user=world.sender, rules=Rules(ring), at=at)
    base.commit()
    base.close()

    told = restored(tmp_path / "before.zip")

    assert "1 demande effacée depuis l'est de nouveau." in told
    (row,) = base.scalars(select(Referral).where(Referral.erased_at.is_not(None)))
    assert (row.code_index, row.state) == (None, "cancelled")
    assert row.consent_withdrawn_at is not None
    for name in (ReferralKey, ReferralField, ReferralNote):
        assert set(base.scalars(select(name.referral_id))) <= {kept.id}
    assert base.get(ReferralKey, kept.id) is not None


def test_an_agreement_that_was_taken_back_stays_so_when_a_backup_of_before_is_restored(
    base: Session,
    fresh_database: DatabaseUrls,
    own: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name_database(monkeypatch, fresh_database, tmp_path)
    ring, at = keyring(own), datetime.now(UTC)
    world = sent(base, ring, at)
    (referral,) = base.scalars(select(Referral)).all()
    world.answered(base, referral, Step.SEE)
    base.commit()
    back_up(fresh_database.backup, tmp_path / "before.zip", at=at)
    base.refresh(referral)
    world.taken_back(base, referral)
    base.commit()
    base.close()

    told = restored(tmp_path / "before.zip")

    assert "1 accord retiré depuis l'est de nouveau." in told
    assert "Chacun doit se connecter de nouveau." in told
    back = base.get_one(Referral, referral.id)
    assert (back.state, back.cancel_reason) == ("cancelled", "consent_withdrawn")
    assert back.consent_withdrawn_at is not None
    assert back.ended_at == back.consent_withdrawn_at
    assert back.clock_at is None
    assert base.get_one(ReferralFigure, back.id).state == "cancelled"
    assert all(link.ended_at for link in base.scalars(select(AnswerLink)))
    assert [event.step for event in events_of(base, back)] == ["send", "see", "withdraw_consent"]
    assert read_fields(base, referral=back, keyring=ring, as_receiver=True) == {}
    run_clocks(base, at=at + timedelta(days=12), settings=own)
    waiting = select(OutboxMessage.kind).where(OutboxMessage.state == "waiting")
    assert base.scalars(waiting).all() == []


@pytest.mark.parametrize(
    "older",
    ["DROP TABLE referral CASCADE", "ALTER TABLE organization_account DROP suspended_at CASCADE"],
)
def test_a_database_that_cannot_tell_what_was_erased_is_not_replaced(
    base: Session,
    fresh_database: DatabaseUrls,
    own: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    older: LiteralString,
) -> None:
    name_database(monkeypatch, fresh_database, tmp_path)
    back_up(fresh_database.backup, tmp_path / "before.zip", at=datetime.now(UTC))
    with roles.connect(fresh_database.superuser) as connection:
        connection.execute(older)
        connection.execute("CREATE TABLE still_the_same ()")

    refused = CliRunner().invoke(main, ["db", "restore", "--yes", str(tmp_path / "before.zip")])

    assert refused.exit_code == 1
    assert "ce qui a été effacé" in refused.output
    with roles.connect(fresh_database.superuser) as connection:
        row = connection.execute("SELECT to_regclass('still_the_same')::text").fetchone()
    assert row == ("still_the_same",)


@pytest.mark.parametrize("other", [None, new_keyring()])
def test_a_restore_says_when_the_keys_are_not_those_of_the_backup(
    base: Session,
    fresh_database: DatabaseUrls,
    own: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    other: Keyring | None,
) -> None:
    name_database(monkeypatch, fresh_database, tmp_path)
    copied = keyring(own)
    sent(base, copied, datetime.now(UTC))
    back_up(fresh_database.backup, tmp_path / "backup.zip", at=datetime.now(UTC))
    base.close()
    again = ["db", "restore", "--yes", str(tmp_path / "backup.zip")]
    key_file(own).unlink()
    if other is not None:
        store_keyring(own, other)

    told = CliRunner().invoke(main, again)
    monkeypatch.setenv("FANAL_WORKER_URL", fresh_database.worker)
    examined = CliRunner().invoke(main, ["doctor"])

    assert told.exit_code == 0, told.output
    assert "Remettez la copie que vous en avez gardée" in told.stderr
    assert examined.exit_code == 1
    assert "Remettez la copie que vous en avez gardée" in examined.output
    store_keyring(own, copied)
    assert CliRunner().invoke(main, again).stderr == ""
    assert "Les clés ouvrent ce qui est chiffré." in CliRunner().invoke(main, ["doctor"]).output


def test_the_backup_after_an_erasure_has_nothing_to_open(
    base: Session, fresh_database: DatabaseUrls, own: Settings, tmp_path: Path
) -> None:
    ring, at = keyring(own), datetime.now(UTC)
    world = sent(base, ring, at)
    ask_as(base, world.sender)
    referrals = base.scalars(select(Referral)).all()
    erase_person(base, referrals=referrals, user=world.sender, rules=Rules(ring), at=at)
    base.commit()

    back_up(fresh_database.backup, tmp_path / "backup.zip", at=at)

    for name in ("referral_key", "referral_field", "referral_note"):
        assert table(tmp_path / "backup.zip", name) == []
