"""One line per request: method, path, status, milliseconds. Never the query string: it holds
what people look for and where they are. Never the token of a link either: it opens something."""

import re
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("fanal.web")

#: Paths that a supervisor asks every few seconds: not worth a line each.
QUIET = frozenset({"/healthz", "/readyz"})

#: Tokens have 43 signs; no address of ours has as long a word.
_TOKEN = re.compile(r"[\w-]{40,}", re.ASCII)


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
                path=told_path(),
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started_at", time.perf_counter())) * 1e3, 1),
            )
        return response


def told_path() -> str:
    """Return the path of the request; where it holds a token, the pattern of the route.

    A slash or a word that a mail program puts after a link leads to no page: what may be a token
    is cut there.
    """
    if request.url_rule is None:
        return _TOKEN.sub("…", request.path)
    if "token" in (request.view_args or {}):
        return request.url_rule.rule
    return request.path
