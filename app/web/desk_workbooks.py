"""The form as a workbook: fetch it, send it in, look at what changes, write it, undo it. Views decide nothing."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.models import WorkbookImport
from app.queries.reach import READERS
from app.queries.workbook_imports import import_of, imports_of
from app.services import workbook_imports
from app.services.form_books import workbook_of
from app.web.desk_forms import NoSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.desk_words import value_words
from app.web.forms import Form
from criteria.answers import value_from_json
from criteria.model import CriteriaSet
from workflows.case import EXACT

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOOKS = f"{FORM}/excel"
BOOK = f"{BOOKS}/<int:import_id>"
Page = str | Response | tuple[str, int]


@bp.get(f"{FORM}/mau.xlsx")
@allow(*READERS)
def template(submission_id: int) -> Response:
    """The form's workbook with the answers that are there now."""
    submission = opened(submission_id).desk.submission
    name = f"phieu-{submission.campaign.slug}-{submission.campaign_unit.slug}.xlsx"
    return _file(workbook_of(db.session(), submission), name)


@bp.route(BOOKS, methods=["GET", "POST"])
@allow(*READERS)
def workbooks(submission_id: int) -> Page:
    """Fetch the workbook, send it in, and see what was sent before."""
    form, page = Form(NoSchema()), opened(submission_id)
    taken: list[WorkbookImport] = []
    if request.method == "POST" and form.carry_out(_upload, submission_id=submission_id, taken=taken):
        return redirect(url_for("desk.workbook", submission_id=submission_id, import_id=taken[0].id), 303)
    earlier = imports_of(db.session(), page.desk.submission)
    shown = show("workbooks", page, errors=form.errors, earlier=earlier)
    return (shown, 422) if form.errors else shown


@bp.get(BOOK)
@allow(*READERS)
def workbook(submission_id: int, import_id: int) -> Page:
    """What a workbook changes and what is wrong in it; nothing is written by looking."""
    return _workbook_page(opened(submission_id), import_id, {})


@bp.get(f"{BOOK}/cho-sua.xlsx")
@allow(*READERS)
def annotated(submission_id: int, import_id: int) -> Response:
    """The reader's own file, with every wrong cell marked."""
    row = import_of(db.session(), opened(submission_id).desk.submission, import_id)
    return _file(workbook_imports.annotated(row), f"cho-sua-{row.file_name}")


@bp.post(f"{BOOK}/ghi")
@allow(*EXACT)
def write_workbook(submission_id: int, import_id: int) -> Page:
    """Write what was shown."""
    form = Form(NoSchema())
    if form.carry_out(_write, submission_id=submission_id, import_id=import_id):
        flash(_("Đã ghi số liệu từ tệp. Phiếu chưa nộp: bấm “Kiểm tra và nộp”."), "success")
        return redirect(url_for("desk.workbook", submission_id=submission_id, import_id=import_id), 303)
    return _workbook_page(opened(submission_id), import_id, form.errors), 422


@bp.post(f"{BOOK}/hoan-tac")
@allow(*EXACT)
def undo_workbook(submission_id: int, import_id: int) -> Page:
    """Give back what was there before."""
    form = Form(NoSchema())
    if form.carry_out(_undo, submission_id=submission_id, import_id=import_id):
        flash(_("Đã hoàn tác lần nhập này; số liệu trở về như trước khi ghi."), "success")
        return redirect(url_for("desk.workbook", submission_id=submission_id, import_id=import_id), 303)
    return _workbook_page(opened(submission_id), import_id, form.errors), 422


def _upload(*, submission_id: int, taken: list[WorkbookImport]) -> None:
    file = request.files.get("file")
    content = file.read(workbook_imports.LARGEST + 1) if file is not None else b""
    name = (file.filename if file is not None else None) or ""
    taken.append(workbook_imports.upload(current_actor(), submission_id, file_name=name, content=content))


def _write(*, submission_id: int, import_id: int) -> None:
    workbook_imports.write(current_actor(), submission_id, import_id)


def _undo(*, submission_id: int, import_id: int) -> None:
    workbook_imports.undo(current_actor(), submission_id, import_id)


def _workbook_page(page: Opened, import_id: int, errors: dict[str, str]) -> str:
    row = import_of(db.session(), page.desk.submission, import_id)
    known = page.desk.criteria_set
    changes = [
        (
            one["cell"],
            known.criterion(one["code"]),
            _said(known, one["code"], one["before"]),
            _said(known, one["code"], one["after"]),
        )
        for one in row.changes
        if known.has(one["code"])
    ]
    return show("workbook", page, row=row, changes=changes, errors=errors)


def _said(known: CriteriaSet, code: str, kept: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """An answer with its reason as (label, words)."""
    rule = known.criterion(code).rule
    value = None if kept["value"] is None else value_from_json(rule, kept["value"])
    said = list(value_words(rule, value))
    if kept["reason"]:
        said.append((_("Lý do"), kept["reason"]))
    if kept["estimated"]:
        said.append((_("Số ước"), _("có")))
    return tuple(said)


def _file(content: bytes, name: str) -> Response:
    response = send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
