"""The document of the API as OpenAPI, and as a page to read: made from it, with our own files."""

from typing import Any

import orjson
from flask import Response, current_app, make_response, render_template

from directory.web.api.blueprint import blueprint
from directory.web.api.reading import operations, shapes
from directory.web.conditional import public_for_a_minute

#: Where the process keeps the document, which never changes while it lives.
EXTENSION = "fanal_api_document"


@blueprint.get("/openapi.json")
@blueprint.doc(hide=True)
def openapi() -> Response:
    """Answer the OpenAPI 3.1 document."""
    content = orjson.dumps(document())
    return public_for_a_minute(current_app.response_class(content, mimetype="application/json"))


@blueprint.get("/")
@blueprint.doc(hide=True)
def documentation() -> Response:
    """Show the same document as a page without script."""
    told = document()
    page = render_template(
        "api/documentation.html",
        description=told["info"]["description"],
        operations=operations(told),
        shapes=shapes(told),
    )
    return public_for_a_minute(make_response(page))


def document() -> dict[str, Any]:
    """Return the document, made once."""
    kept: dict[str, Any] | None = current_app.extensions.get(EXTENSION)
    if kept is None:
        # The application is an APIFlask; its `spec` makes the document anew at each reading.
        application: Any = current_app
        kept = current_app.extensions[EXTENSION] = application.spec
    return kept
