"""Pages of the province office about dates: a unit's extension, its end, a kind's moved date. Holds no rule."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.i18n.labels import closing_text, wording_text
from app.models import CampaignKind, Extension, Submission
from app.queries.cases import timetable_of
from app.queries.deadlines import base_deadline
from app.queries.moved_dates import (
    OFFICE,
    MovePreview,
    NewDate,
    deadline_of,
    extension_in_reach,
    kind_in_reach,
    moves_of,
)
from app.queries.reach import submission_in_reach
from app.services import deadlines
from app.web.forms import Form
from app.web.inputs import UNFIT, Messages, day
from app.web.office_words import words
from workflows.deadlines import Deadline, Wording
from workflows.vocabulary import Role

bp = Blueprint("office_dates", __name__, url_prefix="/dot/<slug>")
bp.context_processor(words)
LONGEST_NUMBER = 50
NUMBER_WORDS = _l("Viết số, ký hiệu văn bản ngắn hơn 50 ký tự")
WORDING_WORDS = _l("Chọn cách ghi hạn")
NO_WORDING: Messages = {"required": [WORDING_WORDS], "unknown": [WORDING_WORDS], "invalid": [WORDING_WORDS]}
Page = Response | str | tuple[str, int]


def document_number() -> fields.String:
    """Number and sign of the paper on which a date rests; it may be left out."""
    return fields.String(load_default="", validate=validate.Length(max=LONGEST_NUMBER, error=NUMBER_WORDS))


class ReasonSchema(Schema):
    """Why something is done."""

    reason = fields.String(load_default="")


class ExtensionSchema(ReasonSchema):
    """The new last day of one unit, why, and by which paper."""

    day = day()
    document = document_number()


class MoveSchema(ExtensionSchema):
    """The new date of a kind of unit, in the words of the letter."""

    wording = fields.Enum(Wording, by_value=True, required=True, error_messages=NO_WORDING)
    count_day_in = fields.Boolean(load_default=False, error_messages=UNFIT)


@bp.route("/don-vi/<int:form_id>/gia-han", methods=["GET", "POST"])
@allow(Role.OFFICE)
def extend(slug: str, form_id: int) -> Page:
    """Give one unit a later date."""
    submission = _submission(slug, form_id)
    form = Form(ExtensionSchema())
    if request.method == "POST" and form.carry_out(lambda **given: _extend(form_id, **given)):
        flash(_("Đã gia hạn và gửi thư báo cho đơn vị."), "success")
        return _back_to_unit(slug, form_id)
    page = render_template(
        "office/extend.html",
        campaign=submission.campaign,
        unit=submission.campaign_unit,
        submission=submission,
        timetable=timetable_of(submission.campaign_unit.kind, submission),
        form=form,
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


@bp.route("/gia-han/<int:extension_id>/cham-dut", methods=["GET", "POST"])
@allow(Role.OFFICE)
def end_extension(slug: str, extension_id: int) -> Page:
    """Take an extension back, with a reason."""
    row = extension_in_reach(db.session(), current_actor(), slug, extension_id)
    form, submission_id, kind = Form(ReasonSchema()), row.submission_id, row.kind.unit_kind
    if request.method == "POST" and form.carry_out(lambda reason: _end(extension_id, reason)):
        flash(_("Đã chấm dứt gia hạn và gửi thư báo hạn mới."), "success")
        if submission_id is not None:
            return _back_to_unit(slug, submission_id)
        return redirect(url_for("office_dates.move", slug=slug, kind=kind), 303)
    page = render_template(
        "office/end_extension.html",
        campaign=row.kind.campaign,
        kind=kind,
        extension=row,
        until=extension_text(row),
        form=form,
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


@bp.route("/han/<kind>", methods=["GET", "POST"])
@allow(Role.OFFICE)
def move(slug: str, kind: str) -> Page:
    """Move the date of a kind of unit: what it would change first, then done."""
    found = kind_in_reach(db.session(), current_actor(), slug, kind)
    form = Form(MoveSchema(), _present(found))
    then = form["then"] if request.method == "POST" else ""
    if then == "confirm" and form.carry_out(lambda **given: _move(slug, kind, NewDate(**given))):
        flash(_("Đã dời hạn và gửi thư báo cho các đơn vị chưa nộp."), "success")
        return redirect(url_for("office.board", slug=slug), 303)
    seen: list[MovePreview] = []
    if then == "preview":
        form.carry_out(lambda **given: seen.append(_check(slug, kind, NewDate(**given))))
    return _move_page(found, form, seen[0] if seen else None)


def extension_text(row: Extension) -> str:
    """The date of an extension in words, with its instant."""
    given = NewDate(Wording(row.wording), row.day, row.reason, count_day_in=row.count_day_in)
    return deadline_words(deadline_of(row.kind.campaign, given))


def _move_page(found: CampaignKind, form: Form, preview: MovePreview | None) -> Page:
    page = render_template(
        "office/move.html",
        campaign=found.campaign,
        kind=found,
        now_words=deadline_words(base_deadline(found)),
        new_words=deadline_words(preview.after) if preview else "",
        preview=preview,
        moves=moves_of(db.session(), found),
        extension_text=extension_text,
        form=form,
        errors=form.errors,
    )
    return (page, 422) if form.errors else page


def deadline_words(deadline: Deadline) -> str:
    """Wording and instant, always together."""
    return f"{wording_text(deadline)} ({closing_text(deadline.instant)})"


def _present(kind: CampaignKind) -> dict[str, str]:
    return {"wording": kind.wording, "count_day_in": "1" if kind.count_day_in else ""}


def _submission(slug: str, form_id: int) -> Submission:
    found = submission_in_reach(db.session(), form_id, current_actor(), OFFICE)
    if found.campaign.slug != slug:
        raise Missing(f"submission {form_id}")
    return found


def _extend(form_id: int, *, day: date, reason: str, document: str) -> None:
    given = NewDate(Wording.THROUGH_DAY, day, reason, document)
    deadlines.grant_extension(current_actor(), form_id, given)


def _end(extension_id: int, reason: str) -> None:
    deadlines.end_extension(current_actor(), extension_id, reason=reason)


def _move(slug: str, kind: str, given: NewDate) -> None:
    deadlines.move_deadline(current_actor(), slug, kind, given)


def _check(slug: str, kind: str, given: NewDate) -> MovePreview:
    return deadlines.check_move(current_actor(), slug, kind, given)


def _back_to_unit(slug: str, form_id: int) -> Response:
    return redirect(url_for("office_units.unit", slug=slug, form_id=form_id), 303)
