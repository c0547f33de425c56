"""`fanal serve` on a database of the bench, with the settings it has in production."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from directory.postgres.roles import DatabaseUrls

HOST = "127.0.0.1"

#: An answer of the same server that asks the database nothing.
EMPTY_VIEW = "/healthz"

_PATIENCE_S = 60.0


@contextmanager
def serving(urls: DatabaseUrls, log_folder: Path, *, geocoder_url: str = "") -> Iterator[int]:
    """Have the server up for the block; return its port. Its log goes to a file.

    No outside service is asked for addresses, unless one is named.
    """
    port = _free_port()
    environment = os.environ | {
        "DATABASE_URL": urls.app,
        "PORT": str(port),
        "FANAL_HOST": HOST,
        "FANAL_GEOCODER_URL": geocoder_url,
        "FANAL_SECRET_KEY": "only for the bench",
    }
    with (log_folder / f"serve-{port}.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "directory.cli", "serve"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, port)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
    Path(log.name).unlink()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", EMPTY_VIEW)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server does not start")
