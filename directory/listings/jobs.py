"""The periodic work on listings."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.config import Settings
from directory.listings.indexing import roll


def roll_opening_hours(session: Session, *, at: datetime, settings: Settings) -> int:
    """Move the window of computed opening hours on; return how many entries were renewed."""
    _ = settings
    return roll(session, at=at)
