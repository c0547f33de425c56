"""What one local day holds once seasons, holidays and notices are resolved: slots, and the state
outside of them.

Who is believed, first to last:

1. a notice counted in days (the shortest about the day): closed for a time, or other hours;
2. without rules: always, by appointment, or unknown, as the mode says;
3. on a public holiday: rules for holidays alone, and rules that hold as on any day. A rule that
   says nothing makes the whole day unknown, unless a rule for holidays alone holds on that day:
   then the holiday's hours were told and the silent rule is replaced by it;
4. on a school holiday: the rules that hold in it; when the calendar is not known, slots that
   depend on it are unknown;
5. the usual rules; outside of their slots the place is closed, unless a rule says that nothing
   is known of the day.

Where slots overlap: open before by appointment before unknown before "nobody enters any more".
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from directory.opening_hours import calendar
from directory.opening_hours.clock import DAY
from directory.opening_hours.closures import Closure
from directory.opening_hours.rules import ScheduleRule
from directory.opening_hours.vocabulary import (
    Mode,
    OnPublicHolidays,
    OnSchoolHolidays,
    Reason,
    State,
    WeekParity,
)


class DaySlot(NamedTuple):
    """A slot that starts on the day, in minutes from its midnight (above 1440: the next day)."""

    opens: int
    closes: int
    state: State
    reason: Reason
    #: From then on nobody enters, though the slot runs on to `closes`.
    last_entry: int | None = None
    description: str | None = None

    @property
    def is_unknown_day(self) -> bool:
        """True when it only says that nothing is known of the day."""
        return self.state is State.UNKNOWN and (self.opens, self.closes) == (0, DAY)


class DayPlan(NamedTuple):
    """The slots that start on a day, and what holds outside of them."""

    state: State
    reason: Reason
    slots: tuple[DaySlot, ...] = ()
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Calendars:
    """Where the place stands in the two calendars."""

    holiday_zone: str
    school_zone: str | None


_CLOSED = DayPlan(State.CLOSED, Reason.SCHEDULE)
_OUT_OF_SEASON = DayPlan(State.CLOSED, Reason.SEASON)
_UNKNOWN = DayPlan(State.UNKNOWN, Reason.NOT_TOLD)
_WITHOUT_RULES = {
    Mode.ALWAYS: DayPlan(State.OPEN, Reason.ALWAYS),
    Mode.BY_APPOINTMENT: DayPlan(State.BY_APPOINTMENT, Reason.APPOINTMENT),
    Mode.UNKNOWN: _UNKNOWN,
    Mode.SCHEDULED: _UNKNOWN,
}


def plan_without_rules(mode: Mode) -> DayPlan:
    """Return the day of a place that gave no rules."""
    return _WITHOUT_RULES[mode]


def plan_by_notice(notice: Closure) -> DayPlan:
    """Return the day under a notice that counts in days."""
    if not notice.is_exceptional:
        return DayPlan(State.TEMPORARILY_CLOSED, Reason.CLOSURE, (), notice.description)
    slots = tuple(
        DaySlot(
            opens,
            closes if closes > opens else closes + DAY,
            State.OPEN,
            Reason.EXCEPTIONAL_HOURS,
        )
        for opens, closes in notice.slots
    )
    return DayPlan(State.CLOSED, Reason.EXCEPTIONAL_HOURS, slots, notice.description)


def plan_by_rules(
    rules: list[ScheduleRule],
    all_rules: list[ScheduleRule],
    ordinal: int,
    calendars: Calendars,
) -> DayPlan:
    """Return the day by its rules; `rules` are those of its weekday among `all_rules`."""
    day = date.fromordinal(ordinal)
    in_season = [rule for rule in rules if _is_in_season(rule, day)]
    if not in_season:
        return _CLOSED if any(_is_in_season(rule, day) for rule in all_rules) else _OUT_OF_SEASON
    held = [rule for rule in in_season if _is_its_week(rule, day)]
    is_holiday = ordinal in calendar.public_holidays(calendars.holiday_zone, day.year)
    kept = _on_public_holiday(held) if is_holiday else _on_usual_day(held)
    slots = _slots(kept, ordinal, calendars, is_holiday=is_holiday)
    if is_holiday and any(slot.reason is Reason.HOLIDAY for slot in slots):
        return DayPlan(State.UNKNOWN, Reason.HOLIDAY, slots)
    if any(slot.is_unknown_day for slot in slots):
        return DayPlan(State.UNKNOWN, Reason.NOT_TOLD, slots)
    return DayPlan(State.CLOSED, _closed_reason(held, kept, slots, is_holiday=is_holiday), slots)


def _is_in_season(rule: ScheduleRule, day: date) -> bool:
    if rule.valid_from and day < rule.valid_from:
        return False
    if rule.valid_to and day > rule.valid_to:
        return False
    if rule.season_from is None or rule.season_to is None:
        return True
    today = f"{day.month:02}-{day.day:02}"
    if rule.season_from <= rule.season_to:
        return rule.season_from <= today <= rule.season_to
    return today >= rule.season_from or today <= rule.season_to


def _is_its_week(rule: ScheduleRule, day: date) -> bool:
    """Tell whether the rule's week of the month and its rhythm fall on the day."""
    if rule.nth and not _is_nth(rule.nth, day):
        return False
    if rule.week_parity is not None:
        is_odd = day.isocalendar().week % 2 == 1
        return is_odd == (rule.week_parity is WeekParity.ODD)
    if rule.anchor_on is not None:
        # Ordinal 1 is a Monday: weeks since the first one.
        return ((day.toordinal() - 1) // 7 - (rule.anchor_on.toordinal() - 1) // 7) % (
            rule.every_weeks
        ) == 0
    return True


def _is_nth(nth: tuple[int, ...], day: date) -> bool:
    from_start = (day.day - 1) // 7 + 1
    next_month = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    from_end = -(((next_month - day).days - 1) // 7 + 1)
    return from_start in nth or from_end in nth


def _on_usual_day(rules: list[ScheduleRule]) -> list[ScheduleRule]:
    return [rule for rule in rules if rule.on_public_holidays is not OnPublicHolidays.ONLY]


def _on_public_holiday(rules: list[ScheduleRule]) -> list[ScheduleRule]:
    kept = [rule for rule in rules if rule.on_public_holidays is not OnPublicHolidays.CLOSED]
    if any(rule.on_public_holidays is OnPublicHolidays.ONLY for rule in kept):
        return [rule for rule in kept if rule.on_public_holidays is not OnPublicHolidays.UNKNOWN]
    return kept


def _slots(
    rules: list[ScheduleRule], ordinal: int, calendars: Calendars, *, is_holiday: bool
) -> tuple[DaySlot, ...]:
    slots = []
    for rule in rules:
        state, reason = State.OPEN, Reason.SCHEDULE
        if rule.by_appointment:
            state, reason = State.BY_APPOINTMENT, Reason.APPOINTMENT
        if rule.is_unknown:
            state, reason = State.UNKNOWN, Reason.NOT_TOLD
        if rule.on_school_holidays is not OnSchoolHolidays.SAME:
            is_school = calendar.is_school_holiday(calendars.school_zone, ordinal)
            if is_school is None:
                state, reason = State.UNKNOWN, Reason.SCHOOL_HOLIDAY
            elif is_school != (rule.on_school_holidays is OnSchoolHolidays.ONLY):
                continue
        if is_holiday and rule.on_public_holidays is OnPublicHolidays.UNKNOWN:
            state, reason = State.UNKNOWN, Reason.HOLIDAY
        slots.append(
            DaySlot(
                rule.opens_at,
                rule.closes_after,
                state,
                reason,
                None if state is State.UNKNOWN else rule.last_entry_after,
                rule.description,
            )
        )
    return tuple(sorted(slots, key=lambda slot: slot[:2]))


def _closed_reason(
    held: list[ScheduleRule],
    kept: list[ScheduleRule],
    slots: tuple[DaySlot, ...],
    *,
    is_holiday: bool,
) -> Reason:
    """Say why a day is closed outside its slots: a holiday only when it took all slots away."""
    if slots:
        return Reason.SCHEDULE
    if is_holiday and len(kept) < len(_on_usual_day(held)):
        return Reason.HOLIDAY
    if any(rule.on_school_holidays is OnSchoolHolidays.CLOSED for rule in kept):
        return Reason.SCHOOL_HOLIDAY
    return Reason.SCHEDULE
