"""The library of a form: taking documents in, saying what they prove, handing them out. Holds no rule."""

from typing import IO, Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.models import Document, Purpose
from app.queries.reach import READERS
from app.queries.space import space_of, unfinished
from app.services import document_batches, documents
from app.web.desk_forms import LibrarySchema, ProposalSchema, UsesSchema, VersionSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from app.web.proposals import proposals
from workflows.case import EXACT

DOCUMENT = f"{FORM}/tai-lieu/<int:document_id>"
LOCKED_IN = "sandbox; default-src 'none'"
Page = str | Response | tuple[str, int]


@bp.route(f"{FORM}/tai-lieu", methods=["GET", "POST"])
@allow(*READERS)
def library(submission_id: int) -> Page:
    """List the documents; on POST take some in, or a link."""
    page = opened(submission_id)
    form = Form(LibrarySchema(), {"purpose": request.args.get("loai", Purpose.EVIDENCE)})
    if request.method == "POST" and form.carry_out(_take_in, page=page):
        return redirect(url_for("desk.library", submission_id=submission_id), 303)
    if request.method == "GET":
        return _library(page, form)
    return _library(opened(submission_id), form), 422


@bp.post(f"{FORM}/tai-lieu/goi-y")
@allow(*EXACT)
def accept_proposals(submission_id: int) -> Page:
    """Attach the documents that were proposed by their names and are ticked still."""
    page = opened(submission_id)
    form = Form(ProposalSchema())
    if form.carry_out(_attach_proposed, submission_id=submission_id):
        return redirect(url_for("desk.library", submission_id=submission_id), 303)
    return _library(page, form), 422


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


def _library(page: Opened, form: Form) -> str:
    number = page.desk.submission.id
    return show(
        "library",
        page,
        form=form,
        errors=form.errors,
        space=space_of(db.session(), number),
        unfinished=unfinished(db.session(), number),
        proposals=proposals(page.desk) if page.editable else (),
    )


def _take_in(*, page: Opened, purpose: str = Purpose.EVIDENCE, link: str = "", **described: Any) -> None:
    described["purpose"] = Purpose.REPORT if purpose == Purpose.REPORT else Purpose.EVIDENCE
    if link.strip():
        kept = document_batches.add_link(current_actor(), page.desk.submission.id, link, **described)
        flash(_("Đã thêm liên kết “%(name)s”.", name=kept.file_name), "success")
    if chosen_files() or not link.strip():
        take_files(page, **described)


def take_files(page: Opened, **described: Any) -> None:
    """Take in the files of the request, each judged alone.

    Raises:
        Invalid: some could not be kept; the others were.
    """
    taken = document_batches.add_each(
        current_actor(), page.desk.submission.id, chosen_files() or [("", b"")], **described
    )
    known = {row.id for row in page.desk.documents}
    for kept in taken.kept:
        if kept.id in known:
            words = _(
                "Tệp này đã có trong phiếu, tên “%(name)s”; không lưu thêm bản nữa.", name=kept.file_name
            )
            flash(words, "info")
        else:
            flash(_("Đã tải lên “%(name)s”.", name=kept.file_name), "success")
    taken.refuse()


def chosen_files() -> list[tuple[str, IO[bytes]]]:
    """The files that came with the request, by the names that people gave them."""
    return [(one.filename, one.stream) for one in request.files.getlist("file") if one.filename]


def _attach_proposed(*, submission_id: int, pair: list[str]) -> None:
    chosen = {int(number): code for number, _colon, code in (one.partition(":") for one in pair)}
    done = document_batches.attach_named(current_actor(), submission_id, chosen)
    flash(_("Đã gắn %(count)s tài liệu.", count=done), "success")


def _set_uses(*, document_id: int, criteria: list[str], version: int) -> None:
    documents.set_uses(current_actor(), document_id, criteria, version=version)


def _remove(*, document_id: int, version: int) -> None:
    documents.remove_document(current_actor(), document_id, version=version)
