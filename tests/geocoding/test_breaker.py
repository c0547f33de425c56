"""The circuit breaker opens after five failures and lets one probe through every 30 seconds."""

import pytest

from directory.errors import InvalidInput, Unavailable
from directory.geocoding.breaker import CircuitBreaker


class Service:
    """Something that fails or not, and counts how often it is asked."""

    def __init__(self) -> None:
        self.works = False
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if not self.works:
            raise Unavailable("silence")
        return "answer"


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def breaker(now: list[float]) -> CircuitBreaker:
    return CircuitBreaker(clock=lambda: now[0])


def fail(breaker: CircuitBreaker, service: Service, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            breaker.call(service)


def test_five_failures_open_it(breaker: CircuitBreaker) -> None:
    service = Service()
    fail(breaker, service, 4)
    assert not breaker.is_open
    fail(breaker, service, 1)
    assert breaker.is_open
    fail(breaker, service, 50)
    assert service.asked == 5


def test_one_probe_is_let_through_every_thirty_seconds(
    breaker: CircuitBreaker, now: list[float]
) -> None:
    service = Service()
    fail(breaker, service, 5)
    for minute in range(1, 4):
        now[0] = minute * 30.0 + minute * 0.01
        fail(breaker, service, 10)
        assert service.asked == 5 + minute


def test_an_answer_closes_it(breaker: CircuitBreaker, now: list[float]) -> None:
    service = Service()
    fail(breaker, service, 5)
    now[0], service.works = 31.0, True
    assert breaker.call(service) == "answer"
    assert not breaker.is_open
    assert breaker.call(service) == "answer"


def test_an_answer_between_failures_starts_the_count_again(breaker: CircuitBreaker) -> None:
    service = Service()
    for _ in range(3):
        fail(breaker, service, 4)
        service.works = True
        breaker.call(service)
        service.works = False
    assert not breaker.is_open


def test_a_wrong_question_is_not_a_failure_of_the_service(breaker: CircuitBreaker) -> None:
    def wrong() -> None:
        raise InvalidInput("question")

    for _ in range(10):
        with pytest.raises(InvalidInput):
            breaker.call(wrong)
    assert not breaker.is_open
