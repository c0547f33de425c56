"""The pages by which people sign in, choose their secrets, and look after their team."""

from flask import Flask

from directory.web.accounts import invitations, passwords, signing_in
from directory.web.accounts.blueprint import blueprint

__all__ = ["invitations", "passwords", "register", "signing_in"]


def register(app: Flask) -> None:
    """Add the pages of accounts."""
    app.register_blueprint(blueprint)
