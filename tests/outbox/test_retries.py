"""When a mail is tried again: ever later, and not for ever."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.outbox.retries import PAUSES, REFUSALS_BELIEVED, pause_before_next
from directory.outbox.vocabulary import Failure

FAILURES = st.sampled_from(Failure)
CHANCES = st.floats(0, 1)


@settings(deadline=None)
@given(failure=FAILURES, attempts=st.integers(1, 30), chance=CHANCES)
def test_a_pause_lies_between_a_minute_and_a_day(
    failure: Failure, attempts: int, chance: float
) -> None:
    pause = pause_before_next(failure, attempts=attempts, chance=chance)
    if pause is not None:
        assert timedelta(minutes=1) <= pause <= timedelta(hours=24)


@settings(deadline=None)
@given(attempts=st.integers(1, len(PAUSES)), chance=CHANCES)
def test_a_server_that_is_away_is_waited_for_nearly_four_days(attempts: int, chance: float) -> None:
    assert pause_before_next(Failure.SERVER_AWAY, attempts=attempts, chance=chance)
    assert sum(PAUSES, timedelta()) > timedelta(days=3, hours=12)


@settings(deadline=None)
@given(failure=FAILURES, chance=CHANCES)
def test_after_the_last_try_there_is_none(failure: Failure, chance: float) -> None:
    assert pause_before_next(failure, attempts=len(PAUSES) + 1, chance=chance) is None


@settings(deadline=None)
@given(chance=CHANCES)
def test_a_refusal_is_believed_after_an_hour_not_after_a_minute(chance: float) -> None:
    pauses = [
        pause_before_next(Failure.REFUSED, attempts=attempts, chance=chance)
        for attempts in range(1, REFUSALS_BELIEVED + 1)
    ]
    assert pauses[-1] is None
    assert sum(filter(None, pauses), timedelta()) > timedelta(hours=1)


@settings(deadline=None)
@given(attempts=st.integers(1, len(PAUSES)), chances=st.tuples(CHANCES, CHANCES))
def test_chance_only_ever_adds(attempts: int, chances: tuple[float, float]) -> None:
    first, second = (
        pause_before_next(Failure.NOT_NOW, attempts=attempts, chance=chance)
        for chance in sorted(chances)
    )
    assert first is not None
    assert second is not None
    assert first <= second
