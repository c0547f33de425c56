"""The blueprint that the pages of answer links hang on, and what each of them tells the browser."""

from flask import Blueprint, Response

blueprint = Blueprint("receivers", __name__)


@blueprint.after_request
def keep_to_itself(response: Response) -> Response:
    """Have no cache keep the page, and no search engine list it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
