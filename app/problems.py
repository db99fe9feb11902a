"""Every exception becomes a problem once, and is answered once: as a page, or as RFC 9457 to programs and scripts."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from secrets import token_hex
from typing import Any

import structlog
from flask import Flask, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from app import unit
from app.faults import Busy, Duplicate, FieldFault, Forbidden, Invalid, Missing, Outdated, Withheld
from app.i18n.labels import refusal_text
from app.logs import shown_path
from workflows.workflow import MoveRefused, NoSuchMove, NotYourMove

log = structlog.get_logger()
RETRY_SECONDS = 5
SERVER_FAULT = HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: a status, a code for machines, and words for people that say what to do."""

    status: int
    code: str
    title: str
    detail: str = ""
    errors: tuple[FieldFault, ...] = ()


def problem_of(error: Exception) -> Problem:
    """The problem that an exception is."""
    for kind, make in MAKERS:
        if isinstance(error, kind):
            return make(error)
    return Problem(SERVER_FAULT, "server_fault", _("Hệ thống đang có sự cố"), _STATUS_TEXT[SERVER_FAULT]())


def faults_of(error: Invalid | MoveRefused | ValidationError) -> tuple[FieldFault, ...]:
    """The places to repair, one language for forms, the API and workbooks."""
    if isinstance(error, Invalid):
        return error.faults
    if isinstance(error, MoveRefused):
        return tuple(
            FieldFault(_refused_field(refusal.code), refusal.code, refusal_text(refusal))
            for refusal in error.refusals
        )
    return tuple(_schema_faults(error.messages_dict))


def _refused_field(code: str) -> str:
    return "note" if code == "note_missing" else ""


def _schema_faults(messages: Mapping[str, Any], path: str = "") -> Iterable[FieldFault]:
    for key, value in messages.items():
        field = "" if key == "_schema" else f"{path}{key}"
        if isinstance(value, Mapping):
            yield from _schema_faults(value, f"{field}.")
            continue
        # A lazy string is one message, not a list of letters.
        for message in value if isinstance(value, list) else [value]:
            yield FieldFault(field, "invalid", str(message))


def _outdated(_error: Exception) -> Problem:
    detail = _("Có người vừa thay đổi nội dung này. Mở lại trang để xem bản mới rồi làm tiếp.")
    return Problem(409, "outdated", _("Trang này đã cũ"), detail)


def _missing(_error: Exception) -> Problem:
    detail = _("Kiểm tra lại địa chỉ, hoặc trở về trang đầu để tìm.")
    return Problem(404, "not_found", _("Không tìm thấy trang"), detail)


def _forbidden(_error: Exception) -> Problem:
    detail = _(
        "Tài khoản này không được làm việc đó. Đăng nhập bằng tài khoản khác, hoặc gọi cơ quan chủ trì."
    )
    return Problem(403, "forbidden", _("Trang này dành cho người khác"), detail)


def _withheld(error: Exception) -> Problem:
    return Problem(409, "withheld", _("Chưa mở được tệp này"), str(error))


def _busy(_error: Exception) -> Problem:
    detail = _("Nhiều người đang ghi cùng lúc. Đợi ít giây rồi làm lại; nội dung đã lưu vẫn còn.")
    return Problem(503, "busy", _("Máy chủ đang bận"), detail)


def _duplicate(_error: Exception) -> Problem:
    detail = _("Giá trị này đã có. Mở lại trang để xem bản mới.")
    return Problem(409, "duplicate", _("Đã có sẵn"), detail)


def _refused(error: Exception) -> Problem:
    assert isinstance(error, MoveRefused)  # noqa: S101 - narrows the type for the checker
    faults = faults_of(error)
    return Problem(422, "refused", _("Chưa làm được việc này"), "; ".join(f.message for f in faults), faults)


def _invalid(error: Exception) -> Problem:
    assert isinstance(error, Invalid | ValidationError)  # noqa: S101 - narrows the type for the checker
    faults = faults_of(error)
    if any(fault.code == "conflict" for fault in faults):
        return replace(_outdated(error), errors=faults)
    return Problem(422, "invalid", _("Có chỗ cần sửa"), "; ".join(f.message for f in faults), faults)


def _csrf(_error: Exception) -> Problem:
    detail = _("Trang mở quá lâu hoặc phiên làm việc đã đổi. Quay lại, tải lại trang rồi gửi lần nữa.")
    return Problem(400, "csrf", _("Phải gửi lại"), detail)


def _http(error: Exception) -> Problem:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type for the checker
    status = error.code or SERVER_FAULT
    if status in OWN_PAGES:
        return OWN_PAGES[status](error)
    errors = _webargs_faults(error)
    words = _STATUS_TEXT.get(status, _STATUS_TEXT[400])()
    return Problem(
        status, error.name.lower().replace(" ", "_"), _STATUS_TITLE.get(status, _any_title)(), words, errors
    )


def _webargs_faults(error: HTTPException) -> tuple[FieldFault, ...]:
    # webargs hangs the schema's messages on the exception that it aborts with, by location and field.
    data = getattr(error, "data", None) or {}
    messages = data.get("messages", {})
    if not isinstance(messages, Mapping):
        return ()
    return tuple(
        fault for part in messages.values() if isinstance(part, Mapping) for fault in _schema_faults(part)
    )


def _any_title() -> str:
    return str(_("Không làm được yêu cầu này"))


_STATUS_TITLE = {
    401: lambda: _("Đăng nhập để tiếp tục"),
    405: lambda: _("Không làm được yêu cầu này"),
    412: lambda: _("Trang này đã cũ"),
    413: lambda: _("Tệp quá lớn"),
    429: lambda: _("Thử quá nhiều lần"),
    500: lambda: _("Hệ thống đang có sự cố"),
}
_STATUS_TEXT = {
    400: lambda: _("Máy chủ không đọc được yêu cầu. Quay lại, tải lại trang rồi gửi lần nữa."),
    401: lambda: _("Phiên làm việc đã hết hoặc chưa đăng nhập."),
    405: lambda: _("Địa chỉ này không nhận cách gửi đó."),
    412: lambda: _("Có người vừa thay đổi nội dung này. Đọc lại để lấy bản mới rồi gửi lại."),
    413: lambda: _("Mỗi tệp phải nhỏ hơn 10 MB. Quét lại ở độ phân giải thấp hơn hoặc tách thành nhiều tệp."),
    415: lambda: _("Gửi nội dung đúng kiểu: JSON, hoặc biểu mẫu nhiều phần khi có tệp."),
    428: lambda: _("Gửi kèm If-Match với ETag của bản đã đọc, hoặc * nếu chấp nhận mọi bản."),
    429: lambda: _("Đợi 15 phút rồi thử lại, hoặc gọi cơ quan chủ trì."),
    500: lambda: _("Nội dung đã lưu vẫn còn. Thử lại sau ít phút hoặc gọi cơ quan chủ trì."),
}

OWN_PAGES = {403: _forbidden, 404: _missing}
MAKERS = (
    (MoveRefused, _refused),
    (Invalid, _invalid),
    (ValidationError, _invalid),
    (NotYourMove, _forbidden),
    (Forbidden, _forbidden),
    (NoSuchMove, _outdated),
    (Outdated, _outdated),
    (Missing, _missing),
    (Withheld, _withheld),
    (Duplicate, _duplicate),
    (Busy, _busy),
    (CSRFError, _csrf),
    (HTTPException, _http),
)


def install(app: Flask) -> None:
    """Give each request an id, and answer every exception here."""
    app.before_request(_name_request)
    app.register_error_handler(Exception, answer)


def _name_request() -> None:
    g.request_id = token_hex(4).upper()
    unit.request_id.set(g.request_id)


def answer(error: Exception) -> BaseResponse:
    """A page or a JSON body for any exception; server faults are logged with their request id."""
    if isinstance(error, RequestRedirect):
        return error.get_response()
    problem = problem_of(error)
    g.problem_code = problem.code
    if problem.status >= SERVER_FAULT:
        log.error("request failed", request_id=request_name(), path=shown_path(), exc_info=error)
    if _for_a_machine():
        return _with_allow(_as_json(problem), error)
    if problem.status == HTTPStatus.UNAUTHORIZED:
        return _led_to_sign_in()
    return _as_page(problem)


def _led_to_sign_in() -> BaseResponse:
    """A visitor is led to the sign-in page, not to a wall; whoever was typing keeps what was typed."""
    typed = [pair for pair in request.form.items(multi=True) if not _is_secret(pair[0])]
    if typed:
        body = render_template("errors/signed_out.html", typed=typed, had_file=any(request.files.values()))
        return Response(body, HTTPStatus.UNAUTHORIZED)
    flash(_("Đăng nhập để tiếp tục"), "info")
    return redirect(url_for("session.sign_in", next=request.full_path if request.method == "GET" else None))


def _is_secret(name: str) -> bool:
    return name == "csrf_token" or "password" in name


def _for_a_machine() -> bool:
    # A page's own script says that it takes JSON; a browser that shows a page takes HTML first.
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or wanted == "application/json"


def request_name() -> str:
    """The id under which this request can be found in the log."""
    return str(g.get("request_id", ""))


def _as_page(problem: Problem) -> Response:
    # The page of a fault of ours must come even while the database is away.
    g.without_database = problem.status >= SERVER_FAULT
    body = render_template(
        "errors/problem.html",
        title=problem.title,
        detail=problem.detail,
        request_id=request_name(),
    )
    return _with_retry(Response(body, problem.status), problem)


def _as_json(problem: Problem) -> Response:
    body = {
        "type": f"urn:dung-han:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "errors": [
            {"sheet": f.sheet, "cell": f.cell, "field": f.field, "code": f.code, "message": f.message}
            for f in problem.errors
        ],
        "request_id": request_name(),
    }
    text = json.dumps(body, ensure_ascii=False)
    return _with_retry(Response(text, problem.status, mimetype="application/problem+json"), problem)


def _with_allow(response: Response, error: Exception) -> Response:
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _with_retry(response: Response, problem: Problem) -> Response:
    if problem.code == "busy":
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
