"""What no address may carry: a NUL character and a number larger than any key. Forms clean theirs themselves."""

from collections.abc import Iterator
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

NUL = "\x00"
LARGEST_KEY = 2**31 - 1


class KeyConverter(IntegerConverter):
    """A whole number that a database can hold as a key; any larger one names nothing."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **({"max": LARGEST_KEY} | options))


def install(app: Flask) -> None:
    """Refuse such a request before anybody reads it. To be called before any address is registered."""
    app.url_map.converters["int"] = KeyConverter
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if any(NUL in text for text in _texts()):
        raise BadRequest


def _texts() -> Iterator[str]:
    yield request.path
    for name, value in request.args.items(multi=True):
        yield from (name, value)
