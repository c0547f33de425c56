"""Seven days of hours for the page of a place: what is usual, and what is not this week."""

from datetime import date
from typing import NamedTuple

from directory.i18n import pgettext
from directory.opening_hours import calendar, spans
from directory.opening_hours.clock import DAY, clock_text
from directory.opening_hours.days import DaySlot
from directory.opening_hours.hours import OpeningHours
from directory.opening_hours.timeline import Timeline
from directory.opening_hours.vocabulary import Purpose, Reason, State


class SlotHours(NamedTuple):
    """A slot of a day, on the clock of the place; the end may be of the next day."""

    #: "09:00"; "24:00" is the end of the day.
    opens: str
    closes: str
    #: `open`, `by_appointment` or `unknown`.
    state: State
    last_entry: str | None
    description: str | None


class DayHours(NamedTuple):
    """One day: its slots in order, and what holds outside of them."""

    on: date
    #: Outside the slots: `closed`, `temporarily_closed`, `unknown`, or the state of a whole day.
    state: State
    reason: Reason
    slots: tuple[SlotHours, ...]
    #: In words, what there is to say besides the slots; None when they say it all.
    text: str | None
    #: The name of the public holiday, in words.
    holiday: str | None
    #: What the notice about this day says ("Congés d'été").
    description: str | None


def week(
    hours: OpeningHours, starts_on: date, purpose: Purpose = Purpose.COUNTER
) -> list[DayHours]:
    """Return the seven days from `starts_on` on; a slot is listed on the day it starts.

    Closures counted in instants are taken out of the slots; a slot that a clock change makes
    impossible is left out.
    """
    timeline = hours.timeline(purpose)
    first = starts_on.toordinal()
    return [_day(timeline, hours.holiday_zone, first + day) for day in range(7)]


def _day(timeline: Timeline, holiday_zone: str, ordinal: int) -> DayHours:
    plan = timeline.plan(ordinal)
    planned = tuple(slot for slot in plan.slots if not slot.is_unknown_day)
    state, reason = plan.state, plan.reason
    if state is State.OPEN and timeline.closed_instants(ordinal):
        planned, state = (DaySlot(0, DAY, State.OPEN, reason),), State.CLOSED
    slots = tuple(hour for slot in planned for hour in _left_of(timeline, ordinal, slot))
    if planned and not slots and timeline.closed_instants(ordinal):
        state, reason = State.TEMPORARILY_CLOSED, Reason.CLOSURE
    return DayHours(
        on=date.fromordinal(ordinal),
        state=state,
        reason=reason,
        slots=slots,
        text=_text(state, reason, has_slots=bool(slots)),
        holiday=_holiday(holiday_zone, ordinal),
        description=plan.description,
    )


def _left_of(timeline: Timeline, ordinal: int, slot: DaySlot) -> list[SlotHours]:
    """Return what closures by the hour leave of a slot; the slot as it was told if nothing."""
    zone = timeline.zone
    start = spans.wall_minute(zone, ordinal, slot.opens)
    end = spans.wall_minute(zone, ordinal, slot.closes)
    if end <= start:
        return []
    last = None if slot.last_entry is None else clock_text(slot.last_entry)
    holes = timeline.closed_instants(ordinal)
    if not any(hole_start < end and hole_end > start for hole_start, hole_end in holes):
        whole = clock_text(slot.opens), clock_text(slot.closes)
        return [SlotHours(*whole, slot.state, last, slot.description)]
    return [
        SlotHours(
            _wall_text(first, timeline),
            # The end of a day is 24:00, its start 00:00.
            _wall_text(until, timeline).replace("00:00", "24:00"),
            slot.state,
            last,
            slot.description,
        )
        for first, until in spans.without(start, end, holes)
    ]


def _wall_text(minute: int, timeline: Timeline) -> str:
    return spans.instant_of(minute).astimezone(timeline.zone).strftime("%H:%M")


def _text(state: State, reason: Reason, *, has_slots: bool) -> str | None:
    """Return what the slots do not say, in the words of a page of hours."""
    if state is State.UNKNOWN:
        if reason is Reason.HOLIDAY:
            return pgettext("jour", "Jour férié : horaires à vérifier, appelez")
        return pgettext("jour", "Horaires non connus")
    if reason is Reason.EXCEPTIONAL_HOURS:
        return pgettext("jour", "Horaires exceptionnels")
    if has_slots:
        return None
    if state is State.OPEN:
        return pgettext("jour", "Ouvert 24 h/24")
    if state is State.BY_APPOINTMENT:
        return pgettext("jour", "Sur rendez-vous")
    if state is State.TEMPORARILY_CLOSED:
        return pgettext("jour", "Fermé temporairement")
    return _closed_text(reason)


def _closed_text(reason: Reason) -> str:
    if reason is Reason.HOLIDAY:
        return pgettext("jour", "Fermé (jour férié)")
    if reason is Reason.SCHOOL_HOLIDAY:
        return pgettext("jour", "Fermé (vacances scolaires)")
    if reason is Reason.SEASON:
        return pgettext("jour", "Fermé en cette saison")
    return pgettext("jour", "Fermé")


def _holiday(zone: str, ordinal: int) -> str | None:
    """Return the name of the public holiday of a day in the language in force, None on others."""
    name = calendar.public_holidays(zone, date.fromordinal(ordinal).year).get(ordinal)
    return None if name is None else calendar.holiday_label(name)
