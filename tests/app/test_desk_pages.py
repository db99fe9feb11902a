"""The officer's pages: what is shown, what is kept when something is wrong, and who gets in."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import event, select

from app import clock
from app.database import db
from app.models import Agreement, Answer, Document, Question
from app.queries.cases import timetable_of
from app.services import answers, documents, submissions, verification
from app.services.answers import AnswerInput
from app.services.verification import Decision
from tests.app import small
from tests.app.officers_desk import FULL, fill, form_id, hand_in, officer, path, text
from tests.papers import PDF, PNG
from workflows.vocabulary import Action

__all__ = ["officer"]


def test_the_start_page_names_the_deadline_twice_over_and_what_to_prepare(officer) -> None:
    page = text(officer.get("/don-vi"))
    assert "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)" in page
    assert "Còn 11 ngày làm việc" in page
    assert "Số liệu từ ngày 01/11/2018 đến ngày 31/10/2019" in page
    assert path() in page


def test_the_start_page_of_a_unit_without_forms_says_so(app, at, sign_in) -> None:
    page = text(sign_in("an").get("/don-vi"))
    assert "Hiện không có phiếu nào" in page
    assert "có thư báo" in page


def test_after_the_deadline_the_start_page_says_whom_to_call(campaign, sign_in) -> None:
    closes = timetable_of(small.form_of("23557").campaign_unit.kind).closes
    with clock.put_at(closes):
        assert "để xin gia hạn" in text(sign_in("an").get("/don-vi"))


def test_the_task_list_shows_groups_stages_and_what_remains(officer) -> None:
    assert "Bắt đầu từ tiêu chí B1.1" in text(officer.get(path()))
    answers.save_answer(small.actor("an"), form_id(), "B1.1", FULL["B1.1"], version=None)
    page = text(officer.get(path()))
    for words in (
        "B1. Mức độ hiện diện",
        "Hoàn thành",
        "Chưa làm",
        "Nếu có",
        "Cơ quan chủ trì nhập",
        "Đã xong 1/3",
    ):
        assert words in page
    left = text(officer.get(path("?con-lai=1")))
    assert "B1. Mức độ hiện diện" not in left
    assert "B2. Mức độ tương tác" in left


def test_a_criterion_shows_its_rule_and_saves_on_to_the_next(officer) -> None:
    page = text(officer.get(path("/tc/B1.1")))
    assert "Nhóm B1 · 1/6" in page
    assert "Điểm = tử số ÷ mẫu số × 10." in page
    answer = officer.post(
        path("/tc/B1.1"),
        data={"version": "0", "numerator": "8,5", "denominator": "10", "reason": "Còn thiếu", "then": "next"},
    )
    assert (answer.status_code, answer.location) == (303, path("/tc/B2.1"))
    shown = text(officer.get(path("/tc/B1.1")))
    assert "Điểm tự chấm: 8,5" in shown
    assert "8,5/10 = 85% × 10 điểm = 8,5 điểm" in shown
    assert "bởi An." in shown


@pytest.mark.parametrize(("then", "where"), [("list", ""), ("stay", "/tc/B1.1"), ("", "")])
def test_after_saving_the_officer_is_led_where_the_button_said(officer, then, where) -> None:
    answer = officer.post(path("/tc/B1.1"), data={"version": "0", "then": then})
    assert answer.location == path(where)


def test_after_the_last_criterion_comes_the_check(officer) -> None:
    answer = officer.post(path("/tc/C1"), data={"version": "0", "count": "2", "then": "next"})
    assert answer.location == path("/kiem-tra")


def test_bad_input_is_named_at_its_place_and_stays_typed(officer) -> None:
    answer = officer.post(
        path("/tc/B1.1"),
        data={"version": "0", "numerator": "1.234", "denominator": "abc", "reason": "Lý do <b>đã gõ</b>"},
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "<title>Lỗi:" in page
    assert 'href="#numerator"' in page
    assert "viết 1234 hoặc 1,234; không dùng dấu chấm" in page
    assert 'value="1.234"' in page
    assert 'value="abc"' in page
    assert "Lý do &lt;b&gt;đã gõ&lt;/b&gt;" in page
    assert db.session.scalar(select(Answer.id)) is None


def test_a_missing_reason_keeps_nobody_from_saving(officer) -> None:
    data = {"version": "0", "numerator": "1", "denominator": "10"}
    assert officer.post(path("/tc/B1.1"), data=data).status_code == 303
    assert "Thiếu lý do" in text(officer.get(path()))


def test_a_file_comes_with_the_answer_and_survives_a_bad_figure(officer) -> None:
    answer = officer.post(
        path("/tc/B2.1"),
        data={"version": "0", "answer": "maybe", "file": (BytesIO(PDF), "kế hoạch.pdf"), "number": "5/KH"},
    )
    assert answer.status_code == 422
    assert "kế hoạch.pdf" in text(answer)
    document = db.session.scalars(select(Document)).one()
    assert [use.criterion for use in document.uses] == ["B2.1"]
    data = {"version": "0", "answer": "yes", "shown": str(document.id), "then": "stay"}
    assert officer.post(path("/tc/B2.1"), data=data).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(Document)).one().uses == []


def test_a_bad_file_is_refused_at_its_box_and_the_answer_stays_typed(officer) -> None:
    answer = officer.post(
        path("/tc/B1.1"),
        data={
            "version": "0",
            "numerator": "3",
            "denominator": "4",
            "issued_on": "31/02/2019",
            "file": (BytesIO(b"MZ"), "virus.exe"),
        },
    )
    assert answer.status_code == 422
    assert "ngày/tháng/năm" in text(answer)
    answer = officer.post(
        path("/tc/B1.1"),
        data={"version": "0", "numerator": "3", "denominator": "4", "file": (BytesIO(b"MZ"), "virus.exe")},
    )
    assert 'href="#file"' in text(answer)
    assert "Tệp phải là PDF, Word, Excel, JPG hoặc PNG" in text(answer)
    assert 'value="3"' in text(answer)


def test_two_people_at_one_criterion_see_both_versions(officer, sign_in) -> None:
    data = {"version": "0", "numerator": "8", "denominator": "10", "reason": "bản của An"}
    officer.post(path("/tc/B1.1"), data=data)
    head = sign_in("ha")
    answer = head.post(path("/tc/B1.1"), data=data | {"numerator": "5", "reason": "bản của Hà"})
    page = text(answer)
    assert answer.status_code == 409
    for words in ("Hai người cùng sửa", "Bản đang lưu do An ghi", "bản của An", "bản của Hà", 'value="5"'):
        assert words in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    again = head.post(path("/tc/B1.1"), data=data | {"numerator": "5", "version": version})
    assert again.status_code == 303
    assert db.session.scalars(select(Answer)).one().value["numerator"] == "5"


def test_the_check_lists_what_is_missing_with_links_and_pressing_brings_the_same(officer) -> None:
    answers.save_answer(small.actor("an"), form_id(), "B2.1", AnswerInput({"answer": "yes"}), version=None)
    page = text(officer.get(path("/kiem-tra")))
    assert "Trả lời các tiêu chí" in page
    assert "Gắn tài liệu kiểm chứng" in page
    assert path("/tc/B3.1") in page
    answer = officer.post(path("/nop"), data={"version": small.form_of("23557").version})
    assert answer.status_code == 422
    assert 'href="#chan-unanswered"' in text(answer)


def test_a_complete_form_is_handed_in_and_receipted_and_taken_back(officer) -> None:
    fill()
    page = text(officer.get(path("/kiem-tra")))
    assert "Phiếu đã đủ, nộp được" in page
    assert "Nộp phiếu về UBND thành phố Pleiku" in page
    assert "1 tiêu chí đang ghi số ước" in page
    answer = officer.post(path("/nop"), data={"version": small.form_of("23557").version})
    assert (answer.status_code, answer.location) == (303, path("/da-nop"))
    receipt = text(officer.get(path("/da-nop")))
    db.session.expire_all()
    assert small.form_of("23557").receipt_code in receipt
    assert "09:00:00 ngày 10/10/2019" in receipt
    assert "đúng hạn" in receipt
    taken = officer.post(path("/rut-lai"), data={"version": small.form_of("23557").version})
    assert (taken.status_code, taken.location) == (303, path())
    assert "chưa nộp" in text(officer.get(path("/da-nop")))


def test_a_stale_page_does_not_hand_in(officer) -> None:
    fill()
    assert officer.post(path("/nop"), data={"version": "1"}).status_code == 409
    assert officer.post(path("/nop"), data={}).status_code == 422


def test_what_was_read_can_no_longer_be_taken_back(campaign, sign_in) -> None:
    hand_in("SNV", "nam")
    verification.ask(small.actor("chi"), form_id("SNV"), "B1.1", "Lấy số ở đâu?")
    officer = sign_in("nam")
    assert "không rút lại được nữa" in text(officer.get(path("/da-nop", "SNV")))
    version = small.form_of("SNV").version
    answer = officer.post(path("/rut-lai", "SNV"), data={"version": version})
    assert answer.status_code == 422


def test_a_locked_form_is_read_only(officer) -> None:
    hand_in()
    page = text(officer.get(path("/tc/B1.1")))
    assert "Phiếu đã nộp nên không sửa được" in page
    assert 'name="numerator"' not in page
    answer = officer.post(path("/tc/B1.1"), data={"version": "1", "numerator": "1", "denominator": "2"})
    assert answer.status_code == 422
    assert "Phiếu đã nộp nên không sửa được" in text(answer)


def test_the_head_agrees_where_the_campaign_asks(app, at, sign_in) -> None:
    plan = small.small_plan()
    small.make_campaign(replace(plan, kinds=tuple(replace(kind, sign_off=True) for kind in plan.kinds)))
    fill()
    page = text(sign_in("an").get(path("/kiem-tra")))
    assert "Chờ lãnh đạo đơn vị đồng ý" in page
    assert "Đồng ý với nội dung này" not in page
    head = sign_in("ha")
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', text(head.get(path("/duyet"))))[1]
    assert sign_in("an").post(path("/dong-y"), data={"digest": digest}).status_code == 403
    assert head.post(path("/dong-y"), data={"digest": "0" * 64}).status_code == 422
    assert head.post(path("/dong-y"), data={"digest": digest}).status_code == 303
    assert db.session.scalars(select(Agreement)).one().person_name == "Ha"
    assert "Ha đã đồng ý lúc" in text(head.get(path("/kiem-tra")))


def test_a_form_that_was_sent_back_shows_remarks_and_its_own_deadline(officer) -> None:
    hand_in()
    due = clock.now().date() + timedelta(days=3)
    submissions.send_back(
        small.actor("binh"),
        form_id(),
        note="Xem lại",
        remarks={"B1.1": "Ghi rõ nguồn"},
        due=due,
        version=None,
    )
    page = text(officer.get(path()))
    for words in ("Phiếu bị trả lại để sửa", "Ghi rõ nguồn", "Cần sửa", "đến hết 24:00 ngày 13/10/2019"):
        assert words in page
    assert "Ghi rõ nguồn" in text(officer.get(path("/tc/B1.1")))
    with clock.put_at(clock.now() + timedelta(minutes=5)):
        answers.save_answer(small.actor("an"), form_id(), "B1.1", FULL["B1.1"], version=None)
    assert "(đã sửa)" in text(officer.get(path()))


def test_a_question_is_answered_where_it_stands(campaign, sign_in) -> None:
    hand_in("SNV", "nam")
    question = verification.ask(small.actor("chi"), form_id("SNV"), "B1.1", "Lấy số ở đâu?")
    officer, number = sign_in("nam"), question.id
    assert "Chờ trả lời" in text(officer.get(path("", "SNV")))
    assert "Lấy số ở đâu?" in text(officer.get(path("/tc/B1.1", "SNV")))
    address = path(f"/tc/B1.1/tra-loi/{number}", "SNV")
    refused = officer.post(address, data={f"reply-{number}": " "})
    assert refused.status_code == 422
    assert f'href="#reply-{number}"' in text(refused)
    assert officer.post(address, data={f"reply-{number}": "Sổ một cửa"}).status_code == 303
    assert db.session.get(Question, number).reply == "Sổ một cửa"
    assert "Sổ một cửa" in text(officer.get(path("/tc/B1.1", "SNV")))
    assert sign_in("thu").post(address, data={f"reply-{number}": "x"}).status_code == 404


def verify(code: str = "SNV") -> None:
    hand_in(code, "nam")
    decisions = {
        "B1.1": Decision(),
        "B2.1": Decision(),
        "B3.1": Decision(points=small.Decimal(0), reason="Chưa có quyết định"),
        "B4.1": Decision(points=small.Decimal(4), reason="Khảo sát"),
        "C1": Decision(points=small.Decimal(0), reason="Không có"),
        "C2": Decision(points=small.Decimal(0), reason="Không có"),
    }
    verification.decide_many(small.actor("chi"), form_id(code), decisions)
    submissions.move(small.actor("chi"), form_id(code), Action.VERIFY, version=None)


def test_results_stand_side_by_side_and_differences_are_explained(app, at, sign_in) -> None:
    small.make_campaign(small.small_plan(explanation_days=5))
    officer = sign_in("nam")
    assert "chưa thẩm tra xong" in text(officer.get(path("/ket-qua", "SNV")))
    verify()
    page = text(officer.get(path("/ket-qua", "SNV")))
    assert "Tự chấm 3, thẩm tra 0. Lý do: Chưa có quyết định" in page
    assert "Chưa có quyết định" in text(officer.get(path("/tc/B3.1", "SNV")))
    assert 'name="explain-B3.1"' in page
    address = path("/ket-qua/B3.1", "SNV")
    refused = officer.post(address, data={"explain-B3.1": ""})
    assert refused.status_code == 422
    assert 'href="#explain-B3.1"' in text(refused)
    assert officer.post(address, data={"explain-B3.1": "Quyết định 12/QĐ-SNV"}).status_code == 303
    assert "Quyết định 12/QĐ-SNV" in text(officer.get(path("/ket-qua", "SNV")))


def test_verdicts_stay_with_the_task_force_until_the_form_is_verified(campaign, sign_in) -> None:
    hand_in("SNV", "nam")
    verification.decide(
        small.actor("chi"),
        form_id("SNV"),
        "B3.1",
        Decision(small.Decimal(0), "Bản nháp nội bộ"),
        version=None,
    )
    officer = sign_in("nam")
    for rest in ("", "/tc/B3.1", "/ket-qua"):
        assert "Bản nháp nội bộ" not in text(officer.get(path(rest, "SNV")))


PAGES = ("", "/tc/B1.1", "/tc/B4.1", "/tai-lieu", "/kiem-tra", "/da-nop", "/ket-qua")


@pytest.mark.parametrize("reader", ["binh", "chi", "giang", "dung"])
def test_readers_see_every_page_and_no_button(campaign, sign_in, reader) -> None:
    client = sign_in(reader)
    for rest in PAGES:
        answer = client.get(path(rest))
        assert answer.status_code == 200, rest
        assert f'action="{path()}' not in text(answer), rest
    assert client.post(path("/tc/B1.1"), data={"version": "0"}).status_code == 403


@pytest.mark.parametrize("stranger", ["bao", "lan", "nam"])
def test_strangers_and_siblings_find_nothing(campaign, sign_in, stranger) -> None:
    client = sign_in(stranger)
    for rest in PAGES:
        assert client.get(path(rest)).status_code == 404, rest
    assert client.post(path("/nop"), data={"version": "1"}).status_code == 404


def test_a_visitor_is_led_to_the_sign_in(campaign, client) -> None:
    assert client.get(path()).location.startswith("/dang-nhap?next=")


@pytest.mark.parametrize(
    "address",
    ["/phieu/99999999999999999999", "/phieu/0", "/phieu/x", "/phieu/1/tc/khong-co", "/phieu/1/tai-lieu/0"],
)
def test_odd_addresses_are_not_found(officer, address) -> None:
    assert officer.get(address).status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"version": "x"},
        {"version": "99999999999999999999"},
        {"version": "0", "documents": "x"},
        {"version": "0", "documents": "77", "shown": "77"},
        {"version": "0", "reason": "\x00" * 5, "numerator": "\ud7ff\x00"},
    ],
)
def test_tampered_boxes_never_break_the_server(officer, data) -> None:
    assert officer.post(path("/tc/B1.1"), data=data).status_code in {303, 404, 422}


def test_pages_cost_a_constant_number_of_queries(officer) -> None:
    def cost(address: str) -> int:
        seen: list[str] = []

        def count(_connection, _cursor, statement, *_more) -> None:
            seen.append(statement)

        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", count)
        officer.get(address)
        event.remove(db.engine, "before_cursor_execute", count)
        return len(seen)

    addresses = [path(rest) for rest in PAGES]
    before = [cost(address) for address in addresses]
    fill()
    for content, name in ((PDF, "a.pdf"), (PNG, "b.png")):
        documents.add_document(
            small.actor("an"), form_id(), content=content, file_name=name, criteria=["B1.1", "B2.1"]
        )
    after = [cost(address) for address in addresses]
    # One more, for the uses of documents, once there is a document.
    assert all(later <= earlier + 1 for earlier, later in zip(before, after, strict=True)), (before, after)
