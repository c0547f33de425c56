"""The pages of those who send referrals, follow them, and receive them with an account."""

from flask import Flask

from directory.web.referrals import (
    alternatives,
    board,
    figures,
    file,
    persons,
    persons_data,
    readings,
    received,
    slip,
    writing,
)
from directory.web.referrals.blueprint import blueprint
from directory.web.referrals.field_labels import field_lines
from directory.web.referrals.orienting import orienting_url

__all__ = [
    "alternatives",
    "board",
    "figures",
    "file",
    "persons",
    "persons_data",
    "readings",
    "received",
    "register",
    "slip",
    "writing",
]


def register(app: Flask) -> None:
    """Add the pages of referrals, and the way to them from every listing."""
    app.jinja_env.globals["orienting_url"] = orienting_url
    app.jinja_env.globals["field_lines"] = field_lines
    app.register_blueprint(blueprint)
