"""One line per request: method, path, status, milliseconds. Never the query string: it holds
what people look for and where they are."""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from directory.config import Settings

log = structlog.get_logger("fanal.web")

#: Paths that a supervisor asks every few seconds: not worth a line each.
QUIET = frozenset({"/healthz", "/readyz"})


def configure(settings: Settings) -> None:
    """Send structured lines to the standard error output, as JSON or as text for people."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if settings.log_format == "text":
        renderer = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def register(app: Flask) -> None:
    """Log each request when it is answered, and an unforeseen error with its trace."""

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
