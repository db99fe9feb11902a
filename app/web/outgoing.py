"""What every response carries on its way out: safety headers, cache rules, compression.

It looks at no content beyond its type and length, and opens no database. Compressing pages that hold a CSRF
token is acceptable here because the session cookie is SameSite and the token is signed anew with the time.
"""

import gzip
from functools import lru_cache

from flask import Flask, request, session
from flask.wrappers import Response

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SIGNED_IN = "_user_id"  # the key under which Flask-Login keeps the session's user
FOREVER = "public, max-age=31536000, immutable"
SMALLEST = 860  # bytes; below one packet compression gains nothing
TEXTUAL = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")


def install(app: Flask) -> None:
    """Register the hooks. Views may set any of these headers themselves; then theirs stay."""
    app.after_request(compress)
    app.after_request(add_cache_rule)
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add the safety headers that the view has not set."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def add_cache_rule(response: Response) -> Response:
    """Keep fingerprinted files for a year, and pages of a signed-in reader not at all."""
    if request.endpoint == "static":
        response.headers["Cache-Control"] = FOREVER if "v" in request.args else "no-cache"
        return response
    if SIGNED_IN in session:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def compress(response: Response) -> Response:
    """Compress text for readers who accept gzip; downloads pass through untouched."""
    if not may_compress(response):
        return response
    lasting = response.direct_passthrough or response.headers.get("Cache-Control") == FOREVER
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= SMALLEST:
        response.set_data(squeeze_file(body) if lasting else gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        weaken_etag(response)
    return response


def may_compress(response: Response) -> bool:
    """Whether the response is whole, textual, not yet encoded, and wanted compressed."""
    if response.status_code != 200 or "Content-Encoding" in response.headers:
        return False
    response.vary.add("Accept-Encoding")
    streamed = response.is_streamed and request.endpoint != "static"
    wanted = request.accept_encodings.quality("gzip") > 0
    return wanted and not streamed and (response.mimetype or "").startswith(TEXTUAL)


def weaken_etag(response: Response) -> None:
    """Mark the tag as weak: the bytes differ from the plain ones, the meaning does not."""
    etag, _weak = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)


@lru_cache(maxsize=64)
def squeeze_file(content: bytes) -> bytes:
    """Compress a static file once per content."""
    return gzip.compress(content, 9, mtime=0)
