"""The report on results: its skeleton with the unit's own figures, and the finished paper sent back. Holds no rule."""

from io import BytesIO

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.access import allow, current_actor
from app.database import db
from app.models import Paper, Purpose
from app.queries.reach import READERS
from app.services import documents, paper_templates
from app.web.desk_forms import NoSchema
from app.web.desk_open import FORM, Opened, bp, opened, show
from app.web.forms import Form
from app.web.report_papers import report_of
from criteria.papers import WORD

Page = str | Response | tuple[str, int]


@bp.route(f"{FORM}/bao-cao", methods=["GET", "POST"])
@allow(*READERS)
def report(submission_id: int) -> Page:
    """What the report is, its skeleton, and what was sent; on POST take the finished one in."""
    form, page = Form(NoSchema()), opened(submission_id)
    if request.method == "POST" and form.carry_out(_take_in, page=page):
        flash(_("Đã tải báo cáo lên."), "success")
        return redirect(url_for("desk.report", submission_id=submission_id), 303)
    shown = show("report", opened(submission_id) if form.errors else page, errors=form.errors)
    return (shown, 422) if form.errors else shown


@bp.get(f"{FORM}/bao-cao.docx")
@allow(*READERS)
def report_skeleton(submission_id: int) -> Response:
    """The skeleton with the unit's own figures, to be finished in Word."""
    page = opened(submission_id)
    submission = page.desk.submission
    facts = report_of(db.session(), page.desk, clock.now())
    content = paper_templates.filled(db.session(), submission.campaign, Paper.REPORT, facts)
    return word_file(content, f"bao-cao-{submission.campaign_unit.slug}.docx")


def word_file(content: bytes, name: str) -> Response:
    """A Word file to be saved."""
    response = send_file(BytesIO(content), mimetype=WORD, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _take_in(*, page: Opened) -> None:
    file = request.files.get("file")
    documents.add_document(
        current_actor(),
        page.desk.submission.id,
        content=file.stream if file is not None else b"",
        file_name=(file.filename if file is not None else None) or "",
        purpose=Purpose.REPORT,
    )
