"""If-Match: the version that a caller saw. Compares before the service does, which compares once more.

A tag that is not the row's is answered with 412 (RFC 9110, 13.1.1); a row that changes between this look and the
service's own, a lost race, with 409. Compression weakens tags on their way out, so a weak tag counts as well.
"""

from typing import Any

from flask import request
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

HEADER = "If-Match"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "description": 'The ETag of what was read, such as "3"; * stands for any version.',
    "schema": {"type": "string"},
    "example": "*",
}


def matched(current: int) -> int | None:
    """The version to hand to the service; None where the caller takes any.

    ``current``: the version that the row has now, 0 where there is no row yet.

    Raises:
        PreconditionRequired: there is no If-Match. PreconditionFailed: it names another version.
    """
    if HEADER not in request.headers:
        raise PreconditionRequired
    tags = request.if_match
    if tags.star_tag:
        return None
    if str(current) not in tags.as_set(include_weak=True):
        raise PreconditionFailed
    return current


def tagged(body: Any, version: int, status: int = 200) -> tuple[Any, int, dict[str, str]]:
    """An answer that carries the version as its ETag."""
    return body, status, {"ETag": f'"{version}"'}
