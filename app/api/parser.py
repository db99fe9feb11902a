"""Reading requests strictly: JSON as it is meant, no field that nobody asked for, one answer for every fault."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

import marshmallow
from flask import Request
from marshmallow import ValidationError
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

MULTIPART = "multipart/form-data"
DEEPEST = 32


class StrictParser(FlaskParser):
    """The parser of every resource. What is unknown, repeated, not a number or nested too deep is refused."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(("json", "query", "form", "multipart"), marshmallow.RAISE)
    __location_map__ = FlaskParser.__location_map__ | {"multipart": "load_multipart"}

    def load_multipart(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Fields and files of a form in parts, together.

        Raises:
            UnsupportedMediaType: the body is of another kind.
        """
        if req.mimetype != MULTIPART:
            raise UnsupportedMediaType
        return self._makeproxy(CombinedMultiDict([req.form, req.files]), schema)

    def _raw_load_json(self, req: Request) -> Any:
        """The body as JSON.

        Raises:
            UnsupportedMediaType: there is a body of another kind. BadRequest: it is not JSON.
        """
        body = req.get_data(cache=True)
        if not req.is_json:
            if body:
                raise UnsupportedMediaType
            return core.missing
        return strict_json(body)

    def handle_error(
        self, error: ValidationError, req: Request, schema: marshmallow.Schema, **_more: Any
    ) -> NoReturn:
        """Hand the faults on, named by field alone.

        Raises:
            ValidationError: always.
        """
        found = error.messages_dict
        parts = [part for part in found.values() if isinstance(part, Mapping)]
        messages = {field: said for part in parts for field, said in part.items()} if parts else found
        raise ValidationError({str(field): said for field, said in messages.items()}) from error


def strict_json(body: bytes) -> Any:
    """Bytes as JSON values; fractions come as Decimal.

    Raises:
        BadRequest: not UTF-8, not JSON, NaN or infinite, a key twice or with half of a surrogate pair, or nested
        deeper than ``DEEPEST``.
    """
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
        _refuse_depth(value, DEEPEST)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadRequest from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    # Keys go into answers and rows, which are UTF-8; UnicodeEncodeError is a ValueError.
    "".join(found).encode()
    if len(found) != len(pairs):
        raise ValueError("a key is given twice")
    return found


def _refuse_depth(value: Any, left: int) -> None:
    if left == 0:
        raise ValueError("nested too deep")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        _refuse_depth(one, left - 1)
