"""`docs/privacy.md` says how long things are kept, and that is how long they are kept."""

from directory.cli.kept import KEPT, table
from directory.config import Settings
from directory.paths import PACKAGE

PAGE = PACKAGE.parent / "docs" / "privacy.md"


def test_the_table_of_the_page_is_the_one_the_command_makes() -> None:
    written = PAGE.read_text().split("<!-- kept -->\n")[1].split("<!-- /kept -->")[0]

    assert written == f"\n{table()}\n", "put there what `fanal settings --kept` prints"


def test_every_setting_of_retention_is_in_the_table() -> None:
    words = ("_kept_", "_keep_", "_ceiling_")
    named = {name for name in Settings.model_fields if any(word in name for word in words)}

    assert {line.setting for line in KEPT} == named


def test_defaults_are_no_longer_than_what_was_decided() -> None:
    """Decided in the rules of the product; whoever changes one changes a promise."""
    defaults = {line.setting: Settings.model_fields[line.setting].default for line in KEPT}

    assert defaults == {
        "referral_draft_kept_days": 7,
        "contact_kept_days": 90,
        "referral_kept_days": 365,
        "referral_ceiling_days": 730,
        "slip_kept_days": 90,
        "readings_kept_days": 365,
        "audit_kept_days": 365,
        "mail_kept_days": 30,
        "traces_kept_days": 30,
        "account_kept_days": 365,
        "backup_keep_days": 30,
    }
