"""When a mail that did not leave is tried again, and when no more. Pure."""

from datetime import timedelta

from directory.outbox.vocabulary import Failure

#: After the first failure, the second… Nearly four days in all: a server that is away for a long
#: weekend loses nothing.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
    timedelta(hours=24),
)

#: A plain refusal seldom changes, yet a server set up wrong refuses everything for half an hour:
#: so it is believed after as many tries, an hour and a half.
REFUSALS_BELIEVED = 5

#: Share of a pause that is added at random, lest all mails come back at one instant.
LARGEST_JITTER = 0.25


def pause_before_next(failure: Failure, *, attempts: int, chance: float) -> timedelta | None:
    """Return how long to wait after so many failed tries, or None when it was the last.

    `chance` lies between 0 and 1; no pause is shorter than a minute or longer than 24 hours.
    """
    if failure is Failure.REFUSED and attempts >= REFUSALS_BELIEVED:
        return None
    if attempts > len(PAUSES):
        return None
    pause = PAUSES[attempts - 1]
    return min(pause * (1 + LARGEST_JITTER * chance), PAUSES[-1])
