"""The page on which the province office gives forms to members of the task force. Holds no rule."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.models import CampaignStatus
from app.queries.assignments import NOBODY, Wanted, assignments_of
from app.queries.progress import RUNNERS
from app.queries.reach import campaign_in_reach
from app.services import assignments
from app.web import inputs
from app.web.forms import Form
from app.web.office_words import words
from workflows.vocabulary import Role

bp = Blueprint("office_assignments", __name__, url_prefix="/dot/<slug>/phan-cong")
bp.context_processor(words)
TAKE_AWAY = "take_away"
MEMBER = _l("Chọn một thành viên tổ công tác")
NO_MEMBER: inputs.Messages = {name: [MEMBER] for name in ("required", "invalid", "null")}
Page = Response | str | tuple[str, int]


class FormsSchema(Schema):
    """Forms that were ticked."""

    forms = fields.List(
        fields.Integer(
            validate=validate.Range(1, inputs.LARGEST_ID, error=inputs.OLD_WORDS),
            error_messages=inputs.UNFIT,
        ),
        load_default=(),
    )


class AssignSchema(FormsSchema):
    """Forms that were ticked, for whom, and until when."""

    person = fields.Integer(
        required=True,
        error_messages=NO_MEMBER,
        validate=validate.Range(1, inputs.LARGEST_ID, error=MEMBER),
    )
    due_day = inputs.day()


@bp.get("")
@allow(*RUNNERS)
def board(slug: str) -> Page:
    """The forms of a campaign with who was given them."""
    form = Form(FormsSchema())
    return _page(slug, form)


@bp.post("/giao")
@allow(Role.OFFICE)
def assign(slug: str) -> Page:
    """Give the ticked forms to a member, or take them away."""
    if request.form.get("then") == TAKE_AWAY:
        return _done(slug, Form(FormsSchema()), _take_away)
    return _done(slug, Form(AssignSchema()), _assign)


def _assign(slug: str, *, forms: list[int], person: int, due_day: date) -> str:
    count = assignments.assign(current_actor(), slug, forms, person_id=person, due_day=due_day)
    return _("Đã giao %(count)s phiếu và gửi thư báo.", count=count)


def _take_away(slug: str, *, forms: list[int]) -> str:
    count = assignments.take_away(current_actor(), slug, forms)
    return _("Đã bỏ giao %(count)s phiếu.", count=count)


def _done(slug: str, form: Form, act: Any) -> Page:
    said: list[str] = []
    if form.carry_out(lambda **given: said.append(act(slug, **given))):
        flash(said[0], "success")
        filters: dict[str, Any] = _kept(request.args)
        return redirect(url_for("office_assignments.board", slug=slug, **filters), 303)
    return _page(slug, form), 422


def _page(slug: str, form: Form) -> str:
    campaign = campaign_in_reach(db.session(), slug, current_actor(), RUNNERS)
    wanted = _wanted(request.args)
    is_office = bool(current_actor().units(Role.OFFICE))
    return render_template(
        "office/assignments.html",
        campaign=campaign,
        found=assignments_of(db.session(), campaign, wanted, clock.now()),
        wanted=wanted,
        nobody=NOBODY,
        kept=_kept(request.args),
        may_assign=is_office and campaign.status == CampaignStatus.OPEN,
        ticked=set(form.raw.getlist("forms")),
        form=form,
        errors=form.errors,
    )


def _wanted(typed: Mapping[str, str]) -> Wanted:
    given = typed.get("giao", "")
    return Wanted(
        kind=typed.get("cap", "")[:64],
        parent=_number(typed.get("huyen", "")),
        given=given if given == NOBODY or _number(given) else "",
        page=_number(typed.get("page", "")) or 1,
    )


def _kept(typed: Mapping[str, str]) -> dict[str, str]:
    """What one filtered by, to come back to."""
    return {name: typed[name] for name in ("cap", "huyen", "giao", "page") if typed.get(name)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
