"""The pages of the people who look for a service, for themselves or for somebody they help."""

from flask import Blueprint, Flask, redirect, url_for
from werkzeug import Response

blueprint = Blueprint("caseworkers", __name__)


def register(app: Flask) -> None:
    """Add the search page, the place page, and the way from `/` to the first."""
    app.register_blueprint(blueprint)


@blueprint.get("/")
def home() -> Response:
    """Lead to the search."""
    return redirect(url_for("caseworkers.search"))


@blueprint.get("/recherche")
def search() -> str:
    """Placeholder."""
    return ""
