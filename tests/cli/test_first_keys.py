"""The keys of a private installation: made at the first start, and never in place of others."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from directory.accounts.second_factor import enroll_second_factor
from directory.cli.first_run import make_first_keys, session_on
from directory.cli.server import announce
from directory.config import Settings
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import key_file, keyring, new_keyring, store_keyring
from tests.accounts.factories import MADE_AT, make_account


def private(folder: Path, **values: object) -> Settings:
    return Settings(data_dir=folder, database_url=None, **values)  # type: ignore[arg-type]


def test_the_first_start_makes_keys_for_its_owner_alone_and_the_next_keeps_them(
    fresh_database: DatabaseUrls, tmp_path: Path
) -> None:
    settings = private(tmp_path)
    make_first_keys(settings, fresh_database.worker)
    made = key_file(settings).read_text()
    assert stat.S_IMODE(key_file(settings).stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file(settings).parent.stat().st_mode) == 0o700
    make_first_keys(settings, fresh_database.worker)
    assert key_file(settings).read_text() == made


def test_lost_keys_are_not_covered_up_by_new_ones(
    fresh_database: DatabaseUrls, tmp_path: Path
) -> None:
    settings = private(tmp_path)
    make_first_keys(settings, fresh_database.worker)
    with session_on(fresh_database.app) as session:
        enroll_second_factor(
            session,
            account_id=make_account(session),
            at=MADE_AT,
            keyring=keyring(settings),
        )
    key_file(settings).unlink()
    make_first_keys(settings, fresh_database.worker)
    assert not key_file(settings).exists()


def test_keys_of_the_settings_need_no_file(fresh_database: DatabaseUrls, tmp_path: Path) -> None:
    settings = private(tmp_path, master_keys=SecretStr(new_keyring().as_text()))
    make_first_keys(settings, fresh_database.worker)
    assert not key_file(settings).exists()
    production = Settings(data_dir=tmp_path, database_url=fresh_database.app)
    make_first_keys(production, fresh_database.worker)
    assert not key_file(production).exists()


def test_a_start_without_its_keys_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = private(tmp_path)
    announce(settings, None)
    assert "Remettez la copie que vous en avez gardée" in capsys.readouterr().out
    store_keyring(settings, new_keyring())
    announce(settings, None)
    assert "clés" not in capsys.readouterr().out
