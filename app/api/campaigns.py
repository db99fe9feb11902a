"""Campaigns, their units and their criteria sets, to read. Opening and closing are the office's pages."""

from typing import Any

from flask import Response
from marshmallow import fields

from app.access import allow, current_actor
from app.api.fields import INSTANT, Day, Instant, OneOf, Shape, instant_text
from app.api.resources import Resources
from app.api.shapes import FormQuery, PageShape, UnitShape, wanted_of, window_of
from app.database import db
from app.faults import Missing
from app.models import Campaign, CampaignKind, CampaignStatus, UnitKind
from app.queries.cases import timetable_of
from app.queries.listings import Page, readable_campaign, readable_campaigns, units_of
from workflows.deadlines import Late, Wording
from workflows.vocabulary import Route, State

bp = Resources("campaigns", "Campaigns, their units and criteria")


class KindShape(Shape):
    """How one kind of unit takes part. ``due`` and ``wording`` are the letter's, ``due_at`` the instant they mean.

    Forms that ``late`` names are taken until ``closes`` and flagged; answers can be changed until ``locks``.
    """

    kind = OneOf(UnitKind, attribute="unit_kind", required=True)
    route = OneOf(Route, required=True)
    criteria = fields.String(attribute="criteria_set.digest", required=True)
    criteria_title = fields.String(attribute="criteria_set.title", required=True)
    illustrative = fields.Boolean(attribute="criteria_set.illustrative", required=True)
    opens = Instant(attribute="opens_at", required=True)
    wording = OneOf(Wording, required=True)
    due = Day(attribute="due_day", required=True)
    count_day_in = fields.Boolean(required=True)
    due_at = fields.Method("due_of", required=True, metadata=INSTANT)
    late = OneOf(Late, required=True)
    closes = fields.Method("closes_of", required=True, metadata=INSTANT)
    locks = fields.Method("locks_of", required=True, metadata=INSTANT)
    remind_from = Day(required=True, allow_none=True)
    report_required = fields.Boolean(required=True)
    sign_off = fields.Boolean(required=True)
    reasons_required = fields.Boolean(required=True)
    evidence_required = fields.Boolean(required=True)
    explanation_days = fields.Integer(required=True)

    def due_of(self, kind: CampaignKind) -> str:
        """The first instant that is no longer in time."""
        timetable = timetable_of(kind)
        return instant_text(timetable.due_at, timetable)

    def closes_of(self, kind: CampaignKind) -> str:
        """The first instant at which no form of the kind is taken any more."""
        timetable = timetable_of(kind)
        return instant_text(timetable.package_closes, timetable)

    def locks_of(self, kind: CampaignKind) -> str:
        """The first instant at which no answer of the kind can be changed any more."""
        timetable = timetable_of(kind)
        return instant_text(max(timetable.locks, timetable.package_closes), timetable)


class CampaignShape(Shape):
    """A campaign."""

    slug = fields.String(required=True)
    name = fields.String(required=True)
    year = fields.Integer(required=True)
    status = OneOf(CampaignStatus, required=True)
    province = fields.String(attribute="root.full_name", required=True)
    period_start = Day(required=True)
    period_end = Day(required=True)
    zone = fields.String(required=True)
    demo = fields.Boolean(required=True)
    opened_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)
    kinds = fields.List(fields.Nested(KindShape), required=True)


class CampaignListShape(Shape):
    """Every campaign in reach."""

    items = fields.List(fields.Nested(CampaignShape), required=True)


class UnitRowShape(Shape):
    """A unit of a campaign and where its form stands."""

    unit = fields.Nested(UnitShape, required=True)
    submission = fields.Integer(attribute="submission.id", required=True)
    state = OneOf(State, attribute="submission.state", required=True)


class UnitPageShape(PageShape):
    """A part of the units of a campaign."""

    items = fields.List(fields.Nested(UnitRowShape), required=True)


@bp.get("/campaigns")
@allow()
@bp.response(200, CampaignListShape)
def list_campaigns() -> dict[str, Any]:
    """The campaigns in which the caller has something to read or to run, latest first."""
    return {"items": readable_campaigns(db.session(), current_actor())}


@bp.get("/campaigns/<slug:campaign>")
@allow()
@bp.response(200, CampaignShape)
def show_campaign(campaign: str) -> Campaign:
    """One campaign."""
    return readable_campaign(db.session(), campaign, current_actor())


@bp.get("/campaigns/<slug:campaign>/units")
@allow()
@bp.arguments(FormQuery, location="query")
@bp.response(200, UnitPageShape)
def list_units(asked: dict[str, Any], campaign: str) -> Page:
    """The units of a campaign that the caller may read, with the state of each form."""
    readable_campaign(db.session(), campaign, current_actor())
    return units_of(db.session(), current_actor(), wanted_of(asked, campaign=campaign), window_of(asked))


@bp.get("/campaigns/<slug:campaign>/criteria/<any({KINDS}):kind>".format(KINDS=", ".join(UnitKind)))
@allow()
@bp.response(
    200, {"type": "object"}, description="The criteria set as canonical JSON; its SHA-256 is the ETag."
)
def show_criteria(campaign: str, kind: str) -> Response:
    """The criteria by which a kind of unit is measured, for whoever may read the campaign."""
    found = readable_campaign(db.session(), campaign, current_actor())
    stored = next((one.criteria_set for one in found.kinds if one.unit_kind == kind), None)
    if stored is None:
        raise Missing(f"criteria of {kind}")
    response = Response(stored.document, mimetype="application/json")
    response.set_etag(stored.digest)
    return response
