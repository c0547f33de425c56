"""Structured logs for every process: one object a line, and never what people typed.

An error of PostgreSQL quotes the values of the row, an error of an HTTP client the whole address
it called: so an exception is logged by its class, its constraint and its place, never by its text.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from directory.config import Settings
from directory.errors import FanalError

_QUERY_STRING = re.compile(r"(?<=[\w/%.-])\?[^\s\"'<>)]+")

#: Libraries that say at `info` what is of no use to an operator.
_TALKATIVE = ("httpx", "httpcore", "alembic", "urllib3")


def configure(settings: Settings) -> None:
    """Send the lines of this process, and of the libraries in it, to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_level(settings)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = _ErrorOutput()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, without_query_strings],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(_level(settings))
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def keep_texts_out() -> None:
    """Keep what people typed out of the lines of a process that never called `configure`.

    A server of another make, or a shell, gets structlog's own way of telling errors: with the
    values of every variable on the way. One that is configured is left alone.
    """
    if not structlog.is_configured():
        structlog.configure(
            processors=[
                structlog.contextvars.merge_contextvars,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                without_text,
                structlog.dev.ConsoleRenderer(),
            ]
        )


def server_logging() -> dict[str, Any]:
    """Return the logging settings of granian that leave its lines to `configure`."""
    loggers = {"_granian": {"handlers": [], "propagate": True}, "granian.access": {"handlers": []}}
    return {"version": 1, "disable_existing_loggers": False, "loggers": loggers, "handlers": {}}


def describe(error: BaseException) -> dict[str, Any]:
    """Return what may be logged of an error: class, constraint and place, never its text."""
    cause = getattr(error, "orig", None) or error
    description: dict[str, Any] = {"error": type(error).__name__}
    if cause is not error:
        description["cause"] = type(cause).__name__
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    if constraint:
        description["constraint"] = constraint
    frames = traceback.extract_tb(error.__traceback__)
    description["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return description


def setting_at_fault(error: FanalError) -> dict[str, Any]:
    """Return what the operator is told of an error that a setting of hers causes: no trace."""
    return {"why": error.field, "message": error.message, "remedy": error.remedy}


def without_text(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its description."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    return {**event, **describe(error)} if isinstance(error, BaseException) else event


def without_query_strings(
    _logger: WrappedLogger, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Cut what follows `?` out of the lines of libraries: it holds what people look for."""
    event["event"] = _QUERY_STRING.sub("", str(event.get("event", "")))
    return event


class _ErrorOutput(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at that moment: tests and servers replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        self.stream = sys.stderr
        super().emit(record)


def _level(settings: Settings) -> int:
    return logging.getLevelNamesMapping()[settings.log_level.upper()]


def _renderer(settings: Settings) -> Processor:
    if settings.log_format == "text":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(ensure_ascii=False)
