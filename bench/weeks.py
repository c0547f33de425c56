"""Invented opening hours: some two thousand different weeks, the usual ones far more often."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from directory.opening_hours import Closure, Mode, OnPublicHolidays, ScheduleRule, WeekParity

#: How many weeks are invented; with the calendars of the départements they make more texts.
WEEKS = 2_000

Rules = list[ScheduleRule]

_WORKING_DAYS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Week:
    """Hours as the tables hold them: a mode, rows of rules, rows of closures."""

    mode: str
    rules: tuple[dict[str, Any], ...] = ()
    closures: tuple[dict[str, Any], ...] = ()


@cache
def weeks(seed: int) -> tuple[Week, ...]:
    """Return the invented weeks of a seed, the commonest first."""
    chance = random.Random(f"weeks {seed}")
    return tuple(_week(chance) for _ in range(WEEKS))


@cache
def shares() -> tuple[float, ...]:
    """Return cumulated shares that fall as real ones do: the n-th counts for 1/(n+8)."""
    return tuple(accumulate(1 / (rank + 8) for rank in range(WEEKS)))


def draw_week(chance: random.Random, seed: int) -> Week:
    """Draw the hours of one place: unknown, by appointment, day and night, or a week."""
    kind = chance.random()
    if kind < 0.18:
        return Week(Mode.UNKNOWN)
    if kind < 0.26:
        return Week(Mode.BY_APPOINTMENT)
    if kind < 0.28:
        return Week(Mode.ALWAYS)
    return chance.choices(weeks(seed), cum_weights=shares())[0]


def _week(chance: random.Random) -> Week:
    shape = chance.choices(list(_SHAPES), weights=list(_SHAPES.values()))[0]
    rules = [rule.to_row() for rule in shape(chance)]
    closures = [_summer(chance).to_row()] if chance.random() < 0.1 else []
    return Week(Mode.SCHEDULED, tuple(rules), tuple(closures))


def _office(chance: random.Random) -> Rules:
    """Mornings and afternoons, with a lunch break, the last day sometimes short."""
    opens, breaks, back, closes = _times(chance)
    days = _WORKING_DAYS if chance.random() < 0.7 else _some_days(chance)
    holidays = _holidays(chance)
    afternoons = days[:-1] if len(days) > 1 and chance.random() < 0.3 else days
    return [
        ScheduleRule(opens_at=opens, closes_at=breaks, weekdays=days, **holidays),
        ScheduleRule(opens_at=back, closes_at=closes, weekdays=afternoons, **holidays),
    ]


def _office_and_saturday(chance: random.Random) -> Rules:
    opens, breaks, *_ = _times(chance)
    saturday = ScheduleRule(opens_at=opens, closes_at=breaks, weekdays=(6,), **_holidays(chance))
    return [*_office(chance), saturday]


def _all_day(chance: random.Random) -> Rules:
    opens, _, _, closes = _times(chance)
    days = chance.choice([_WORKING_DAYS, (1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6, 7)])
    return [ScheduleRule(opens_at=opens, closes_at=closes, weekdays=days, **_holidays(chance))]


def _some_half_days(chance: random.Random) -> Rules:
    opens, breaks, back, closes = _times(chance)
    slot = (opens, breaks) if chance.random() < 0.5 else (back, closes)
    holidays = _holidays(chance)
    return [
        ScheduleRule(opens_at=slot[0], closes_at=slot[1], weekdays=_some_days(chance), **holidays)
    ]


def _of_the_month(chance: random.Random) -> Rules:
    """« 2e et 4e samedi », as food aid does."""
    opens, breaks, *_ = _times(chance)
    nth = chance.choice([(1,), (2,), (1, 3), (2, 4), (-1,)])
    day = (chance.randint(1, 6),)
    return [ScheduleRule(opens_at=opens, closes_at=breaks, weekdays=day, nth=nth)]


def _odd_or_even(chance: random.Random) -> Rules:
    _, _, back, closes = _times(chance)
    parity = chance.choice(list(WeekParity))
    days = _some_days(chance)
    return [ScheduleRule(opens_at=back, closes_at=closes, weekdays=days, week_parity=parity)]


def _evening(chance: random.Random) -> Rules:
    """Evenings and nights: some slots cross midnight, in winter only for some."""
    is_for_winter = chance.random() < 0.4
    return [
        ScheduleRule(
            opens_at=chance.randrange(17 * 60, 21 * 60, 15),
            closes_at=chance.choice([22 * 60, 23 * 60, 0, 60, 7 * 60, 8 * 60]),
            weekdays=chance.choice([(1, 2, 3, 4, 5, 6, 7), _WORKING_DAYS, (5, 6)]),
            season_from="11-01" if is_for_winter else None,
            season_to="03-31" if is_for_winter else None,
            on_public_holidays=OnPublicHolidays.SAME,
        )
    ]


_SHAPES: dict[Callable[[random.Random], Rules], int] = {
    _office: 40,
    _some_half_days: 22,
    _office_and_saturday: 12,
    _all_day: 12,
    _of_the_month: 6,
    _odd_or_even: 3,
    _evening: 5,
}


def _times(chance: random.Random) -> tuple[int, int, int, int]:
    quarter = 15
    return (
        chance.randrange(8 * 60, 10 * 60, quarter),
        chance.randrange(11 * 60 + 30, 12 * 60 + 45, quarter),
        chance.randrange(13 * 60, 14 * 60 + 30, quarter),
        chance.randrange(16 * 60, 19 * 60, quarter),
    )


def _some_days(chance: random.Random) -> tuple[int, ...]:
    return tuple(sorted(chance.sample(_WORKING_DAYS, chance.randint(1, 4))))


def _holidays(chance: random.Random) -> dict[str, Any]:
    return {"on_public_holidays": OnPublicHolidays.CLOSED} if chance.random() < 0.6 else {}


def _summer(chance: random.Random) -> Closure:
    first = chance.randint(1, 12)
    row = {"starts": f"2026-08-{first:02}", "ends": f"2026-08-{first + 14:02}"}
    if chance.random() < 0.3:
        row = {"starts": "2026-12-21", "ends": "2027-01-03"}
    return Closure.from_row(row | {"description": "Congés"})
