"""What no address may carry: a NUL character, which no database keeps as text. Forms clean theirs themselves."""

from collections.abc import Iterator

from flask import Flask, request
from werkzeug.exceptions import BadRequest

NUL = "\x00"


def install(app: Flask) -> None:
    """Refuse such a request before anybody reads it."""
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if any(NUL in text for text in _texts()):
        raise BadRequest


def _texts() -> Iterator[str]:
    yield request.path
    for name, value in request.args.items(multi=True):
        yield from (name, value)
