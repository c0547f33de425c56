"""A setting that cannot be is named in a sentence, and never shown."""

import pytest
from click.testing import CliRunner

from directory.cli import main


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "80000"),
        ("PORT", "huit mille"),
        ("FANAL_ENGINE", "oracle"),
        ("FANAL_LOG_LEVEL", "zzz"),
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
