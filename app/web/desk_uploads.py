"""Files in parts, over the core of tus 1.0 with creation, expiration and termination. For the page's own script.

Faults are answered as problems in JSON. Holds no rule.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Redirect

from app.access import allow, current_actor
from app.models import Purpose
from app.services import uploads
from app.services.uploads import Progress, Promise
from app.web import tus
from app.web.desk_forms import FileSchema
from app.web.desk_open import FORM, bp
from workflows.case import EXACT

PARTS = f"{FORM}/tai-len"
UPLOAD = f"{PARTS}/<token>"


@bp.route(PARTS, methods=["POST"])
@allow(*EXACT)
def begin_upload(submission_id: int) -> Response:
    """Begin a file, or find the one that was begun."""
    tus.refuse_other_versions()
    said = tus.metadata()
    described: dict[str, Any] = FileSchema().load(
        {name: said[name] for name in ("number", "issued_on", "summary") if name in said}
    )
    promise = Promise(
        said.get("filename", ""),
        tus.whole("Upload-Length"),
        fingerprint=said.get("fingerprint", ""),
        purpose=said.get("purpose", Purpose.EVIDENCE),
        criteria=tuple(said.get("criteria", "").split()),
        **described,
    )
    begun = uploads.begin(current_actor(), submission_id, promise)
    location = url_for("desk.upload", submission_id=submission_id, token=begun.token)
    return _answer(begun, 201, {"Location": location})


@bp.route(UPLOAD, methods=["GET"])
@allow(*EXACT)
def upload(submission_id: int, token: str) -> Response:
    """How far it has come; asked with HEAD."""
    tus.refuse_other_versions()
    return _answer(uploads.progress_of(current_actor(), submission_id, token), 200)


@bp.route(UPLOAD, methods=["PATCH"])
@allow(*EXACT)
def append(submission_id: int, token: str) -> Response:
    """Take the next part."""
    tus.refuse_other_versions()
    offset, part = tus.whole("Upload-Offset"), tus.part()
    reached = uploads.append(current_actor(), submission_id, token, offset=offset, part=part)
    return _answer(reached, 204)


@bp.route(UPLOAD, methods=["DELETE"])
@allow(*EXACT)
def drop_upload(submission_id: int, token: str) -> Response:
    """Give it up."""
    tus.refuse_other_versions()
    uploads.drop(current_actor(), submission_id, token)
    return Response(status=204, headers={"Tus-Resumable": tus.VERSION})


@bp.post(f"{UPLOAD}/bo")
@allow(*EXACT)
def forget_upload(submission_id: int, token: str) -> Redirect:
    """Give it up, by the button of the library."""
    uploads.drop(current_actor(), submission_id, token)
    flash(_("Đã bỏ tệp gửi dở."), "success")
    return redirect(url_for("desk.library", submission_id=submission_id), 303)


def _answer(progress: Progress, status: int, more: Mapping[str, str] | None = None) -> Response:
    headers = {
        "Tus-Resumable": tus.VERSION,
        "Upload-Offset": str(progress.received),
        "Upload-Length": str(progress.size),
        "Upload-Expires": progress.expires,
        "Cache-Control": "no-store",
        **(more or {}),
    }
    if progress.finished:
        headers["Upload-Finished"] = "known" if progress.known else "new"
    return Response(status=status, headers=headers)
