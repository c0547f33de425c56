"""`docs/settings.md` says what the settings are."""

from directory.cli.settings import page
from directory.config import Settings
from directory.paths import PACKAGE


def test_the_page_of_settings_is_the_one_the_command_makes() -> None:
    written = (PACKAGE.parent / "docs" / "settings.md").read_text()
    assert written == page(), "run `fanal settings > docs/settings.md`"


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
