"""The pages of a service that answers a request by its link, without an account."""

from flask import Flask

from directory.web.receivers import answering, renewing
from directory.web.receivers.blueprint import blueprint

__all__ = ["answering", "register", "renewing"]


def register(app: Flask) -> None:
    """Add the page of an answer link, and the way to a fresh one."""
    app.register_blueprint(blueprint)
