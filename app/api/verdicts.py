"""What the task force decides on each criterion, beside the unit's own score and never over it."""

from typing import Any

from marshmallow import fields
from sqlalchemy import select

from app.access import allow, current_actor
from app.api.fields import Entries, Flag, Instant, Points, Shape, Text, Whole
from app.api.preconditions import matched, tagged
from app.api.resources import ROW, Resources
from app.api.submissions import SubmissionShape, reached, sees_verdicts
from app.database import db
from app.faults import Forbidden, Missing
from app.models import Submission, Verdict
from app.queries.criteria_sets import criteria_set_of
from app.services.verdicts import LONGEST_REASON
from app.services.verification import Decision, decide, decide_many
from workflows.vocabulary import Role

bp = Resources("verdicts", "Verdicts of the task force")


class VerdictRequest(Shape):
    """Other points with their reason, or ``points`` null: the unit's own score is kept."""

    points = Points(required=True, allow_none=True, metadata={"type": ["string", "number"]})
    reason = Text(longest=LONGEST_REASON, load_default="")
    on_site = Flag(load_default=False)
    answer_version = Whole(metadata={"description": "Version of the answer that was read, 0 for none."})


class VerdictsRequest(Shape):
    """Verdicts by criterion code, all or none of which are given."""

    verdicts = Entries(fields.Nested(VerdictRequest), required=True, metadata={"type": "object"})


class VerdictShape(Shape):
    """A verdict. ``points`` null keeps the unit's own score."""

    criterion = fields.String(required=True)
    version = fields.Integer(required=True)
    points = Points(required=True, allow_none=True)
    reason = fields.String(required=True)
    on_site = fields.Boolean(required=True)
    answer_version = fields.Integer(required=True)
    at = Instant(attribute="decided_at", required=True)
    by = fields.String(attribute="decided_by_name", required=True)


class VerdictListShape(Shape):
    """Every verdict that was given on a form."""

    items = fields.List(fields.Nested(VerdictShape), required=True)


@bp.get(f"/submissions/<{ROW}:submission>/verdicts")
@allow()
@bp.response(200, VerdictListShape)
def list_verdicts(submission: int) -> dict[str, Any]:
    """The verdicts on a form; its unit sees them once the form is verified."""
    form = _shown(submission)
    rows = db.session.scalars(select(Verdict).where(Verdict.submission_id == form.id).order_by(Verdict.id))
    return {"items": rows.all()}


@bp.get(f"/submissions/<{ROW}:submission>/verdicts/<code:criterion>")
@allow()
@bp.response(200, VerdictShape)
def show_verdict(submission: int, criterion: str) -> tuple[Verdict, int, dict[str, str]]:
    """One verdict; its ETag is its version."""
    row = _verdict(_shown(submission), criterion)
    if row is None:
        raise Missing(f"verdict on {criterion}")
    return tagged(row, row.version)


@bp.put(f"/submissions/<{ROW}:submission>/verdicts/<code:criterion>")
@allow(Role.TASK_FORCE, Role.OFFICE)
@bp.arguments(VerdictRequest)
@bp.response(200, VerdictShape)
def put_verdict(
    given: dict[str, Any], submission: int, criterion: str
) -> tuple[Verdict, int, dict[str, str]]:
    """Decide one criterion; If-Match names the verdict's version ("0" where there was none) or is *."""
    form = reached(submission)
    if not criteria_set_of(form.campaign_unit.kind).has(criterion):
        raise Missing(f"criterion {criterion}")
    row = _verdict(form, criterion)
    version = matched(row.version if row else 0)
    given_now = decide(current_actor(), submission, criterion, Decision(**given), version=version)
    return tagged(given_now, given_now.version)


@bp.patch(f"/submissions/<{ROW}:submission>/verdicts")
@allow(Role.TASK_FORCE, Role.OFFICE)
@bp.arguments(VerdictsRequest)
@bp.response(200, SubmissionShape)
def patch_verdicts(given: dict[str, Any], submission: int) -> tuple[Submission, int, dict[str, str]]:
    """Decide many criteria, all or none; If-Match names the form's version or is *."""
    matched(reached(submission).version)
    decisions = {code: Decision(**one) for code, one in given["verdicts"].items()}
    form = decide_many(current_actor(), submission, decisions)
    return tagged(form, form.version)


def _shown(submission: int) -> Submission:
    form = reached(submission)
    if not sees_verdicts(form):
        raise Forbidden(f"verdicts on submission {submission}")
    return form


def _verdict(form: Submission, criterion: str) -> Verdict | None:
    return db.session.scalar(
        select(Verdict).where(Verdict.submission_id == form.id, Verdict.criterion == criterion)
    )
