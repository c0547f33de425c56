"""Opening hours of every kind, for properties."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from directory.opening_hours import (
    Closure,
    Mode,
    OnPublicHolidays,
    OnSchoolHolidays,
    OpeningHours,
    Purpose,
    ScheduleRule,
    WeekParity,
)

#: Time zone, zone of public holidays, school zone.
PLACES = [
    ("Europe/Paris", "Métropole", "A"),
    ("Europe/Paris", "Alsace-Moselle", "A"),
    ("Indian/Reunion", "La Réunion", None),
    ("Indian/Mayotte", "Mayotte", None),
    ("America/Cayenne", "Guyane", None),
    ("America/Martinique", "Martinique", None),
    ("America/Guadeloupe", "Guadeloupe", None),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon", None),
]

#: Mondays of the weeks with both clock changes of Paris and of Miquelon, 1 May, 26 December.
WEEKS = [
    date(2026, 3, 23),
    date(2026, 10, 19),
    date(2026, 3, 2),
    date(2026, 10, 26),
    date(2026, 4, 27),
    date(2026, 12, 21),
]

#: Times around the clock changes, and times of every day.
minutes = st.sampled_from(
    [0, 90, 120, 135, 150, 165, 180, 195, 240, 360, 540, 720, 725, 840, 1080, 1320, 1380, 1439]
)
days = st.dates(date(2026, 2, 1), date(2027, 1, 31))
seasons = st.none() | st.tuples(
    st.sampled_from(["01-01", "02-29", "03-29", "05-01", "10-25", "12-26"]),
    st.sampled_from(["01-31", "02-29", "03-29", "05-02", "10-25", "12-31"]),
)


@st.composite
def rules(draw: st.DrawFn, purposes: st.SearchStrategy[Purpose]) -> ScheduleRule:
    """Draw a rule; what most rules leave alone is mostly left alone."""
    opens = draw(minutes)
    closes = draw(minutes.map(lambda minute: minute or 1440).filter(lambda end: end != opens))
    length = (closes - opens) % 1440 or 1440
    season = draw(seasons)
    valid = sorted(draw(st.lists(days, min_size=2, max_size=2)))
    bounds = draw(st.sampled_from([(None, None), (None, None), (valid[0], None), tuple(valid)]))
    rhythm = draw(st.sampled_from(["every", "every", "odd", "even", "anchored"]))
    last = draw(st.none() | st.integers(1, length))
    return ScheduleRule(
        opens_at=opens,
        closes_at=closes,
        weekdays=tuple(sorted(draw(st.sets(st.integers(1, 7), min_size=1)))),
        nth=tuple(sorted(draw(st.just(set()) | st.sets(st.sampled_from([1, 2, 4, 5, -1, -5]))))),
        week_parity=WeekParity(rhythm) if rhythm in {"odd", "even"} else None,
        every_weeks=draw(st.integers(2, 4)) if rhythm == "anchored" else 1,
        anchor_on=draw(days) if rhythm == "anchored" else None,
        valid_from=bounds[0],
        valid_to=bounds[1],
        season_from=season[0] if season else None,
        season_to=season[1] if season else None,
        on_public_holidays=draw(st.sampled_from(OnPublicHolidays)),
        on_school_holidays=draw(st.just(OnSchoolHolidays.SAME) | st.sampled_from(OnSchoolHolidays)),
        last_entry_at=None if last is None else (opens + last - 1) % 1440 + 1,
        by_appointment=draw(st.sampled_from([False, False, True])),
        is_unknown=draw(st.sampled_from([False, False, False, True])),
        purpose=draw(purposes),
        description=draw(st.none() | st.just("entrée par la cour")),
    )


@st.composite
def closures(draw: st.DrawFn) -> Closure:
    """Draw a closure by days, one by instants, or exceptional hours."""
    first, length = draw(days), draw(st.integers(0, 9))
    purpose = draw(st.none() | st.sampled_from(Purpose))
    kind = draw(st.sampled_from(["days", "endless", "instants", "hours"]))
    if kind == "instants":
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        starts = start + timedelta(minutes=draw(st.integers(0, 1439)))
        ends = starts + timedelta(minutes=draw(st.integers(1, 6000)))
        return Closure(starts=starts, ends=ends, purpose=purpose)
    last = None if kind == "endless" else first + timedelta(days=length)
    slots: tuple[tuple[int, int], ...] = ()
    if kind == "hours":
        slots = tuple(sorted({(840, 960), (1200, draw(st.sampled_from([120, 1440])))}))
        purpose = purpose or Purpose.COUNTER
    return Closure(starts=first, ends=last, slots=slots, purpose=purpose)


@st.composite
def opening_hours(draw: st.DrawFn) -> OpeningHours:
    """Draw the hours of a place somewhere in France."""
    time_zone, holiday_zone, school_zone = draw(st.sampled_from(PLACES))
    mode = draw(st.sampled_from([Mode.SCHEDULED] * 5 + list(Mode)))
    purposes = st.sampled_from([Purpose.COUNTER] * 3 + list(Purpose))
    if mode is not Mode.SCHEDULED:
        purposes = st.sampled_from([Purpose.PHONE, Purpose.REGISTRATION])
    return OpeningHours(
        rules=tuple(draw(st.lists(rules(purposes), max_size=4))),
        closures=tuple(draw(st.lists(closures(), max_size=2))),
        mode=mode,
        time_zone=time_zone,
        holiday_zone=holiday_zone,
        school_zone=school_zone,
    )
