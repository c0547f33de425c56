"""What a rule of an OSM text takes away from the rules before it."""

from dataclasses import replace
from datetime import date, timedelta

from directory.errors import InvalidInput
from directory.i18n import gettext
from directory.opening_hours.osm_parsing import OsmRule
from directory.opening_hours.osm_words import refused
from directory.opening_hours.rules import ScheduleRule
from directory.opening_hours.vocabulary import OnPublicHolidays, OnSchoolHolidays

#: A row and the number of the rule of the text it comes from.
Written = tuple[int, ScheduleRule]


def set_aside(rules: list[Written], by: OsmRule) -> list[Written]:
    """Return the rows without the days on which a later rule replaces them.

    :raise InvalidInput: what is left is not a row.
    """
    left: list[Written] = []
    for number, row in rules:
        if number == by.number or _never_meet(row, by):
            left.append((number, row))
            continue
        if _is_only(row) or by.nth or by.parity or by.is_dated:
            raise _cannot_replace()
        left += [(number, piece) for piece in _without(row, by)]
    return left


def _without(row: ScheduleRule, by: OsmRule) -> list[ScheduleRule]:
    """Return the row on the other weekdays, and on these out of the season that replaces it."""
    pieces = []
    others = tuple(day for day in row.weekdays if day not in by.days)
    if others:
        pieces.append(replace(row, weekdays=others))
    season = by.period
    if season.season_from is None or season.season_to is None:
        return pieces
    if row.season_from is not None or row.valid_from is not None:
        raise _cannot_replace()
    first, last = _day_after(season.season_to), _day_before(season.season_from)
    # A season of the whole year leaves nothing.
    if (first, last) != (season.season_from, season.season_to):
        days = tuple(day for day in row.weekdays if day in by.days)
        pieces.append(replace(row, weekdays=days, season_from=first, season_to=last))
    return pieces


def close_on_holidays(rules: list[Written], by: OsmRule) -> list[Written]:
    """Return the rows closed on the holidays of which a later rule speaks (`PH off`, `; PH …`).

    :raise InvalidInput: it speaks of some of these holidays only.
    """
    left: list[Written] = []
    for number, row in rules:
        if number == by.number or not set(row.weekdays) & set(by.days):
            left.append((number, row))
            continue
        is_about_all = set(row.weekdays) <= set(by.days) and not by.nth and by.parity is None
        if _is_told(row, by) or not is_about_all or any(by.period):
            raise _cannot_replace()
        left.append((number, _closed_on(row, by)))
    return left


def _closed_on(row: ScheduleRule, by: OsmRule) -> ScheduleRule:
    if by.holiday == "PH":
        return replace(row, on_public_holidays=OnPublicHolidays.CLOSED)
    return replace(row, on_school_holidays=OnSchoolHolidays.CLOSED)


def _is_told(row: ScheduleRule, by: OsmRule) -> bool:
    """Tell whether the row already speaks of these holidays alone."""
    if by.holiday == "PH":
        return row.on_public_holidays is OnPublicHolidays.ONLY
    return _is_only(row)


def _is_only(row: ScheduleRule) -> bool:
    return (
        row.on_public_holidays is OnPublicHolidays.ONLY
        or row.on_school_holidays is OnSchoolHolidays.ONLY
    )


def _never_meet(row: ScheduleRule, by: OsmRule) -> bool:
    """Tell whether no day can belong to both."""
    if not set(row.weekdays) & set(by.days):
        return True
    if row.week_parity and by.parity and row.week_parity is not by.parity:
        return True
    both_from_start = all(n > 0 for n in (*row.nth, *by.nth))
    if row.nth and by.nth and both_from_start and not set(row.nth) & set(by.nth):
        return True
    return _seasons_never_meet(row, by) or _dates_never_meet(row, by)


def _seasons_never_meet(row: ScheduleRule, by: OsmRule) -> bool:
    first, last = by.period.season_from, by.period.season_to
    if not (row.season_from and row.season_to and first and last):
        return False
    return not _days_of(row.season_from, row.season_to) & _days_of(first, last)


def _dates_never_meet(row: ScheduleRule, by: OsmRule) -> bool:
    first, last = by.period.valid_from, by.period.valid_to
    if first and row.valid_to and row.valid_to < first:
        return True
    return bool(last and row.valid_from and last < row.valid_from)


def _days_of(first: str, last: str) -> set[str]:
    """Return the days of a season, in a leap year."""
    year = [f"{date(2028, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)]
    if first <= last:
        return {day for day in year if first <= day <= last}
    return {day for day in year if day >= first or day <= last}


def _day_after(day: str) -> str:
    return f"{date.fromisoformat(f'2028-{day}') + timedelta(days=1):%m-%d}"


def _day_before(day: str) -> str:
    return f"{date.fromisoformat(f'2028-{day}') - timedelta(days=1):%m-%d}"


def merged(rules: list[Written]) -> tuple[ScheduleRule, ...]:
    """Return the rows; a slot told for usual days and again for holidays holds on both.

    Only when every slot is told again, or closed: else a slot that is not told again would turn
    from replaced on holidays into unknown.
    """
    rows = [row for _, row in rules]
    told = [row for row in rows if row.on_public_holidays is OnPublicHolidays.ONLY]
    twins = {replace(row, on_public_holidays=OnPublicHolidays.UNKNOWN) for row in told}
    silent = [row for row in rows if row.on_public_holidays is OnPublicHolidays.UNKNOWN]
    if not told or not all(row in twins for row in silent):
        return tuple(rows)
    kept = []
    for row in rows:
        as_silent = replace(row, on_public_holidays=OnPublicHolidays.UNKNOWN)
        usual = row.on_public_holidays is not OnPublicHolidays.ONLY
        if usual and as_silent in twins:
            kept.append(replace(row, on_public_holidays=OnPublicHolidays.SAME))
        elif usual or not _has_usual_twin(rows, as_silent):
            kept.append(row)
    return tuple(kept)


def _has_usual_twin(rows: list[ScheduleRule], as_silent: ScheduleRule) -> bool:
    return any(
        row.on_public_holidays is not OnPublicHolidays.ONLY
        and replace(row, on_public_holidays=OnPublicHolidays.UNKNOWN) == as_silent
        for row in rows
    )


def _cannot_replace() -> InvalidInput:
    return refused(
        gettext("Une règle en remplace une autre d'une manière que nous ne savons pas écrire.")
    )
