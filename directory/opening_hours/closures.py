"""Notices: a closure announced for a time, or other hours on some days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.opening_hours import rows
from directory.opening_hours.clock import DAY, calendar_date, clock_minute, clock_text
from directory.opening_hours.vocabulary import Purpose

#: Opens, closes: minutes since midnight; a slot may cross midnight.
Slot = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A time during which the usual hours do not hold.

    Without slots the place is temporarily closed from `starts` to `ends`. Dates count whole days,
    the last one included, and a slot that starts the evening before still runs to its end;
    datetimes count from the first instant to the second, which is not included, and cut slots.
    With slots the place keeps these hours on each day from `starts` to `ends`, instead of its
    usual ones, public holidays included.

    Of several notices about one day the shortest is believed, being the most precise; of two as
    long, the closure.

    :raise InvalidInput: it ends before it starts, mixes a date with a datetime, has an instant
        without offset, an empty slot, or slots without an end or between instants.
    """

    starts: date | datetime
    #: None means until further notice.
    ends: date | datetime | None = None
    #: Exceptional hours; empty for a closure.
    slots: tuple[Slot, ...] = ()
    #: Counter, phone or registration alone; None is everything. Slots are the counter's then.
    purpose: Purpose | None = None
    #: Why, in words for people ("Congés d'été").
    description: str | None = None

    def __post_init__(self) -> None:
        _check_bounds(self)
        for opens, closes in self.slots:
            if not (0 <= opens < DAY and 0 <= closes <= DAY and opens != closes):
                raise InvalidInput(
                    gettext("Un créneau exceptionnel est vide ou sort de la journée."),
                    field="slots",
                )

    @property
    def is_exceptional(self) -> bool:
        """True for other hours, False for a closure."""
        return bool(self.slots)

    @property
    def is_by_instant(self) -> bool:
        """True when it starts and ends at an hour, False when it counts whole days."""
        return isinstance(self.starts, datetime)

    def concerns(self, purpose: Purpose) -> bool:
        """Tell whether the notice is about the counter, the phone or the registration."""
        if self.purpose is None:
            return not self.slots or purpose is Purpose.COUNTER
        return self.purpose is purpose

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Self:
        """Build from a row of a table or of JSON.

        :raise InvalidInput: a column is unknown, missing, or not what it should be.
        """
        return cls(**rows.read(row, _COLUMNS, required=("starts",)))

    def to_row(self) -> dict[str, object]:
        """Return the JSON row; `from_row` gives the notice back (instants in UTC)."""
        return rows.write(self, _WRITERS)


def _check_bounds(closure: Closure) -> None:
    starts, ends = closure.starts, closure.ends
    for field, bound in (("starts", starts), ("ends", ends)):
        if isinstance(bound, datetime) and bound.utcoffset() is None:
            raise InvalidInput(
                gettext("L'heure d'une fermeture doit porter son décalage."), field=field
            )
    if ends is not None and isinstance(starts, datetime) != isinstance(ends, datetime):
        raise InvalidInput(
            gettext("Donnez deux dates, ou deux dates avec l'heure."),
            field="ends",
        )
    if closure.slots and (ends is None or closure.is_by_instant):
        raise InvalidInput(
            gettext("Des horaires exceptionnels vont d'un premier jour à un dernier jour."),
            field="ends",
        )
    if ends is not None and _ends_too_early(starts, ends):
        raise InvalidInput(gettext("La fermeture finit avant de commencer."), field="ends")


def _ends_too_early(starts: date | datetime, ends: date | datetime) -> bool:
    if isinstance(starts, datetime) and isinstance(ends, datetime):
        # Two instants of one zone would be compared by their wall clocks.
        return ends.astimezone(UTC) <= starts.astimezone(UTC)
    return ends < starts


def _bound(value: object, field: str) -> date | datetime:
    """Read "2026-08-01", "2026-08-01T14:00+02:00", a date or an aware datetime."""
    if isinstance(value, str) and len(value) > 10:
        try:
            value = datetime.fromisoformat(value)
            # Kept in UTC: two instants of one zone would be compared by their wall clocks.
            return value.astimezone(UTC) if value.utcoffset() is not None else value
        except (ValueError, OverflowError):
            raise InvalidInput(
                gettext("« %(value)s » n'est pas une date avec l'heure.", value=value),
                field=field,
                remedy=gettext("Écrivez par exemple 2026-05-01T14:00+02:00."),
            ) from None
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.utcoffset() is not None else value
    return calendar_date(value, field)


def _slots(value: object, field: str) -> tuple[Slot, ...]:
    """Read [["14:00", "16:00"], …]."""
    if not isinstance(value, list | tuple):
        raise InvalidInput(gettext("Une liste de créneaux est attendue."), field=field)
    slots = []
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise InvalidInput(gettext("Un créneau a un début et une fin."), field=field)
        slots.append((clock_minute(pair[0], field), clock_minute(pair[1], field)))
    return tuple(sorted(slots))


def _write_bound(bound: date | datetime) -> str:
    if isinstance(bound, datetime):
        return bound.astimezone(UTC).isoformat()
    return bound.isoformat()


_COLUMNS: rows.Readers = {
    "starts": _bound,
    "ends": _bound,
    "slots": _slots,
    "purpose": rows.choice(Purpose),
    "description": rows.text,
}

_WRITERS: rows.Writers = {
    "starts": _write_bound,
    "ends": _write_bound,
    "slots": lambda slots: [[clock_text(opens), clock_text(closes)] for opens, closes in slots],
}
