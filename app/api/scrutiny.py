"""What goes to and fro while a form is looked at: questions, visits, explanations."""

from typing import Any

from marshmallow import fields, post_load
from sqlalchemy import select

from app.access import allow, current_actor
from app.api.fields import ClockTime, Day, Instant, Points, Shape, Text
from app.api.resources import ROW, Resources
from app.api.submissions import reached, sees_verdicts
from app.database import db
from app.faults import Forbidden
from app.models import Explanation, FieldVisit, Question
from app.models.verification import VISITS_START
from app.services import verification, visits
from app.services.scrutinised import LONGEST_LINE, LONGEST_TEXT
from app.services.visits import LONGEST_PAPERS, LONGEST_REASON, VisitPlan
from workflows.vocabulary import Role

bp = Resources("scrutiny", "Questions, visits and explanations")


class WordsRequest(Shape):
    """Words about one criterion."""

    criterion = Text(longest=32, least=1, required=True)
    text = Text(longest=LONGEST_TEXT, least=1, required=True)


class ReplyRequest(Shape):
    """The unit's answer to a question."""

    text = Text(longest=LONGEST_TEXT, least=1, required=True)


class VisitRequest(Shape):
    """A field check to plan; ``planned_time`` is local."""

    planned_on = Day(required=True)
    planned_time = ClockTime(load_default=VISITS_START)
    team = Text(longest=LONGEST_LINE, least=1, required=True)
    place = Text(longest=LONGEST_LINE, load_default="")
    papers = Text(longest=LONGEST_PAPERS, load_default="")

    @post_load
    def _as_plan(self, data: dict[str, Any], **_more: Any) -> VisitPlan:
        return VisitPlan(**data)


class MovedVisitRequest(Shape):
    """The whole plan of a field check as it is to be, and why it changes."""

    plan = fields.Nested(VisitRequest, required=True)
    reason = Text(longest=LONGEST_REASON, least=1, required=True)


class ReasonRequest(Shape):
    """Why."""

    reason = Text(longest=LONGEST_REASON, least=1, required=True)


class MinutesRequest(Shape):
    """The minutes of a field check that took place."""

    visited_on = Day(required=True)
    minutes = Text(longest=LONGEST_TEXT, least=1, required=True)
    attendees = Text(longest=LONGEST_TEXT, least=1, required=True)


class OutcomeRequest(Shape):
    """``kept``, or ``changed`` with other ``points``; and the answer to the unit."""

    outcome = Text(longest=16, required=True, metadata={"enum": ["kept", "changed"]})
    answer = Text(longest=LONGEST_TEXT, least=1, required=True)
    points = Points(load_default=None, allow_none=True, metadata={"type": ["string", "number"]})


class QuestionShape(Shape):
    """A question; open until it is closed."""

    id = fields.Integer(required=True)
    criterion = fields.String(required=True)
    text = fields.String(required=True)
    asked_by = fields.String(attribute="asked_by_name", required=True)
    asked_at = Instant(required=True)
    reply = fields.String(required=True)
    replied_at = Instant(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)


class VisitShape(Shape):
    """A field check; done once its minutes are there."""

    id = fields.Integer(required=True)
    planned_on = Day(required=True)
    planned_time = ClockTime(required=True)
    team = fields.String(required=True)
    place = fields.String(required=True)
    papers = fields.String(required=True)
    visited_on = Day(required=True, allow_none=True)
    minutes = fields.String(required=True)
    attendees = fields.String(required=True)
    recorded_at = Instant(required=True, allow_none=True)
    called_off_at = Instant(required=True, allow_none=True)
    called_off_reason = fields.String(required=True)


class ExplanationShape(Shape):
    """A unit's word on a changed score, and the answer to it; ``outcome`` is empty until there is one."""

    id = fields.Integer(required=True)
    criterion = fields.String(required=True)
    text = fields.String(required=True)
    made_by = fields.String(attribute="made_by_name", required=True)
    made_at = Instant(required=True)
    outcome = fields.String(required=True)
    answer = fields.String(required=True)
    decided_at = Instant(required=True, allow_none=True)


class QuestionListShape(Shape):
    """Every question on a form."""

    items = fields.List(fields.Nested(QuestionShape), required=True)


class VisitListShape(Shape):
    """Every field check of a unit."""

    items = fields.List(fields.Nested(VisitShape), required=True)


class ExplanationListShape(Shape):
    """Every explanation of a unit."""

    items = fields.List(fields.Nested(ExplanationShape), required=True)


@bp.get(f"/submissions/<{ROW}:submission>/questions")
@allow()
@bp.response(200, QuestionListShape)
def list_questions(submission: int) -> dict[str, Any]:
    """The questions on a form."""
    return {"items": _rows(Question, reached(submission).id)}


@bp.post(f"/submissions/<{ROW}:submission>/questions")
@allow(Role.TASK_FORCE)
@bp.arguments(WordsRequest)
@bp.response(201, QuestionShape)
def ask(given: dict[str, str], submission: int) -> Question:
    """Ask the unit about one criterion; the form cannot be verified until the question is closed."""
    return verification.ask(current_actor(), submission, given["criterion"], given["text"])


@bp.post(f"/questions/<{ROW}:question>/reply")
@allow(Role.UNIT, Role.HEAD)
@bp.arguments(ReplyRequest)
@bp.response(201, QuestionShape)
def reply(given: dict[str, str], question: int) -> Question:
    """Answer a question, as the unit."""
    return verification.reply(current_actor(), question, given["text"])


@bp.post(f"/questions/<{ROW}:question>/closing")
@allow(Role.TASK_FORCE)
@bp.response(201, QuestionShape)
def close(question: int) -> Question:
    """Close a question."""
    return verification.close_question(current_actor(), question)


@bp.get(f"/submissions/<{ROW}:submission>/visits")
@allow()
@bp.response(200, VisitListShape)
def list_visits(submission: int) -> dict[str, Any]:
    """The field checks of a unit; the unit itself sees them once its form is verified."""
    return {"items": _shown(FieldVisit, submission)}


@bp.post(f"/submissions/<{ROW}:submission>/visits")
@allow(Role.TASK_FORCE)
@bp.arguments(VisitRequest)
@bp.response(201, VisitShape)
def plan_visit(given: VisitPlan, submission: int) -> FieldVisit:
    """Plan a field check; the form cannot be verified until its minutes are recorded or it is called off."""
    return visits.plan_visit(current_actor(), submission, given)


@bp.post(f"/visits/<{ROW}:visit>/move")
@allow(Role.TASK_FORCE)
@bp.arguments(MovedVisitRequest)
@bp.response(201, VisitShape)
def move_visit(given: dict[str, Any], visit: int) -> FieldVisit:
    """Give a field check another day, hour, place or team; the unit is told."""
    return visits.move_visit(current_actor(), visit, given["plan"], reason=given["reason"], version=None)


@bp.post(f"/visits/<{ROW}:visit>/calling-off")
@allow(Role.TASK_FORCE)
@bp.arguments(ReasonRequest)
@bp.response(201, VisitShape)
def call_off_visit(given: dict[str, str], visit: int) -> FieldVisit:
    """Call a field check off; the unit is told."""
    return visits.call_off_visit(current_actor(), visit, reason=given["reason"], version=None)


@bp.post(f"/visits/<{ROW}:visit>/minutes")
@allow(Role.TASK_FORCE)
@bp.arguments(MinutesRequest)
@bp.response(201, VisitShape)
def record_minutes(given: dict[str, Any], visit: int) -> FieldVisit:
    """Record the minutes of a field check."""
    return visits.record_minutes(current_actor(), visit, **given)


@bp.get(f"/submissions/<{ROW}:submission>/explanations")
@allow()
@bp.response(200, ExplanationListShape)
def list_explanations(submission: int) -> dict[str, Any]:
    """The explanations of a unit."""
    return {"items": _shown(Explanation, submission)}


@bp.post(f"/submissions/<{ROW}:submission>/explanations")
@allow(Role.UNIT, Role.HEAD)
@bp.arguments(WordsRequest)
@bp.response(201, ExplanationShape)
def explain(given: dict[str, str], submission: int) -> Explanation:
    """Explain, as the unit, a score that was changed."""
    return verification.explain(current_actor(), submission, given["criterion"], given["text"])


@bp.post(f"/explanations/<{ROW}:explanation>/outcome")
@allow(Role.TASK_FORCE)
@bp.arguments(OutcomeRequest)
@bp.response(201, ExplanationShape)
def decide_explanation(given: dict[str, Any], explanation: int) -> Explanation:
    """Answer an explanation."""
    return verification.decide_explanation(current_actor(), explanation, **given)


def _rows(model: Any, submission: int) -> Any:
    return db.session.scalars(select(model).where(model.submission_id == submission).order_by(model.id)).all()


def _shown(model: Any, submission: int) -> Any:
    form = reached(submission)
    if not sees_verdicts(form):
        raise Forbidden(f"{model.__tablename__} of submission {submission}")
    return _rows(model, form.id)
