"""Published results, for anybody: the editions, their standings, one unit, and the rows as CSV. Reads editions only."""

import json
from typing import Any

from flask import Response
from marshmallow import fields

from app.access import public
from app.api.fields import Instant, Shape
from app.api.resources import Resources
from app.database import db
from app.exports import csv_text
from app.faults import Missing
from app.queries.editions import PublishedCampaign, document_named, edition_named, published_campaigns

bp = Resources("editions", "Published results, open to anybody")
KEPT_BY_READERS = "public, max-age=300"
CSV = "text/csv"


class EditionShape(Shape):
    """The latest edition of a campaign; ``digest`` is the SHA-256 of the published text."""

    campaign = fields.String(attribute="slug", required=True)
    name = fields.String(required=True)
    year = fields.Integer(required=True)
    number = fields.Integer(required=True)
    digest = fields.String(required=True)
    published_at = Instant(required=True)


class EditionListShape(Shape):
    """Every campaign with a published result."""

    items = fields.List(fields.Nested(EditionShape), required=True)


class UnitResultShape(Shape):
    """One unit in the standings, and its criteria one by one."""

    kind = fields.String(required=True)
    result = fields.Raw(required=True, metadata={"type": "object"})
    criteria = fields.Raw(required=True, metadata={"type": "array", "items": {"type": "object"}})


@bp.get("/editions")
@public
@bp.response(200, EditionListShape)
def list_editions() -> dict[str, Any]:
    """The published results, the newest year first."""
    return {"items": published_campaigns(db.session())}


@bp.get("/editions/<slug:campaign>")
@public
@bp.response(200, {"type": "object"}, description="The published text; its SHA-256 is the ETag.")
def show_edition(campaign: str) -> Response:
    """The whole published result, byte for byte as it was published."""
    edition = _latest(campaign)
    return _kept(document_named(db.session(), edition.digest), "application/json", edition)


@bp.get("/editions/<slug:campaign>/standings.csv")
@public
@bp.response(200, {"type": "string"}, content_type=CSV)
def show_standings(campaign: str) -> Response:
    """Every row of the standings as CSV: UTF-8 with BOM, decimal point, no cell that is a formula."""
    edition = _latest(campaign)
    response = _kept(csv_text(edition_named(edition.digest)), CSV, edition)
    name = f"{edition.slug}-{edition.number}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.get("/editions/<slug:campaign>/units/<slug:unit>")
@public
@bp.response(200, UnitResultShape)
def show_unit(campaign: str, unit: str) -> dict[str, Any]:
    """One unit's published result."""
    document = json.loads(document_named(db.session(), _latest(campaign).digest))
    for kind in document["kinds"]:
        for row in kind["rows"]:
            if row["slug"] == unit:
                lines = document["units"].get(str(row["unit"]), [])
                return {"kind": kind["kind"], "result": row, "criteria": lines}
    raise Missing(f"unit {unit} in {campaign}")


def _latest(campaign: str) -> PublishedCampaign:
    found = next((one for one in published_campaigns(db.session()) if one.slug == campaign), None)
    if found is None:
        raise Missing(f"edition of {campaign}")
    return found


def _kept(text: str, media_type: str, edition: PublishedCampaign) -> Response:
    response = Response(text, mimetype=media_type)
    response.set_etag(edition.digest)
    response.headers["Cache-Control"] = KEPT_BY_READERS
    return response
