"""The pages of the people who look for a service, for themselves or for somebody they help."""

from flask import Flask

from directory.web.caseworkers import components, place, places, search
from directory.web.caseworkers.blueprint import blueprint

__all__ = ["components", "place", "places", "register", "search"]


def register(app: Flask) -> None:
    """Add the search page, the place page, and the way from `/` to the first."""
    app.register_blueprint(blueprint)
