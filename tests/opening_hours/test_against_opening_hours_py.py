"""The engine and `opening-hours-py` agree on what both can say.

They are known to differ on three things, which are left out here and held by the oracle instead:
public holidays of which nobody spoke (unknown to us, open to it); a slot that runs into a public
holiday or out of it (ours belongs to the day it starts; there `PH off` cuts the one of the eve and
leaves the end of its own); the hour that a clock change skips or gives twice.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import opening_hours as reference
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from directory.errors import InvalidInput
from directory.opening_hours import (
    Closure,
    OnPublicHolidays,
    OnSchoolHolidays,
    OpeningHours,
    Purpose,
    ScheduleRule,
    from_osm,
    state_at,
    to_osm,
)
from tests.opening_hours.oracle import is_holiday
from tests.opening_hours.strategies import WEEKS, closures, rules

PARIS = ZoneInfo("Europe/Paris")
CLOCK_CHANGES = {date(2026, 3, 29), date(2026, 10, 25)}
STATES = {
    reference.State.OPEN: "open",
    reference.State.CLOSED: "closed",
    reference.State.UNKNOWN: "unknown",
}
HOLIDAY_RULE = ScheduleRule(opens_at=600, closes_at=660, on_public_holidays=OnPublicHolidays.ONLY)


def common(rule: ScheduleRule, on_public_holidays: OnPublicHolidays) -> ScheduleRule:
    """Return a rule without what the other side cannot say."""
    return replace(
        rule,
        last_entry_at=None,
        every_weeks=1,
        anchor_on=None,
        by_appointment=False,
        is_unknown=False,
        on_school_holidays=OnSchoolHolidays.SAME,
        on_public_holidays=on_public_holidays,
        valid_to=rule.valid_to if rule.valid_from and not rule.season_from else None,
        valid_from=None if rule.season_from else rule.valid_from,
    )


@st.composite
def common_hours(draw: st.DrawFn) -> OpeningHours:
    on_public_holidays = draw(st.sampled_from([OnPublicHolidays.CLOSED, OnPublicHolidays.UNKNOWN]))
    drawn = draw(st.lists(rules(st.just(Purpose.COUNTER)), min_size=1, max_size=3))
    rows = [common(rule, on_public_holidays) for rule in drawn]
    if on_public_holidays is OnPublicHolidays.CLOSED and draw(st.booleans()):
        rows.append(HOLIDAY_RULE)
    notices = [
        Closure(starts=one.starts, ends=one.ends, slots=one.slots)
        for one in draw(st.lists(closures(), max_size=2))
        if not one.is_by_instant and all(opens < closes for opens, closes in one.slots)
    ]
    return OpeningHours(rules=tuple(dict.fromkeys(rows)), closures=tuple(notices))


def is_comparable(hours: OpeningHours, wall: datetime) -> bool:
    """Tell whether the three known differences leave the minute alone."""
    day = wall.date()
    if day in CLOCK_CHANGES and wall.hour in {2, 3}:
        return False
    crosses = any(rule.closes_at <= rule.opens_at for rule in hours.rules)
    is_noticed = any(
        notice.starts <= day + timedelta(days=1)
        and (notice.ends is None or day - timedelta(days=1) <= notice.ends)
        for notice in hours.closures
    )
    is_near_holiday = is_holiday(day, "Métropole") or is_holiday(day - timedelta(1), "Métropole")
    return not (crosses and (is_near_holiday or is_noticed))


@settings(max_examples=60, deadline=None)
@given(hours=common_hours(), monday=st.sampled_from(WEEKS))
def test_both_engines_agree(hours, monday):
    try:
        text = to_osm(hours)
    except InvalidInput:
        assume(False)
    other = reference.OpeningHours(text, country="FR", timezone=PARIS)
    start = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    for minute in range(0, 8 * 1440, 15):
        at = start + timedelta(minutes=minute)
        wall = at.astimezone(PARIS)
        ours = state_at(hours, at).state.replace("temporarily_closed", "closed")
        if ours != "unknown" and is_comparable(hours, wall):
            assert ours == STATES[other.state(wall)[0]], (text, wall)


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 09:00-12:00,14:00-18:00; PH off",
        "Mo-Fr 09:00-12:00; We 14:00-17:00; PH off",
        "Mo-Sa 09:00-12:00; Jul-Aug 10:00-11:00; PH off",
        "Mo-Fr 09:00-12:00; Aug off; PH off",
        "Sa[2,4] 14:00-17:00; PH off",
        "Sa[-1] 14:00-17:00; PH 10:00-12:00",
        "week 01-53/2 Tu 09:00-12:00, week 02-52/2 Th 14:00-17:00; PH off",
        "Nov 01-Mar 31 18:00-23:00; Apr 01-Oct 31 Mo 19:00-20:00; PH 18:00-20:00",
        "Mo-Fr 09:00-12:00; PH off; 2026 Aug 01-2026 Aug 16 off; 2026 Dec 24 09:00-10:00",
        "24/7",
    ],
)
def test_both_engines_read_a_text_alike_for_a_year(text):
    ours, other = from_osm(text), reference.OpeningHours(text, country="FR", timezone=PARIS)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at.year == 2026:
        state = state_at(ours, at).state.replace("temporarily_closed", "closed")
        assert state == STATES[other.state(at.astimezone(PARIS))[0]], at
        at += timedelta(minutes=30)


def test_both_engines_know_the_same_public_holidays():
    ours = from_osm("00:00-24:00; PH off")
    other = reference.OpeningHours("00:00-24:00; PH off", country="FR", timezone=PARIS)
    noon = datetime(2026, 1, 1, 11, tzinfo=UTC)
    for day in range(5 * 365):
        at = noon + timedelta(days=day)
        assert state_at(ours, at).state == STATES[other.state(at.astimezone(PARIS))[0]], at
