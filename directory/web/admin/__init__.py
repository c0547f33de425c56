"""The pages of those who look after territories: organisations, admins, mails that stay behind."""

from flask import Flask

from directory.web.admin import admins, desk, letters, organizations
from directory.web.admin.blueprint import blueprint

__all__ = ["admins", "desk", "letters", "organizations", "register"]


def register(app: Flask) -> None:
    """Add the pages of administration."""
    app.register_blueprint(blueprint)
