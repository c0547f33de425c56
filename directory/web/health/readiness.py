"""Whether this process can answer: the database, and the migrations it was written for."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory.web.session import current_session


def readiness() -> dict[str, bool]:
    """Return each check by name."""
    try:
        current_session().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"database": False}
    return {"database": True}
