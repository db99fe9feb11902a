"""What the API takes: strictly what it asks for, at the version that was read, and never twice under one key."""

import io
import json

import pytest

from app.models import Answer, Document, IdempotencyKey, Submission
from app.services import idempotency
from app.unit import unit
from tests.app import small
from tests.app.callers import ROOT, Caller, problem
from tests.papers import PDF

ANSWER = {"value": {"numerator": "8", "denominator": "10"}, "reason": "Còn hai thủ tục"}
WORDS = {"criterion": "B1.1", "text": "Số liệu lấy ở đâu?"}


@pytest.fixture
def form(app, campaign):
    return small.form_of("23557").id


@pytest.fixture
def an(app, form):
    return Caller(app, "an")


def put(an, form, body, **more):
    return an.ask("PUT", f"/submissions/{form}/answers/B1.1", match="*", json=body, **more)


NOT_JSON = (
    b"{",
    b"",
    b"\xff\xfe",
    b'{"value": NaN}',
    b'{"value": {"numerator": Infinity}}',
    b'{"value": null, "value": null}',
    b'{"value": ' + b"9" * 5000 + b"}",
    b'{"value": {"\\ud800": "1"}}',
    b'{"value": 1e99999999999999999999}',
    b"[" * 100_000,
    b'{"value": ' + b"[" * 40 + b"]" * 40 + b"}",
)


def test_what_is_not_json_is_a_bad_request(an, form):
    for body in NOT_JSON:
        answer = put(an, form, None, data=body, headers={"Content-Type": "application/json"})
        assert problem(answer) == (400, "bad_request"), body[:40]


def test_a_body_of_another_kind_is_refused(an, form):
    answer = put(an, form, None, data=b"value=1", headers={"Content-Type": "text/plain"})
    assert problem(answer) == (415, "unsupported_media_type")
    files = an.ask("POST", f"/submissions/{form}/documents", json={"file": "x"})
    assert problem(files) == (415, "unsupported_media_type")


WRONG = (
    ([], ""),
    ("text", ""),
    (3, ""),
    ({}, "value"),
    ({"value": 3}, "value"),
    ({"value": []}, "value"),
    ({"value": {"numerator": {"x": 1}}}, "value.numerator"),
    ({"value": {"numerator": None}}, "value.numerator"),
    ({"value": None, "reason": 3}, "reason"),
    ({"value": None, "reason": None}, "reason"),
    ({"value": None, "reason": "x" * 1001}, "reason"),
    ({"value": None, "reason": "\ud800"}, "reason"),
    ({"value": None, "reason": "a\x00b"}, "reason"),
    ({"value": None, "estimated": "true"}, "estimated"),
    ({"value": None, "estimated": 1}, "estimated"),
    ({"value": None, "points": "10"}, "points"),
    ({"value": {"numerator": "tám", "denominator": "10"}}, "numerator"),
    ({"value": {"numerator": "١", "denominator": "10"}}, "numerator"),
    ({"value": {"numerator": "11", "denominator": "10"}}, "numerator"),
    ({"value": {"numerator": 10**30, "denominator": 10}}, "numerator"),
    ({"value": {"numerator": -1, "denominator": 10}}, "numerator"),
    ({"value": {"numerator": True, "denominator": 10}}, "numerator"),
    ({"value": {"numerator": ["1", "2"], "denominator": 10}}, "numerator"),
    ({"value": {"numerator": "8", "denominator": "10", "more": "1"}}, "more"),
    ({"value": {"numerator": "\ud800", "denominator": "10"}}, "numerator"),
)


def test_what_is_wrong_is_named_by_its_field(an, form):
    for body, field in WRONG:
        answer = put(an, form, body)
        assert problem(answer) == (422, "invalid"), body
        assert field in {one["field"] for one in answer.json["errors"]}, body
        assert all(one["message"] for one in answer.json["errors"]), body
    assert small.db.session.query(Answer).count() == 0


OTHERS = ("role", "unit_id", "state", "points", "verified_points", "version", "deadline", "saved_by_id", "id")


def test_nothing_else_can_be_set(an, form):
    for field in OTHERS:
        assert problem(put(an, form, ANSWER | {field: 1})) == (422, "invalid"), field
        move = {"action": "self_assess", field: "VERIFIED"}
        refused = an.refused("POST", f"/submissions/{form}/moves", move, match="*")
        assert refused == (422, "invalid"), field


def test_a_json_fraction_is_read_exactly_and_given_back_the_same(an, form):
    body = {"value": {"numerator": 1.234, "denominator": "8.125"}, "reason": "số lẻ"}
    text = json.dumps(body)
    saved = put(an, form, None, data=text, headers={"Content-Type": "application/json"}).json
    assert saved["value"] == {"numerator": "1.234", "denominator": "8.125"}
    again = put(an, form, {"value": saved["value"], "reason": "số lẻ"}).json
    assert again["value"] == saved["value"]
    assert saved["working"].startswith("1,234 / 8,125 × 10")


def test_an_answer_can_be_taken_back(an, form):
    put(an, form, ANSWER)
    assert put(an, form, {"value": None}).json["value"] is None


def test_many_answers_are_saved_together_or_not_at_all(an, form):
    wrong = {"B1.1": ANSWER, "B3.1": {"value": {"option": "không có"}}, "Z9": {"value": {"x": "1"}}}
    answer = an.ask("PATCH", f"/submissions/{form}/answers", json={"answers": wrong})
    assert problem(answer) == (422, "invalid")
    assert {one["field"] for one in answer.json["errors"]} == {"B3.1.option", "Z9."}
    assert small.db.session.query(Answer).count() == 0


def test_the_office_enters_the_survey_not_the_unit(an, form):
    refused = an.ask("PUT", f"/submissions/{form}/answers/B4.1", json={"value": {"points": 5}}, match="*")
    assert refused.json["errors"][0]["code"] == "not_yours"
    assert an.refused("PUT", f"/submissions/{form}/answers/Z9", ANSWER, match="*") == (404, "not_found")


def test_an_answer_is_saved_at_the_version_that_was_read(an, form):
    path = f"/submissions/{form}/answers/B1.1"
    first = an.ask("GET", path)
    assert first.headers["ETag"] == '"0"'
    assert an.refused("PUT", path, ANSWER) == (428, "precondition_required")
    saved = an.ask("PUT", path, json=ANSWER, match=0)
    assert saved.headers["ETag"] == '"1"'
    assert an.refused("PUT", path, ANSWER, match=0) == (412, "precondition_failed")
    assert an.refused("PUT", path, ANSWER, match="abc") == (412, "precondition_failed")
    weak = an.ask("PUT", path, json=ANSWER | {"reason": "Khác"}, headers={"If-Match": 'W/"1"'})
    assert weak.headers["ETag"] == '"2"'


def test_a_move_asks_for_the_version_that_was_read(an, form):
    path, move = f"/submissions/{form}/moves", {"action": "self_assess"}
    old = an.get(f"/submissions/{form}")["version"]
    an.done("PATCH", f"/submissions/{form}/answers", {"answers": {"B1.1": ANSWER}})
    assert an.refused("POST", path, move) == (428, "precondition_required")
    assert an.refused("POST", path, move, match=old) == (412, "precondition_failed")
    refused = an.ask("POST", path, json=move, match=an.get(f"/submissions/{form}")["version"])
    assert problem(refused) == (422, "refused")
    assert refused.json["errors"][0]["code"] == "unanswered"
    assert an.refused("POST", path, {"action": "verify"}, match="*") == (409, "outdated")


def test_documents_are_kept_listed_and_read_again(app, an, form):
    path = f"/submissions/{form}/documents"
    parts = {"file": (io.BytesIO(PDF), "Quyết định.pdf"), "criteria": ["B2.1", "B1.1"], "number": "05/QĐ"}
    added = an.ask("POST", path, data=parts).json
    assert (added["criteria"], added["file_name"]) == (["B1.1", "B2.1"], "Quyết định.pdf")
    content = an.ask("GET", f"/documents/{added['id']}/content", buffered=True)
    assert content.get_data() == PDF
    assert "attachment" in content.headers["Content-Disposition"]
    assert an.get(path)["items"] == [added]
    uses = an.done(
        "PUT", f"/documents/{added['id']}/criteria", {"criteria": ["B2.1"]}, match=added["version"]
    )
    assert uses["criteria"] == ["B2.1"]
    said = {"number": "06/QĐ", "issued_on": "2019-01-05", "summary": "Quyết định", "criteria": ["B1.1"]}
    changed = an.done("PUT", f"/documents/{added['id']}", said, match=uses["version"])
    assert {name: changed[name] for name in said} == said
    late = an.ask("PUT", f"/documents/{added['id']}", json=said | {"issued_on": "2099-01-05"}, match="*")
    assert (late.status_code, late.json["errors"][0]["code"]) == (422, "in_future")
    bao = Caller(app, "bao")
    assert bao.refused("GET", f"/documents/{added['id']}/content") == (404, "not_found")
    assert bao.refused("DELETE", f"/documents/{added['id']}", match="*") == (404, "not_found")
    assert an.ask("DELETE", f"/documents/{added['id']}", match="*").status_code == 204
    assert an.get(path)["items"] == []


UNFIT = (
    ({}, "file"),
    ({"file": (b"", "rong.pdf")}, "file"),
    ({"file": (b"MZ", "virus.exe")}, "file"),
    ({"file": (PDF, "a.pdf"), "purpose": "minutes"}, "purpose"),
    ({"file": (PDF, "a.pdf"), "issued_on": "31/12/2019"}, "issued_on"),
    ({"file": (PDF, "a.pdf"), "criteria": ["Z9"]}, "criteria"),
    ({"file": (PDF, "a.pdf"), "state": "VERIFIED"}, "state"),
)


def test_a_document_that_cannot_be_taken(an, form):
    for parts, field in UNFIT:
        sent = {k: (io.BytesIO(v[0]), v[1]) if k == "file" else v for k, v in parts.items()}
        answer = an.ask(
            "POST", f"/submissions/{form}/documents", data=sent, content_type="multipart/form-data"
        )
        assert problem(answer) == (422, "invalid"), parts
        assert field in {one["field"] for one in answer.json["errors"]}, parts


def test_a_head_agrees_to_what_was_read(app, an, form):
    ha = Caller(app, "ha")
    digest = ha.get(f"/submissions/{form}")["digest"]
    assert ha.done("POST", f"/submissions/{form}/agreement", {"digest": digest})["by"] == "Ha"
    put(an, form, ANSWER)
    assert ha.refused("POST", f"/submissions/{form}/agreement", {"digest": digest}) == (422, "invalid")


def test_a_repeated_request_gets_the_first_answer(app, an, form):
    path = f"/submissions/{form}/documents"

    def send(key, name="a.pdf"):
        return an.ask("POST", path, data={"file": (io.BytesIO(PDF), name)}, key=key)

    first, again = send("k-1"), send("k-1")
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert small.db.session.query(Document).count() == 1
    other = send("k-1", "b.pdf")
    assert problem(other) == (422, "invalid")
    assert other.json["errors"][0]["code"] == "reused"


def test_a_refused_request_frees_its_key(app, campaign):
    nam, form = Caller(app, "nam"), small.form_of("SNV").id
    move, path = {"action": "self_assess"}, f"/submissions/{form}/moves"
    assert nam.refused("POST", path, move, match="*", key="k") == (422, "refused")
    small.db.session.rollback()
    assert small.db.session.query(IdempotencyKey).count() == 0
    assert nam.refused("POST", path, {"action": "withdraw"}, match="*", key="k") == (409, "outdated")


def test_a_move_under_a_key_is_made_once(app, campaign):
    nam, form = Caller(app, "nam"), small.form_of("SNV").id
    claims = {
        "B1.1": ANSWER,
        "B2.1": {"value": {"answer": False}, "reason": "x"},
        "B3.1": {"value": {"option": "full"}},
    }
    version = nam.done("PATCH", f"/submissions/{form}/answers", {"answers": claims})["version"]
    path, move = f"/submissions/{form}/moves", {"action": "self_assess"}
    first = nam.done("POST", path, move, match=version, key="nop")
    again = nam.done("POST", path, move, match=version, key="nop")
    assert first["receipt_code"] == again["receipt_code"]
    assert [one["action"] for one in nam.get(path)["made"]] == ["self_assess"]


def test_a_key_is_one_persons_own(app, campaign):
    form = small.form_of("23557").id
    for name in ("an", "ha"):
        sent = Caller(app, name).ask(
            "POST", f"/submissions/{form}/documents", data={"file": (io.BytesIO(PDF), "a.pdf")}, key="k"
        )
        assert "Idempotency-Replayed" not in sent.headers


def test_a_request_that_is_under_way_is_not_begun_again(app, campaign):
    actor, person = small.actor("chi"), small.person("chi").id
    claimed = idempotency.claim(actor, person, "k", "abc")
    assert isinstance(claimed, int)
    with pytest.raises(idempotency.Outdated):
        idempotency.claim(actor, person, "k", "abc")


def test_old_keys_are_forgotten(app, at, campaign):
    actor, person = small.actor("chi"), small.person("chi").id
    idempotency.claim(actor, person, "cũ", "abc")
    at(small.LATE)
    idempotency.claim(actor, person, "mới", "abc")
    assert [row.key for row in small.db.session.query(IdempotencyKey)] == ["mới"]


def test_an_unreadable_key_is_refused(an, form):
    for key in (" ", "có dấu cách", "x" * 201):
        headers = {"Idempotency-Key": key.encode().decode("latin-1")}
        answer = an.ask("POST", f"/submissions/{form}/moves", json={"action": "withdraw"}, headers=headers)
        assert problem(answer) == (422, "invalid"), key


ODD = (
    ("GET", "/khong-co", 404),
    ("GET", "/submissions/abc", 404),
    ("GET", "/submissions/99999999999999999999", 404),
    ("GET", "/submissions/-1", 404),
    ("GET", "/campaigns/%00", 400),
    ("GET", "/campaigns/gia-lai-2019/criteria/nation", 404),
    ("GET", "/submissions?page=0", 422),
    ("GET", "/submissions?page=1.0", 422),
    ("GET", "/submissions?page=%D9%A3", 422),
    ("GET", "/submissions?page_size=99999", 422),
    ("GET", "/submissions?state=XONG", 422),
    ("GET", "/submissions?unit=%00", 400),
    ("GET", "/submissions?la=1", 422),
    ("PUT", "/submissions", 405),
    ("DELETE", "/campaigns", 405),
)


def test_odd_addresses(an):
    for method, path, status in ODD:
        answer = an.ask(method, path)
        assert problem(answer)[0] == status, path
        assert status != 405 or "GET" in answer.headers["Allow"]


def test_answers_to_a_bearer_are_kept_by_nobody(an, form):
    assert an.ask("GET", f"/submissions/{form}").headers["Cache-Control"] == "no-store"


def test_criteria_are_given_as_they_are_kept(an, campaign):
    found = an.ask("GET", f"/campaigns/{campaign.slug}/criteria/commune")
    kind = next(one for one in campaign.kinds if one.unit_kind == "commune")
    assert found.get_data(as_text=True) == kind.criteria_set.document
    assert found.headers["ETag"] == f'"{kind.criteria_set.digest}"'


def test_working_and_points_stand_beside_each_answer(an, form):
    put(an, form, ANSWER)
    sheet = an.get(f"/submissions/{form}/answers")
    first = sheet["answers"][0]
    assert (first["criterion"], first["points"], first["max"]) == ("B1.1", "8", "10")
    assert first["working"] == "8 / 10 × 10 = 8"
    assert first["saved_by"] == "An"
    assert sheet["points"] == "8"


def test_a_late_unit_is_told_so(app, at, an, form):
    at(small.LATE)
    assert problem(put(an, form, ANSWER)) == (422, "invalid")
    offer = an.get(f"/submissions/{form}")["moves"][0]
    assert "too_late" in {one["code"] for one in offer["refusals"]}
    assert an.get("/campaigns")["items"][0]["kinds"][0]["closes"].endswith("+07:00")


def test_the_moves_of_a_form_say_what_stands_against_them(an, form):
    offered = an.get(f"/submissions/{form}/moves")["offered"]
    assert offered == an.get(f"/submissions/{form}")["moves"]
    assert [one["code"] for one in offered[0]["refusals"]]
    assert all(one["detail"] for one in offered[0]["refusals"])


def test_answers_saved_by_another_are_a_conflict(an, form):
    put(an, form, ANSWER)
    old = {"answers": {"B1.1": ANSWER | {"version": 0}}}
    answer = an.ask("PATCH", f"/submissions/{form}/answers", json=old)
    assert problem(answer) == (409, "outdated")
    assert answer.json["errors"][0]["code"] == "conflict"


def test_a_lost_race_is_a_conflict(app, an, form, monkeypatch):
    """Somebody writes between the look at the version and the service's own."""

    def slip_in(current):
        with unit(small.actor("an")) as work:
            row = work.load(Submission, form)
            row.asked += 1
            work.record(small.campaigns.Verb.ANSWER_SAVED, row)
        return current

    monkeypatch.setattr("app.api.moves.matched", slip_in)
    refused = an.refused("POST", f"/submissions/{form}/moves", {"action": "self_assess"}, match="*")
    assert refused == (409, "outdated")


def test_the_explorer_asks_no_foreign_address(app):
    client = app.test_client()
    page = client.get("/api/docs", buffered=True).get_data(as_text=True)
    assert "http" not in page.replace("https://schema", "")
    assert "<script>" not in page
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "favicon-32x32.png"):
        with client.get(f"/api/docs/{name}") as answer:
            assert answer.status_code == 200
    assert client.get("/api/docs/swagger-ui.js").status_code == 404
    assert client.get(f"{ROOT}/openapi.json").json["openapi"] == "3.1.0"
