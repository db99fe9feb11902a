"""One document of a form: what it is, what it proves, taking it out and putting it back; many at once. Holds no rule."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.models import Document
from app.queries.evidence import elsewhere, removed_documents
from app.queries.reach import READERS
from app.services import document_records, documents
from app.web.desk_documents import DOCUMENT, library_page
from app.web.desk_forms import BulkSchema, RecordSchema, VersionSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from workflows.case import EXACT

UNSAID: dict[str, Any] = {"number": "", "issued_on": None, "summary": ""}
Page = str | Response | tuple[str, int]


@bp.route(DOCUMENT, methods=["GET", "POST"])
@allow(*READERS)
def document(submission_id: int, document_id: int) -> Page:
    """One document and the criteria that it proves; on POST change what is said of it."""
    page = opened(submission_id)
    row = _document(page, document_id)
    form = Form(RecordSchema(), _prefilled(row))
    if request.method == "POST" and form.carry_out(_change, document_id=document_id):
        flash(_("Đã lưu."), "success")
        return _to_library(submission_id)
    if request.method == "GET":
        return _document_page(page, row, form)
    again = opened(submission_id)
    return _document_page(again, _document(again, document_id), form), 422


@bp.post(f"{DOCUMENT}/go")
@allow(*EXACT)
def remove(submission_id: int, document_id: int) -> Page:
    """Take a document out of the form."""
    row = _document(opened(submission_id), document_id)
    form = Form(VersionSchema())
    name = row.file_name
    if form.carry_out(_remove, document_id=document_id):
        flash(_("Đã gỡ tài liệu “%(name)s”. Đặt lại được trong 30 ngày.", name=name), "success")
        return _to_library(submission_id)
    again = opened(submission_id)
    found = _document(again, document_id)
    form.raw.update(_prefilled(found))
    return _document_page(again, found, form), 422


@bp.post(f"{DOCUMENT}/dat-lai")
@allow(*EXACT)
def put_back(submission_id: int, document_id: int) -> Page:
    """Put a document back that was taken out."""
    _removed(opened(submission_id), document_id)
    form = Form(VersionSchema())
    if form.carry_out(_put_back, document_id=document_id):
        flash(_("Đã đặt lại tài liệu vào phiếu."), "success")
        return _to_library(submission_id)
    return library_page(opened(submission_id), form), 422


@bp.post(f"{FORM}/tai-lieu/gan")
@allow(*EXACT)
def attach_many(submission_id: int) -> Page:
    """Let several documents prove several criteria."""
    opened(submission_id)
    form = Form(BulkSchema())
    if form.carry_out(_attach_many, submission_id=submission_id):
        flash(_("Đã gắn các tài liệu đã đánh dấu."), "success")
        return _to_library(submission_id)
    return library_page(opened(submission_id), form), 422


def _document_page(page: Opened, row: Document, form: Form) -> str:
    found = elsewhere(db.session(), page.desk.submission, current_actor())
    return show(
        "document", page, document=row, form=form, errors=form.errors, elsewhere=found.get(row.id, ())
    )


def _document(page: Opened, document_id: int) -> Document:
    found = next((row for row in page.desk.documents if row.id == document_id), None)
    if found is None:
        raise Missing(f"document {document_id}")
    return found


def _removed(page: Opened, document_id: int) -> None:
    removed = removed_documents(db.session(), page.desk.submission, clock.now())
    if document_id not in {row.id for row in removed}:
        raise Missing(f"document {document_id}")


def _prefilled(row: Document) -> dict[str, Any]:
    return {
        "criteria": [use.criterion for use in row.uses],
        "version": row.version,
        "number": row.number,
        "issued_on": f"{row.issued_on:%d/%m/%Y}" if row.issued_on else "",
        "summary": row.summary,
    }


def _to_library(submission_id: int) -> Response:
    return redirect(url_for("desk.library", submission_id=submission_id), 303)


def _change(*, document_id: int, version: int, **said: Any) -> None:
    document_records.change_record(current_actor(), document_id, version=version, **(UNSAID | said))


def _remove(*, document_id: int, version: int) -> None:
    documents.remove_document(current_actor(), document_id, version=version)


def _put_back(*, document_id: int, version: int) -> None:
    document_records.put_back(current_actor(), document_id, version=version)


def _attach_many(*, submission_id: int, documents: list[int], criteria: list[str]) -> None:
    document_records.attach_many(current_actor(), submission_id, documents=documents, criteria=criteria)
