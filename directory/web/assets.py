"""Our own files: read and compressed once, under addresses that change with their content."""

import hashlib
import mimetypes
import zlib
from dataclasses import dataclass
from functools import cache

from flask import Flask, Response, abort, request

from directory.paths import PACKAGE

FOLDER = PACKAGE / "static"

#: A content hash is in the address, so the content never changes: a year, without asking again.
FOREVER = "public, max-age=31536000, immutable"

#: These gain nothing from gzip.
ALREADY_COMPRESSED = frozenset({"image/png", "image/jpeg", "font/woff2"})


@dataclass(frozen=True, slots=True)
class Asset:
    """A file in memory, plain and gzipped."""

    content: bytes
    gzipped: bytes | None
    mimetype: str
    digest: str


def register(app: Flask) -> None:
    """Serve `/static/<digest>/<name>`, and give templates `asset('fanal.css')`."""
    app.add_url_rule("/static/<digest>/<path:name>", "static", _serve, methods=["GET"])
    app.jinja_env.globals["asset"] = asset_url


@cache
def asset(name: str) -> Asset:
    """Return a file of `directory/static`.

    :raise FileNotFoundError: there is no such file there.
    """
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER) or not path.is_file():
        raise FileNotFoundError(name)
    content = path.read_bytes()
    mimetype = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    gzipped = None if mimetype in ALREADY_COMPRESSED else gzip(content, level=9)
    return Asset(content, gzipped, mimetype, hashlib.sha256(content).hexdigest()[:12])


def asset_url(name: str) -> str:
    """Return the address of a file, with the hash of its content."""
    # Written out, not built by the routes: a page of twenty cards has a hundred icons.
    return f"{request.script_root}/static/{asset(name).digest}/{name}"


def gzip(content: bytes, *, level: int) -> bytes:
    """Return a gzip stream without a date, so that equal content gives equal bytes."""
    packer = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return packer.compress(content) + packer.flush()


def _serve(digest: str, name: str) -> Response:
    """Answer a file; an address made for another content is still served, but not kept."""
    try:
        found = asset(name)
    except (FileNotFoundError, ValueError):
        abort(404)
    response = Response(found.content, mimetype=found.mimetype)
    if found.gzipped is not None:
        response.headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings.quality("gzip"):
            response.set_data(found.gzipped)
            response.headers["Content-Encoding"] = "gzip"
    fresh = digest == found.digest
    response.headers["Cache-Control"] = FOREVER if fresh else "no-cache"
    return response
