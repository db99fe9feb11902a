"""Pages of the province office about one unit's form: its story, its waivers, sending back, reopening. Holds no rule."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.models import CampaignStatus, Submission
from app.queries.cases import timetable_of
from app.queries.contacts import mute_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.internal_dates import internal_of
from app.queries.progress import RUNNERS, unit_sheet
from app.queries.reach import submission_in_reach
from app.queries.reminders import reminder_lines
from app.services import submissions, waivers
from app.web import reminder_words, zalo
from app.web.forms import Form
from app.web.inputs import day
from app.web.inputs import version as shown_version
from app.web.office_dates import extension_text
from app.web.office_words import words
from app.web.signed import signed_facts
from criteria.model import EnteredBy
from workflows.vocabulary import Action, Role, State

bp = Blueprint("office_units", __name__, url_prefix="/dot/<slug>/don-vi/<int:form_id>")
bp.context_processor(words)
REMARKS = 3
MOST_REMINDERS = 30


class WaiverSchema(Schema):
    """A criterion that is not asked of the unit, and why."""

    criterion = fields.String(load_default="")
    reason = fields.String(load_default="")


class EndWaiverSchema(Schema):
    """A criterion that is asked again."""

    criterion = fields.String(load_default="")


class ReopenSchema(Schema):
    """Words to go with a reopened form."""

    note = fields.String(load_default="")
    version = shown_version()


class SendBackSchema(ReopenSchema):
    """What the unit is to repair, criterion by criterion, and through which day."""

    due = day()
    criterion = fields.List(fields.String(), load_default=list)
    remark = fields.List(fields.String(), load_default=list)


@bp.get("")
@allow(*RUNNERS)
def unit(slug: str, form_id: int) -> str | tuple[str, int]:
    """One unit: where its form stands, what happened, what may be done."""
    return _page(_form(slug, form_id, *RUNNERS), {})


@bp.post("/khong-ap-dung")
@allow(Role.OFFICE)
def grant_waiver(slug: str, form_id: int) -> Response | str | tuple[str, int]:
    """Grant that a criterion is not asked of the unit."""
    return _done(
        _form(slug, form_id, Role.OFFICE),
        Form(WaiverSchema()),
        lambda criterion, reason: waivers.grant_waiver(current_actor(), form_id, criterion, reason),
        _("Đã ghi tiêu chí không áp dụng; điểm tối đa của đơn vị giảm tương ứng."),
    )


@bp.post("/ap-dung-lai")
@allow(Role.OFFICE)
def end_waiver(slug: str, form_id: int) -> Response | str | tuple[str, int]:
    """Ask a waived criterion again."""
    return _done(
        _form(slug, form_id, Role.OFFICE),
        Form(EndWaiverSchema()),
        lambda criterion: waivers.end_waiver(current_actor(), form_id, criterion),
        _("Tiêu chí được áp dụng lại cho đơn vị."),
    )


@bp.post("/mo-lai")
@allow(Role.OFFICE)
def reopen(slug: str, form_id: int) -> Response | str | tuple[str, int]:
    """Reopen a verified form for the task force."""
    return _done(
        _form(slug, form_id, Role.OFFICE),
        Form(ReopenSchema()),
        lambda note, version: submissions.move(
            current_actor(), form_id, Action.REOPEN, note=note, version=version
        ),
        _("Đã mở lại phiếu để thẩm tra; bảng xếp hạng lập trước đó không còn dùng được."),
    )


@bp.post("/tra-lai")
@allow(Role.OFFICE)
def send_back(slug: str, form_id: int) -> Response | str | tuple[str, int]:
    """Return a form that came straight to the office."""
    return _done(
        _form(slug, form_id, Role.OFFICE),
        Form(SendBackSchema()),
        lambda **given: _send_back(form_id, **given),
        _("Đã trả phiếu lại cho đơn vị kèm nội dung cần sửa."),
    )


def _send_back(
    form_id: int, *, note: str, version: int, due: date, criterion: list[str], remark: list[str]
) -> None:
    remarks = {code: text for code, text in zip(criterion, remark, strict=False) if code or text.strip()}
    submissions.send_back(current_actor(), form_id, note=note, remarks=remarks, due=due, version=version)


def _form(slug: str, form_id: int, *roles: Role) -> Submission:
    form = submission_in_reach(db.session(), form_id, current_actor(), roles)
    if form.campaign.slug != slug:
        raise Missing(f"submission {form_id}")
    return form


def _done(
    form: Submission, sent: Form, act: Callable[..., Any], done: str
) -> Response | str | tuple[str, int]:
    if sent.carry_out(act):
        flash(done, "success")
        return redirect(url_for("office_units.unit", slug=form.campaign.slug, form_id=form.id), 303)
    return _page(form, sent.errors, sent)


def _page(form: Submission, errors: dict[str, str], sent: Form | None = None) -> str | tuple[str, int]:
    criteria_set = criteria_set_of(form.campaign_unit.kind)
    codes = [
        (one.code, f"{one.code}. {one.title}")
        for one in criteria_set.criteria()
        if one.entered_by is not EnteredBy.SYSTEM
    ]
    action = request.path.rsplit("/", 1)[-1] if errors else ""
    page = render_template(
        "office/unit.html",
        **reminder_words.words(),
        **signed_facts(form),
        extension_text=extension_text,
        mute=mute_of(db.session(), form.campaign_id, form.campaign_unit.unit_id),
        texts=_zalo(form),
        reminders=reminder_lines(db.session(), form, MOST_REMINDERS),
        sheet=unit_sheet(db.session(), form, current_actor(), clock.now()),
        form=form,
        unit=form.campaign_unit,
        campaign=form.campaign,
        titles={one.code: one.title for one in criteria_set.criteria()},
        codes=[("", _("Chọn tiêu chí")), *codes],
        sent=sent.raw if sent else {},
        remarks=_typed_remarks(sent),
        errors=errors,
        faulty=action,
        is_office=bool(current_actor().units(Role.OFFICE)),
        changeable=waivers.CHANGEABLE,
        illustrative=criteria_set.illustrative,
    )
    return (page, 422) if errors else page


def _zalo(form: Submission) -> tuple[str, ...]:
    """The text to copy for a unit that has not handed in."""
    if form.state != State.DRAFT or form.campaign.status != CampaignStatus.OPEN:
        return ()
    unit, internal = form.campaign_unit, internal_of(db.session(), [form]).get(form.id)
    deadline = zalo.counted_to(timetable_of(unit.kind, form), internal, clock.now())
    return zalo.texts(form.campaign, [(unit.formal_name, deadline)], 1, clock.now())


def _typed_remarks(sent: Form | None) -> list[tuple[str, str]]:
    codes = sent.raw.getlist("criterion") if sent else []
    texts = sent.raw.getlist("remark") if sent else []
    pairs = list(zip(codes, texts, strict=False))
    return pairs + [("", "")] * max(0, REMARKS - len(pairs))
