"""Nobody waits long for an outside source, and a late answer is not lost."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from directory.errors import Unavailable
from directory.geo import Position
from directory.geocoding import AddressMatch
from directory.geocoding.breaker import FAILURES, PROBE_EVERY_S, CircuitBreaker
from directory.geocoding.cache import TypedAddressCache
from directory.geocoding.prompt import PromptIndex
from tests.fixtures.installation import wait_until
from tests.geocoding.back_ends import VERDUN, WrittenTable

#: Of who waits for an answer that comes, and of who gives up: the one is longer than any machine
#: stalls, the other is over soon.
PATIENCE_S, IMPATIENCE_S = 60.0, 0.05

#: Without waiting for any answer, on a machine that has other things to do.
AT_ONCE_S = 10.0


@dataclass
class Clock:
    """Seconds, set by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Held(WrittenTable):
    """A source whose answers are held back, and then given or refused."""

    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    is_down: bool = False
    go: threading.Event = field(default_factory=threading.Event)

    def search(self, text: str, **asked: object) -> list[AddressMatch]:
        return self.breaker.call(lambda: self._held(text))

    def _held(self, text: str) -> list[AddressMatch]:
        self.asked.append((text, None))
        self.go.wait(PATIENCE_S)
        if self.is_down:
            raise Unavailable("silence")
        return list(self.matches)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def held(clock: Clock) -> Iterator[Held]:
    source = Held(is_outside=True, breaker=CircuitBreaker(clock=clock))
    yield source
    source.go.set()


@pytest.fixture
def prompt(held: Held, clock: Clock) -> PromptIndex:
    return prompt_for(held, clock, PATIENCE_S)


@pytest.fixture
def impatient(held: Held, clock: Clock) -> PromptIndex:
    return prompt_for(held, clock, IMPATIENCE_S)


def prompt_for(held: Held, clock: Clock, patience_s: float) -> PromptIndex:
    return PromptIndex(
        held,
        breaker=held.breaker,
        cache=TypedAddressCache(600, clock=clock),
        patience_s=patience_s,
    )


def wait_for_the_last_answer(prompt: PromptIndex) -> None:
    wait_until(lambda: not prompt._under_way, seconds=30)


def refused_at_once(prompt: PromptIndex, text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(Unavailable):
        prompt.search(text)
    assert time.perf_counter() - started < AT_ONCE_S


def test_an_answer_in_time_is_given_and_remembered(prompt: PromptIndex, held: Held) -> None:
    held.go.set()
    for text in ("12 rue de Verdun", "12 RUE de Verdun"):
        assert prompt.search(text, citycode="93010") == [VERDUN]
    assert len(held.asked) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"citycode": "93066"},
        {"postcode": "93140"},
        {"near": Position(48.9, 2.48)},
        {"limit": 20},
    ],
)
def test_another_question_is_asked_anew(
    prompt: PromptIndex, held: Held, changed: dict[str, object]
) -> None:
    held.go.set()
    prompt.search("12 rue de Verdun")
    prompt.search("12 rue de Verdun", **changed)
    assert len(held.asked) == 2


def test_what_is_remembered_is_forgotten_after_its_life(
    prompt: PromptIndex, held: Held, clock: Clock
) -> None:
    held.go.set()
    prompt.search("12 rue de Verdun")
    clock.now = 601.0
    prompt.search("12 rue de Verdun")
    assert len(held.asked) == 2


def test_a_late_answer_serves_the_next_search(impatient: PromptIndex, held: Held) -> None:
    refused_at_once(impatient, "12 rue de Verdun")
    refused_at_once(impatient, "12 rue de Verdun")
    held.go.set()
    wait_for_the_last_answer(impatient)
    assert impatient.search("12 rue de Verdun") == [VERDUN]
    assert len(held.asked) == 1


def test_silence_is_not_remembered(prompt: PromptIndex, held: Held) -> None:
    held.go.set()
    held.is_down = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            prompt.search("12 rue de Verdun")
    assert len(held.asked) == 2


def test_no_more_questions_are_on_their_way_than_open_the_circuit(
    impatient: PromptIndex, held: Held
) -> None:
    for place in range(FAILURES):
        refused_at_once(impatient, f"{place} rue de Verdun")
    for place in range(50):
        refused_at_once(impatient, f"{place} rue Foch")
    wait_until(lambda: len(held.asked) >= FAILURES, seconds=30)
    held.is_down = True
    held.go.set()
    wait_for_the_last_answer(impatient)
    refused_at_once(impatient, "12 rue Foch")
    assert len(held.asked) == FAILURES


def test_a_question_that_failed_counts_among_those_that_open_the_circuit(
    impatient: PromptIndex, held: Held
) -> None:
    held.is_down = True
    held.go.set()
    with pytest.raises(Unavailable):
        impatient.search("12 rue Foch")
    wait_for_the_last_answer(impatient)
    held.go.clear()
    for place in range(FAILURES):
        refused_at_once(impatient, f"{place} rue de Verdun")
    wait_until(lambda: len(held.asked) >= FAILURES, seconds=30)
    held.go.set()
    wait_for_the_last_answer(impatient)
    assert len(held.asked) == FAILURES


def test_a_probe_holds_up_nobody_and_there_is_one_every_half_minute(
    prompt: PromptIndex, held: Held, clock: Clock
) -> None:
    held.is_down = True
    held.go.set()
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            prompt.search("12 rue de Verdun")
    wait_for_the_last_answer(prompt)
    assert held.breaker.is_resting
    held.go.clear()
    clock.now += PROBE_EVERY_S
    for _ in range(10):
        refused_at_once(prompt, "3 rue Foch")
    wait_until(lambda: len(held.asked) >= FAILURES + 1, seconds=30)
    held.is_down = False
    held.go.set()
    wait_for_the_last_answer(prompt)
    assert prompt.search("3 rue Foch") == [VERDUN]
    assert len(held.asked) == FAILURES + 1


def test_a_fault_of_ours_is_not_taken_for_silence(held: Held, clock: Clock) -> None:
    class Broken(WrittenTable):
        def search(self, text: str, **asked: object) -> list[AddressMatch]:
            raise ZeroDivisionError

    prompt = PromptIndex(
        Broken(), breaker=CircuitBreaker(), cache=TypedAddressCache(600), patience_s=PATIENCE_S
    )
    with pytest.raises(ZeroDivisionError):
        prompt.search("12 rue de Verdun")


def test_the_memory_is_small_short_and_does_not_show_itself() -> None:
    cache = TypedAddressCache(600, largest=2)
    for key in ("12 rue du secret", "b", "c"):
        cache.put(key, [VERDUN])
    assert cache.get("12 rue du secret") is None
    assert cache.get("c") == (VERDUN,)
    assert repr(cache) == "<TypedAddressCache of 2>"
    never = TypedAddressCache(0)
    never.put("a", [VERDUN])
    assert never.get("a") is None


def test_a_system_that_gives_no_thread_is_a_source_that_is_late(
    prompt: PromptIndex, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        for number in range(2 * FAILURES):
            with pytest.raises(Unavailable):
                prompt.search(f"{number} rue de Verdun")

    held.go.set()
    assert prompt.search("12 rue de Verdun") == [VERDUN]
