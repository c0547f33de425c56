"""The pages of those who send referrals, follow them, and receive them with an account."""

from flask import Flask

from directory.web.referrals import figures
from directory.web.referrals.blueprint import blueprint

__all__ = ["figures", "register"]


def register(app: Flask) -> None:
    """Add the pages of referrals."""
    app.register_blueprint(blueprint)
