"""The outside service of addresses, by a server on this machine that speaks as it does."""

import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from directory.errors import InvalidInput, Unavailable
from directory.geo import Position
from directory.geocoding import AddressQuestion, Precision
from directory.geocoding.breaker import CircuitBreaker
from directory.geocoding.geoplateforme import Geoplateforme
from directory.geocoding.limiter import RateLimiter
from tests.geocoding.server import Answer, feature, found, serving

#: For a service that answers: longer than a busy machine stalls.
PATIENT_S = 30.0


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield listener.getsockname()[1]


def test_an_address_is_read_with_its_parts() -> None:
    with serving(lambda path, asked: found(feature())) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        (match,) = service.search("12 rue de Verdun", citycode="93010", limit=3)
        service.close()
    assert match.position == Position(48.9021, 2.4801)
    assert match.type is Precision.HOUSENUMBER
    assert (match.citycode, match.housenumber, match.street) == ("93010", "12", "Rue de Verdun")
    assert server.asked == [{"q": "12 rue de Verdun", "limit": "3", "citycode": "93010"}]


@pytest.mark.parametrize(
    ("citycode", "asked"),
    [
        ("75056", {"q": "3 rue Lepic Paris"}),
        ("69123", {"q": "3 rue Lepic Lyon"}),
        ("13055", {"q": "3 rue Lepic Marseille"}),
        ("75118", {"q": "3 rue Lepic", "citycode": "75118"}),
        (None, {"q": "3 rue Lepic"}),
    ],
)
def test_a_whole_city_is_asked_for_by_its_name(citycode: str | None, asked: dict[str, str]) -> None:
    with serving(lambda path, asked: found()) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        assert service.search("3 rue Lepic", citycode=citycode) == []
        service.close()
    assert server.asked == [{"limit": "5", **asked}]


def test_a_postcode_orders_what_scores_the_same_and_hides_nothing() -> None:
    there, elsewhere = feature(postcode="93200"), feature(postcode="93140")
    with serving(lambda path, asked: found(elsewhere, there)) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        matches = service.search("12 rue de Verdun", citycode="93066", postcode="93200")
        service.close()
    assert [match.postcode for match in matches] == ["93200", "93140"]
    assert "postcode" not in server.asked[0]


def test_it_is_asked_for_no_more_than_it_tells() -> None:
    with serving(lambda path, asked: found()) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        service.search("rue de Verdun", limit=2_000)
        service.close()
    assert server.asked[0]["limit"] == "20"


def test_a_point_gives_the_address_beside_it() -> None:
    def answer(path: str, asked: dict[str, str]) -> Answer:
        return found(feature()) if path == "/reverse" else found()

    with serving(answer) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        match = service.reverse(Position(48.9, 2.48))
        assert match is not None
        assert match.citycode == "93010"
        service.close()
    assert server.asked[0] == {"lat": "48.900000", "lon": "2.480000", "limit": "1"}


def test_a_list_is_answered_in_its_order() -> None:
    def answer(path: str, asked: dict[str, str]) -> Answer:
        return found(feature(citycode=asked["citycode"])) if asked["q"] != "?" else found()

    with serving(answer) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        questions = [AddressQuestion(text, code) for text, code in (("a", "1"), ("?", "2"))]
        first, second = service.batch(questions)
        service.close()
    assert first is not None
    assert first.citycode == "1"
    assert second is None


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}, b""),
        (404, {}, b""),
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b'{"features": 3}'),
        (200, {}, b"[" * 200_000),
        (200, {}, b" " * 2_000_001),
        (200, {"Content-Encoding": "gzip"}, b"not gzip"),
    ],
)
def test_what_is_not_an_answer_counts_as_silence(answer: Answer) -> None:
    with serving(lambda path, asked: answer) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        with pytest.raises(Unavailable) as refusal:
            service.search("12 rue de Verdun")
        service.close()
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "broken",
    [
        {"coordinates": []},
        {"coordinates": ["a", "b"]},
        {"coordinates": [2.48, 148.9]},
        {"score": None},
        {"citycode": None, "score": "x"},
    ],
)
def test_a_broken_address_is_left_out_and_the_others_kept(broken: dict[str, object]) -> None:
    with serving(lambda path, asked: found(feature(**broken), feature())) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        assert len(service.search("12 rue de Verdun")) == 1
        service.close()


def test_a_text_the_service_refuses_has_no_address() -> None:
    with serving(lambda path, asked: (400, {}, b"{}")) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        assert service.search("??") == []
        service.close()


def test_a_redirect_is_never_followed() -> None:
    with serving(lambda path, asked: found(feature())) as elsewhere:
        target = {"Location": f"{elsewhere.url}/search"}
        with serving(lambda path, asked: (302, target, b"")) as server:
            service = Geoplateforme(server.url, timeout_s=PATIENT_S)
            with pytest.raises(Unavailable):
                service.search("12 rue de Verdun")
            service.close()
    assert elsewhere.asked == []


def test_it_waits_once_for_as_long_as_it_is_told() -> None:
    waits: list[float] = []
    answers = [(429, {"Retry-After": "1"}, b""), found(feature())]
    with serving(lambda path, asked: answers.pop(0)) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S, sleep=waits.append)
        assert len(service.search("12 rue de Verdun")) == 1
        service.close()
    assert waits == [1.0]


def test_it_does_not_wait_an_hour_nor_ask_a_third_time() -> None:
    waits: list[float] = []
    busy: Answer = (429, {"Retry-After": "3600"}, b"")
    with serving(lambda path, asked: busy) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S, sleep=waits.append)
        with pytest.raises(Unavailable):
            service.search("12 rue de Verdun")
        service.close()
    assert waits == [2.0]
    assert len(server.asked) == 2


def test_a_silent_service_is_given_up_then_left_alone(silent_port: int) -> None:
    """Five silences open the circuit; from then on nobody waits."""
    now = [0.0]
    breaker = CircuitBreaker(clock=lambda: now[0])
    service = Geoplateforme(f"http://127.0.0.1:{silent_port}", timeout_s=0.1, breaker=breaker)
    for _ in range(5):
        with pytest.raises(Unavailable):
            service.search("12 rue de Verdun")
    assert breaker.is_open
    started = time.perf_counter()
    for _ in range(100):
        with pytest.raises(Unavailable):
            service.search("12 rue de Verdun")
    assert time.perf_counter() - started < 5, "a hundred waits would be 10 s"
    service.close()


def test_a_service_that_drips_is_cut_at_the_timeout() -> None:
    """Each byte comes in time, the whole does not."""

    def drip(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            for _ in range(1000):
                connection.sendall(b" ")
                time.sleep(0.05)
        except OSError:
            pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def serve() -> None:
            with listener.accept()[0] as connection:
                drip(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        service = Geoplateforme(url, timeout_s=0.3)
        started = time.perf_counter()
        with pytest.raises(Unavailable):
            service.search("12 rue de Verdun")
        assert time.perf_counter() - started < 10, "the whole takes almost a minute"
        service.close()
        thread.join(30)


def test_what_was_typed_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [found(feature()), (500, {}, b"")]
    with serving(lambda path, asked: answers.pop(0)) as server:
        service = Geoplateforme(server.url, timeout_s=PATIENT_S)
        service.search("12 rue du secret")
        with pytest.raises(Unavailable):
            service.search("12 rue du secret")
        service.close()
    assert "secret" not in caplog.text


def test_an_address_that_is_not_of_the_web_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Geoplateforme("file:///etc/passwd", timeout_s=1)


def test_questions_are_spaced() -> None:
    now = [0.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    limiter = RateLimiter(40, clock=lambda: now[0], sleep=sleep)
    for _ in range(41):
        limiter.wait()
    assert now[0] == pytest.approx(1.0)
    assert all(wait <= 1 / 40 + 1e-9 for wait in waits)
