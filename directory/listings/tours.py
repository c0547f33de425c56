"""Where a round is now, or stops next."""

from collections.abc import Sequence
from datetime import UTC, datetime

from directory.listings.queries import Stop
from directory.opening_hours import State, state_at

_NEVER = datetime.max.replace(tzinfo=UTC)


def next_stop(stops: Sequence[Stop], at: datetime) -> Stop | None:
    """Return the stop under way, else the one that opens soonest; None when none is announced.

    Two that open together keep the order of the round.
    """
    soonest: Stop | None = None
    soonest_at = _NEVER
    for stop in stops:
        state = state_at(stop.hours, at)
        opens_at = at if state.state is State.OPEN else state.next_opening
        if opens_at is not None and opens_at < soonest_at:
            soonest, soonest_at = stop, opens_at
    return soonest
