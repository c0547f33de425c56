"""When nobody acts, the clock does: reminders, expiry, the question of the outcome. Pure.

All delays are settings, in days; those of urgent requests in hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.config import Settings
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

    @classmethod
    def of(cls, settings: Settings) -> "Clocks":
        """Return the delays that an installation set."""
        return cls(
            draft_kept=timedelta(days=settings.referral_draft_kept_days),
            sent_reminders=tuple(
                timedelta(days=number) for number in _numbers(settings.referral_reminder_days)
            ),
            sent_expires=timedelta(days=settings.referral_expires_days),
            urgent_reminders=tuple(
                timedelta(hours=number) for number in _numbers(settings.referral_urgent_reminder_h)
            ),
            urgent_expires=timedelta(hours=settings.referral_urgent_expires_h),
            review_reminder=timedelta(days=settings.referral_review_reminder_days),
            review_expires=timedelta(days=settings.referral_review_expires_days),
            information_reminder=timedelta(days=settings.referral_information_reminder_days),
            information_cancels=timedelta(days=settings.referral_information_cancels_days),
            waitlist_review=timedelta(days=settings.referral_waitlist_review_days),
            waitlist_expires=timedelta(days=settings.referral_waitlist_expires_days),
            outcome_after_appointment=timedelta(
                days=settings.referral_outcome_after_appointment_days
            ),
            outcome_asked=timedelta(days=settings.referral_outcome_asked_days),
            outcome_unknown=timedelta(days=settings.referral_outcome_unknown_days),
        )


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


@dataclass(frozen=True, slots=True)
class Due:
    """What the clock does now. `step` None: the draft is deleted."""

    step: Step | None
    #: How many calls of this state have then gone out; those that were missed count as made.
    calls: int


def next_tick(facts: Facts, clocks: Clocks) -> Tick | None:
    """Return the clock's next act, or None in a state where it has none.

    Of a reminder and an end at the same instant, the end comes.
    """
    calls, ends = _ticks(facts, clocks)
    ahead = calls[facts.reminders :][:1]
    return min([*ends, *ahead], key=lambda tick: tick.at, default=None)


def due(facts: Facts, clocks: Clocks, *, at: datetime) -> Due | None:
    """Return what the clock does at an instant, or None when it is too early.

    After a pause, calls that were missed are made as one, and none is made just before the end.
    """
    calls, ends = _ticks(facts, clocks)
    if ends and ends[0].at <= at:
        return Due(ends[0].step, facts.reminders)
    made = calls_until(facts, clocks, at=at)
    return Due(calls[made - 1].step, made) if made > facts.reminders else None


def calls_until(facts: Facts, clocks: Clocks, *, at: datetime) -> int:
    """Return how many calls of this state should have gone out by an instant."""
    calls, _ = _ticks(facts, clocks)
    return sum(tick.at <= at for tick in calls)


def review_date(given: date | None, *, at: datetime, clocks: Clocks) -> date:
    """Return when a waiting list is looked at again: as given, else after the usual delay."""
    return given or (at.astimezone(PARIS) + clocks.waitlist_review).date()


def _ticks(facts: Facts, clocks: Clocks) -> tuple[list[Tick], list[Tick]]:
    """Return the calls of a state in order, and its end if it has one."""
    # A sum of local time would come an hour early or late across the change to summer time.
    since = facts.state_since.astimezone(UTC)
    match facts.state:
        case State.DRAFT:
            return [], [Tick(since + clocks.draft_kept, None)]
        case State.SENT | State.IN_REVIEW if facts.is_urgent:
            # Opened and forgotten is no better than not opened (ADR 0016).
            end = Tick(since + clocks.urgent_expires, Step.EXPIRE)
            return _calls(since, clocks.urgent_reminders), [end]
        case State.SENT:
            end = Tick(since + clocks.sent_expires, Step.EXPIRE)
            return _calls(since, clocks.sent_reminders), [end]
        case State.IN_REVIEW:
            calls = _calls(since, _every(clocks.review_reminder, clocks.review_expires))
            return calls, [Tick(since + clocks.review_expires, Step.EXPIRE)]
        case State.INFO_REQUESTED:
            calls = _calls(since, (clocks.information_reminder,))
            return calls, [Tick(since + clocks.information_cancels, Step.CANCEL)]
        case State.WAITLISTED:
            review = _start(review_date(facts.review_on, at=since, clocks=clocks))
            end = Tick(review + clocks.waitlist_expires, Step.EXPIRE)
            return [Tick(review, Step.REMIND)], [end]
        case State.ACCEPTED | State.LOGGED:
            return _outcome_ticks(facts, clocks, since)
        case _:
            return [], []


def _outcome_ticks(facts: Facts, clocks: Clocks, since: datetime) -> tuple[list[Tick], list[Tick]]:
    """Ask the receiver, then the sender as long again later; close after the last delay.

    An appointment far away moves the end with it.
    """
    first = since + clocks.outcome_asked
    if facts.appointment_at is not None:
        appointment_at = facts.appointment_at.astimezone(UTC)
        first = appointment_at + clocks.outcome_after_appointment
        since = max(since, appointment_at)
    questions = (first, first + clocks.outcome_asked)
    end = Tick(since + clocks.outcome_unknown, Step.CLOSE)
    return [Tick(at, Step.ASK_OUTCOME) for at in questions], [end]


def _calls(since: datetime, delays: tuple[timedelta, ...]) -> list[Tick]:
    return [Tick(since + delay, Step.REMIND) for delay in delays]


def _every(step: timedelta, until: timedelta) -> tuple[timedelta, ...]:
    return tuple(step * number for number in range(1, -(-until // step)))


def _start(day: date) -> datetime:
    """Return eight in the morning of a day, in UTC."""
    return datetime.combine(day, time(8), tzinfo=PARIS).astimezone(UTC)


def _numbers(text: str) -> list[int]:
    return sorted(int(number) for number in text.split(","))
