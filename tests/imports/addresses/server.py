"""A small HTTP server on this machine, in the place of the one that publishes the addresses."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FileServer:
    """One file, how it is announced, and how reliably it is sent."""

    content: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"first"'})
    #: After how many bytes each answer breaks off, None for never.
    breaks_after: int | None = None
    status: int = 200
    location: str | None = None
    url: str = ""
    #: The range that each request asked for, empty for the whole file.
    ranges: list[str] = field(default_factory=list)

    def begins_at(self, wanted: str, version: str) -> int:
        """Return from which byte on to answer."""
        known = (self.headers.get("ETag"), self.headers.get("Last-Modified"))
        if not wanted.startswith("bytes=") or version not in known:
            return 0
        return int(wanted.removeprefix("bytes=").rstrip("-"))


class _Handler(BaseHTTPRequestHandler):
    files: FileServer

    def do_GET(self) -> None:
        files, wanted = self.files, self.headers.get("Range", "")
        files.ranges.append(wanted)
        first = files.begins_at(wanted, self.headers.get("If-Range", ""))
        status, body = files.status, files.content[first:]
        if first and first >= len(files.content):
            status, body = 416, b""
        elif first:
            status = 206
        self.send_response(status)
        if status == 206:
            last = len(files.content) - 1
            self.send_header("Content-Range", f"bytes {first}-{last}/{last + 1}")
        for name, value in files.headers.items():
            self.send_header(name, value)
        if files.location:
            self.send_header("Location", files.location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: files.breaks_after])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def publishing(files: FileServer) -> Iterator[FileServer]:
    """Publish a file for the block, under any path, on a free port of this machine."""
    handler = type("Handler", (_Handler,), {"files": files})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        files.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield files
        finally:
            http.shutdown()
            thread.join()
