"""Opening hours: from rows to what a person finds when she arrives. Pure, decided when read."""

from directory.opening_hours.calendar import HOLIDAY_ZONES, SCHOOL_ZONES
from directory.opening_hours.closures import Closure
from directory.opening_hours.hours import OpeningHours
from directory.opening_hours.osm_reading import from_osm
from directory.opening_hours.osm_writing import to_osm
from directory.opening_hours.rhythm import has_more_than_a_week, rhythm
from directory.opening_hours.rules import ScheduleRule
from directory.opening_hours.sentence import sentence, sentence_of
from directory.opening_hours.spans import MINUTES_EPOCH
from directory.opening_hours.state import (
    Change,
    StateSpan,
    changes,
    open_minutes,
    open_spans,
    state_at,
    state_spans,
)
from directory.opening_hours.timeline import OpeningState
from directory.opening_hours.vocabulary import (
    Mode,
    OnPublicHolidays,
    OnSchoolHolidays,
    Purpose,
    Reason,
    State,
    WeekParity,
)
from directory.opening_hours.week import DayHours, SlotHours, week

__all__ = [
    "HOLIDAY_ZONES",
    "MINUTES_EPOCH",
    "SCHOOL_ZONES",
    "Change",
    "Closure",
    "DayHours",
    "Mode",
    "OnPublicHolidays",
    "OnSchoolHolidays",
    "OpeningHours",
    "OpeningState",
    "Purpose",
    "Reason",
    "ScheduleRule",
    "SlotHours",
    "State",
    "StateSpan",
    "WeekParity",
    "changes",
    "from_osm",
    "has_more_than_a_week",
    "open_minutes",
    "open_spans",
    "rhythm",
    "sentence",
    "sentence_of",
    "state_at",
    "state_spans",
    "to_osm",
    "week",
]
