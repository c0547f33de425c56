"""What may be kept, by whom, for how long; entity tags; and compression of what is left to send."""

from flask import Flask, Response, request

from directory.web.assets import gzip

#: Open states are told to the minute, so a page is true for one.
PUBLIC_FOR_A_MINUTE = "public, max-age=60"

#: The answer to an address or to a point tells where somebody is.
KEPT_BY_NOBODY = "private, no-store"

COMPRESSED_TYPES = ("text/", "application/json", "application/problem+json", "image/svg+xml")

#: Below this, the header costs more than the compression saves.
SMALLEST_COMPRESSED = 600


def register(app: Flask) -> None:
    """Compress answers on their way out."""
    app.after_request(compress)


def public_for_a_minute(response: Response) -> Response:
    """Let anyone keep this answer for a minute, then ask again with its tag."""
    response.headers["Cache-Control"] = PUBLIC_FOR_A_MINUTE
    response.add_etag(weak=True)
    return response.make_conditional(request)  # type: ignore[return-value]  # it returns itself


def kept_by_nobody(response: Response) -> Response:
    """Forbid to keep this answer anywhere."""
    response.headers["Cache-Control"] = KEPT_BY_NOBODY
    return response


def compress(response: Response) -> Response:
    """Gzip a text answer when the reader takes it; level 5 costs half a millisecond a page."""
    if not _worth_compressing(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip"):
        response.set_data(gzip(response.get_data(), level=5))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _worth_compressing(response: Response) -> bool:
    return (
        response.status_code not in (204, 304)
        and not response.direct_passthrough
        and not response.is_streamed
        and "Content-Encoding" not in response.headers
        and (response.content_type or "").startswith(COMPRESSED_TYPES)
        and (response.content_length or 0) >= SMALLEST_COMPRESSED
    )
