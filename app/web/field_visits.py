"""Pages on which the task force moves a field check or calls it off. Views decide nothing."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.models import FieldVisit
from app.models.verification import VISITS_START
from app.queries.visits import visit_in_reach
from app.services import visits
from app.services.visits import VisitPlan
from app.web import inputs
from app.web.forms import Form
from workflows.vocabulary import Role

bp = Blueprint("field_visits", __name__)
VISIT = "/tham-dinh/chuyen/<int:visit_id>"
Page = str | Response | tuple[str, int]


class VisitSchema(Schema):
    """What planning a visit asks."""

    planned_on = inputs.day()
    planned_time = inputs.ClockTime(load_default=VISITS_START)
    team = fields.String(**inputs.required(_l("Ghi tên những người đi kiểm tra")))
    place = fields.String(load_default="")
    papers = fields.String(load_default="")


class MoveSchema(VisitSchema):
    """What moving one asks: the whole plan as it is to be, and why."""

    reason = fields.String(**inputs.required(_l("Ghi lý do đổi lịch")))
    version = inputs.version()


class CallOffSchema(Schema):
    """What calling one off asks."""

    reason = fields.String(**inputs.required(_l("Ghi lý do hủy chuyến")))
    version = inputs.version()


@bp.route(f"{VISIT}/doi", methods=["GET", "POST"])
@allow(Role.TASK_FORCE)
def move(visit_id: int) -> Page:
    """Give a field check another day, hour, place or team."""
    visit = visit_in_reach(db.session(), visit_id, current_actor())
    typed = Form(MoveSchema(), _prefilled(visit))
    if request.method == "POST" and typed.carry_out(_move, visit_id=visit_id):
        flash(_("Đã đổi lịch, đơn vị nhận thư báo"), "success")
        return _back(visit)
    return _answer("verification/move_visit.html", visit, typed)


@bp.route(f"{VISIT}/huy", methods=["GET", "POST"])
@allow(Role.TASK_FORCE)
def call_off(visit_id: int) -> Page:
    """Call a field check off."""
    visit = visit_in_reach(db.session(), visit_id, current_actor())
    typed = Form(CallOffSchema(), {"version": visit.version})
    if request.method == "POST" and typed.carry_out(_call_off, visit_id=visit_id):
        flash(_("Đã hủy chuyến kiểm tra, đơn vị nhận thư báo"), "success")
        return _back(visit)
    return _answer("verification/call_off_visit.html", visit, typed)


def _move(visit_id: int, *, reason: str, version: int, **given: Any) -> None:
    visits.move_visit(current_actor(), visit_id, VisitPlan(**given), reason=reason, version=version)


def _call_off(visit_id: int, *, reason: str, version: int) -> None:
    visits.call_off_visit(current_actor(), visit_id, reason=reason, version=version)


def _prefilled(visit: FieldVisit) -> dict[str, Any]:
    return {
        "planned_on": f"{visit.planned_on:%d/%m/%Y}",
        "planned_time": f"{visit.planned_time:%H:%M}",
        "team": visit.team,
        "place": visit.place,
        "papers": visit.papers,
        "version": visit.version,
    }


def _back(visit: FieldVisit) -> Response:
    return redirect(url_for("verification.form", form_id=visit.submission_id), 303)


def _answer(template: str, visit: FieldVisit, typed: Form) -> Page:
    page = render_template(template, visit=visit, form=typed, errors=typed.errors)
    return (page, 422) if typed.errors else page
