"""Idempotency-Key on every POST: a repeated request is answered with the first answer and does nothing.

Only what succeeded is kept, for two days; a refused request changed nothing and frees its key. Issuing a token is
left out: its answer holds a secret, which is never kept.
"""

import re
from hashlib import sha256

from flask import Response, g, request
from flask_babel import gettext as _
from flask_login import current_user

from app.access import current_actor, current_person
from app.api.parser import MULTIPART
from app.api.resources import Resources
from app.faults import FieldFault, Invalid
from app.services.idempotency import KeptAnswer, claim, keep, let_go

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "A name for this one request, kept for two days: sending it again does nothing twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
FIRST_UNDONE = 300
_KEY = re.compile(r"[!-~]{1,200}")


def install(resources: Resources) -> None:
    """Let every POST of a group of resources be repeated safely."""
    resources.before_request(_replay_or_claim)
    resources.after_request(_settle)


def _replay_or_claim() -> Response | None:
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or not current_user.is_authenticated:
        return None
    if not _KEY.fullmatch(key):
        words = _("Khóa dài từ 1 đến 200 ký tự ASCII nhìn thấy được")
        raise Invalid(FieldFault(HEADER, "unreadable", words))
    found = claim(current_actor(), current_person().id, key, _fingerprint())
    if isinstance(found, KeptAnswer):
        return Response(found.body, found.status, {**found.headers, REPLAYED: "true"})
    g.claimed_key = found
    return None


def _settle(response: Response) -> Response:
    claimed = g.pop("claimed_key", None)
    if claimed is None:
        return response
    if response.status_code >= FIRST_UNDONE:
        let_go(current_actor(), claimed)
        return response
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    answer = KeptAnswer(response.status_code, headers, response.get_data(as_text=True))
    keep(current_actor(), claimed, answer)
    return response


def _fingerprint() -> str:
    """What makes two requests the same: where they go and what they carry, whatever the boundary between parts."""
    whole = sha256(f"{request.method} {request.full_path}\n".encode("utf-8", "replace"))
    if request.mimetype != MULTIPART:
        whole.update(request.get_data(cache=True))
        return whole.hexdigest()
    for name, text in sorted(request.form.items(multi=True)):
        whole.update(repr((name, text)).encode())
    for name, file in sorted(request.files.items(multi=True)):
        whole.update(repr((name, file.filename, sha256(file.read()).hexdigest())).encode())
        file.seek(0)
    return whole.hexdigest()
