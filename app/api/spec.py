"""The OpenAPI document: what the library gathers from the views, and what it cannot know of them.

Who may ask, what may go wrong, and which headers count are read from the views' own declarations.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import marshmallow
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_instance
from flask import Flask
from flask_smorest import Api
from flask_smorest.spec.plugins import FlaskPlugin
from werkzeug.routing import BaseConverter

from app.access import declared
from app.api import idempotency, preconditions
from app.api.fields import Entries, OneOf, Points, Text, Typed
from app.api.resources import CONVERTERS, ROOT
from app.api.shapes import ProblemShape

TITLE = "Đúng Hạn"
VERSION = "1"
OPENAPI = "3.1.0"
DESCRIPTION = """The same services as the pages, for machines.

A token (`POST /api/v1/tokens`) is sent as `Authorization: Bearer …`; cookies open nothing here. What a token's person
may do is what that person may do on the pages; what is out of reach is not found (404), what is in reach but not
theirs to do is forbidden (403).

Rows that change carry their version as `ETag`. A move of a form, and saving an answer, a verdict or a document's
criteria, ask for `If-Match` (428 without it): a tag that is no longer the row's is answered with 412; a change that
slips in between the look and the writing, a lost race, with 409. `*` stands for any version.

A POST may carry an `Idempotency-Key`: sent again with the same body it gets the first answer and does nothing, with
another body 422, while the first is still under way 409. Keys are kept for two days; a request that was refused did
nothing and frees its key.

Points are text with a decimal point. Instants carry the offset of Vietnamese time. Errors are RFC 9457 problems;
their `code` and the `code` of each of their `errors` are for machines."""
SECURITY = {"bearer": {"type": "http", "scheme": "bearer"}}
PROBLEM_TYPE = "application/problem+json"
METHODS = ("get", "post", "put", "patch", "delete")
NO_KEY = frozenset({f"{ROOT}/tokens"})
IF_MATCH = frozenset(
    {
        ("post", f"{ROOT}/submissions/{{submission}}/moves"),
        ("put", f"{ROOT}/submissions/{{submission}}/answers/{{criterion}}"),
        ("put", f"{ROOT}/submissions/{{submission}}/verdicts/{{criterion}}"),
        ("patch", f"{ROOT}/submissions/{{submission}}/verdicts"),
        ("put", f"{ROOT}/documents/{{document}}/criteria"),
        ("delete", f"{ROOT}/documents/{{document}}"),
    }
)
KEY = "dunghan-api"


class Gatherer(Api):
    """The library's gatherer of views, without its own answers to errors: ``app.problems`` gives them all."""

    ERROR_SCHEMA = ProblemShape

    def _register_error_handlers(self) -> None:
        """Leave errors where they are."""


def gatherer(app: Flask) -> Api:
    """What the groups of resources are registered with."""
    app.config.update(API_TITLE=TITLE, API_VERSION=VERSION, OPENAPI_VERSION=OPENAPI)
    names = MarshmallowPlugin(schema_name_resolver=_name)
    found = Gatherer(app, spec_kwargs={"marshmallow_plugin": names})
    for field, (kind, form) in FIELD_TYPES.items():
        found.register_field(field, kind, form)
    found.ma_plugin.converter.add_attribute_function(_entries)
    for converter in CONVERTERS.values():
        found.register_converter(converter, _pattern)
    app.extensions[KEY] = found
    return found


FIELD_TYPES: Mapping[type[marshmallow.fields.Field[Any]], tuple[str, str | None]] = {
    Text: ("string", None),
    OneOf: ("string", None),
    Points: ("string", None),
    Entries: ("object", None),
    Typed: ("object", None),
}


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document as JSON values."""
    found: dict[str, Any] = deepcopy(app.extensions[KEY].spec.to_dict())
    found["info"]["description"] = DESCRIPTION
    found["components"]["securitySchemes"] = SECURITY
    found["components"].pop("responses", None)
    found["components"]["schemas"].pop("PaginationMetadataSchema", None)
    views = dict(_views(app))
    for path, method, operation in _operations(found):
        _complete(operation, method, path)
        access = declared(app, views[path, method])
        operation["security"] = [] if access is not None and access.public else [{"bearer": []}]
        operation["operationId"] = views[path, method].rpartition(".")[2]
    headings = sorted({tag for _path, _method, one in _operations(found) for tag in one["tags"]})
    named = {tag["name"].removeprefix("api_"): tag for tag in found.get("tags", [])}
    found["tags"] = [named[heading] | {"name": heading} for heading in headings]
    return found


def spec_json(app: Flask) -> str:
    """The OpenAPI document as text, equal for equal code."""
    return json.dumps(document(app), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _operations(found: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in found["paths"].items():
        yield from ((path, method, operations[method]) for method in METHODS if method in operations)


def _views(app: Flask) -> Iterator[tuple[tuple[str, str], str]]:
    for rule in app.url_map.iter_rules():
        path = FlaskPlugin.flaskpath2openapi(rule.rule)
        yield from (((path, method.lower()), rule.endpoint) for method in rule.methods or ())


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    parameters = operation.setdefault("parameters", [])
    if (method, path) in IF_MATCH:
        parameters.append(preconditions.PARAMETER)
    if method == "post" and path not in NO_KEY:
        parameters.append(idempotency.PARAMETER)
    problem = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = operation["responses"]
    for status in [status for status in answers if status >= "400"]:
        del answers[status]
    answers["default"] = {"description": "A problem; its code says which", "content": problem}


def _entries(converter: Any, field: Any, **_more: Any) -> dict[str, Any]:
    if not isinstance(field, Entries):
        return {}
    return {"additionalProperties": converter.field2property(field.inner), "maxProperties": field.most}


def _name(shape: Any) -> str:
    return type(resolve_schema_instance(shape)).__name__.removesuffix("Shape")


def _pattern(converter: BaseConverter) -> dict[str, str]:
    return {"type": "string", "pattern": f"^{converter.regex}$"}
