"""The task force's answers to what units say about changed scores. Views decide nothing."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.models import Explanation
from app.queries.reach import submission_in_reach
from app.queries.scrutiny import explanations_for, scrutiny_of
from app.services import verification
from app.web import inputs
from app.web.claims import claim_of, replacements_of
from app.web.forms import Form
from workflows.vocabulary import Role

bp = Blueprint("explanations", __name__)


class AnswerSchema(Schema):
    """What the answer to an explanation asks."""

    outcome = fields.String(**inputs.required(_l("Chọn giữ nguyên hoặc đổi điểm")))
    points = inputs.Points(load_default=None, allow_none=True)
    answer = fields.String(**inputs.required(_l("Viết trả lời cho đơn vị")))


@bp.get("/tham-dinh/giai-trinh", endpoint="all")
@allow(Role.TASK_FORCE)
def listed() -> str:
    """Every explanation within reach, those that wait for an answer first."""
    rows = explanations_for(db.session(), current_actor())
    return render_template("verification/explanations.html", rows=rows)


@bp.route("/tham-dinh/giai-trinh/<int:explanation_id>", endpoint="one", methods=["GET", "POST"])
@allow(Role.TASK_FORCE)
def answer(explanation_id: int) -> str | Response | tuple[str, int]:
    """One explanation, beside the claim and the verdict; and the answer to it."""
    row = db.session.get(Explanation, explanation_id)
    if row is None:
        raise Missing(f"explanation {explanation_id}")
    submission = submission_in_reach(db.session(), row.submission_id, current_actor(), {Role.TASK_FORCE})
    form = Form(AnswerSchema())
    if request.method == "POST" and form.carry_out(_answer, explanation_id=explanation_id):
        flash(_("Đã trả lời giải trình"), "success")
        return redirect(url_for(".all"), 303)
    judged = scrutiny_of(db.session(), submission).row(row.criterion)
    page = render_template(
        "verification/explanation.html",
        explanation=row,
        submission=submission,
        row=judged,
        figures=claim_of(judged.item.criterion, judged.item.answer),
        replaced=replacements_of(judged.item),
        form=form,
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


def _answer(explanation_id: int, *, outcome: str, points: Decimal | None, **given: Any) -> None:
    changed = points if outcome == verification.CHANGED_OUTCOME else None
    verification.decide_explanation(current_actor(), explanation_id, outcome=outcome, points=changed, **given)
