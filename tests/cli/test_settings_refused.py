"""A setting that cannot be is named in a sentence, and never shown."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from structlog.testing import capture_logs

from directory.cli import main
from directory.cli.serve import tell_missing_keys
from directory.config import Settings
from directory.postgres.roles import DatabaseUrls
from directory.privacy.keys import new_keyring


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "80000"),
        ("PORT", "huit mille"),
        ("FANAL_ENGINE", "oracle"),
        ("FANAL_LOG_LEVEL", "zzz"),
        ("DATABASE_URL", "nonsense"),
        ("FANAL_WORKER_URL", "mysql://someone@somewhere/fanal"),
        ("FANAL_PUBLIC_URL", "fanal.exemple.fr"),
    ],
)
@pytest.mark.parametrize("command", ["up", "down", "doctor"])
def test_a_setting_that_cannot_be_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, command: str, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    result = CliRunner().invoke(main, [command])
    assert result.exit_code == 1
    assert f"Le réglage {variable} ne convient pas." in result.output
    assert "docs/settings.md" in result.output
    assert value not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("arguments", [["keys", "check"], ["demo", "remove"]])
def test_a_database_out_of_reach_is_told_without_a_trace(
    fresh_database: DatabaseUrls,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    arguments: list[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", fresh_database.app)
    monkeypatch.setenv("FANAL_WORKER_URL", "postgresql+psycopg://someone:s3cret@127.0.0.1:1/none")
    monkeypatch.setenv("FANAL_MASTER_KEYS", new_keyring().as_text())
    monkeypatch.setenv("FANAL_DATA_DIR", str(tmp_path))
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "La base de données ne répond pas." in result.output
    assert "FANAL_WORKER_URL" in result.output
    assert "s3cret" not in result.output


@pytest.mark.parametrize("keys", [None, "abc"])
def test_the_site_starts_without_its_keys_and_says_so(tmp_path: Path, keys: str | None) -> None:
    settings = Settings(data_dir=tmp_path, master_keys=keys)  # type: ignore[arg-type]
    with capture_logs() as lines:
        tell_missing_keys(settings)
    (line,) = lines
    assert line["why"] == "FANAL_MASTER_KEYS"
    assert "Remettez la copie" in line["remedy"]
    assert "abc" not in str(line)


def test_the_site_with_its_keys_has_nothing_to_say(tmp_path: Path) -> None:
    ring = SecretStr(new_keyring().as_text())
    with capture_logs() as lines:
        tell_missing_keys(Settings(data_dir=tmp_path, master_keys=ring))
    assert lines == []
