"""When nobody acts, the clock does: reminders, expiry, the question of the outcome. Pure.

All delays are settings, in days; those of urgent requests in hours.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.referrals.steps import Step
from directory.referrals.vocabulary import State

#: Where days begin: a review or an appointment is written in local days.
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Clocks:
    """Every delay of a referral (domain rules; the settings bear the same names)."""

    draft_kept: timedelta = timedelta(days=7)
    sent_reminders: tuple[timedelta, ...] = (timedelta(days=3), timedelta(days=10))
    sent_expires: timedelta = timedelta(days=30)
    urgent_reminders: tuple[timedelta, ...] = (timedelta(hours=24),)
    urgent_expires: timedelta = timedelta(hours=72)
    review_reminder: timedelta = timedelta(days=10)
    review_expires: timedelta = timedelta(days=60)
    information_reminder: timedelta = timedelta(days=2)
    information_cancels: timedelta = timedelta(days=15)
    waitlist_review: timedelta = timedelta(days=30)
    waitlist_expires: timedelta = timedelta(days=60)
    outcome_after_appointment: timedelta = timedelta(days=2)
    outcome_asked: timedelta = timedelta(days=15)
    outcome_unknown: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the clock needs to know of a referral."""

    state: State
    state_since: datetime
    is_urgent: bool = False
    #: Reminders and questions that went out in this state.
    reminders: int = 0
    review_on: date | None = None
    appointment_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """What the clock will do next, and when. `step` None: the draft is deleted."""

    at: datetime
    step: Step | None


def next_tick(facts: Facts, clocks: Clocks) -> Tick | None:
    """Return the clock's next act, or None in a state where it has none.

    Of a reminder and an end at the same instant, the end comes.
    """
    ticks = _ticks(facts, clocks)
    ends = [tick for tick in ticks if tick.step not in (Step.REMIND, Step.ASK_OUTCOME)]
    calls = [tick for tick in ticks if tick.step in (Step.REMIND, Step.ASK_OUTCOME)]
    ahead = calls[facts.reminders :][:1]
    return min([*ends, *ahead], key=lambda tick: tick.at, default=None)


def review_date(given: date | None, *, at: datetime, clocks: Clocks) -> date:
    """Return when a waiting list is looked at again: as given, else after the usual delay."""
    return given or (at.astimezone(PARIS) + clocks.waitlist_review).date()


def _ticks(facts: Facts, clocks: Clocks) -> list[Tick]:
    """Return the calls of a state in order, and its end."""
    since = facts.state_since
    match facts.state:
        case State.DRAFT:
            return [Tick(since + clocks.draft_kept, None)]
        case State.SENT:
            reminders = clocks.urgent_reminders if facts.is_urgent else clocks.sent_reminders
            expires = clocks.urgent_expires if facts.is_urgent else clocks.sent_expires
            return [*_calls(since, reminders), Tick(since + expires, Step.EXPIRE)]
        case State.IN_REVIEW:
            return [
                *_calls(since, _every(clocks.review_reminder, clocks.review_expires)),
                Tick(since + clocks.review_expires, Step.EXPIRE),
            ]
        case State.INFO_REQUESTED:
            return [
                *_calls(since, (clocks.information_reminder,)),
                Tick(since + clocks.information_cancels, Step.CANCEL),
            ]
        case State.WAITLISTED:
            review = _start(review_date(facts.review_on, at=since, clocks=clocks))
            return [Tick(review, Step.REMIND), Tick(review + clocks.waitlist_expires, Step.EXPIRE)]
        case State.ACCEPTED | State.LOGGED:
            return _outcome_ticks(facts, clocks)
        case _:
            return []


def _outcome_ticks(facts: Facts, clocks: Clocks) -> list[Tick]:
    """Ask the receiver, then the sender as long again later; close after the last delay.

    An appointment far away moves the end with it.
    """
    since = facts.state_since
    if facts.appointment_at is None:
        first, wait = since + clocks.outcome_asked, clocks.outcome_asked
    else:
        first = facts.appointment_at + clocks.outcome_after_appointment
        wait = clocks.outcome_asked
        since = max(since, facts.appointment_at)
    return [
        Tick(first, Step.ASK_OUTCOME),
        Tick(first + wait, Step.ASK_OUTCOME),
        Tick(since + clocks.outcome_unknown, Step.CLOSE),
    ]


def _calls(since: datetime, delays: tuple[timedelta, ...]) -> list[Tick]:
    return [Tick(since + delay, Step.REMIND) for delay in delays]


def _every(step: timedelta, until: timedelta) -> tuple[timedelta, ...]:
    return tuple(step * number for number in range(1, -(-until // step)))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=PARIS)
