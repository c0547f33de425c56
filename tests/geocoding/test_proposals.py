"""What the outside service proposes for an unfinished text: soon, or not at all."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from directory.errors import Unavailable
from directory.geocoding import geoplateforme
from directory.geocoding.breaker import CircuitBreaker
from directory.geocoding.geoplateforme import Geoplateforme
from tests.geocoding.server import Answer, feature, found, serving

#: Longer than a busy machine stalls.
PATIENT_S = 30.0


@pytest.fixture
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types waits as long as a busy machine may stall."""
    monkeypatch.setattr(geoplateforme, "LONGEST_PROPOSAL_S", PATIENT_S)


@pytest.fixture
def silent_url() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.usefixtures("_unhurried")
def test_an_unfinished_text_is_asked_as_such() -> None:
    with serving(lambda path, asked: found(feature())) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        (match,) = service.complete("12 rue de verd", citycode="93010", limit=4)
        service.close()
    assert match.citycode == "93010"
    asked = {"q": "12 rue de verd", "limit": "4", "autocomplete": "1", "citycode": "93010"}
    assert server.asked == [asked]


def test_who_types_waits_a_quarter_of_a_second_at_most_and_five_times(silent_url: str) -> None:
    service = Geoplateforme(silent_url, timeout_s=30)
    started = time.perf_counter()
    for _ in range(5):
        with pytest.raises(Unavailable):
            service.complete("12 rue de verd")
    assert time.perf_counter() - started < 10, "a search would wait for half a minute"
    started = time.perf_counter()
    for _ in range(100):
        with pytest.raises(Unavailable):
            service.complete("12 rue de verd")
    assert time.perf_counter() - started < 10, "a hundred waits would be 25 s"
    service.close()


def test_a_service_too_slow_to_propose_is_still_searched() -> None:
    given_up = threading.Event()

    def answer(path: str, asked: dict[str, str]) -> Answer:
        if "autocomplete" in asked:
            given_up.wait(PATIENT_S)
        return found(feature())

    with serving(answer) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        for _ in range(6):
            with pytest.raises(Unavailable):
                service.complete("12 rue de verd")
        assert len(service.search("12 rue de Verdun")) == 1
        given_up.set()
        service.close()


def test_nothing_is_proposed_while_searches_find_the_service_down() -> None:
    breaker = CircuitBreaker(failures=1)
    answers: list[Answer] = [(500, {}, b"")]
    with serving(lambda path, asked: answers.pop(0)) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S, breaker=breaker)
        for ask in (service.search, service.complete):
            with pytest.raises(Unavailable):
                ask("12 rue de verdun")
        service.close()
    assert len(server.asked) == 1


@pytest.mark.usefixtures("_unhurried")
def test_a_busy_service_is_not_asked_again() -> None:
    with serving(lambda path, asked: (429, {"Retry-After": "1"}, b"")) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        with pytest.raises(Unavailable):
            service.complete("12 rue de verdun")
        service.close()
    assert len(server.asked) == 1
