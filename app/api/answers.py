"""Answers of a form, each with its points and how they come about. Saved one by one, or many together."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import fields
from sqlalchemy import select

from app.access import allow, current_actor
from app.api.fields import Entries, Flag, Instant, OneOf, Points, Shape, Text, Typed, Whole, number_text
from app.api.preconditions import matched, tagged
from app.api.resources import ROW, Resources
from app.api.submissions import SubmissionShape, reached
from app.database import db
from app.faults import Missing
from app.models import Answer, Submission
from app.queries.cases import evidence_counts, sheet_of, waived
from app.queries.criteria_sets import criteria_set_of
from app.services.answers import AnswerInput, save_answer, save_answers
from criteria.answers import LONGEST_REASON, FieldKind
from criteria.answers import fields as asked_fields
from criteria.model import Criterion, EnteredBy
from criteria.rules import NONE_OF_THESE
from criteria.scoring import Context, Line, LineStatus, score
from workflows.vocabulary import Role

bp = Resources("answers", "Answers, points and how they come about")
VALUE = (
    "By field name of the criterion's rule. Numbers are JSON numbers or text with a decimal point, yes and no are "
    "booleans, options their codes, several options a list of codes (an empty list says: none of them). "
    "null takes the answer back."
)


class AnswerRequest(Shape):
    """What is answered. Whatever is left out is empty."""

    value = Typed(required=True, allow_none=True, metadata={"description": VALUE, "type": "object"})
    reason = Text(longest=LONGEST_REASON, load_default="")
    estimated = Flag(load_default=False)


class VersionedAnswerRequest(AnswerRequest):
    """What is answered, and the version of the answer that was read: 0 where there was none."""

    version = Whole()


class AnswersRequest(Shape):
    """Answers by criterion code, all or none of which are saved."""

    answers = Entries(fields.Nested(VersionedAnswerRequest), required=True, metadata={"type": "object"})


class AnswerShape(Shape):
    """An answer and its points; ``version`` 0 and ``value`` null where nothing is answered yet."""

    criterion = fields.String(required=True)
    title = fields.String(required=True)
    version = fields.Integer(required=True)
    entered_by = OneOf(EnteredBy, required=True)
    value = fields.Raw(required=True, allow_none=True, metadata={"type": "object"})
    reason = fields.String(required=True)
    estimated = fields.Boolean(required=True)
    documents = fields.Integer(required=True, metadata={"description": "How many documents prove it."})
    status = OneOf(LineStatus, required=True)
    points = Points(required=True)
    max = Points(required=True)
    working = fields.String(required=True)
    saved_at = Instant(required=True, allow_none=True)
    saved_by = fields.String(required=True, allow_none=True)


class AnswersShape(Shape):
    """Every criterion of a form, in the order of its set, with the unit's own total."""

    submission = fields.Integer(required=True)
    version = fields.Integer(required=True)
    points = Points(required=True)
    max = Points(required=True)
    answers = fields.List(fields.Nested(AnswerShape), required=True)


@bp.get(f"/submissions/<{ROW}:submission>/answers")
@allow()
@bp.response(200, AnswersShape)
def list_answers(submission: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """All answers of a form; the ETag is the form's version."""
    form = reached(submission)
    return tagged(_sheet(form), form.version)


@bp.get(f"/submissions/<{ROW}:submission>/answers/<code:criterion>")
@allow()
@bp.response(200, AnswerShape)
def show_answer(submission: int, criterion: str) -> tuple[dict[str, Any], int, dict[str, str]]:
    """One answer; its ETag is its own version."""
    row = _row(reached(submission), criterion)
    return tagged(row, row["version"])


@bp.put(f"/submissions/<{ROW}:submission>/answers/<code:criterion>")
@allow(Role.UNIT, Role.HEAD)
@bp.arguments(AnswerRequest)
@bp.response(200, AnswerShape)
def put_answer(
    given: dict[str, Any], submission: int, criterion: str
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Save one answer; If-Match names its version ("0" where there was none) or is *."""
    form = reached(submission)
    asked = _criterion(form, criterion)
    version = matched(_stored(form).get(criterion, Answer(version=0)).version)
    save_answer(current_actor(), submission, criterion, _input(asked, given), version=version)
    row = _row(form, criterion)
    return tagged(row, row["version"])


@bp.patch(f"/submissions/<{ROW}:submission>/answers")
@allow(Role.UNIT, Role.HEAD)
@bp.arguments(AnswersRequest)
@bp.response(200, SubmissionShape)
def patch_answers(given: dict[str, Any], submission: int) -> tuple[Submission, int, dict[str, str]]:
    """Save many answers, all or none; each may name the version that was read."""
    form = reached(submission)
    wanted = given["answers"]
    versions = {code: one["version"] for code, one in wanted.items() if "version" in one}
    inputs = {code: _input(_known(form, code), one) for code, one in wanted.items()}
    saved = save_answers(current_actor(), submission, inputs, versions=versions)
    return tagged(saved, saved.version)


def _criterion(form: Submission, code: str) -> Criterion:
    found = _known(form, code)
    if found is None:
        raise Missing(f"criterion {code}")
    return found


def _known(form: Submission, code: str) -> Criterion | None:
    known = criteria_set_of(form.campaign_unit.kind)
    return known.criterion(code) if known.has(code) else None


def _stored(form: Submission) -> dict[str, Answer]:
    rows = db.session.scalars(select(Answer).where(Answer.submission_id == form.id))
    return {row.criterion: row for row in rows}


def _row(form: Submission, code: str) -> dict[str, Any]:
    _criterion(form, code)
    rows: list[dict[str, Any]] = _sheet(form)["answers"]
    return next(row for row in rows if row["criterion"] == code)


def _sheet(form: Submission) -> dict[str, Any]:
    session, known = db.session(), criteria_set_of(form.campaign_unit.kind)
    card = score(known, sheet_of(session, form), Context(not_applicable=waived(session, form)))
    stored, counts = _stored(form), evidence_counts(session, form)
    rows = [
        _answer(criterion, stored.get(criterion.code), card.line(criterion.code), counts)
        for criterion in known.criteria()
    ]
    return {
        "submission": form.id,
        "version": form.version,
        "points": card.total,
        "max": card.max,
        "answers": rows,
    }


def _answer(
    criterion: Criterion, row: Answer | None, line: Line, counts: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "criterion": criterion.code,
        "title": criterion.title,
        "entered_by": criterion.entered_by,
        "version": row.version if row else 0,
        "value": row.value if row else None,
        "reason": row.reason if row else "",
        "estimated": row.estimated if row else False,
        "saved_at": row.saved_at if row else None,
        "saved_by": row.saved_by_name if row else None,
        "documents": counts.get(criterion.code, 0),
        "status": line.status,
        "points": line.points,
        "max": line.max,
        "working": line.working,
    }


def _input(criterion: Criterion | None, given: Mapping[str, Any]) -> AnswerInput:
    value = given["value"]
    raw = None if value is None else _raw(criterion, value)
    return AnswerInput(raw, given["reason"], given["estimated"])


def _raw(criterion: Criterion | None, value: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """JSON values as the one reader of answers wants them typed; it is the reader that judges them."""
    numeric = {
        field.name
        for field in (asked_fields(criterion.rule) if criterion else ())
        if field.kind in {FieldKind.NUMBER, FieldKind.INTEGER}
    }
    return {name: _typed(entry, numeric=name in numeric) for name, entry in value.items()}


def _typed(entry: Any, *, numeric: bool) -> str | list[str]:
    if isinstance(entry, bool):
        return "yes" if entry else "no"
    if isinstance(entry, list):
        return [str(item) for item in entry] or [NONE_OF_THESE]
    if numeric or isinstance(entry, int | Decimal):
        return number_text(entry) or ""
    return str(entry)
