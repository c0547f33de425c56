"""The next stop of a round."""

from datetime import datetime, timedelta

from directory.listings.queries import Stop
from directory.listings.tours import next_stop
from directory.opening_hours import OpeningHours
from tests.factories import weekdays


def stop(id: int, opens: int, closes: int) -> Stop:
    return Stop(id, {}, OpeningHours(rules=(weekdays(opens, closes),)))


def test_the_stop_under_way_comes_before_the_one_that_opens_soonest(at: datetime) -> None:
    stops = [stop(1, 11, 12), stop(2, 9, 11), stop(3, 10, 12)]

    assert next_stop(stops, at) == stops[1]


def test_the_stop_that_opens_soonest_is_next_whatever_the_order_of_the_round(at: datetime) -> None:
    stops = [stop(1, 20, 21), stop(2, 18, 19), stop(3, 18, 20)]

    assert next_stop(stops, at) == stops[1]
    assert next_stop(stops, at + timedelta(hours=9, minutes=30)) == stops[2]


def test_a_round_without_hours_announces_nothing(at: datetime) -> None:
    assert next_stop([Stop(1, {}, OpeningHours())], at) is None
    assert next_stop([], at) is None
