"""The pages by which people sign in, choose their secrets, and look after their team."""

from flask import Flask

from directory.web.accounts import (
    account,
    invitations,
    passwords,
    second_factor,
    signing_in,
    team,
)
from directory.web.accounts.blueprint import blueprint

__all__ = [
    "account",
    "invitations",
    "passwords",
    "register",
    "second_factor",
    "signing_in",
    "team",
]


def register(app: Flask) -> None:
    """Add the pages of accounts."""
    app.register_blueprint(blueprint)
