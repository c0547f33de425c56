"""`fanal keys`, as an operator runs it: made, copied, changed while the site works."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, func, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from directory.accounts.models import Account
from directory.cli import keys, main
from directory.config import Settings
from directory.models import metadata
from directory.postgres.doctor import Verdict
from directory.postgres.roles import DatabaseUrls
from directory.privacy import rotation
from directory.privacy.key_copies import check_keys
from directory.privacy.keys import Keyring, key_file, keyring, new_keyring, store_keyring
from directory.privacy.rotation import SEALED, SealedColumn
from directory.privacy.sealing import Place, key_number
from directory.referrals.models import Referral, ReferralKey
from tests.accounts.factories import MADE_AT, make_account, make_organization


@pytest.fixture
def base(
    fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Session]:
    """The worker's session on a database that the commands find, with keys in a folder."""
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_WORKER_URL", fresh_database.worker)
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(keys, "PAUSE_S", 0.0)
    monkeypatch.setattr(rotation, "LOT", 2)
    engine = create_engine(fresh_database.worker, poolclass=NullPool)
    with Session(engine) as session:
        yield session
    engine.dispose()


def fanal(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["keys", *arguments])


def made(base: Session) -> Keyring:
    """Make keys, and what they seal: five referrals and two second factors."""
    assert fanal("create").exit_code == 0
    ring = keyring(Settings())
    organization_id = make_organization(base)
    for _ in range(5):
        make_referral(base, organization_id, ring)
    for _ in range(2):
        account_id = make_account(base, role=None)
        for column in ("totp_secret", "totp_candidate"):
            place = Place("account", column, str(account_id))
            sealed = ring.seal(b"SECRET", place=place)
            base.execute(update(Account).filter_by(id=account_id).values({column: sealed}))
    base.commit()
    return ring


def make_referral(base: Session, organization_id: int, ring: Keyring) -> UUID:
    referral_id = uuid4()
    base.execute(
        insert(Referral).values(
            id=referral_id,
            kind="live",
            state="sent",
            state_since=MADE_AT,
            sender_organization_id=organization_id,
            snapshot={},
            category_code="colis",
            idempotency_key=uuid4(),
            created_at=MADE_AT,
        )
    )
    place = Place("referral_key", "wrapped", str(referral_id))
    base.execute(
        insert(ReferralKey).values(referral_id=referral_id, wrapped=ring.seal(b"K", place=place))
    )
    return referral_id


def numbers(base: Session) -> set[int]:
    """Return the numbers of the keys that seal something now."""
    found = set()
    for column in SEALED:
        values = base.scalars(select(column.source.c[column.column])).all()
        found |= {key_number(value) for value in values if value is not None}
    base.rollback()
    return found


def test_keys_are_made_once() -> None:
    ring = fanal("create", "--print").output.strip()

    assert ring.startswith("1:")
    assert ",0:" in ring


def test_keys_that_are_there_are_never_replaced(base: Session) -> None:
    made(base)
    before = key_file(Settings()).read_text()

    refused = fanal("create")

    assert refused.exit_code == 1
    assert "fanal keys rotate" in refused.output
    assert key_file(Settings()).read_text() == before


def test_lost_keys_are_given_up_on_purpose_only(base: Session) -> None:
    made(base)
    key_file(Settings()).unlink()

    refused = fanal("create")

    assert refused.exit_code == 1
    assert "Remettez la copie" in refused.output
    assert not key_file(Settings()).exists()
    assert fanal("create", "--yes").exit_code == 0
    checked = fanal("check")
    assert checked.exit_code == 1
    assert "9 valeurs ne s'ouvrent avec aucune clé." in checked.output
    assert "Remettez la copie" in checked.output


def test_a_rotation_seals_everything_again(base: Session) -> None:
    made(base)

    done = fanal("rotate")

    assert done.exit_code == 0, done.output
    assert "9 valeurs" in done.output
    assert numbers(base) == {2}
    checked = fanal("check")
    assert checked.exit_code == 0
    assert "Clé 2 : 9 valeurs." in checked.output


def test_a_rotation_that_was_stopped_goes_on(
    base: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(base)
    real, turns = keys.seal_lot_again, iter(range(3))

    def stops(*arguments: object, **values: object) -> object:
        if next(turns) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(keys, "seal_lot_again", stops)
    assert fanal("rotate").exit_code != 0
    assert numbers(base) == {1, 2}
    assert "Clé 1 : 5 valeurs." in fanal("check").output
    monkeypatch.setattr(keys, "seal_lot_again", real)

    done = fanal("rotate", "--resume")

    assert "5 valeurs" in done.output
    assert numbers(base) == {2}
    assert [key.number for key in keyring(Settings()).keys] == [2, 1]


def test_of_two_rotations_at_once_one_is_refused_and_everything_opens(base: Session) -> None:
    """Each in a process of its own: both would make a key 2, and the file keeps one of them."""
    made(base)
    command = [sys.executable, "-m", "directory.cli", "keys", "rotate"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=60)[1] for process in both]

    assert sorted(process.returncode for process in both) == [0, 1]
    assert "Un autre changement de clés est en cours." in "".join(told)
    assert [key.number for key in keyring(Settings()).keys] == [2, 1]
    assert fanal("check").exit_code == 0
    assert numbers(base) == {2}


def test_nothing_is_sealed_under_a_key_that_the_file_has_lost(
    base: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = made(base)
    # While the rotation waits for the pages under way, somebody puts a copy of before back.
    put_back = SimpleNamespace(sleep=lambda _s: store_keyring(Settings(), ring))
    monkeypatch.setattr(keys, "time", put_back)

    stopped = fanal("rotate")

    assert stopped.exit_code == 1
    assert "remplacées" in stopped.output
    assert numbers(base) == {1}
    assert fanal("check").exit_code == 0


def test_former_keys_are_not_given_up_during_a_rotation(base: Session) -> None:
    made(base)
    base.execute(select(func.pg_advisory_xact_lock(func.hashtext("fanal.keys"))))

    refused = fanal("prune", "--yes")
    base.rollback()

    assert refused.exit_code == 1
    assert "en cours" in refused.output
    assert fanal("prune", "--yes").exit_code == 0


def test_a_second_rotation_changes_nothing_that_is_not_sealed(base: Session) -> None:
    made(base)
    fanal("rotate")

    assert "0 valeur" in fanal("rotate", "--resume").output


def test_a_value_that_opens_with_no_key_is_told_and_left(base: Session) -> None:
    made(base)
    lost = make_referral(base, make_organization(base), new_keyring())
    base.commit()
    before = base.get_one(ReferralKey, lost).wrapped
    base.rollback()

    done = fanal("rotate")

    assert "1 valeur ne s'ouvre avec aucune clé." in done.output
    assert base.get_one(ReferralKey, lost, populate_existing=True).wrapped == before
    base.rollback()
    assert fanal("check").exit_code == 1


def test_former_keys_go_only_when_nothing_needs_them(base: Session) -> None:
    made(base)
    store_keyring(Settings(), keyring(Settings()).with_new_key())

    assert "rotate --resume" in fanal("prune", "--yes").output
    fanal("rotate", "--resume")
    assert "--yes" in fanal("prune").output
    assert fanal("prune", "--yes").exit_code == 0
    assert [key.number for key in keyring(Settings()).keys] == [2]


def test_a_backup_of_before_opens_while_the_former_key_is_kept(base: Session) -> None:
    ring = made(base)
    column = SEALED[0]
    source = column.source
    row = base.execute(select(source.c[column.id], source.c[column.column]).limit(1)).one()
    base.rollback()

    fanal("rotate")
    assert keyring(Settings()).unseal(row[1], place=column.place(row[0])) == b"K"
    fanal("prune", "--yes")
    assert keyring(Settings()).keys[0].number == 2
    assert ring.unseal(row[1], place=column.place(row[0])) == b"K"


def test_a_role_that_does_not_see_all_rows_is_refused(
    base: Session, fresh_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(base)
    monkeypatch.setenv("FANAL_WORKER_URL", fresh_database.app)

    refused = fanal("rotate")

    assert "fanal_worker" in refused.output
    assert numbers(base) == {1}
    assert keyring(Settings()).current.number == 1


def test_keys_of_a_setting_are_changed_in_two_steps(
    base: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = made(base)
    monkeypatch.setenv("FANAL_MASTER_KEYS", ring.as_text())

    assert "--print" in fanal("rotate").output
    monkeypatch.setenv("FANAL_MASTER_KEYS", fanal("rotate", "--print").output.strip())
    assert fanal("rotate", "--resume").exit_code == 0

    assert numbers(base) == {2}


def test_the_doctor_asks_for_a_copy_until_there_is_one(base: Session, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert check_keys(Settings()).verdict is Verdict.WRONG
    made(base)
    assert "pas de copie" in check_keys(Settings()).finding

    copied = fanal("copy", str(stick))

    assert copied.exit_code == 0, copied.output
    (file,) = stick.iterdir()
    assert file.read_text() == key_file(Settings()).read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert check_keys(Settings()).verdict is Verdict.RIGHT
    fanal("rotate")
    assert "ont changé" in check_keys(Settings()).finding
    fanal("copy", str(stick))
    assert check_keys(Settings()).verdict is Verdict.RIGHT
    for path in stick.iterdir():
        path.unlink()
    assert "n'est plus dans" in check_keys(Settings()).finding


def test_a_copy_beside_the_data_is_refused(base: Session) -> None:
    made(base)

    refused = fanal("copy", str(Settings().data_dir))

    assert "une panne emporterait les deux" in refused.output
    assert os.listdir(Settings().data_dir) == ["keys"]


def test_keys_that_others_may_read_are_wrong(base: Session) -> None:
    made(base)
    key_file(Settings()).chmod(0o644)

    assert "chmod 600" in str(check_keys(Settings()).remedy)


def test_every_column_that_the_master_key_seals_is_rotated() -> None:
    """A new column of bytes is either rotated, or sealed by a referral's own key, or a digest."""
    bytes_columns = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.type.__class__.__name__ == "LargeBinary"
    }
    of_the_master_key = {f"{sealed.table}.{sealed.column}" for sealed in SEALED}
    others = {
        "referral_field.sealed",
        "referral_note.sealed",
        "referral.code_index",
        "answer_link.token_hash",
        "answer_link.address_digest",
        "account_link.token_hash",
        "login.token_hash",
        "throttle.key",
        "audit_seal.marks",
        "audit_seal.digest",
        "audit_seal.previous",
    }

    assert bytes_columns == of_the_master_key | others
    assert all(isinstance(sealed, SealedColumn) for sealed in SEALED)
