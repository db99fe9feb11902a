"""Ranking runs: made, approved, given their decision, put forward, published. What is shown is named by its digest."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import defer

from app.access import allow, current_actor
from app.api.fields import Day, Instant, OneOf, Shape, Text
from app.api.resources import ROOT, ROW, Resources
from app.database import db
from app.faults import FieldFault, Forbidden, Invalid, Outdated
from app.models import RankingRun
from app.queries.reach import STAFF, campaign_in_reach, run_in_reach
from app.services import rankings
from app.services.submissions import LONGEST_NOTE
from workflows.approval import APPROVAL
from workflows.case import Place
from workflows.vocabulary import Action, Role, Scope

bp = Resources("runs", "Ranking runs, approval and publication")


class RunRowShape(Shape):
    """A ranking run in a list."""

    id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    campaign = fields.String(attribute="campaign.slug", required=True)
    digest = fields.String(required=True)
    inputs_digest = fields.String(required=True)
    made_at = Instant(required=True)
    made_by = fields.String(attribute="made_by_name", required=True)
    explanations_until = Instant(required=True, allow_none=True)
    approved_at = Instant(required=True, allow_none=True)
    approved_by = fields.String(attribute="approved_by_name", required=True)
    decision_number = fields.String(required=True)
    decision_date = Day(required=True, allow_none=True)
    decision_signer = fields.String(required=True)
    proposed_at = Instant(required=True, allow_none=True)
    proposed_by = fields.String(attribute="proposed_by_name", required=True)
    published_at = Instant(required=True, allow_none=True)


class RunShape(RunRowShape):
    """A ranking run with what came out; numbers in ``standings`` are text with a decimal point."""

    rules = fields.Raw(required=True, metadata={"type": "object"})
    standings = fields.Raw(required=True, metadata={"type": "object"})


class RunListShape(Shape):
    """The runs of a campaign."""

    items = fields.List(fields.Nested(RunRowShape), required=True)


class RunMoveRequest(Shape):
    """The move to make with a run, and the digest of the run that was read."""

    action = OneOf(Action, required=True)
    digest = Text(longest=64, least=1, required=True)
    note = Text(longest=LONGEST_NOTE, load_default="")


class DecisionRequest(Shape):
    """Number, day and signer of the decision by which the result was approved."""

    number = Text(longest=64, least=1, required=True)
    date = Day(required=True)
    signer = Text(longest=255, load_default="")


class ProposalRequest(Shape):
    """The digest of the run that was read."""

    digest = Text(longest=64, least=1, required=True)


@bp.get("/campaigns/<slug:campaign>/runs")
@allow(*sorted(STAFF))
@bp.response(200, RunListShape)
def list_runs(campaign: str) -> dict[str, Any]:
    """The ranking runs of a campaign, latest first."""
    found = campaign_in_reach(db.session(), campaign, current_actor(), STAFF)
    rows = (
        select(RankingRun)
        .where(RankingRun.campaign_id == found.id)
        .options(defer(RankingRun.standings), defer(RankingRun.rules))
        .order_by(RankingRun.number.desc())
    )
    return {"items": db.session.scalars(rows).all()}


@bp.post("/campaigns/<slug:campaign>/runs")
@allow(Role.OFFICE)
@bp.response(201, RunShape)
def make_run(campaign: str) -> tuple[RankingRun, int, dict[str, str]]:
    """Rank the whole campaign from what has been verified, and freeze the outcome."""
    found = campaign_in_reach(db.session(), campaign, current_actor(), STAFF)
    run = rankings.make_run(current_actor(), found.id)
    return run, 201, {"Location": f"{ROOT}/runs/{run.id}"}


@bp.get(f"/runs/<{ROW}:run>")
@allow(*sorted(STAFF))
@bp.response(200, RunShape)
def show_run(run: int) -> RankingRun:
    """One ranking run, with its standings."""
    return _reached(run)


@bp.post(f"/runs/<{ROW}:run>/moves")
@allow(Role.APPROVER, Role.OFFICE)
@bp.arguments(RunMoveRequest)
@bp.response(201, RunRowShape)
def move_run(given: dict[str, Any], run: int) -> RankingRun:
    """Approve a run, take the approval back, or publish it; every form in it moves along."""
    action, found = given["action"], _reached(run)
    _refuse_role(action, found)
    if action is Action.APPROVE:
        return rankings.approve_run(current_actor(), run, shown=given["digest"], note=given["note"])
    if action is Action.PUBLISH:
        return rankings.publish(current_actor(), run, shown=given["digest"]).run
    if given["digest"] != found.digest:
        raise Outdated(f"run {run}")
    return rankings.withdraw_approval(current_actor(), run, note=given["note"])


@bp.put(f"/runs/<{ROW}:run>/decision")
@allow(Role.OFFICE)
@bp.arguments(DecisionRequest)
@bp.response(200, RunRowShape)
def put_decision(given: dict[str, Any], run: int) -> RankingRun:
    """Record the decision that approved the result."""
    return rankings.record_decision(current_actor(), run, **given)


@bp.post(f"/runs/<{ROW}:run>/proposal")
@allow(Role.OFFICE)
@bp.arguments(ProposalRequest)
@bp.response(201, RunRowShape)
def propose(given: dict[str, str], run: int) -> RankingRun:
    """Put a run forward for publication, as the first of two persons."""
    return rankings.propose_publication(current_actor(), run, shown=given["digest"])


def _reached(run: int) -> RankingRun:
    return run_in_reach(db.session(), run, current_actor(), STAFF)


def _refuse_role(action: Action, run: RankingRun) -> None:
    rows = [row for row in APPROVAL.rows if row.action is action and row.scope is Scope.RUN]
    if not rows:
        words = _("Việc này làm trên từng phiếu hoặc trên hồ sơ tổng hợp, không làm trên bảng xếp hạng")
        raise Invalid(FieldFault("action", "other_scope", words))
    place = Place(run.campaign.root_id, run.campaign.root.above)
    if not any(current_actor().holds_any(row.who, over=place) for row in rows):
        raise Forbidden(f"{action} on run {run.id}")
