"""The library of a form: taking documents in, listing them, handing them out. Holds no rule."""

from typing import IO, Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.faults import Missing
from app.models import Purpose
from app.queries.evidence import elsewhere, removed_documents
from app.queries.reach import READERS
from app.queries.space import space_of, unfinished
from app.services import document_batches, documents
from app.web.desk_forms import LibrarySchema, ProposalSchema
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
        return library_page(page, form)
    return library_page(opened(submission_id), form), 422


@bp.post(f"{FORM}/tai-lieu/goi-y")
@allow(*EXACT)
def accept_proposals(submission_id: int) -> Page:
    """Attach the documents that were proposed by their names and are ticked still."""
    page = opened(submission_id)
    form = Form(ProposalSchema())
    if form.carry_out(_attach_proposed, submission_id=submission_id):
        return redirect(url_for("desk.library", submission_id=submission_id), 303)
    return library_page(page, form), 422


def library_page(page: Opened, form: Form) -> str:
    """The library as it is, with a form that was sent from it or none."""
    submission = page.desk.submission
    return show(
        "library",
        page,
        form=form,
        errors=form.errors,
        elsewhere=elsewhere(db.session(), submission, current_actor()),
        removed=removed_documents(db.session(), submission, clock.now()) if page.editable else (),
        space=space_of(db.session(), submission.id),
        unfinished=unfinished(db.session(), submission.id),
        proposals=proposals(page.desk) if page.editable else (),
    )


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
