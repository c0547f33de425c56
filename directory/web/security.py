"""What every answer tells the browser, and what no request may exceed."""

from flask import Flask, Response, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.config import Settings

#: Everything is forbidden, then named. Nothing is inline, so no nonce: pages stay cacheable.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # A referrer would carry the address searched to the site of the service clicked.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}

#: A year in which a browser that came once by https does not even try without.
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}

LARGEST_BODY = 64 * 1024
LARGEST_QUERY = 8 * 1024


def register(app: Flask, settings: Settings) -> None:
    """Bound what comes in, and add the headers to all that goes out."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_BODY
    app.config["TRUSTED_HOSTS"] = trusted_hosts(settings)
    if settings.proxies:
        # Else all who come through the proxy would share one count of wrong passwords.
        behind = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)
        app.wsgi_app = behind  # type: ignore[method-assign]  # as Flask documents it

    headers = HEADERS | (STRICT_TRANSPORT if is_called_by_https(settings) else {})

    @app.before_request
    def refuse_excess() -> None:
        if len(request.query_string) > LARGEST_QUERY:
            abort(414)
        try:
            request.query_string.decode()
        except UnicodeDecodeError:
            # Bytes outside UTF-8, not even percent-encoded: Werkzeug would fail at the first use.
            abort(400)
        if request.endpoint not in (None, "static") and _holds_nul():
            # PostgreSQL holds no such text, and nobody types it; what is not there stays a 404.
            abort(400)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def _holds_nul() -> bool:
    texts = [request.path, *(text for _, text in request.form.items(multi=True))]
    return any("\0" in text for text in texts)


def is_called_by_https(settings: Settings) -> bool:
    """Tell whether the address that people are given is one of https."""
    return (settings.public_url or "").lower().startswith("https:")


def trusted_hosts(settings: Settings) -> list[str] | None:
    """Return the names the site answers to, or None for any."""
    names = [name.strip() for name in settings.trusted_hosts.split(",")]
    return [name for name in names if name] or None
