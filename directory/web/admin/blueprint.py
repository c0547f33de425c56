"""The blueprint that the pages of administration hang on; none of its answers is kept."""

from flask import Blueprint

from directory.web.conditional import kept_by_nobody

blueprint = Blueprint("admin", __name__)

blueprint.after_request(kept_by_nobody)
