"""Two questions of a supervisor: does the process live, and may it be given requests."""

from dataclasses import asdict

from flask import Blueprint, Flask, Response, jsonify

from directory.postgres.readiness import readiness
from directory.web.errors import RETRY_AFTER_S
from directory.web.runtime import runtime

blueprint = Blueprint("health", __name__)


def register(app: Flask) -> None:
    """Add `/healthz` and `/readyz`."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer as long as the process does; nothing else is asked."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer 200 when the database answers and its migrations are current, else 503."""
    state = readiness(runtime().engine)
    status = "ok" if state.is_ready else "unavailable"
    response = _uncached(jsonify(status=status, checks=asdict(state)))
    if not state.is_ready:
        response.status_code = 503
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
