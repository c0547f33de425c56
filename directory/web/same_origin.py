"""No other site may act in a visitor's name: what changes something comes from our own pages.

The browser says where a form comes from (`Sec-Fetch-Site`, and `Origin` where that is not told);
no page can forge either (Fetch standard). So forms need no token, public pages no cookie, and an
answer link works without a session. A request that says nothing is refused.
"""

from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request

from directory.web.session import READING_METHODS
from directory.web.signed_in import cookie_name

#: Pages with forms tell their origin to ourselves; under « no-referrer » a browser would send
#: « Origin: null », even to us. To any other site they still tell nothing.
FORM_PAGES = frozenset({"accounts", "admin", "receivers", "referrals"})


def register(app: Flask) -> None:
    """Refuse what comes from elsewhere, before anything is read."""

    @app.before_request
    def refuse_other_sites() -> None:
        # An address that takes no such request says so itself (404, 405), and does nothing.
        does_nothing = request.method in READING_METHODS or request.routing_exception is not None
        if not does_nothing and not is_from_here(request):
            abort(403)

    @app.after_request
    def tell_ourselves(response: Response) -> Response:
        if has_forms(request, response):
            response.headers["Referrer-Policy"] = "same-origin"
        return response


def has_forms(asked: Request, response: Response) -> bool:
    """Tell whether a page may be sent a form from.

    With the cookie of a sign-in every page has one, by which she leaves: those of the search and
    of errors too. A visitor's address of a search stays out of every log of headers.
    """
    if asked.blueprint in FORM_PAGES:
        return True
    return cookie_name() in asked.cookies and response.mimetype == "text/html"


def is_from_here(asked: Request) -> bool:
    """Tell whether a request comes from a page of ours, or from the visitor's own hand."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = asked.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == asked.host
