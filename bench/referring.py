"""Workers who send one request after the other, each until it is acknowledged."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID, uuid4

from bench.serving import HOST

_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
}

#: After a request that broke off, the same form is sent again.
_PAUSE_S = 0.05


@dataclass
class Sent:
    """What the writers were told."""

    #: Each key of an acknowledged form, and the page it led to.
    acknowledged: dict[UUID, str] = field(default_factory=dict)
    #: Tries that broke off: nobody could tell whether they counted.
    in_doubt: int = 0
    #: Answers that no worker should get, as (status, beginning of the page).
    refused: list[tuple[int, str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody signed in, and the service she sends people to."""

    port: int
    cookie: str
    service_id: int


@contextmanager
def writers(desk: Desk, count: int) -> Iterator[Sent]:
    """Have so many writers at work for the block; at its end each finishes what it began."""
    sent, stop = Sent(), threading.Event()
    threads = [threading.Thread(target=_write, args=(desk, sent, stop)) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield sent
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _write(desk: Desk, sent: Sent, stop: threading.Event) -> None:
    while not stop.is_set() and len(sent.refused) < 20:
        key = uuid4()
        form = {
            "service": desk.service_id,
            "key": str(key),
            "code": f"P{key.hex[:10]}",
            "action": "envoyer",
        }
        page = _until_acknowledged(desk, urlencode(form), sent)
        if page is not None:
            sent.acknowledged[key] = page


def _until_acknowledged(desk: Desk, form: str, sent: Sent) -> str | None:
    """Send a form until it is answered; return where it leads, None when it is refused."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        started = time.perf_counter()
        try:
            status, page = _post(desk, form)
        except (OSError, http.client.HTTPException):
            sent.in_doubt += 1
            time.sleep(_PAUSE_S)
            continue
        if status == 303:
            sent.seconds.append(time.perf_counter() - started)
            return page
        if status not in (502, 503):
            sent.refused.append((status, page[:2000]))
            return None
        sent.in_doubt += 1
        time.sleep(_PAUSE_S)
    sent.refused.append((0, "never acknowledged"))
    return None


def _post(desk: Desk, form: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, desk.port, timeout=10)
    try:
        headers = _HEADERS | {"Cookie": desk.cookie}
        connection.request("POST", "/orientations", form, headers)
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        return answer.status, answer.getheader("Location") or body
    finally:
        connection.close()
