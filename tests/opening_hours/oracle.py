"""A second, slow and plain opinion on the state at one instant.

It shares nothing with the engine but its rows: it looks at one minute of the wall clock at a
time, in pairs of (day, minute of that day), and lists holidays by hand.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from directory.opening_hours import Closure, OpeningHours, Purpose, ScheduleRule

_FIXED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
_MOVING = {
    # Easter Monday, Ascension, Whit Monday.
    2026: {(4, 6), (5, 14), (5, 25)},
    2027: {(3, 29), (5, 6), (5, 17)},
}
_OF_ZONE = {
    "Alsace-Moselle": {(12, 26)},
    "Guadeloupe": {(5, 27)},
    "Guyane": {(6, 10)},
    "La Réunion": {(12, 20)},
    "Martinique": {(5, 22)},
    "Mayotte": {(4, 27)},
}
_GOOD_FRIDAY = {2026: (4, 3), 2027: (3, 26)}

#: School holidays of zone A from the published calendar, both days included.
_ZONE_A = [
    (date(2026, 2, 7), date(2026, 2, 22)),
    (date(2026, 4, 4), date(2026, 4, 19)),
    (date(2026, 7, 4), date(2026, 8, 31)),
    (date(2026, 10, 17), date(2026, 11, 1)),
    (date(2026, 12, 19), date(2027, 1, 3)),
]

_RANK = ["closed", "unknown", "by_appointment", "open"]


def is_holiday(day: date, zone: str) -> bool:
    key = (day.month, day.day)
    if zone == "Alsace-Moselle" and key == _GOOD_FRIDAY[day.year]:
        return True
    return key in _FIXED or key in _MOVING[day.year] or key in _OF_ZONE.get(zone, set())


class Oracle:
    """Tells the state at any minute; what it finds out about a day it remembers."""

    def __init__(self, hours: OpeningHours, purpose: Purpose = Purpose.COUNTER) -> None:
        self.hours = hours
        self.purpose = purpose
        self.closures = [c for c in hours.closures if c.concerns(purpose)]
        self.zone = ZoneInfo(hours.time_zone)
        self.days: dict[date, tuple] = {}

    def state(self, at: datetime) -> str:
        """Return the state in the minute that begins at `at`."""
        today = at.astimezone(self.zone).date()
        notice, slots, background = self._day(today)
        for closure in self.closures:
            if isinstance(closure.starts, datetime) and _is_cut(closure, at, notice):
                return "temporarily_closed"
        found = []
        for start, end, last, state in [*self._day(today - timedelta(days=1))[1], *slots]:
            if start <= at < end:
                is_late = last is not None and state != "unknown" and at >= last
                found.append("closed" if is_late else state)
        return max(found, key=_RANK.index) if found else background

    def _day(self, day: date) -> tuple:
        if day not in self.days:
            notice = _notice(self.closures, day)
            slots = [
                (
                    self._instant(day, opens),
                    self._instant(day, closes),
                    None if last is None else self._instant(day, last),
                    state,
                )
                for opens, closes, last, state in _day_slots(self.hours, notice, day, self.purpose)
            ]
            background = _background(self.hours, notice, day, self.purpose)
            self.days[day] = notice, slots, background
        return self.days[day]

    def _instant(self, day: date, minute: int) -> datetime:
        """Read a wall time as RFC 5545: the first of two; a skipped one by the offset before."""
        if minute >= 1440:
            day, minute = day + timedelta(days=1), minute - 1440
        as_if_utc = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
        offsets = [
            (as_if_utc + timedelta(days=shift)).astimezone(self.zone).utcoffset()
            for shift in (-1, 1)
        ]
        for offset in offsets:
            candidate = as_if_utc - offset
            if candidate.astimezone(self.zone).replace(tzinfo=UTC) == as_if_utc:
                return candidate
        return as_if_utc - offsets[0]


def _length(closure: Closure) -> float:
    if closure.ends is None:
        return float("inf")
    days = 0 if isinstance(closure.starts, datetime) else 1
    return (closure.ends - closure.starts + timedelta(days=days)).total_seconds()


def _notice(closures: list[Closure], day: date) -> Closure | None:
    about = [
        c
        for c in closures
        if not isinstance(c.starts, datetime) and c.starts <= day and (c.ends or date.max) >= day
    ]
    return min(about, key=lambda c: (_length(c), bool(c.slots))) if about else None


def _is_cut(closure: Closure, at: datetime, notice: Closure | None) -> bool:
    if at < closure.starts or (closure.ends is not None and at >= closure.ends):
        return False
    return notice is None or not notice.slots or _length(closure) <= _length(notice)


def _rules(hours: OpeningHours, day: date, purpose: Purpose) -> list[ScheduleRule]:
    """Return the rules that may hold on a day, holidays not yet looked at."""
    return [rule for rule in hours.rules if rule.purpose is purpose and _falls_on(rule, day)]


def _falls_on(rule: ScheduleRule, day: date) -> bool:
    return (
        day.isoweekday() in rule.weekdays
        and _is_nth_weekday(rule, day)
        and _is_in_rhythm(rule, day)
        and (not rule.valid_from or rule.valid_from <= day)
        and (not rule.valid_to or day <= rule.valid_to)
        and _is_in_season(rule, day)
    )


def _is_nth_weekday(rule: ScheduleRule, day: date) -> bool:
    first = day.replace(day=1)
    same = [
        one
        for one in (first + timedelta(days=number) for number in range(31))
        if one.month == day.month and one.weekday() == day.weekday()
    ]
    places = [same[n - 1 if n > 0 else n] for n in rule.nth if abs(n) <= len(same)]
    return not rule.nth or day in places


def _is_in_rhythm(rule: ScheduleRule, day: date) -> bool:
    if rule.week_parity:
        return (day.isocalendar()[1] % 2 == 1) == (rule.week_parity == "odd")
    if rule.anchor_on is None:
        return True
    mondays = [one - timedelta(days=one.weekday()) for one in (day, rule.anchor_on)]
    return (mondays[0] - mondays[1]).days % (7 * rule.every_weeks) == 0


def _is_in_season(rule: ScheduleRule, day: date) -> bool:
    """Walk through the season day by day, in a leap year so that 29 February exists."""
    if rule.season_from is None:
        return True
    walk = date.fromisoformat(f"2028-{rule.season_from}")
    while True:
        if (walk.month, walk.day) == (day.month, day.day):
            return True
        if walk.strftime("%m-%d") == rule.season_to:
            return False
        walk = date(2028, 1, 1) if (walk.month, walk.day) == (12, 31) else walk + timedelta(days=1)


def _school(hours: OpeningHours, day: date) -> bool | None:
    if hours.school_zone != "A":
        return None
    return any(first <= day <= last for first, last in _ZONE_A)


def _day_slots(hours, notice, day, purpose):
    """Yield (opens, closes, last entry, state) of the slots that start on a day."""
    if notice is not None:
        for opens, closes in notice.slots:
            yield opens, closes + 1440 * (closes <= opens), None, "open"
        return
    rules = _rules(hours, day, purpose)
    holiday = is_holiday(day, hours.holiday_zone)
    told = any(rule.on_public_holidays == "only" for rule in rules)
    school = _school(hours, day)
    for rule in rules:
        state = "by_appointment" if rule.by_appointment else "open"
        if rule.is_unknown:
            state = "unknown"
        if not holiday and rule.on_public_holidays == "only":
            continue
        if holiday and rule.on_public_holidays == "closed":
            continue
        if holiday and rule.on_public_holidays == "unknown":
            if told:
                continue
            state = "unknown"
        if rule.on_school_holidays != "same":
            if school is None:
                state = "unknown"
            elif school != (rule.on_school_holidays == "only"):
                continue
        last = rule.last_entry_at
        if last is not None and last <= rule.opens_at:
            last += 1440
        yield rule.opens_at, rule.closes_at + 1440 * (rule.closes_at <= rule.opens_at), last, state


def _background(hours, notice, day, purpose) -> str:
    if notice is not None:
        return "closed" if notice.slots else "temporarily_closed"
    mode = hours.mode if purpose is Purpose.COUNTER else "scheduled"
    if mode != "scheduled":
        return {"always": "open"}.get(mode, str(mode))
    if not any(rule.purpose is purpose for rule in hours.rules):
        return "unknown"
    if not is_holiday(day, hours.holiday_zone):
        return "closed"
    rules = _rules(hours, day, purpose)
    if any(rule.on_public_holidays == "only" for rule in rules):
        return "closed"
    school = _school(hours, day)
    for rule in rules:
        if rule.on_public_holidays == "unknown" and (
            rule.on_school_holidays == "same"
            or school is None
            or school == (rule.on_school_holidays == "only")
        ):
            return "unknown"
    return "closed"
