"""Every fault is answered once: as a page in words, or as RFC 9457 under the API."""

import pytest
from marshmallow import ValidationError
from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestEntityTooLarge, TooManyRequests

from app.access import Access
from app.faults import Busy, Duplicate, FieldFault, Forbidden, Invalid, Missing, Outdated, UnrecordedChange
from workflows.guards import Reason, Refusal
from workflows.vocabulary import Action, State
from workflows.workflow import MoveRefused, NoSuchMove, NotYourMove

FAULTS = [
    (Missing("x"), 404, "not_found"),
    (NotFound(), 404, "not_found"),
    (Forbidden("x"), 403, "forbidden"),
    (NotYourMove("x"), 403, "forbidden"),
    (Outdated("x"), 409, "outdated"),
    (NoSuchMove(Action.VERIFY, State.DRAFT), 409, "outdated"),
    (Duplicate("uq_person_email"), 409, "duplicate"),
    (Busy("locked"), 503, "busy"),
    (Invalid(FieldFault("points", "too_large", "Nhập số nhỏ hơn")), 422, "invalid"),
    (ValidationError({"points": ["Nhập ô này"], "more": {"inner": ["Sai"]}}), 422, "invalid"),
    (MoveRefused((Refusal(Reason.UNANSWERED, ("B1.1",)), Refusal(Reason.NOTE_MISSING))), 422, "refused"),
    (MethodNotAllowed(), 405, "method_not_allowed"),
    (RequestEntityTooLarge(), 413, "request_entity_too_large"),
    (TooManyRequests(), 429, "too_many_requests"),
    (UnrecordedChange("secret_table"), 500, "server_fault"),
    (ZeroDivisionError("hush"), 500, "server_fault"),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "hush"), 500, "server_fault"),
]
NAMES = [f"{type(error).__name__}" for error, *_ in FAULTS]


@pytest.fixture
def fail(app, client, monkeypatch):
    """Asks a page or the API, whose view fails with an error."""

    def ask(error, prefix=""):
        def view():
            raise error

        view.__access__ = Access(public=True)
        address, endpoint = (
            ("/api/v1/editions", "api_editions.list_editions")
            if prefix
            else ("/tro-nang", "public_help.accessibility")
        )
        monkeypatch.setitem(app.view_functions, endpoint, view)
        return client.get(address)

    return ask


@pytest.mark.parametrize(("error", "status", "code"), FAULTS, ids=NAMES)
def test_the_api_answers_a_problem(fail, error, status, code):
    answer = fail(error, "/api/v1")
    body = answer.get_json(force=True)
    assert answer.status_code == status == body["status"]
    assert answer.mimetype == "application/problem+json"
    assert body["code"] == code
    assert set(body) == {"type", "title", "status", "code", "detail", "errors", "request_id"}
    assert body["request_id"]
    assert "hush" not in answer.get_data(as_text=True)
    assert "secret_table" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("error", "status", "code"), FAULTS, ids=NAMES)
def test_a_page_says_what_to_do(fail, error, status, code):
    answer = fail(error)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "<h1" in text
    assert "hush" not in text
    assert "hệ thống đang gặp lỗi" not in text.lower()


def test_the_places_to_repair_are_named(fail):
    body = fail(FAULTS[9][0], "/api/v1").get_json(force=True)
    assert {(one["field"], one["message"]) for one in body["errors"]} == {
        ("points", "Nhập ô này"),
        ("more.inner", "Sai"),
    }


def test_a_refused_move_names_every_reason_and_its_field(fail):
    body = fail(FAULTS[10][0], "/api/v1").get_json(force=True)
    assert [(one["code"], one["field"]) for one in body["errors"]] == [
        ("unanswered", ""),
        ("note_missing", "note"),
    ]
    assert "B1.1" in body["errors"][0]["message"]


def test_a_busy_server_says_when_to_come_back(fail):
    assert int(fail(Busy("x")).headers["Retry-After"]) > 0


def test_every_answer_can_be_found_in_the_log_by_its_name(fail, client):
    first = fail(Missing("x"), "/api/v1").get_json(force=True)["request_id"]
    second = client.get("/api/v1/khong-co").get_json(force=True)["request_id"]
    assert first != second


def test_an_error_is_told_in_the_readers_language(fail, client):
    fail(Missing("x"))
    assert "Không tìm thấy trang" in client.get("/hong").get_data(as_text=True)
    assert "Không tìm thấy trang" not in client.get("/hong?lang=en").get_data(as_text=True)
