"""The words of opening hours. Values are what is stored and what the API says."""

from enum import StrEnum


class State(StrEnum):
    """What a person who arrives at this instant finds."""

    #: She is received.
    OPEN = "open"
    #: She is not, and that is the usual rhythm of the place.
    CLOSED = "closed"
    #: She is not, because of a closure announced for a time.
    TEMPORARILY_CLOSED = "temporarily_closed"
    #: She is received if she has made an appointment.
    BY_APPOINTMENT = "by_appointment"
    #: Nobody told us. Never shown as closed.
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why the state is what it is."""

    SCHEDULE = "schedule"
    ALWAYS = "always"
    APPOINTMENT = "appointment"
    #: No hours were ever given.
    NOT_TOLD = "not_told"
    HOLIDAY = "holiday"
    SCHOOL_HOLIDAY = "school_holiday"
    #: No rule is in force at this time of the year.
    SEASON = "season"
    #: The place is still at work but takes nobody in any more.
    LAST_ENTRY = "last_entry"
    CLOSURE = "closure"
    EXCEPTIONAL_HOURS = "exceptional_hours"


class Mode(StrEnum):
    """How the hours of the counter are known."""

    #: By the rules.
    SCHEDULED = "scheduled"
    #: There are no counter hours, people make an appointment.
    BY_APPOINTMENT = "by_appointment"
    #: Nobody told us.
    UNKNOWN = "unknown"
    #: Day and night, every day of the year, public holidays included.
    ALWAYS = "always"


class Purpose(StrEnum):
    """What a slot is for: a phone answered until 18:00 does not make a counter open."""

    COUNTER = "counter"
    PHONE = "phone"
    #: When people sign up, which may end long before the service itself.
    REGISTRATION = "registration"


class OnPublicHolidays(StrEnum):
    """What a rule says of public holidays. Other hours are a second rule, with `ONLY`."""

    #: The rule says nothing: the day is unknown, never open.
    UNKNOWN = "unknown"
    CLOSED = "closed"
    #: As on any other day.
    SAME = "same"
    #: The rule is for public holidays alone.
    ONLY = "only"


class OnSchoolHolidays(StrEnum):
    """What a rule says of school holidays; most say nothing, and that means `SAME`."""

    SAME = "same"
    CLOSED = "closed"
    #: The rule is for school holidays alone.
    ONLY = "only"


class WeekParity(StrEnum):
    """Odd or even weeks, by their ISO 8601 number, as people say it in France.

    A year of 53 weeks is followed by two odd weeks in a row; a rhythm that must not stumble is
    given by `every_weeks` and `anchor_on`.
    """

    ODD = "odd"
    EVEN = "even"
