"""The task force's pages: the queue, one form, one criterion. Views decide nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.labels import label, refusal_text
from app.models import Document, Submission
from app.queries.assignees import assignees
from app.queries.assignments import own_share
from app.queries.evidence import elsewhere
from app.queries.offers import offers_for
from app.queries.reach import submission_in_reach
from app.queries.scrutiny import Scrutiny, scrutiny_of
from app.queries.verification_queue import Filters, Given, Mark, Turn, queue_of
from app.services import submissions, verification, visits
from app.services.verification import Decision
from app.services.viewing import View
from app.services.visits import VisitPlan
from app.web import explanations, field_visits, inputs
from app.web.claims import claim_of, replacements_of
from app.web.desk_viewing import asked_view
from app.web.field_visits import VisitSchema
from app.web.forms import Form
from app.web.signed import signed_facts
from workflows.vocabulary import Action, Role
from workflows.workflow import Offer

bp = Blueprint("verification", __name__)
bp.register_blueprint(explanations.bp)
bp.register_blueprint(field_visits.bp)
READING = frozenset({Role.TASK_FORCE, Role.OFFICE})
FORM = "/tham-dinh/<int:form_id>"
KEEP, OTHER = "keep", "other"
Page = str | Response | tuple[str, int]


class KeepSchema(Schema):
    """Keeping the rest is a declared act."""

    declared = fields.Boolean(
        required=True,
        validate=validate.Equal(True),
        error_messages={"required": [_l("Đánh dấu vào ô xác nhận")]},
    )
    version = inputs.version()


class VerifySchema(Schema):
    """What completing the verification asks."""

    note = fields.String(load_default="")
    version = inputs.version()


class MinutesSchema(Schema):
    """What the minutes of a visit ask."""

    visit_id = inputs.version()
    visited_on = inputs.day()
    minutes = fields.String(**inputs.required(_l("Ghi nội dung biên bản")))
    attendees = fields.String(**inputs.required(_l("Ghi thành phần dự kiểm tra")))


class DecisionSchema(Schema):
    """What a verdict asks: keeping, or points with a reason."""

    choice = fields.String(
        required=True,
        error_messages=inputs.UNFIT,
        validate=validate.OneOf((KEEP, OTHER), error=inputs.OLD_WORDS),
    )
    points = inputs.Points(load_default=None, allow_none=True)
    reason = fields.String(load_default="")
    on_site = fields.Boolean(load_default=False)
    version = inputs.version()
    read = inputs.version()

    @validates_schema
    def _other_points(self, data: Mapping[str, Any], **_more: Any) -> None:
        # Blank points would mean "kept", which is a choice of its own.
        if data["choice"] == OTHER and data["points"] is None:
            raise ValidationError({"points": [_("Nhập điểm thẩm tra")]})


class QuestionSchema(Schema):
    """What a question asks."""

    text = fields.String(**inputs.required(_l("Viết câu hỏi cho đơn vị")))


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done from the page of a form: what it asks, how it is done, what is said after."""

    schema: type[Schema]
    act: Callable[..., Any]
    done: LazyString


def _verify(form_id: int, *, note: str, version: int) -> None:
    submissions.move(current_actor(), form_id, Action.VERIFY, note=note, version=version)


def _keep_rest(form_id: int, *, declared: bool, version: int) -> None:
    if declared:
        verification.keep_rest(current_actor(), form_id, version=version)


def _plan_visit(form_id: int, **given: Any) -> None:
    visits.plan_visit(current_actor(), form_id, VisitPlan(**given))


def _record_minutes(form_id: int, *, visit_id: int, **given: Any) -> None:
    del form_id  # the visit knows its form, and the service checks the reach of that one
    visits.record_minutes(current_actor(), visit_id, **given)


DOINGS: Mapping[str, Doing] = {
    "verify": Doing(VerifySchema, _verify, _l("Đã hoàn thành thẩm tra phiếu này")),
    "keep": Doing(KeepSchema, _keep_rest, _l("Đã giữ nguyên điểm của các tiêu chí còn lại")),
    "visit": Doing(VisitSchema, _plan_visit, _l("Đã lên lịch chuyến kiểm tra")),
    "minutes": Doing(MinutesSchema, _record_minutes, _l("Đã ghi biên bản kiểm tra")),
}


@bp.get("/tham-dinh")
@allow(*READING)
def queue() -> str:
    """The forms to verify, with filters."""
    wanted = _filters(request.args)
    return render_template(
        "verification/queue.html",
        queue=queue_of(db.session(), current_actor(), wanted),
        own=own_share(db.session(), current_actor()),
        wanted=wanted,
        label=label,
    )


@bp.route(FORM, methods=["GET", "POST"])
@allow(*READING)
def form(form_id: int) -> Page:
    """One form: what is decided, what is open, visits; and what is done to the form as a whole."""
    submission = _reached(form_id)
    doing = DOINGS.get(request.form.get("do", ""), DOINGS["verify"])
    typed = Form(doing.schema())
    if request.method == "POST" and typed.carry_out(doing.act, form_id=form_id):
        flash(str(doing.done), "success")
        return redirect(url_for("verification.form", form_id=form_id), 303)
    return _overview(_reached(submission.id), typed)


@bp.route(f"{FORM}/<code>", methods=["GET", "POST"])
@allow(*READING)
def criterion(form_id: int, code: str) -> Page:
    """One criterion: the claim, and the verdict on it."""
    scrutiny = scrutiny_of(db.session(), _reached(form_id))
    row = scrutiny.row(code)
    typed = Form(DecisionSchema())
    if request.method == "POST" and typed.carry_out(_decide, form_id=form_id, code=code):
        flash(_("Đã ghi ý kiến ở tiêu chí %(code)s", code=code), "success")
        return redirect(_after(scrutiny, code), 303)
    return _criterion(scrutiny, row.code, typed)


@bp.post(f"{FORM}/<code>/hoi")
@allow(Role.TASK_FORCE)
def ask(form_id: int, code: str) -> Page:
    """Ask the unit about a criterion."""
    submission = _reached(form_id)
    typed = Form(QuestionSchema())
    if typed.carry_out(_ask, form_id=form_id, code=code):
        flash(_("Đã gửi câu hỏi cho đơn vị"), "success")
        return redirect(url_for("verification.criterion", form_id=form_id, code=code), 303)
    return _criterion(scrutiny_of(db.session(), _reached(submission.id)), code, typed)


@bp.post(f"{FORM}/<code>/khep/<int:question_id>")
@allow(Role.TASK_FORCE)
def close(form_id: int, code: str, question_id: int) -> Response:
    """Close a question."""
    verification.close_question(current_actor(), question_id)
    flash(_("Đã khép câu hỏi"), "success")
    return redirect(url_for("verification.criterion", form_id=form_id, code=code), 303)


def _reached(form_id: int) -> Submission:
    return submission_in_reach(db.session(), form_id, current_actor(), READING)


def _overview(submission: Submission, typed: Form) -> Page:
    offers = offers_for(db.session(), submission, current_actor(), clock.now())
    page = render_template(
        "verification/form.html",
        scrutiny=scrutiny_of(db.session(), submission),
        elsewhere=elsewhere(db.session(), submission, current_actor()),
        **signed_facts(submission),
        assignee=assignees(db.session(), [submission.id]).get(submission.id),
        form=typed,
        errors=typed.errors,
        doing=request.form.get("do", ""),
        verify=_offer(offers, Action.VERIFY),
        reopen=_offer(offers, Action.REOPEN),
        may_judge=_is_judge(offers),
        refusal_text=refusal_text,
    )
    return (page, 422) if typed.errors else page


def _criterion(scrutiny: Scrutiny, code: str, typed: Form) -> Page:
    row = scrutiny.row(code)
    offers = offers_for(db.session(), scrutiny.submission, current_actor(), clock.now())
    page = render_template(
        "verification/criterion.html",
        scrutiny=scrutiny,
        row=row,
        figures=claim_of(row.item.criterion, row.item.answer),
        replaced=replacements_of(row.item),
        form=typed,
        errors=typed.errors,
        may_judge=_is_judge(offers),
        next=scrutiny.next_open(code),
        view=_view(row.item.documents),
        larger=request.args.get("to") == "1",
        elsewhere=elsewhere(db.session(), scrutiny.submission, current_actor()),
    )
    return (page, 422) if typed.errors else page


def _view(documents: tuple[Document, ...]) -> View | None:
    # A criterion may rest on documents that are saved first, and on none.
    shown = [one for one in documents if one.viewable]
    asked = inputs.number_of("tep")
    chosen = next((one for one in shown if one.id == asked), shown[0] if shown else None)
    return None if chosen is None else asked_view(chosen)


def _offer(offers: tuple[Offer, ...], action: Action) -> Offer | None:
    return next((offer for offer in offers if offer.action is action), None)


def _is_judge(offers: tuple[Offer, ...]) -> bool:
    return _offer(offers, Action.VERIFY) is not None


def _decide(form_id: int, code: str, *, choice: str, version: int, read: int, **given: Any) -> None:
    kept = {"points": None, "reason": ""} if choice == KEEP else {}
    decision = Decision(**(given | kept), answer_version=read)
    verification.decide(current_actor(), form_id, code, decision, version=version)


def _ask(form_id: int, code: str, *, text: str) -> None:
    verification.ask(current_actor(), form_id, code, text)


def _after(scrutiny: Scrutiny, code: str) -> str:
    following = scrutiny.next_open(code)
    if following is None or request.form.get("then") == "list":
        return url_for("verification.form", form_id=scrutiny.submission.id)
    return url_for("verification.criterion", form_id=scrutiny.submission.id, code=following.code)


def _filters(typed: Mapping[str, str]) -> Filters:
    turn, mark, given = typed.get("buoc", Turn.READY), typed.get("dau", ""), typed.get("giao", "")
    return Filters(
        turn=turn if turn in set(Turn) else "",
        kind=typed.get("cap", "")[:64],
        parent=_number(typed.get("huyen", "")),
        mark=mark if mark in set(Mark) else "",
        given=given if given in set(Given) else "",
        search=typed.get("tim", "")[:100],
        page=_number(typed.get("page", "")) or 1,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
