"""The database sessions of a request, opened at first use, closed at its end, committed by hand."""

from flask import Flask, g, request
from sqlalchemy.orm import Session

from directory.web.runtime import runtime

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def current_session() -> Session:
    """Return the session of this request; a request that reads gets one that cannot write."""
    if request.method not in READING_METHODS:
        return writing_session()
    if "reading_session" not in g:
        g.reading_session = _opened(runtime().readers())
    session: Session = g.reading_session
    return session


def writing_session() -> Session:
    """Return the one session of this request that may write, and that has a scope."""
    if "writing_session" not in g:
        g.writing_session = _opened(runtime().sessions())
    session: Session = g.writing_session
    return session


def register(app: Flask) -> None:
    """Close the sessions when the request ends, whatever happened; nothing is committed here."""

    @app.teardown_appcontext
    def close(_error: BaseException | None) -> None:
        # The last one opened is closed first: on one connection, as in a test, they are nested.
        for session in reversed(g.pop("opened_sessions", [])):
            session.close()


def _opened(session: Session) -> Session:
    """Note a session for the end of the request."""
    g.setdefault("opened_sessions", []).append(session)
    return session
