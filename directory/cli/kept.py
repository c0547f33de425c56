"""How long everything is kept, as the table of `docs/privacy.md`: written from the settings."""

from dataclasses import dataclass

from directory.cli.settings import variable
from directory.config import Settings

_HEAD = """| what | kept | from | then | setting |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One line: the setting that says how long, counted from when, and what becomes of it."""

    what: str
    setting: str
    since: str
    then: str


KEPT = (
    Kept("draft that was never sent", "referral_draft_kept_days", "its last change", "deleted"),
    Kept(
        "first name, birth year, language, telephone, mail, message, notes, answer links",
        "contact_kept_days",
        "the end of the request",
        "deleted; the code stays",
    ),
    Kept(
        "the rest of a request: code, needs, steps, consent",
        "referral_kept_days",
        "the end of the request",
        "deleted; its figures stay under a number that leads nowhere",
    ),
    Kept(
        "any request, whatever became of it",
        "referral_ceiling_days",
        "the day it was made",
        "deleted",
    ),
    Kept("sheet handed over (`slip`)", "slip_kept_days", "the day it was made", "deleted"),
    Kept("who read which request", "readings_kept_days", "the reading", "deleted"),
    Kept(
        "who changed which row",
        "audit_kept_days",
        "the seal over it",
        "deleted; the last seal stays",
    ),
    Kept("what is left of a mail", "mail_kept_days", "its last try", "deleted"),
    Kept(
        "sign-ins, invitations, reset links",
        "traces_kept_days",
        "their end, or their last use",
        "deleted",
    ),
    Kept(
        "account that was closed, left its last organisation or territory, or that nobody came to",
        "account_kept_days",
        "that day, or the day it was made",
        "deleted; what it sent stays, without it",
    ),
    Kept("backup in the data folder", "backup_keep_days", "the day it was made", "deleted"),
)


def table() -> str:
    """Return the table, with the defaults of this version."""
    return _HEAD + "".join(_row(line) for line in KEPT)


def _row(line: Kept) -> str:
    field = Settings.model_fields[line.setting]
    name = variable(line.setting, field)
    return f"| {line.what} | {field.default} days | {line.since} | {line.then} | `{name}` |\n"
