"""`python -m bench.black_hole`: searches while the outside geocoder listens and never answers.

Addresses that nobody but the outside service could know, asked by four clients at once. Ends with 1
when a promise is broken.
"""

import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from rich.console import Console

from bench.client import Crowd
from bench.figures import Bar, Timings
from bench.filling import store_territories_and_vocabulary
from bench.report import bars_table
from bench.serving import HOST, serving
from directory.config import Settings
from directory.geocoding.breaker import FAILURES
from directory.postgres.cluster import Cluster, running
from directory.postgres.migrate import upgrade

SEARCHES, CLIENTS = 400, 4

console = Console()


def main() -> None:
    """Measure, and judge the two promises."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running(Cluster.prepare(folder / "data")) as cluster, black_hole() as (url, taken):
            urls = cluster.urls()
            upgrade(urls.owner, engine=cluster.engine)
            store_territories_and_vocabulary(urls.app, datetime.now(UTC))
            with serving(urls, folder, geocoder_url=url) as port:
                seconds = ask(port)
    timings = Timings(seconds)
    console.print(
        f"{SEARCHES} searches: p50 {timings.p50:.0f} ms, p95 {timings.p95:.0f} ms, "
        f"p99 {timings.p99:.0f} ms; {len(taken)} questions were asked outside"
    )
    # Each process of the web learns for itself.
    most = FAILURES * Settings().web_workers
    bars = [
        Bar("search with a silent geocoder, p99", timings.p99, 300, "ms"),
        Bar("questions before it is left alone", len(taken), most, ""),
    ]
    console.print(bars_table(bars, judges_speed=True))
    sys.exit(0 if all(bar.holds for bar in bars) else 1)


def ask(port: int) -> list[float]:
    """Search from many unknown addresses, several at once; return the seconds of each."""
    paths = [
        "/recherche?q=" + quote(f"{at % 90 + 1} rue Inconnue {at}, 93140 Bondy")
        for at in range(SEARCHES)
    ]
    with Crowd(HOST, port, CLIENTS) as crowd:
        crowd.ask(["/recherche?q=Bondy"] * CLIENTS)
        return crowd.ask(paths)


@contextmanager
def black_hole() -> Iterator[tuple[str, list[socket.socket]]]:
    """Have a port that never answers for the block; return its address, and what it took."""
    taken: list[socket.socket] = []
    with socket.create_server((HOST, 0)) as listener:

        def swallow() -> None:
            try:
                while True:
                    taken.append(listener.accept()[0])
            except OSError:
                return

        thread = threading.Thread(target=swallow, daemon=True)
        thread.start()
        yield f"http://{HOST}:{listener.getsockname()[1]}", taken
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
    for connection in taken:
        connection.close()


if __name__ == "__main__":
    main()
