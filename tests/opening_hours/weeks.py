"""Hours and instants that several tests speak of."""

from datetime import datetime
from zoneinfo import ZoneInfo

from directory.opening_hours import OpeningHours

PARIS = "Europe/Paris"

#: A counter on working days, closed on public holidays.
COUNTER = OpeningHours.from_rows(
    [
        {
            "weekdays": [1, 2, 3, 4, 5],
            "opens_at": opens,
            "closes_at": closes,
            "on_public_holidays": "closed",
        }
        for opens, closes in (("09:00", "12:30"), ("14:00", "18:00"))
    ]
)


def local(text: str, zone: str = PARIS) -> datetime:
    """Return the instant of "2026-05-01 09:00" on the clocks of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def hours(*rules: dict[str, object], **more: object) -> OpeningHours:
    """Build hours from rows; a slot is 09:00-12:00 on every day unless the row says otherwise."""
    slot = {"opens_at": "09:00", "closes_at": "12:00"}
    return OpeningHours.from_rows([slot | rule for rule in rules], **more)  # type: ignore[arg-type]
