"""What a request of the tus 1.0 protocol says, read and checked. It keeps nothing and answers nothing."""

import base64
import binascii

from flask import request
from werkzeug.exceptions import BadRequest, PreconditionFailed, RequestEntityTooLarge, UnsupportedMediaType

VERSION = "1.0.0"
LARGEST_PART = 4 * 1024 * 1024
PART = "application/offset+octet-stream"
DIGITS = 12


def refuse_other_versions() -> None:
    """The request must name the version of the protocol.

    Raises:
        PreconditionFailed: it names another or none.
    """
    if request.headers.get("Tus-Resumable") != VERSION:
        raise PreconditionFailed


def whole(header: str) -> int:
    """A header that holds a number of bytes.

    Raises:
        BadRequest: it holds none.
    """
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        raise BadRequest
    return int(text)


def part() -> bytes:
    """The bytes of a part, read whole before anything is locked, so that a slow line keeps nobody waiting.

    Raises:
        UnsupportedMediaType, RequestEntityTooLarge: it is none, or too large. BadRequest: the line broke.
    """
    if request.mimetype != PART:
        raise UnsupportedMediaType
    if (request.content_length or 0) > LARGEST_PART:
        raise RequestEntityTooLarge
    return request.get_data(cache=False)


def metadata() -> dict[str, str]:
    """What ``Upload-Metadata`` says: names, each with a text in base64.

    Raises:
        BadRequest: a text cannot be read.
    """
    pairs = request.headers.get("Upload-Metadata", "").split(",")
    named = (pair.strip().partition(" ") for pair in pairs if pair.strip())
    return {name: _decoded(text) for name, _space, text in named}


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8").replace("\x00", "")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadRequest from error
