"""The library of a form: taking documents in, saying what they prove, handing them out. Holds no rule."""

from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.faults import Missing
from app.models import Document, Purpose
from app.queries.reach import READERS
from app.services import documents
from app.web.desk_forms import LibrarySchema, UsesSchema, VersionSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from workflows.case import EXACT

DOCUMENT = f"{FORM}/tai-lieu/<int:document_id>"
LOCKED_IN = "sandbox; default-src 'none'"
Page = str | Response | tuple[str, int]


@bp.route(f"{FORM}/tai-lieu", methods=["GET", "POST"])
@allow(*READERS)
def library(submission_id: int) -> Page:
    """List the documents; on POST take one in."""
    page = opened(submission_id)
    form = Form(LibrarySchema(), {"purpose": request.args.get("loai", Purpose.EVIDENCE)})
    if request.method == "POST" and form.carry_out(_take_in, page=page):
        return redirect(url_for("desk.library", submission_id=submission_id), 303)
    if request.method == "GET":
        return show("library", page, form=form, errors={})
    return show("library", opened(submission_id), form=form, errors=form.errors), 422


@bp.route(DOCUMENT, methods=["GET", "POST"])
@allow(*READERS)
def document(submission_id: int, document_id: int) -> Page:
    """One document and the criteria that it proves; on POST change them."""
    page = opened(submission_id)
    row = _document(page, document_id)
    form = Form(UsesSchema(), {"criteria": [use.criterion for use in row.uses], "version": row.version})
    if request.method == "POST" and form.carry_out(_set_uses, document_id=document_id):
        flash(_("Đã lưu."), "success")
        return redirect(url_for("desk.library", submission_id=submission_id), 303)
    if request.method == "GET":
        return show("document", page, document=row, form=form, errors={})
    again = opened(submission_id)
    return show("document", again, document=_document(again, document_id), form=form, errors=form.errors), 422


@bp.post(f"{DOCUMENT}/go")
@allow(*EXACT)
def remove(submission_id: int, document_id: int) -> Page:
    """Take a document out of the form."""
    row = _document(opened(submission_id), document_id)
    form = Form(VersionSchema())
    name = row.file_name
    if form.carry_out(_remove, document_id=document_id):
        flash(_("Đã gỡ tài liệu “%(name)s”.", name=name), "success")
        return redirect(url_for("desk.library", submission_id=submission_id), 303)
    again = opened(submission_id)
    shown = Form(UsesSchema())
    return show(
        "document", again, document=_document(again, document_id), form=shown, errors=form.errors
    ), 422


@bp.get(f"{DOCUMENT}/tep")
@allow(*READERS)
def download(submission_id: int, document_id: int) -> Response:
    """The file itself, to be kept."""
    row = documents.document_for_reading(current_actor(), document_id)
    store = documents.evidence_store()
    if row.submission_id != submission_id or not store.holds(row.sha256):
        raise Missing(f"document {document_id}")
    response = send_file(
        store.path(row.sha256).resolve(),
        mimetype=row.media_type,
        as_attachment=True,
        download_name=row.file_name,
        etag=row.sha256,
    )
    response.headers["Content-Security-Policy"] = LOCKED_IN
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _document(page: Opened, document_id: int) -> Document:
    found = next((row for row in page.desk.documents if row.id == document_id), None)
    if found is None:
        raise Missing(f"document {document_id}")
    return found


def _take_in(*, page: Opened, purpose: str = Purpose.EVIDENCE, **described: Any) -> None:
    upload = request.files.get("file")
    known = {row.id for row in page.desk.documents}
    kept = documents.add_document(
        current_actor(),
        page.desk.submission.id,
        content=upload.stream if upload is not None else b"",
        file_name=(upload.filename if upload is not None else None) or "",
        purpose=Purpose.REPORT if purpose == Purpose.REPORT else Purpose.EVIDENCE,
        **described,
    )
    if kept.id in known:
        flash(
            _("Tệp này đã có trong phiếu, tên “%(name)s”; không lưu thêm bản nữa.", name=kept.file_name),
            "info",
        )
    else:
        flash(_("Đã tải lên “%(name)s”.", name=kept.file_name), "success")


def _set_uses(*, document_id: int, criteria: list[str], version: int) -> None:
    documents.set_uses(current_actor(), document_id, criteria, version=version)


def _remove(*, document_id: int, version: int) -> None:
    documents.remove_document(current_actor(), document_id, version=version)
