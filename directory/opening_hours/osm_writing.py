"""Hours written as OSM `opening_hours` text.

What OSM cannot say is refused, never left out. A rule silent about public holidays is written
silent, as it was told; hours by appointment are written `unknown "sur rendez-vous"`, because a
slot with a mere comment reads as open elsewhere.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from directory.i18n import gettext
from directory.opening_hours.clock import DAY, clock_text
from directory.opening_hours.closures import Closure
from directory.opening_hours.hours import OpeningHours
from directory.opening_hours.osm_words import BY_APPOINTMENT, MONTHS, REMARK, WEEKDAYS, refused
from directory.opening_hours.rules import ScheduleRule
from directory.opening_hours.timeline import precision
from directory.opening_hours.vocabulary import (
    Mode,
    OnPublicHolidays,
    OnSchoolHolidays,
    Purpose,
    WeekParity,
)

_MODES = {
    Mode.ALWAYS: "24/7",
    Mode.BY_APPOINTMENT: f'unknown "{BY_APPOINTMENT}"',
    Mode.UNKNOWN: "unknown",
    Mode.SCHEDULED: "unknown",
}

_PARITIES = {WeekParity.ODD: "week 01-53/2", WeekParity.EVEN: "week 02-52/2"}


def to_osm(hours: OpeningHours, purpose: Purpose = Purpose.COUNTER) -> str:
    """Return the OSM text of the hours of one purpose; `from_osm` gives them back.

    :raise InvalidInput: OSM cannot say it (last entry, rhythm of several weeks, closure by the
        hour, rules that disagree about holidays, a season within dates, an open end, slots of
        which nobody knows whether they hold).
    """
    rules = [rule for rule in hours.rules if rule.purpose is purpose]
    _check_holidays(rules)
    text = _rules(rules) if rules else _MODES[_mode(hours, purpose)]
    notices = [notice for notice in hours.closures if notice.concerns(purpose)]
    # The last one read is believed: the most precise is written last.
    notices.sort(key=precision, reverse=True)
    return "; ".join([text, *map(_notice, notices)])


def _mode(hours: OpeningHours, purpose: Purpose) -> Mode:
    return hours.mode if purpose is Purpose.COUNTER else Mode.UNKNOWN


def _check_holidays(rules: list[ScheduleRule]) -> None:
    usual = [rule for rule in rules if rule.on_public_holidays is not OnPublicHolidays.ONLY]
    said = {rule.on_public_holidays for rule in usual}
    if OnPublicHolidays.UNKNOWN in said and len(said) > 1:
        raise refused(gettext("OSM ne dit les jours fériés que pour tous les créneaux à la fois."))
    school = {rule.on_school_holidays for rule in usual} - {OnSchoolHolidays.ONLY}
    if len(school) > 1:
        raise refused(
            gettext("OSM ne dit les vacances scolaires que pour tous les créneaux à la fois.")
        )
    for rule in rules:
        if rule.on_school_holidays is not OnSchoolHolidays.SAME and rule.on_public_holidays in {
            OnPublicHolidays.SAME,
            OnPublicHolidays.ONLY,
        }:
            raise refused(gettext("OSM ne sait pas croiser jours fériés et vacances scolaires."))


def _rules(rules: list[ScheduleRule]) -> str:
    """Write usual days, then school holidays, then public holidays: each may refine the former."""
    usual: list[ScheduleRule] = []
    school: list[ScheduleRule] = []
    public: list[ScheduleRule] = []
    for rule in rules:
        if rule.on_public_holidays is OnPublicHolidays.ONLY:
            public.append(rule)
            continue
        if rule.on_public_holidays is OnPublicHolidays.SAME:
            public.append(rule)
        (school if rule.on_school_holidays is OnSchoolHolidays.ONLY else usual).append(rule)
    text = _usual(usual)
    if any(rule.on_school_holidays is OnSchoolHolidays.CLOSED for rule in usual):
        text += "; SH off"
    text = _added(text, "SH", school)
    if any(rule.on_public_holidays is OnPublicHolidays.CLOSED for rule in rules):
        text += "; PH off"
    return _added(text, "PH", public)


def _usual(rules: list[ScheduleRule]) -> str:
    """Join groups by `;` when no day belongs to two of them, else by `,`, which adds slots.

    After a slot that crosses midnight too: some readers let `;` cut it at midnight.
    """
    text, taken = "", set[int]()
    crosses_midnight = any(rule.closes_after > DAY for rule in rules)
    for group in _groups(rules):
        days = set(group[0].weekdays)
        separator = ", " if taken & days or crosses_midnight else "; "
        text += (separator if text else "") + _group("", group)
        taken |= days
    return text


def _added(text: str, prefix: str, rules: list[ScheduleRule]) -> str:
    return ", ".join([*filter(None, [text]), *(_group(prefix, one) for one in _groups(rules))])


def _groups(rules: Iterable[ScheduleRule]) -> list[list[ScheduleRule]]:
    """Gather the slots of equal days, in the order in which their days come first."""
    groups: dict[ScheduleRule, list[ScheduleRule]] = {}
    for rule in rules:
        same_days = replace(
            rule, opens_at=0, closes_at=1, last_entry_at=None,
            on_public_holidays=OnPublicHolidays.SAME,
        )  # fmt: skip
        groups.setdefault(same_days, []).append(rule)
    return list(groups.values())


def _group(prefix: str, group: list[ScheduleRule]) -> str:
    rule = group[0]
    times = ",".join(f"{clock_text(one.opens_at)}-{clock_text(one.closes_at)}" for one in group)
    days = _days(rule)
    if prefix:
        # "PH Mo-Su" is the same, but some readers take it for "PH or any day".
        days = prefix if days == "Mo-Su" else f"{prefix} {days}"
    parts = [_dates(rule), _rhythm(group), days, times, _comment(rule)]
    return " ".join(filter(None, parts))


def _dates(rule: ScheduleRule) -> str:
    if rule.season_from and rule.season_to:
        if rule.valid_from or rule.valid_to:
            raise refused(gettext("OSM ne sait pas borner une saison par des dates."))
        first, last = _month_day(rule.season_from), _month_day(rule.season_to)
        return first if first == last else f"{first}-{last}"
    if rule.valid_from is None:
        if rule.valid_to:
            raise refused(gettext("OSM ne sait pas dire une fin sans début."))
        return ""
    return _period(rule.valid_from, rule.valid_to)


def _period(first: date, last: date | None) -> str:
    if last is None:
        return f"{_date(first)}+"
    return _date(first) if first == last else f"{_date(first)}-{_date(last)}"


def _date(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"


def _month_day(text: str) -> str:
    return f"{MONTHS[int(text[:2]) - 1]} {text[3:]}"


def _rhythm(group: list[ScheduleRule]) -> str:
    if group[0].every_weeks > 1:
        raise refused(gettext("OSM ne connaît que les semaines paires et impaires."))
    if any(rule.is_unknown for rule in group):
        raise refused(gettext("Des horaires inconnus certains jours ne s'écrivent pas dans OSM."))
    if any(rule.last_entry_at is not None for rule in group):
        raise refused(gettext("OSM ne sait pas dire une dernière entrée."))
    parity = group[0].week_parity
    return _PARITIES[parity] if parity else ""


def _days(rule: ScheduleRule) -> str:
    if rule.nth:
        ranks = ",".join(str(n) for n in rule.nth)
        return ",".join(f"{WEEKDAYS[day - 1]}[{ranks}]" for day in rule.weekdays)
    runs: list[list[int]] = []
    for day in sorted(rule.weekdays):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [(WEEKDAYS[run[0] - 1], WEEKDAYS[run[-1] - 1]) for run in runs]
    return ",".join(first if first == last else f"{first}-{last}" for first, last in names)


def _comment(rule: ScheduleRule) -> str:
    remark = rule.description or ""
    if '"' in remark or (remark and not rule.by_appointment and "rendez-vous" in remark):
        raise refused(
            gettext("La remarque « %(remark)s » serait mal comprise dans OSM.", remark=remark)
        )
    if rule.by_appointment:
        return f'unknown "{REMARK}{remark}"' if remark else f'unknown "{BY_APPOINTMENT}"'
    return f'"{remark}"' if remark else ""


def _notice(notice: Closure) -> str:
    if notice.is_by_instant:
        raise refused(gettext("OSM ne sait pas dire une fermeture à l'heure près."))
    if notice.description and (notice.is_exceptional or '"' in notice.description):
        raise refused(
            gettext("La remarque « %(remark)s » ne peut pas s'écrire.", remark=notice.description)
        )
    period = _period(notice.starts, notice.ends)
    if notice.is_exceptional:
        slots = (f"{clock_text(opens)}-{clock_text(closes)}" for opens, closes in notice.slots)
        return f"{period} {','.join(slots)}"
    return f'{period} off "{notice.description}"' if notice.description else f"{period} off"
