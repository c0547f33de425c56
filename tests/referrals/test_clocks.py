"""When the clock acts: a table of cases, and what holds whatever the hour and the settings."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from directory.config import Settings
from directory.referrals.clocks import (
    Clocks,
    Due,
    Facts,
    Tick,
    due,
    next_tick,
    review_date,
)
from directory.referrals.steps import ENDED, LIVE, Step
from directory.referrals.vocabulary import State

PARIS = ZoneInfo("Europe/Paris")
#: Tuesday 17 November 2026, ten o'clock in Paris.
SINCE = datetime(2026, 11, 17, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
REVIEW = date(2026, 12, 24)
#: Eight in the morning of that day, in Paris.
REVIEW_AT = datetime(2026, 12, 24, 7, tzinfo=UTC)

#: What is known, and each act of the clock until the end: after how long, and what it is.
CASES: dict[str, tuple[dict[str, Any], list[tuple[timedelta, Step | None]]]] = {
    "draft": ({"state": State.DRAFT}, [(7 * DAY, None)]),
    "sent": (
        {"state": State.SENT},
        [(3 * DAY, Step.REMIND), (10 * DAY, Step.REMIND), (30 * DAY, Step.EXPIRE)],
    ),
    "sent, urgent": (
        {"state": State.SENT, "is_urgent": True},
        [(24 * HOUR, Step.REMIND), (72 * HOUR, Step.EXPIRE)],
    ),
    "in review": (
        {"state": State.IN_REVIEW},
        [(number * DAY, Step.REMIND) for number in (10, 20, 30, 40, 50)]
        + [(60 * DAY, Step.EXPIRE)],
    ),
    "in review, urgent": (
        {"state": State.IN_REVIEW, "is_urgent": True},
        [(24 * HOUR, Step.REMIND), (72 * HOUR, Step.EXPIRE)],
    ),
    "information requested": (
        {"state": State.INFO_REQUESTED},
        [(2 * DAY, Step.REMIND), (15 * DAY, Step.CANCEL)],
    ),
    "waitlisted until a day": (
        {"state": State.WAITLISTED, "review_on": REVIEW},
        [(REVIEW_AT - SINCE, Step.REMIND), (REVIEW_AT - SINCE + 60 * DAY, Step.EXPIRE)],
    ),
    "waitlisted without a day": (
        {"state": State.WAITLISTED},
        [(30 * DAY - 2 * HOUR, Step.REMIND), (90 * DAY - 2 * HOUR, Step.EXPIRE)],
    ),
    "accepted": (
        {"state": State.ACCEPTED},
        [(15 * DAY, Step.ASK_OUTCOME), (30 * DAY, Step.ASK_OUTCOME), (90 * DAY, Step.CLOSE)],
    ),
    "accepted with an appointment": (
        {"state": State.ACCEPTED, "appointment_at": SINCE + 20 * DAY},
        [(22 * DAY, Step.ASK_OUTCOME), (37 * DAY, Step.ASK_OUTCOME), (110 * DAY, Step.CLOSE)],
    ),
    "accepted with an appointment far away": (
        {"state": State.ACCEPTED, "appointment_at": SINCE + 200 * DAY},
        [(202 * DAY, Step.ASK_OUTCOME), (217 * DAY, Step.ASK_OUTCOME), (290 * DAY, Step.CLOSE)],
    ),
    "accepted after the appointment": (
        {"state": State.ACCEPTED, "appointment_at": SINCE - 1 * DAY},
        [(1 * DAY, Step.ASK_OUTCOME), (16 * DAY, Step.ASK_OUTCOME), (90 * DAY, Step.CLOSE)],
    ),
    "logged": (
        {"state": State.LOGGED},
        [(15 * DAY, Step.ASK_OUTCOME), (30 * DAY, Step.ASK_OUTCOME), (90 * DAY, Step.CLOSE)],
    ),
    **{state.value: ({"state": state}, []) for state in sorted(ENDED)},
}


def acts(facts: Facts, clocks: Clocks) -> list[Tick]:
    """Return every act of the clock on a referral that nobody touches, in order."""
    found: list[Tick] = []
    for calls in range(1000):
        tick = next_tick(_called(facts, calls), clocks)
        if tick is None:
            return found
        found.append(tick)
        if tick.step not in (Step.REMIND, Step.ASK_OUTCOME):
            return found
    raise AssertionError("it has no end")


def _called(facts: Facts, calls: int) -> Facts:
    return Facts(
        facts.state,
        facts.state_since,
        facts.is_urgent,
        calls,
        facts.review_on,
        facts.appointment_at,
    )


@pytest.mark.parametrize(("known", "expected"), CASES.values(), ids=CASES.keys())
def test_the_clock_acts_when_the_rules_say(
    known: dict[str, Any], expected: list[tuple[timedelta, Step | None]]
) -> None:
    facts = Facts(state_since=SINCE, **known)

    assert [(tick.at - SINCE, tick.step) for tick in acts(facts, Clocks())] == expected


def test_every_state_has_its_case() -> None:
    assert {known["state"] for known, _ in CASES.values()} == set(State)


def test_days_are_whole_days_across_the_change_to_winter_time() -> None:
    since = datetime(2026, 10, 24, 10, tzinfo=PARIS)

    tick = next_tick(Facts(State.SENT, since, is_urgent=True), Clocks())

    assert tick is not None
    assert tick.at - since.astimezone(UTC) == 24 * HOUR


@pytest.mark.parametrize(
    ("given", "expected"), [(None, date(2026, 12, 17)), (REVIEW, REVIEW), (date(2030, 1, 1),) * 2]
)
def test_a_review_is_on_the_day_that_was_given_else_after_the_usual_delay(
    given: date | None, expected: date
) -> None:
    assert review_date(given, at=SINCE, clocks=Clocks()) == expected


def test_the_usual_review_is_counted_in_days_of_paris() -> None:
    late = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)

    assert review_date(None, at=late, clocks=Clocks()) == date(2026, 12, 18)


@pytest.mark.parametrize(
    ("days", "calls", "expected"),
    [
        (2, 0, None),
        (3, 0, Due(Step.REMIND, 1)),
        (9, 1, None),
        (10, 1, Due(Step.REMIND, 2)),
        # The worker stood still: both reminders make one, and none comes with the end.
        (12, 0, Due(Step.REMIND, 2)),
        (30, 0, Due(Step.EXPIRE, 0)),
        (400, 2, Due(Step.EXPIRE, 2)),
        # A clock that was set back: what was done is not done again.
        (4, 2, None),
        (-300, 0, None),
    ],
)
def test_what_is_due_is_one_act_even_after_a_pause(
    days: int, calls: int, expected: Due | None
) -> None:
    facts = Facts(State.SENT, SINCE, reminders=calls)

    assert due(facts, Clocks(), at=SINCE + days * DAY) == expected


def test_the_delays_are_those_of_the_settings() -> None:
    assert Clocks.of(Settings()) == Clocks()
    changed = Settings(
        referral_draft_kept_days=2,
        referral_reminder_days="5,1,3",
        referral_urgent_reminder_h="6,12",
        referral_urgent_expires_h=24,
        referral_outcome_after_appointment_days=0,
    )

    clocks = Clocks.of(changed)

    assert clocks.draft_kept == 2 * DAY
    assert clocks.sent_reminders == (DAY, 3 * DAY, 5 * DAY)
    assert clocks.urgent_reminders == (6 * HOUR, 12 * HOUR)
    assert clocks.urgent_expires == 24 * HOUR
    assert clocks.outcome_after_appointment == timedelta(0)


@pytest.mark.parametrize("text", ["", "0", "3;10", "3,", "-1", "1000", "trois"])
def test_delays_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Settings(referral_reminder_days=text)


_DELAYS = st.integers(1, 400).map(lambda days: timedelta(days=days))
_SEVERAL = st.lists(_DELAYS, min_size=1, max_size=4).map(lambda several: tuple(sorted(several)))
_INSTANTS = st.builds(
    lambda hours, zone: (SINCE + hours * HOUR).astimezone(zone),
    st.integers(-20_000, 30_000),
    st.sampled_from([UTC, PARIS]),
)

clocks_of_any_house = st.builds(
    Clocks,
    draft_kept=_DELAYS,
    sent_reminders=_SEVERAL,
    sent_expires=_DELAYS,
    urgent_reminders=_SEVERAL,
    urgent_expires=_DELAYS,
    review_reminder=_DELAYS,
    review_expires=_DELAYS,
    information_reminder=_DELAYS,
    information_cancels=_DELAYS,
    waitlist_review=_DELAYS,
    waitlist_expires=_DELAYS,
    outcome_after_appointment=_DELAYS,
    outcome_asked=_DELAYS,
    outcome_unknown=_DELAYS,
)

anything_known = st.builds(
    Facts,
    state=st.sampled_from(State),
    state_since=_INSTANTS,
    is_urgent=st.booleans(),
    reminders=st.integers(0, 400),
    review_on=st.none() | st.dates(date(2024, 1, 1), date(2031, 1, 1)),
    appointment_at=st.none() | _INSTANTS,
)


@settings(deadline=None)
@given(facts=anything_known, clocks=clocks_of_any_house)
def test_whatever_is_set_a_live_request_comes_to_its_end_and_an_ended_one_stays_there(
    facts: Facts, clocks: Clocks
) -> None:
    is_live = facts.state in LIVE | {State.DRAFT, State.LOGGED}

    found = [tick.step for tick in acts(_called(facts, 0), clocks)]

    assert bool(found) == is_live
    if is_live:
        assert found[-1] in (Step.EXPIRE, Step.CANCEL, Step.CLOSE, None)
        assert not {Step.EXPIRE, Step.CANCEL, Step.CLOSE, None} & set(found[:-1])


@settings(deadline=None)
@given(facts=anything_known, clocks=clocks_of_any_house)
def test_the_clock_never_goes_backwards(facts: Facts, clocks: Clocks) -> None:
    times = [tick.at for tick in acts(_called(facts, 0), clocks)]

    assert times == sorted(times)


@settings(deadline=None)
@given(
    facts=anything_known,
    clocks=clocks_of_any_house,
    moves=st.lists(st.integers(-500, 500), max_size=40),
)
def test_a_clock_that_is_moved_about_calls_nobody_twice(
    facts: Facts, clocks: Clocks, moves: list[int]
) -> None:
    """Run the clock at arbitrary hours, later and earlier: every call goes out at most once."""
    calls_of_all = [tick for tick in acts(_called(facts, 0), clocks) if _is_call(tick.step)]
    at, calls, sent = facts.state_since, 0, 0
    for days in moves:
        at += days * DAY
        now = due(_called(facts, calls), clocks, at=at)
        if now is None:
            continue
        if not _is_call(now.step):
            break
        assert now.calls > calls
        calls, sent = now.calls, sent + 1
    assert sent <= calls <= len(calls_of_all)


@settings(deadline=None)
@given(facts=anything_known, clocks=clocks_of_any_house, days=st.integers(-500, 1500))
def test_something_is_due_exactly_when_the_next_act_is_not_in_the_future(
    facts: Facts, clocks: Clocks, days: int
) -> None:
    at = facts.state_since.astimezone(UTC) + days * DAY
    tick = next_tick(facts, clocks)

    assert (due(facts, clocks, at=at) is not None) == (tick is not None and tick.at <= at)


def _is_call(step: Step | None) -> bool:
    return step in (Step.REMIND, Step.ASK_OUTCOME)
