"""All that is known of when a place opens: what the rest of Fanal holds in its hands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

import orjson

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.opening_hours import rows
from directory.opening_hours.calendar import HOLIDAY_ZONES
from directory.opening_hours.closures import Closure
from directory.opening_hours.rules import ScheduleRule
from directory.opening_hours.timeline import Timeline
from directory.opening_hours.vocabulary import Mode, Purpose

DEFAULT_TIME_ZONE = "Europe/Paris"
DEFAULT_HOLIDAY_ZONE = "Métropole"

#: More rows than any week needs; a bound for what strangers send.
MOST_ROWS = 200

LONGEST_KEPT_TEXT = 4096


@dataclass(frozen=True)
class OpeningHours:
    """Rules, notices, and the place's own time zone and calendars.

    Built without anything it is unknown, never closed.

    :raise InvalidInput: a zone does not exist, there are too many rows, or rules for the counter
        come with a mode that says there are none.
    """

    rules: tuple[ScheduleRule, ...] = ()
    closures: tuple[Closure, ...] = ()
    mode: Mode = Mode.SCHEDULED
    time_zone: str = DEFAULT_TIME_ZONE
    holiday_zone: str = DEFAULT_HOLIDAY_ZONE
    #: A, B or C; another name or None where no calendar is known.
    school_zone: str | None = None

    _timelines: dict[Purpose, Timeline] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if max(len(self.rules), len(self.closures)) > MOST_ROWS:
            raise InvalidInput(
                gettext("Un lieu a au plus %(most)s lignes d'horaires.", most=MOST_ROWS),
                field="rules",
            )
        if self.holiday_zone not in HOLIDAY_ZONES:
            raise InvalidInput(
                gettext("« %(zone)s » n'est pas une zone de jours fériés.", zone=self.holiday_zone),
                field="holiday_zone",
                remedy=gettext(
                    "Choisissez parmi : %(zones)s.", zones=", ".join(sorted(HOLIDAY_ZONES))
                ),
            )
        if self.mode is not Mode.SCHEDULED and self.has(Purpose.COUNTER):
            raise InvalidInput(
                gettext("Ce mode ne va pas avec des horaires de guichet."),
                field="mode",
                remedy=gettext("Choisissez le mode « scheduled », ou retirez les créneaux."),
            )
        # Refuses an unknown time zone now rather than at the first question.
        zone_info(self.time_zone)

    def has(self, purpose: Purpose) -> bool:
        """Tell whether hours were given for this purpose."""
        return any(rule.purpose is purpose for rule in self.rules)

    def timeline(self, purpose: Purpose) -> Timeline:
        """Return what is computed once and kept beside the hours."""
        known = self._timelines.get(purpose)
        if known is None:
            known = self._timelines[purpose] = Timeline(
                rules=[rule for rule in self.rules if rule.purpose is purpose],
                closures=[notice for notice in self.closures if notice.concerns(purpose)],
                mode=self.mode if purpose is Purpose.COUNTER else Mode.SCHEDULED,
                zone=zone_info(self.time_zone),
                holiday_zone=self.holiday_zone,
                school_zone=self.school_zone,
            )
        return known

    @classmethod
    def from_rows(
        cls,
        rules: Iterable[Mapping[str, object]],
        closures: Iterable[Mapping[str, object]] = (),
        *,
        mode: str = Mode.SCHEDULED,
        time_zone: str = DEFAULT_TIME_ZONE,
        holiday_zone: str = DEFAULT_HOLIDAY_ZONE,
        school_zone: str | None = None,
    ) -> Self:
        """Build from the rows of the tables.

        :raise InvalidInput: a row cannot be understood; `field` names the column.
        """
        return cls(
            rules=tuple(ScheduleRule.from_row(row) for row in rules),
            closures=tuple(Closure.from_row(row) for row in closures),
            mode=rows.choice(Mode)(mode, "mode"),
            time_zone=time_zone,
            holiday_zone=holiday_zone,
            school_zone=school_zone,
        )

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "OpeningHours":
        """Return the hours that `to_json` wrote; equal values give the same object.

        :raise InvalidInput: it is not what `to_json` writes.
        """
        try:
            text = orjson.dumps(value)
        except TypeError as error:
            raise _not_json() from error
        return cls.from_json_text(text)

    @staticmethod
    def from_json_text(text: str | bytes) -> "OpeningHours":
        """Return the hours of a JSON text; the last 4,096 texts are kept with what they became.

        Services share their weeks: most calls find the object with its days already computed.

        :raise InvalidInput: it is not JSON, or not what `to_json` writes.
        """
        # Texts too long to be usual are not kept: the memory of the others is bounded by it.
        return _from_text(text) if len(text) <= LONGEST_KEPT_TEXT else _from_text.__wrapped__(text)

    def to_json(self) -> dict[str, object]:
        """Return plain values without the defaults; `from_json` gives the hours back."""
        return rows.write(self, _WRITERS)


def zone_info(name: str) -> ZoneInfo:
    """Return a time zone of the IANA database.

    :raise InvalidInput: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise InvalidInput(
            gettext("« %(zone)s » n'est pas un fuseau horaire.", zone=name),
            field="time_zone",
            remedy=gettext("Donnez un nom comme Europe/Paris ou Indian/Reunion."),
        ) from error


@lru_cache(maxsize=4096)
def _from_text(text: str | bytes) -> OpeningHours:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _not_json() from error
    return OpeningHours(**rows.read(value, _COLUMNS, required=()))


def _not_json() -> InvalidInput:
    return InvalidInput(gettext("Les horaires ne sont pas du JSON."), field="opening_hours")


def _list_of_rows(value: object, field: str) -> list[Mapping[str, object]]:
    if not isinstance(value, list):
        raise InvalidInput(gettext("Une liste de lignes d'horaires est attendue."), field=field)
    return value


def _name(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise InvalidInput(gettext("Un nom est attendu."), field=field)
    return value


_COLUMNS: rows.Readers = {
    "rules": lambda value, name: tuple(
        ScheduleRule.from_row(row) for row in _list_of_rows(value, name)
    ),
    "closures": lambda value, name: tuple(
        Closure.from_row(row) for row in _list_of_rows(value, name)
    ),
    "mode": rows.choice(Mode),
    "time_zone": _name,
    "holiday_zone": _name,
    "school_zone": _name,
}

_WRITERS: rows.Writers = {
    "rules": lambda rules: [rule.to_row() for rule in rules],
    "closures": lambda closures: [closure.to_row() for closure in closures],
}
