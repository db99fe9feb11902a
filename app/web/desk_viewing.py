"""Documents shown in the page, one picture for each page of theirs. Holds no rule and draws nothing itself."""

from flask import redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from app.access import allow, current_actor
from app.faults import Missing
from app.models import Document
from app.queries.reach import READERS
from app.services import documents
from app.services.viewing import LARGE, NORMAL, WIDTHS, View, view_of
from app.web.desk_documents import DOCUMENT, LOCKED_IN
from app.web.desk_open import bp, opened, show
from app.web.inputs import number_of
from workflows.vocabulary import Role

# Kept by the reader's own browser, and asked for each time whether it may still be shown.
ASKED_AGAIN = "private, no-cache"
JUDGES = frozenset({Role.TASK_FORCE, Role.OFFICE})


@bp.get(f"{DOCUMENT}/xem")
@allow(*READERS)
def view(submission_id: int, document_id: int) -> str | Response:
    """One page of a document; ``trang`` counts from 1, ``to=1`` shows it larger, ``tc`` is the criterion to go back to."""
    row = _readable(submission_id, document_id)
    if not row.viewable:
        return redirect(url_for("desk.document", submission_id=submission_id, document_id=document_id), 303)
    shown = asked_view(row)
    back = _back(submission_id)
    return show(
        "view", opened(submission_id), document=row, view=shown, back=back, larger=shown.width == LARGE
    )


@bp.get(f"{DOCUMENT}/trang/<int:number>.jpg")
@allow(*READERS)
def page_picture(submission_id: int, document_id: int, number: int) -> Response:
    """The picture of one page; ``rong`` is its width, one of those that are drawn."""
    row = _readable(submission_id, document_id)
    width = number_of("rong")
    shown = view_of(row, number, width if width in WIDTHS else NORMAL) if row.viewable else None
    if shown is None or shown.picture is None:
        raise Missing(f"page {number} of document {document_id}")
    response = send_file(
        shown.picture.path.resolve(), mimetype="image/jpeg", etag=f"{row.sha256}-{number}-{shown.width}"
    )
    response.headers["Content-Security-Policy"] = LOCKED_IN
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = ASKED_AGAIN
    return response


def asked_view(row: Document) -> View:
    """The page of a viewable document that the address asks for: ``trang``, and ``to`` for a larger one."""
    return view_of(row, number_of("trang") or 1, LARGE if request.args.get("to") == "1" else NORMAL)


def _readable(submission_id: int, document_id: int) -> Document:
    row = documents.document_for_reading(current_actor(), document_id)
    if row.submission_id != submission_id:
        raise Missing(f"document {document_id}")
    return row


def _back(submission_id: int) -> str:
    code = request.args.get("tc", "")
    if code and current_actor().units(*JUDGES):
        return url_for("verification.criterion", form_id=submission_id, code=code)
    return url_for("desk.library", submission_id=submission_id)
