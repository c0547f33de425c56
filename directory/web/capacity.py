"""Whether there is room, as a service last declared it."""

from datetime import datetime
from typing import Any

from directory.i18n import gettext
from directory.listings.vocabulary import CAPACITY_STATUSES
from directory.web.filters import day


def capacity_text(declared: dict[str, Any] | None, at: datetime) -> str | None:
    """Return whether there is room, while what was declared still holds."""
    if declared is None or not _holds(declared, at):
        return None
    return gettext(
        "%(state)s (déclaré le %(day)s)",
        state=gettext(CAPACITY_STATUSES[declared["status"]]),
        day=day(declared["declared_at"]),
    )


def is_full(declared: dict[str, Any] | None, at: datetime) -> bool:
    """Tell whether a service says that nobody gets in now; one that says nothing may have room."""
    return (
        declared is not None
        and _holds(declared, at)
        and declared["status"] in ("no-capacity", "waitlist")
    )


def _holds(declared: dict[str, Any], at: datetime) -> bool:
    return datetime.fromisoformat(declared["expires_at"]) > at
