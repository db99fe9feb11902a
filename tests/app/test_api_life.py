"""One campaign from drafts to the published ranking, through the API alone."""

import csv
import io
from datetime import UTC, datetime

from app.database import db
from app.models import Submission
from tests.app import small
from tests.app.callers import Caller

AFTERWARDS = datetime(2019, 11, 20, 3, tzinfo=UTC)
COMMUNES = {"an": "23557", "bao": "23560", "xuan": "23722"}
CLAIMS = {
    "B1.1": {"value": {"numerator": "8", "denominator": 10}, "reason": "Còn hai thủ tục"},
    "B2.1": {"value": {"answer": False}, "reason": "Chưa có kinh phí"},
    "B3.1": {"value": {"option": "part"}, "reason": "Thiếu biên chế"},
}
VERDICTS = {
    "B1.1": {"points": 7.5, "reason": "Một thủ tục chưa công khai đúng chỗ"},
    "B2.1": {"points": None},
    "B3.1": {"points": "6", "reason": "Quyết định giao việc có ghi chuyên trách"},
    "B4.1": {"points": "4.25"},
    "C1": {"points": None},
    "C2": {"points": None},
}


def form_id(code):
    return small.form_of(code).id


def hand_in(caller, form):
    caller.done("PATCH", f"/submissions/{form}/answers", {"answers": CLAIMS})
    shown = caller.get(f"/submissions/{form}")
    assert caller.moves(form)["self_assess"]
    moved = caller.done(
        "POST", f"/submissions/{form}/moves", {"action": "self_assess"}, match=shown["version"]
    )
    assert moved["state"] == "SELF_ASSESSED"
    assert moved["receipt_code"]


def verify(caller, form):
    caller.done("PATCH", f"/submissions/{form}/verdicts", {"verdicts": VERDICTS}, match="*")
    moved = caller.done("POST", f"/submissions/{form}/moves", {"action": "verify"}, match="*")
    assert moved["state"] == "VERIFIED"


def test_from_draft_to_published_through_the_api(app, at, campaign):
    slug = campaign.slug
    forms = {code: form_id(code) for code in ("SNV", "SYT", "622", "627", *COMMUNES.values())}
    for name, code in {**COMMUNES, "nam": "SNV", "thu": "SYT", "binh": "622", "lan": "627"}.items():
        hand_in(Caller(app, name), forms[code])
    _send_packages(app, slug, forms)
    chi = Caller(app, "chi")
    for form in forms.values():
        verify(chi, form)
    at(AFTERWARDS)
    _publish(app, slug, forms["SNV"])
    db.session.rollback()
    states = {form.id: form.state for form in db.session.query(Submission)}
    assert {states[form] for form in forms.values()} == {"PUBLISHED"}
    _read_as_visitor(app, slug)


def _send_packages(app, slug, forms):
    binh, lan = Caller(app, "binh"), Caller(app, "lan")
    assert binh.moves(forms["622"])["consolidate"]
    shown = {
        str(row["id"]): row["version"]
        for row in binh.get(f"/submissions?campaign={slug}&state=SELF_ASSESSED")["items"]
        if row["unit"]["code"] in {"622", "23557", "23560"}
    }
    sent = binh.done("POST", f"/campaigns/{slug}/packages", {"consolidator": "622", "shown": shown})
    assert sent["forms"] == sorted(map(int, shown))
    gaps = lan.refused("POST", f"/campaigns/{slug}/packages", {"consolidator": "627"})
    assert gaps == (422, "refused")
    giang = Caller(app, "giang")
    first = lan.done(
        "POST", f"/campaigns/{slug}/packages", {"consolidator": "627", "note": "Hà Tây chưa nộp"}
    )
    assert [gap["code"] for gap in first["gaps"]] == ["23725"]
    back = {"action": "return_package", "note": "Ghi rõ lý do của Hà Tây"}
    assert giang.done("POST", f"/packages/{first['id']}/moves", back)["returned_at"]
    lan.done("POST", f"/campaigns/{slug}/packages", {"consolidator": "627", "note": "Hà Tây mất điện"})
    assert len(giang.get(f"/campaigns/{slug}/packages")["items"]) == 3
    assert len(lan.get(f"/campaigns/{slug}/packages")["items"]) == 2


def _publish(app, slug, form):
    giang, dung, oanh = (Caller(app, name) for name in ("giang", "dung", "oanh"))
    run = giang.done("POST", f"/campaigns/{slug}/runs")
    shown, path = {"digest": run["digest"]}, f"/runs/{run['id']}"
    assert dung.moves(form)["approve"]
    assert giang.refused("POST", f"{path}/moves", {"action": "approve", **shown}) == (403, "forbidden")
    assert dung.refused("POST", f"{path}/moves", {"action": "approve", "digest": "0" * 64}) == (
        422,
        "refused",
    )
    assert dung.done("POST", f"{path}/moves", {"action": "approve", **shown})["approved_by"] == "Dung"
    withdrawn = dung.done(
        "POST", f"{path}/moves", {"action": "withdraw_approval", "note": "Soát lại", **shown}
    )
    assert withdrawn["approved_at"] is None
    dung.done("POST", f"{path}/moves", {"action": "approve", **shown})
    assert oanh.refused("POST", f"{path}/moves", {"action": "publish", **shown}) == (422, "refused")
    decision = {"number": "12/QĐ-UBND", "date": "2019-11-20", "signer": "Chủ tịch UBND tỉnh"}
    assert giang.done("PUT", f"{path}/decision", decision)["decision_number"] == "12/QĐ-UBND"
    giang.done("POST", f"{path}/proposal", shown)
    assert giang.refused("POST", f"{path}/moves", {"action": "publish", **shown}) == (422, "refused")
    assert oanh.moves(form)["publish"]
    assert oanh.done("POST", f"{path}/moves", {"action": "publish", **shown})["published_at"]
    assert [one["number"] for one in giang.get(f"/campaigns/{slug}/runs")["items"]] == [1]
    assert giang.get(path)["standings"]["kinds"]


def _read_as_visitor(app, slug):
    visitor = app.test_client()
    (edition,) = visitor.get("/api/v1/editions").json["items"]
    assert edition["campaign"] == slug
    whole = visitor.get(f"/api/v1/editions/{slug}")
    assert whole.headers["ETag"] == f'"{edition["digest"]}"'
    communes = next(kind for kind in whole.json["kinds"] if kind["kind"] == "commune")
    silent = next(row for row in communes["rows"] if row["code"] == "23725")
    assert silent["points"] is None
    unit = visitor.get(f"/api/v1/editions/{slug}/units/{communes['rows'][0]['slug']}").json
    assert unit["result"]["points"] == "17.75"
    assert {line["code"] for line in unit["criteria"]} == {*VERDICTS}
    sheet = visitor.get(f"/api/v1/editions/{slug}/standings.csv")
    assert sheet.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(sheet.get_data().decode("utf-8-sig"))))
    assert len(rows) == 8


def test_a_form_is_sent_back_with_remarks_and_a_day(app, at, campaign):
    form, nam, giang = form_id("SNV"), Caller(app, "nam"), Caller(app, "giang")
    hand_in(nam, form)
    path = f"/submissions/{form}/moves"
    back = {"action": "send_back", "note": "Bổ sung", "remarks": {"B1.1": "Số liệu chưa khớp"}}
    assert giang.refused("POST", path, back, match="*") == (422, "invalid")
    moved = giang.done("POST", path, back | {"due": "2019-10-14"}, match="*")
    assert moved["state"] == "DRAFT"
    assert moved["closes"] == "2019-10-15T00:00:00+07:00"
    made = nam.get(path)["made"]
    assert [(move["action"], move["by"]) for move in made] == [("self_assess", "Nam"), ("send_back", "Giang")]


def test_a_form_may_be_withdrawn_and_reopened(app, at, campaign):
    form, nam, chi, giang = form_id("SNV"), Caller(app, "nam"), Caller(app, "chi"), Caller(app, "giang")
    hand_in(nam, form)
    path = f"/submissions/{form}/moves"
    assert nam.done("POST", path, {"action": "withdraw"}, match="*")["state"] == "DRAFT"
    nam.done("POST", path, {"action": "self_assess"}, match="*")
    verify(chi, form)
    assert giang.refused("POST", path, {"action": "reopen"}, match="*") == (422, "refused")
    reopened = giang.done("POST", path, {"action": "reopen", "note": "Thẩm tra lại B3"}, match="*")
    assert reopened["state"] == "SELF_ASSESSED"


def test_questions_and_visits_hold_the_verification_up(app, at, campaign):
    form, nam, chi = form_id("SNV"), Caller(app, "nam"), Caller(app, "chi")
    hand_in(nam, form)
    chi.done("PATCH", f"/submissions/{form}/verdicts", {"verdicts": VERDICTS}, match="*")
    asked = {"criterion": "B2.1", "text": "Kênh hỏi đáp mở từ ngày nào?"}
    question = chi.done("POST", f"/submissions/{form}/questions", asked)
    visit = {"planned_on": "2019-10-10", "team": "Tổ số 2"}
    planned = chi.done("POST", f"/submissions/{form}/visits", visit)
    offer = next(one for one in chi.get(f"/submissions/{form}")["moves"] if one["action"] == "verify")
    assert [one["code"] for one in offer["refusals"]] == ["open_question", "minutes_missing"]
    assert all(one["detail"] for one in offer["refusals"])
    answered = nam.done("POST", f"/questions/{question['id']}/reply", {"text": "Từ tháng 5"})
    assert answered["reply"] == "Từ tháng 5"
    assert chi.done("POST", f"/questions/{question['id']}/closing")["closed_at"]
    minutes = {"visited_on": "2019-10-10", "minutes": "Đúng như kê khai", "attendees": "Ông Nam"}
    assert chi.done("POST", f"/visits/{planned['id']}/minutes", minutes)["recorded_at"]
    assert chi.moves(form)["verify"]
    assert len(nam.get(f"/submissions/{form}/questions")["items"]) == 1
    assert len(chi.get(f"/submissions/{form}/visits")["items"]) == 1


def test_a_unit_explains_a_changed_score(app, at):
    small.make_campaign(small.small_plan(explanation_days=3))
    form, nam, chi = form_id("SNV"), Caller(app, "nam"), Caller(app, "chi")
    hand_in(nam, form)
    verify(chi, form)
    words = {"criterion": "B1.1", "text": "Thủ tục đã công khai từ ngày 02/10"}
    made = nam.done("POST", f"/submissions/{form}/explanations", words)
    outcome = {"outcome": "changed", "answer": "Chấp nhận", "points": "8"}
    decided = chi.done("POST", f"/explanations/{made['id']}/outcome", outcome)
    assert decided["outcome"] == "changed"
    assert nam.get(f"/submissions/{form}/explanations")["items"][0]["answer"] == "Chấp nhận"
