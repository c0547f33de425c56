"""One database session per request, opened at first use, closed at its end, committed by hand."""

from flask import Flask, g, request
from sqlalchemy.orm import Session

from directory.web.runtime import runtime

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def current_session() -> Session:
    """Return the session of this request; a request that reads gets one that cannot write."""
    if "session" not in g:
        makers = runtime()
        g.session = makers.readers() if request.method in READING_METHODS else makers.sessions()
    session: Session = g.session
    return session


def register(app: Flask) -> None:
    """Close the session when the request ends, whatever happened; nothing is committed here."""

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        session: Session | None = g.pop("session", None)
        if session is not None:
            session.close()
