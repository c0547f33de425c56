"""A small HTTP server on this machine, in the place of the outside service of addresses."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class AddressServer:
    """Its address, what it was asked, and what it answers."""

    answer: Callable[[str, dict[str, str]], Answer]
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)


def feature(**changes: Any) -> dict[str, Any]:
    """Return the address « 12 Rue de Verdun 93140 Bondy » as the service words it."""
    properties = {
        "label": "12 Rue de Verdun 93140 Bondy",
        "score": 0.96,
        "type": "housenumber",
        "citycode": "93010",
        "postcode": "93140",
        "city": "Bondy",
        "housenumber": "12",
        "street": "Rue de Verdun",
    }
    coordinates = changes.pop("coordinates", [2.4801, 48.9021])
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": {**properties, **changes},
    }


def found(*features: dict[str, Any]) -> Answer:
    """Return an answer that holds these features."""
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return 200, {"Content-Type": "application/json"}, body


@contextmanager
def serving(answer: Callable[[str, dict[str, str]], Answer]) -> Iterator[AddressServer]:
    """Serve `answer(path, asked)` for the block, on a free port of this machine."""
    server = AddressServer(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            server.asked.append(asked)
            status, headers, body = server.answer(parts.path, asked)
            # Whoever asked may have given up meanwhile.
            with suppress(ConnectionError):
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
