"""Pages of the province office about a whole kind of unit: an extension, and the days around its deadline. Holds no rule."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import fields

from app.access import allow, current_actor
from app.campaign_plans import KindDates
from app.database import db
from app.i18n.labels import dates_text, label
from app.models import CampaignKind
from app.queries.cases import timetable_of
from app.queries.kind_dates import KindDatesPreview, NewKindDates, dates_of
from app.queries.moved_dates import MovePreview, NewDate, kind_in_reach
from app.services import deadlines, kind_dates
from app.web.forms import Form
from app.web.inputs import UNFIT, DayIfAny, Messages
from app.web.office_dates import (
    ExtensionSchema,
    Page,
    ReasonSchema,
    deadline_words,
    document_number,
    extension_text,
)
from app.web.office_words import words
from workflows.deadlines import Late, Wording
from workflows.vocabulary import Role

bp = Blueprint("office_kind_dates", __name__, url_prefix="/dot/<slug>/han/<kind>")
bp.context_processor(words)
NO_RULE: Messages = {"unknown": UNFIT["invalid"], **UNFIT}


class DatesSchema(ReasonSchema):
    """The days around a deadline; a blank one follows the deadline."""

    remind_from = DayIfAny(load_default=None)
    late = fields.Enum(Late, by_value=True, load_default=Late.NEVER, error_messages=NO_RULE)
    late_through = DayIfAny(load_default=None)
    edit_through = DayIfAny(load_default=None)
    document = document_number()


@bp.route("/gia-han", methods=["GET", "POST"])
@allow(Role.OFFICE)
def extend(slug: str, kind: str) -> Page:
    """Give every unit of a kind a later date: what it would change first, then done."""
    found = kind_in_reach(db.session(), current_actor(), slug, kind)
    form, then = Form(ExtensionSchema()), _then()
    if then == "confirm" and form.carry_out(lambda **given: _extend(slug, kind, **given)):
        flash(_("Đã gia hạn và gửi thư báo cho các đơn vị chưa nộp."), "success")
        return redirect(url_for("office.board", slug=slug), 303)
    seen: list[MovePreview] = []
    if then == "preview":
        form.carry_out(lambda **given: seen.append(_check_extension(slug, kind, **given)))
    preview = seen[0] if seen else None
    more = {"preview": preview, "new_words": deadline_words(preview.after) if preview else ""}
    return _page("office/extend_kind.html", found, form, more)


@bp.route("/moc", methods=["GET", "POST"])
@allow(Role.OFFICE)
def change(slug: str, kind: str) -> Page:
    """Set the days around a deadline: what it would change first, then done."""
    found = kind_in_reach(db.session(), current_actor(), slug, kind)
    form, then = Form(DatesSchema(), _typed(dates_of(found))), _then()
    if then == "confirm" and form.carry_out(lambda **given: _change(slug, kind, **given)):
        flash(_("Đã đặt các mốc."), "success")
        return redirect(url_for("office.board", slug=slug), 303)
    seen: list[KindDatesPreview] = []
    if then == "preview":
        form.carry_out(lambda **given: seen.append(_check_dates(slug, kind, **given)))
    more = {"preview": seen[0] if seen else None, "rules": [(one.value, label(one), None) for one in Late]}
    return _page("office/kind_dates.html", found, form, more)


def _page(template: str, found: CampaignKind, form: Form, more: Mapping[str, Any]) -> Page:
    page = render_template(
        template,
        campaign=found.campaign,
        kind=found,
        now_words=deadline_words(timetable_of(found).due),
        extension_text=extension_text,
        dates_text=dates_text,
        form=form,
        errors=form.errors,
        **more,
    )
    return (page, 422) if form.errors else page


def _then() -> str:
    return request.form.get("then", "") if request.method == "POST" else ""


def _typed(dates: KindDates) -> dict[str, str]:
    def shown(day: date | None) -> str:
        return f"{day:%d/%m/%Y}" if day else ""

    return {
        "remind_from": shown(dates.remind_from),
        "late": dates.late.value,
        "late_through": shown(dates.late_through),
        "edit_through": shown(dates.edit_through),
    }


def _given(reason: str, document: str, **days: Any) -> NewKindDates:
    return NewKindDates(KindDates(**days), reason, document)


def _change(slug: str, kind: str, **given: Any) -> None:
    kind_dates.set_kind_dates(current_actor(), slug, kind, _given(**given))


def _check_dates(slug: str, kind: str, **given: Any) -> KindDatesPreview:
    return kind_dates.check_kind_dates(current_actor(), slug, kind, _given(**given))


def _new_date(day: date, reason: str, document: str) -> NewDate:
    return NewDate(Wording.THROUGH_DAY, day, reason, document)


def _extend(slug: str, kind: str, **given: Any) -> None:
    deadlines.grant_kind_extension(current_actor(), slug, kind, _new_date(**given))


def _check_extension(slug: str, kind: str, **given: Any) -> MovePreview:
    return deadlines.check_kind_extension(current_actor(), slug, kind, _new_date(**given))
