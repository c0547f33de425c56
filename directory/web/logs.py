"""One line per request: method, path, status, milliseconds. Never the query string: it holds
what people look for and where they are."""

import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("fanal.web")

#: Paths that a supervisor asks every few seconds: not worth a line each.
QUIET = frozenset({"/healthz", "/readyz"})


def register(app: Flask) -> None:
    """Log each request when it is answered."""

    @app.before_request
    def start() -> None:
        g.started_at = time.perf_counter()

    @app.after_request
    def write(response: Response) -> Response:
        if request.path not in QUIET and not request.path.startswith("/static/"):
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started_at", time.perf_counter())) * 1e3, 1),
            )
        return response
