"""What several resources give: pages, units, problems. Shapes only."""

from typing import Any

from marshmallow import fields

from app.api.fields import Digits, OneOf, Shape, Text
from app.models import UnitKind
from app.queries.listings import Wanted, Window
from workflows.vocabulary import Route, State

PAGE_SIZE = 50
LARGEST_PAGE = 200
LAST_PAGE = 100_000


class FaultShape(Shape):
    """One thing to repair."""

    sheet = fields.String(required=True)
    cell = fields.String(required=True)
    field = fields.String(required=True)
    code = fields.String(required=True)
    message = fields.String(required=True)


class ProblemShape(Shape):
    """What went wrong, as RFC 9457 with our own additions."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(
        required=True, metadata={"description": "For machines; titles and details are for people."}
    )
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultShape), required=True)
    request_id = fields.String(required=True)


class PageShape(Shape):
    """Where in a list this is."""

    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
    total = fields.Integer(required=True)


class PageQuery(Shape):
    """Which part of a list is wanted."""

    page = Digits(least=1, most=LAST_PAGE, load_default=1)
    page_size = Digits(least=1, most=LARGEST_PAGE, load_default=PAGE_SIZE)


class FormQuery(PageQuery):
    """Which forms or units are wanted; codes are the official ones."""

    kind = OneOf(UnitKind)
    parent = Text(longest=64, metadata={"description": "Code of the unit above."})
    unit = Text(longest=64, metadata={"description": "Code of the unit itself."})
    state = OneOf(State)


class UnitShape(Shape):
    """A unit as it was when the campaign was opened."""

    code = fields.String(required=True)
    kind = OneOf(UnitKind, attribute="unit_kind", required=True)
    name = fields.String(required=True)
    full_name = fields.String(required=True)
    formal_name = fields.String(required=True)
    slug = fields.String(required=True)
    ranked = fields.Boolean(required=True)
    parent = fields.String(attribute="parent.code", dump_default=None, allow_none=True, required=True)
    route = OneOf(Route, attribute="kind.route", required=True)


def window_of(asked: dict[str, Any]) -> Window:
    """The part of the list that a query asks for."""
    return Window(asked["page"], asked["page_size"])


def wanted_of(asked: dict[str, Any], **more: str | None) -> Wanted:
    """The filters that a query sets."""
    names = ("campaign", "kind", "parent", "unit", "state")
    return Wanted(**{name: asked[name] for name in names if name in asked} | more)
