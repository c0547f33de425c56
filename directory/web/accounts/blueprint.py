"""The blueprint that the pages of accounts hang on; none of its answers is kept by anybody."""

from flask import Blueprint

from directory.web.conditional import kept_by_nobody

blueprint = Blueprint("accounts", __name__)

blueprint.after_request(kept_by_nobody)
