"""The rules of a place in lines of words: what seven days of hours cannot show.

« 2e et 4e samedi du mois · 10:00 à 12:00 », « fermeture annoncée · du 1er août au 31 août ».
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date
from babel.lists import format_list

from directory.i18n import babel_locale, current_language, pgettext
from directory.opening_hours.clock import DAY, clock_text
from directory.opening_hours.closures import Closure
from directory.opening_hours.hours import OpeningHours, zone_info
from directory.opening_hours.rules import EVERY_DAY, ScheduleRule
from directory.opening_hours.vocabulary import (
    OnPublicHolidays,
    OnSchoolHolidays,
    Purpose,
    WeekParity,
)
from directory.opening_hours.wording import Words

#: What the seven days from today show by themselves.
_DAYS_SHOWN = 7

#: A Monday, to name weekdays by.
_MONDAY = date(2024, 1, 1)


def rhythm(hours: OpeningHours, at: datetime, purpose: Purpose = Purpose.COUNTER) -> list[str]:
    """Return the rules that have not ended, then the notices to come, each as a line of words.

    In the language in force. Rules of equal days are one line; its parts are set side by side.
    """
    words = _words(hours, at)
    rules = [rule for rule in hours.rules if rule.purpose is purpose and not _is_over(rule, words)]
    lines = [_line(group, words) for group in _groups(rules)]
    return lines + [_notice(one, words) for one in _notices(hours, purpose, words)]


def has_more_than_a_week(hours: OpeningHours, at: datetime, purpose: Purpose) -> bool:
    """Tell whether something holds or is announced that the next seven days do not show."""
    words = _words(hours, at)
    last_shown = words.today + timedelta(days=_DAYS_SHOWN - 1)
    rules = [rule for rule in hours.rules if rule.purpose is purpose and not _is_over(rule, words)]
    return any(rule != _weekly(rule) for rule in rules) or any(
        one.ends is None or _day(one.ends, words) > last_shown
        for one in _notices(hours, purpose, words)
    )


def _words(hours: OpeningHours, at: datetime) -> Words:
    zone = zone_info(hours.time_zone)
    return Words(at.astimezone(zone).date(), zone, current_language().tag)


def _is_over(rule: ScheduleRule, words: Words) -> bool:
    return rule.valid_to is not None and rule.valid_to < words.today


def _weekly(rule: ScheduleRule) -> ScheduleRule:
    """Return the same slots in every week of every year, as far as they differ."""
    return replace(
        rule,
        nth=(),
        week_parity=None,
        every_weeks=1,
        anchor_on=None,
        valid_from=None,
        valid_to=None,
        season_from=None,
        season_to=None,
        on_school_holidays=OnSchoolHolidays.SAME,
        on_public_holidays=OnPublicHolidays.UNKNOWN
        if rule.on_public_holidays is OnPublicHolidays.ONLY
        else rule.on_public_holidays,
    )


def _groups(rules: list[ScheduleRule]) -> list[list[ScheduleRule]]:
    groups: dict[ScheduleRule, list[ScheduleRule]] = {}
    for rule in rules:
        days = replace(rule, opens_at=0, closes_at=1, last_entry_at=None)
        groups.setdefault(days, []).append(rule)
    return list(groups.values())


def _line(group: list[ScheduleRule], words: Words) -> str:
    rule = group[0]
    times = _all_of([_slot(one) for one in sorted(group, key=lambda one: one.opens_at)])
    parts = [_days(rule), *_when(rule, words), times, *_how(rule)]
    return " · ".join(parts)


def _slot(rule: ScheduleRule) -> str:
    if rule.is_unknown_day:
        return pgettext("rythme", "horaires non connus")
    if (rule.opens_at, rule.closes_at) == (0, DAY):
        return pgettext("rythme", "jour et nuit")
    times = {"opens": clock_text(rule.opens_at), "closes": clock_text(rule.closes_at)}
    if rule.last_entry_at is None:
        return pgettext("rythme", "%(opens)s à %(closes)s", **times)
    return pgettext(
        "rythme",
        "%(opens)s à %(closes)s (dernière entrée à %(last_entry)s)",
        last_entry=clock_text(rule.last_entry_at),
        **times,
    )


def _days(rule: ScheduleRule) -> str:
    names = [_weekday(day) for day in rule.weekdays]
    if rule.nth:
        ranks = _all_of([_rank(n) for n in sorted(rule.nth, key=lambda n: (n < 0, n))])
        return pgettext("rythme", "%(ranks)s %(days)s du mois", ranks=ranks, days=_all_of(names))
    if rule.weekdays == EVERY_DAY:
        return pgettext("rythme", "tous les jours")
    first, last = rule.weekdays[0], rule.weekdays[-1]
    if len(names) > 2 and last - first == len(names) - 1:
        return pgettext("rythme", "du %(first)s au %(last)s", first=names[0], last=names[-1])
    return _all_of(names)


def _weekday(day: int) -> str:
    locale = babel_locale(current_language().tag)
    return str(format_date(_MONDAY + timedelta(days=day - 1), "EEEE", locale=locale))


def _rank(n: int) -> str:
    ranks = {
        1: pgettext("rang", "1er"),
        2: pgettext("rang", "2e"),
        3: pgettext("rang", "3e"),
        4: pgettext("rang", "4e"),
        5: pgettext("rang", "5e"),
        -1: pgettext("rang", "dernier"),
        -2: pgettext("rang", "avant-dernier"),
        -3: pgettext("rang", "3e avant la fin"),
        -4: pgettext("rang", "4e avant la fin"),
        -5: pgettext("rang", "5e avant la fin"),
    }
    return ranks[n]


def _when(rule: ScheduleRule, words: Words) -> Iterator[str]:
    """Yield in which weeks and between which dates a rule holds."""
    if rule.week_parity is WeekParity.ODD:
        yield pgettext("rythme", "semaines impaires")
    elif rule.week_parity is WeekParity.EVEN:
        yield pgettext("rythme", "semaines paires")
    if rule.anchor_on:
        yield pgettext(
            "rythme",
            "une semaine sur %(number)s, dont celle du %(day)s",
            number=rule.every_weeks,
            day=words.day(_next_week(rule.anchor_on, rule.every_weeks, words.today)),
        )
    if rule.season_from and rule.season_to:
        yield pgettext(
            "rythme",
            "chaque année du %(first)s au %(last)s",
            first=_day_of_year(rule.season_from),
            last=_day_of_year(rule.season_to),
        )
    if rule.valid_from and rule.valid_from > words.today or rule.valid_to:
        yield _between(rule.valid_from, rule.valid_to, words)


def _next_week(anchor: date, every_weeks: int, today: date) -> date:
    """Return the Monday of the week under way if it is one of the rhythm, else of the next one."""
    monday = today - timedelta(days=today.weekday())
    weeks = (monday - (anchor - timedelta(days=anchor.weekday()))).days // 7
    return monday + timedelta(weeks=-weeks % every_weeks)


def _how(rule: ScheduleRule) -> Iterator[str]:
    if rule.is_unknown and not rule.is_unknown_day:
        yield pgettext("rythme", "à vérifier : appelez")
    elif rule.by_appointment:
        yield pgettext("rythme", "sur rendez-vous")
    public = {
        OnPublicHolidays.CLOSED: pgettext("rythme", "fermé les jours fériés"),
        OnPublicHolidays.SAME: pgettext("rythme", "jours fériés compris"),
        OnPublicHolidays.ONLY: pgettext("rythme", "jours fériés seulement"),
    }
    school = {
        OnSchoolHolidays.CLOSED: pgettext("rythme", "fermé pendant les vacances scolaires"),
        OnSchoolHolidays.ONLY: pgettext("rythme", "pendant les vacances scolaires seulement"),
    }
    if rule.on_public_holidays in public:
        yield public[rule.on_public_holidays]
    if rule.on_school_holidays in school:
        yield school[rule.on_school_holidays]
    if rule.description:
        yield rule.description


def _notices(hours: OpeningHours, purpose: Purpose, words: Words) -> list[Closure]:
    """Return the notices under way or to come, the first to begin first."""
    kept = [
        one
        for one in hours.closures
        if one.concerns(purpose) and (one.ends is None or _day(one.ends, words) >= words.today)
    ]
    return sorted(kept, key=lambda one: (_day(one.starts, words), str(one.starts)))


def _day(bound: date | datetime, words: Words) -> date:
    return words.wall(bound).date() if isinstance(bound, datetime) else bound


def _notice(notice: Closure, words: Words) -> str:
    if isinstance(notice.starts, datetime):
        period = _between_instants(notice.starts, notice.ends, words)
    else:
        period = _between(notice.starts, notice.ends, words)
    if notice.is_exceptional:
        slots = _all_of(
            [
                pgettext(
                    "rythme",
                    "%(opens)s à %(closes)s",
                    opens=clock_text(opens),
                    closes=clock_text(closes),
                )
                for opens, closes in notice.slots
            ]
        )
        said = pgettext("rythme", "horaires exceptionnels")
        return " · ".join(filter(None, [said, period, slots, notice.description]))
    said = pgettext("rythme", "fermeture annoncée")
    return " · ".join(filter(None, [said, period, notice.description]))


def _between(first: date | None, last: date | None, words: Words) -> str:
    if first == last and first is not None:
        return pgettext("rythme", "le %(day)s", day=words.full_day(first))
    if first is None or (first <= words.today and last is not None):
        return pgettext("rythme", "jusqu'au %(day)s", day=words.day(last or first or words.today))
    if last is None:
        return pgettext("rythme", "à partir du %(day)s", day=words.day(first))
    return pgettext(
        "rythme", "du %(first)s au %(last)s", first=words.day(first), last=words.day(last)
    )


def _between_instants(first: datetime, last: date | None, words: Words) -> str:
    starts = words.wall(first)
    if not isinstance(last, datetime):
        return pgettext(
            "rythme",
            "à partir du %(day)s à %(time)s",
            day=words.day(starts.date()),
            time=words.clock(starts),
        )
    ends = words.wall(last.astimezone(UTC))
    return pgettext(
        "rythme",
        "du %(first)s à %(opens)s au %(last)s à %(closes)s",
        first=words.day(starts.date()),
        opens=words.clock(starts),
        last=words.day(ends.date()),
        closes=words.clock(ends),
    )


def _day_of_year(month_day: str) -> str:
    """Return « 1er novembre »; in a leap year, so that 29 February has a name."""
    day = date.fromisoformat(f"2028-{month_day}")
    return Words(day, zone_info("UTC"), current_language().tag).day(day)


def _all_of(items: list[str]) -> str:
    locale = babel_locale(current_language().tag)
    return str(format_list(list(dict.fromkeys(items)), locale=locale))
