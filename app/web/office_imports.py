"""Pages of every file that an office sends in about units and people: preview, write, undo, marked copy. Holds no rule."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.i18n.import_texts import day_text, person_change, unit_change
from app.models import OfficeImport, OfficeImportKind
from app.queries.office_imports import import_in_reach, imports_in_reach
from app.queries.people import MANAGERS
from app.services import office_imports, people_imports, unit_imports
from app.services.units import Order
from app.web.criteria_sets import XLSX, sent_file
from app.web.forms import Form
from app.web.inputs import day
from app.web.office_words import words
from workflows.case import Actor
from workflows.deadlines import local_day
from workflows.vocabulary import Role

bp = Blueprint("office_imports", __name__, url_prefix="/quan-tri")
bp.context_processor(words)
KINDS = (OfficeImportKind.UNITS, OfficeImportKind.PEOPLE)
WRITE = {
    OfficeImportKind.UNITS: unit_imports.write_roster,
    OfficeImportKind.PEOPLE: people_imports.write_people,
}
UNDO = {OfficeImportKind.UNITS: unit_imports.undo_roster, OfficeImportKind.PEOPLE: people_imports.undo_people}
MOST_NAMED = 50
Page = str | Response | tuple[str, int]


class NoSchema(Schema):
    """A form that carries nothing but its address."""


class RosterSchema(Schema):
    """The day from which a roster holds, the decision behind it, and whether what it lacks ends."""

    valid_from = day()
    decision = fields.String(load_default="")
    end_missing = fields.String(load_default="")


class PeopleSchema(Schema):
    """Whether new people are invited once the file is written."""

    invite = fields.String(load_default="")


@bp.route("/don-vi/nhap", methods=["GET", "POST"])
@allow(Role.ADMIN)
def units() -> Page:
    """Send in a roster of units, and see what was sent before."""
    form = Form(RosterSchema(), {"valid_from": f"{local_day(clock.now()):%d/%m/%Y}"})
    more = {"provinces": unit_imports.provinces(current_actor())}
    return _sending("people/import_units.html", OfficeImportKind.UNITS, form, _upload_units, **more)


@bp.route("/tai-khoan/nhap", methods=["GET", "POST"])
@allow(*MANAGERS)
def people() -> Page:
    """Send in a table of people, and see what was sent before."""
    form = Form(PeopleSchema(), {"invite": "1"})
    return _sending("people/import.html", OfficeImportKind.PEOPLE, form, _upload_people)


@bp.get("/nhap/mau-don-vi-<int:province_id>.xlsx")
@allow(Role.ADMIN)
def units_template(province_id: int) -> Response:
    """The units of a province that are there, to edit and send in."""
    return _file(unit_imports.template(current_actor(), province_id), "don-vi.xlsx")


@bp.get("/nhap/mau-tai-khoan.xlsx")
@allow(*MANAGERS)
def people_template() -> Response:
    """The accounts that are there, to edit and send in."""
    return _file(people_imports.template(current_actor()), "tai-khoan.xlsx")


@bp.get("/nhap/<int:import_id>")
@allow(*MANAGERS)
def show(import_id: int) -> Page:
    """What a file changes and what is wrong in it; nothing is written by looking."""
    return _page(import_in_reach(db.session(), import_id, current_actor(), KINDS), {})


@bp.post("/nhap/<int:import_id>/ghi")
@allow(*MANAGERS)
def write(import_id: int) -> Page:
    """Write what was shown."""
    return _done(import_id, lambda row: WRITE[OfficeImportKind(row.kind)], _("Đã ghi tệp này."))


@bp.post("/nhap/<int:import_id>/hoan-tac")
@allow(*MANAGERS)
def undo(import_id: int) -> Page:
    """Give back what was there before."""
    return _done(import_id, lambda row: UNDO[OfficeImportKind(row.kind)], _("Đã hoàn tác lần nhập này."))


@bp.post("/nhap/<int:import_id>/bo")
@allow(*MANAGERS)
def withdraw(import_id: int) -> Page:
    """Put a file aside."""
    return _done(import_id, lambda _row: office_imports.withdraw, _("Đã bỏ tệp này, chưa ghi gì."))


@bp.get("/nhap/<int:import_id>/cho-sua.xlsx")
@allow(Role.OFFICE, Role.ADMIN)
def annotated(import_id: int) -> Response:
    """The reader's own workbook with every wrong cell marked."""
    row, content = office_imports.annotated(current_actor(), import_id)
    return _file(content, f"cho-sua-{row.file_name}")


def _upload_units(*, valid_from: date, decision: str, end_missing: str) -> OfficeImport:
    order = Order(valid_from, bool(end_missing), decision.strip()[:200])
    return unit_imports.upload_roster(current_actor(), sent_file(), order)


def _upload_people(*, invite: str) -> OfficeImport:
    return people_imports.upload_people(current_actor(), sent_file(), invite=bool(invite))


def _sending(
    template: str, kind: OfficeImportKind, form: Form, act: Callable[..., OfficeImport], **more: Any
) -> Page:
    taken: list[OfficeImport] = []
    if request.method == "POST" and form.carry_out(lambda **given: taken.append(act(**given))):
        return redirect(url_for("office_imports.show", import_id=taken[0].id), 303)
    earlier = imports_in_reach(db.session(), current_actor(), kind)
    page = render_template(template, form=form, earlier=earlier, errors=form.errors, **more)
    return (page, 422) if form.errors else page


def _done(
    import_id: int, choose: Callable[[OfficeImport], Callable[[Actor, int], OfficeImport]], done: str
) -> Page:
    form, row = Form(NoSchema()), import_in_reach(db.session(), import_id, current_actor(), KINDS)
    act = choose(row)
    if form.carry_out(lambda: act(current_actor(), import_id)):
        flash(done, "success")
        return redirect(url_for("office_imports.show", import_id=import_id), 303)
    return _page(import_in_reach(db.session(), import_id, current_actor(), KINDS), form.errors), 422


def _page(row: OfficeImport, errors: dict[str, str]) -> str:
    is_units = row.kind == OfficeImportKind.UNITS
    said = unit_change if is_units else person_change
    waiting = is_units and row.state == "shown" and not row.options["end_missing"]
    return render_template(
        "people/imported.html",
        row=row,
        changes=[(one["row"] or "", *said(one)) for one in row.changes],
        left_out=unit_imports.missing_of(db.session(), row, current_actor()) if waiting else (),
        most_named=MOST_NAMED,
        day_text=day_text,
        errors=errors,
    )


def _file(content: bytes, name: str) -> Response:
    response = send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
