"""Two questions of a supervisor: does the process live, and may it be given requests."""

from flask import Blueprint, Flask, Response, jsonify

from directory.web.health.readiness import readiness

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
    checks = readiness()
    everything = all(checks.values())
    response = _uncached(jsonify(status="ok" if everything else "unavailable", checks=checks))
    response.status_code = 200 if everything else 503
    return response


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
