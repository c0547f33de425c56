"""A bare HTTP/1.1 client over kept connections: it must cost little beside what it measures."""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Self

_HEAD_END = b"\r\n\r\n"


class Connection:
    """One kept connection; asks for answers as they are, not compressed."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, path: str) -> None:
        """Ask for a path."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    def receive(self) -> tuple[int, bytes]:
        """Wait for the whole answer; return its status and body."""
        received = self.socket.recv(65_536)
        while _HEAD_END not in received:
            received += self._more()
        head, _, body = received.partition(_HEAD_END)
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._more()
        return int(head[9:12]), body

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask for a path and wait for the answer."""
        self.send(path)
        return self.receive()

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def _more(self) -> bytes:
        more = self.socket.recv(262_144)
        if not more:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return more


class Crowd:
    """Several clients of one server; each asks again as soon as it has its answer."""

    def __init__(self, host: str, port: int, clients: int) -> None:
        self._connections = [Connection(host, port) for _ in range(clients)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()

    def ask(self, paths: Sequence[str]) -> list[float]:
        """Ask for every path once; return the seconds each took, in the order of the answers."""
        waiting = iter(paths)
        took: list[float] = []
        with closing(selectors.DefaultSelector()) as selector:
            asked_at: dict[Connection, float] = {}
            for connection in self._connections:
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                _ask_next(connection, waiting, asked_at)
            while asked_at:
                for key, _ in selector.select():
                    connection = key.data
                    status, _body = connection.receive()
                    took.append(time.perf_counter() - asked_at.pop(connection))
                    require_ok(status)
                    _ask_next(connection, waiting, asked_at)
        return took


def _ask_next(
    connection: Connection, waiting: Iterator[str], asked_at: dict[Connection, float]
) -> None:
    path = next(waiting, None)
    if path is not None:
        asked_at[connection] = time.perf_counter()
        connection.send(path)


def require_ok(status: int) -> None:
    """Stop the bench at an answer that is not one: a refusal is quick, and would look good."""
    if status != 200:
        raise RuntimeError(f"the server answered {status}")


def get_all(connection: Connection, paths: Iterable[str]) -> None:
    """Ask for every path once, to warm what must be warm."""
    for path in paths:
        require_ok(connection.get(path)[0])
