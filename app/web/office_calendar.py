"""Pages of the office calendar: a year's days off and swapped days, set, cleared and confirmed. Holds no rule."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.faults import Forbidden, Missing
from app.models import DayKind
from app.queries.calendar_days import KEEPERS, keeps_calendar, year_calendar
from app.services import calendar_days
from app.web.forms import Form
from app.web.inputs import Messages, day
from app.web.office_words import words
from app.web.presentation import LANGUAGE
from workflows.deadlines import local_day
from workflows.vocabulary import Role

bp = Blueprint("office_calendar", __name__, url_prefix="/dot/lich")
bp.context_processor(words)
LONGEST_NOTE = 500
KIND_WORDS = _l("Chọn ngày nghỉ hoặc ngày làm việc")
NOTE_WORDS = _l("Viết ghi chú ngắn hơn 500 ký tự")
NO_KIND: Messages = {"required": [KIND_WORDS], "unknown": [KIND_WORDS], "invalid": [KIND_WORDS]}


class DaySchema(Schema):
    """A day that differs from what the public holidays say."""

    day = day()
    kind = fields.Enum(DayKind, by_value=True, required=True, error_messages=NO_KIND)
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST_NOTE, error=NOTE_WORDS))


class ClearSchema(Schema):
    """A day that is again what the public holidays say."""

    day = day()


class ConfirmSchema(Schema):
    """A year that was looked through; it takes nothing else."""


@bp.get("")
@allow(*KEEPERS)
def choose() -> Response:
    """Lead to the year asked for, else to this one."""
    asked = request.args.get("nam", "")
    known = asked.isascii() and asked.isdigit() and len(asked) < 5 and int(asked) in calendar_days.YEARS
    found = int(asked) if known else local_day(clock.now()).year
    return redirect(url_for("office_calendar.year", number=found), 303)


@bp.get("/<int:number>")
@allow(*KEEPERS)
def year(number: int) -> str | tuple[str, int]:
    """The days off and the swapped days of a year."""
    return _page(_known(number))


@bp.post("/<int:number>/ngay")
@allow(*KEEPERS)
def set_day(number: int) -> Response | str | tuple[str, int]:
    """Say that a day is off, or worked."""

    def act(day: date, kind: DayKind, note: str) -> None:
        calendar_days.set_day(current_actor(), day, kind, note=note)

    return _done(_known(number), Form(DaySchema()), act, _("Đã ghi ngày này vào lịch làm việc."))


@bp.post("/<int:number>/bo")
@allow(*KEEPERS)
def clear_day(number: int) -> Response | str | tuple[str, int]:
    """Let a day be again what the public holidays say."""

    def act(day: date) -> None:
        calendar_days.clear_day(current_actor(), day)

    return _done(_known(number), Form(ClearSchema()), act, _("Đã bỏ; ngày này lại theo lịch chung."))


@bp.post("/<int:number>/xac-nhan")
@allow(*KEEPERS)
def confirm(number: int) -> Response | str | tuple[str, int]:
    """Confirm a year."""
    known = _known(number)
    done = _("Đã xác nhận lịch làm việc năm %(year)s.", year=known)
    return _done(
        known, Form(ConfirmSchema()), lambda: calendar_days.confirm_year(current_actor(), known), done
    )


def _known(number: int) -> int:
    if not keeps_calendar(db.session(), current_actor()):
        raise Forbidden("calendar")
    if number not in calendar_days.YEARS:
        raise Missing(f"calendar {number}")
    return number


def _done(number: int, sent: Form, act: Callable[..., Any], done: str) -> Response | str | tuple[str, int]:
    if not sent.carry_out(act):
        return _page(number, sent)
    flash(done, "success")
    day = sent.data.get("day")
    return redirect(url_for("office_calendar.year", number=day.year if day else number), 303)


def _page(number: int, sent: Form | None = None) -> str | tuple[str, int]:
    errors = sent.errors if sent else {}
    page = render_template(
        "office/calendar.html",
        found=year_calendar(db.session(), number, LANGUAGE.chosen()),
        now_year=local_day(clock.now()).year,
        weekday=lambda day: format_date(day, "EEEE"),
        sent=sent.raw if sent else {},
        errors=errors,
        runs_campaigns=bool(current_actor().units(Role.OFFICE)),
    )
    return (page, 422) if errors else page
