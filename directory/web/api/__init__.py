"""The public JSON API, version 1: the same search as the pages, for other programs."""

from apiflask import APIFlask

from directory.web.api import (
    categories,
    documentation,
    search,
    services_at_locations,
    territories,
)
from directory.web.api.blueprint import blueprint
from directory.web.api.document import complete

__all__ = [
    "categories",
    "documentation",
    "register",
    "search",
    "services_at_locations",
    "territories",
]


def register(app: APIFlask) -> None:
    """Add `/api/v1`, and what APIFlask cannot know to its document."""
    # The host of whoever asks first would otherwise be kept in the document.
    app.config["AUTO_SERVERS"] = False
    app.config["AUTO_404_RESPONSE"] = False
    app.spec_processor(complete)
    app.register_blueprint(blueprint)
