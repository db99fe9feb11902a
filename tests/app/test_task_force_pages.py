"""The task force's pages: the queue, one form, one criterion, questions, visits, explanations."""

import html
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from app.database import db
from app.models import Campaign, Explanation, FieldVisit, Question, RankingRun, Submission, Verb, Verdict
from app.services import submissions, verification
from app.services.verification import Decision
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.handed_in import again, hand_in, send_pleiku
from workflows.vocabulary import Action, State

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def form(campaign: Campaign) -> Submission:
    """The form of a department, handed in on the direct route: 11 points of its own."""
    return hand_in("SNV")[0]


def text(answer: object) -> str:
    return html.unescape(answer.get_data(as_text=True))  # type: ignore[attr-defined]  # a test response


def page_of(form: Submission, code: str = "") -> str:
    return f"/tham-dinh/{form.id}/{code}" if code else f"/tham-dinh/{form.id}"


def verdicts() -> int:
    return db.session.scalar(select(func.count()).select_from(Verdict)) or 0


def verdict(form: Submission, code: str = "B1.1") -> Verdict | None:
    return db.session.scalar(
        select(Verdict).where(Verdict.submission_id == form.id, Verdict.criterion == code)
    )


def named(page: str) -> set[str]:
    names = ("Sở Nội vụ", "Sở Y tế", "Phường Yên Đỗ", "Phường Diên Hồng", "Thị trấn Phú Hòa")
    return {name for name in names if f">{name}</a>" in page}


OTHER = {"choice": "other", "points": "5,5", "reason": "Thiếu hai thủ tục", "version": "0", "read": "1"}


def test_the_queue_counts_what_is_ready_done_and_to_come(form: Submission, sign_in: SignIn) -> None:
    page = text(sign_in("chi").get("/tham-dinh"))
    assert named(page) == {"Sở Nội vụ"}
    assert "0/6" in page
    assert "11/25" in page


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("", {"Sở Nội vụ", "Phường Yên Đỗ", "Phường Diên Hồng"}),
        ("cap=commune", {"Phường Yên Đỗ", "Phường Diên Hồng"}),
        ("tim=YEN+do", {"Phường Yên Đỗ"}),
        ("tim=dien+hong&cap=department", set()),
        ("buoc=done", set()),
        ("buoc=later", {"Sở Y tế", "Thị trấn Phú Hòa"}),
        ("buoc=all&cap=department", {"Sở Nội vụ", "Sở Y tế"}),
        ("dau=gap", {"Sở Nội vụ"}),
        ("dau=evidence", set()),
        ("dau=asked", {"Phường Yên Đỗ"}),
        ("page=99", {"Sở Nội vụ", "Phường Yên Đỗ", "Phường Diên Hồng"}),
        ("page=x&huyen=99999999999999&dau=zz", {"Sở Nội vụ", "Phường Yên Đỗ", "Phường Diên Hồng"}),
        ("tim=%25_", {"Sở Nội vụ", "Phường Yên Đỗ", "Phường Diên Hồng"}),
    ],
)
def test_the_queue_filters(form: Submission, sign_in: SignIn, asked: str, names: set[str]) -> None:
    send_pleiku()
    verification.decide(small.actor("chi"), form.id, "B1.1", Decision(Decimal(2), "Sai"), version=None)
    verification.ask(small.actor("chi"), small.form_of("23557").id, "B1.1", "Số liệu?")
    assert named(text(sign_in("chi").get(f"/tham-dinh?{asked}"))) == names


def test_the_queue_filters_by_district(campaign: Campaign, sign_in: SignIn) -> None:
    send_pleiku()
    someone = sign_in("chi")
    pleiku, pah = (small.form_of(code).campaign_unit_id for code in ("622", "627"))
    assert named(text(someone.get(f"/tham-dinh?huyen={pleiku}"))) == {"Phường Yên Đỗ", "Phường Diên Hồng"}
    empty = text(someone.get(f"/tham-dinh?huyen={pah}"))
    assert named(empty) == set()
    assert "Đã hết việc ở mục này" in empty


@pytest.mark.parametrize(
    ("name", "status"),
    [("chi", 200), ("giang", 200), ("nam", 403), ("binh", 403), ("dung", 403), ("quang", 403)],
)
def test_who_opens_the_pages(form: Submission, sign_in: SignIn, name: str, status: int) -> None:
    someone = sign_in(name)
    for address in ("/tham-dinh", page_of(form), page_of(form, "B1.1")):
        assert someone.get(address).status_code == status


@pytest.mark.parametrize(
    "address", ["/tham-dinh/999", "/tham-dinh/1/Z9", "/tham-dinh/giai-trinh/9", f"/tham-dinh/{10**20}"]
)
def test_what_is_not_there_is_missing(form: Submission, sign_in: SignIn, address: str) -> None:
    assert sign_in("chi").get(address).status_code == 404


def test_a_criterion_shows_claim_working_and_reason(form: Submission, sign_in: SignIn) -> None:
    page = text(sign_in("chi").get(page_of(form, "B1.1")))
    assert "8/10 = 80% × 10 điểm = 8 điểm" in page
    assert "Còn hai thủ tục" in page
    assert "Lấy từ trang thông tin" in page
    assert "Giữ 8 điểm và sang tiêu chí tiếp" in page


def test_keeping_leads_to_the_next_criterion(form: Submission, sign_in: SignIn) -> None:
    answer = sign_in("chi").post(page_of(form, "B1.1"), data={"choice": "keep", "version": "0", "read": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of(form, "B2.1"))
    kept = verdict(form)
    assert kept is not None
    assert kept.points is None


def test_other_points_are_kept_with_their_reason(form: Submission, sign_in: SignIn) -> None:
    answer = sign_in("chi").post(page_of(form, "B1.1"), data=OTHER | {"then": "list", "on_site": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of(form))
    given = verdict(form)
    assert given is not None
    assert (given.points, given.reason, given.on_site) == (Decimal("5.5"), "Thiếu hai thủ tục", True)
    page = text(sign_in("chi").get(page_of(form)))
    assert "Đổi điểm (tại chỗ): Thiếu hai thủ tục" in page
    assert "5,5" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"points": "12"}, "Điểm thẩm tra phải từ 0 đến 10"),
        ({"points": "-1"}, "Điểm thẩm tra phải từ 0 đến 10"),
        ({"points": "1.234"}, "Viết 1234 hoặc 1,234"),
        ({"points": "năm"}, "phải là một số"),
        ({"points": ""}, "Nhập điểm thẩm tra"),
        ({"points": "9" * 40}, "phải là một số"),
        ({"points": "5,55555"}, "nhiều nhất 3 chữ số"),
        ({"reason": ""}, "Nhập lý do cho điểm khác"),
        ({"choice": "maybe"}, "Mở lại trang"),
        ({"version": "x"}, "Mở lại trang"),
        ({"read": "99999999999999999999"}, "Mở lại trang"),
    ],
)
def test_a_faulty_verdict_keeps_what_was_typed(
    form: Submission, sign_in: SignIn, changed: dict[str, str], words: str
) -> None:
    answer = sign_in("chi").post(page_of(form, "B1.1"), data=OTHER | changed)
    page = text(answer)
    assert answer.status_code == 422
    assert words in page
    assert (OTHER | changed)["points"] in page
    assert (OTHER | changed)["reason"] in page
    assert verdicts() == 0


def test_an_old_page_is_a_conflict(form: Submission, sign_in: SignIn) -> None:
    someone = sign_in("chi")
    assert someone.post(page_of(form, "B1.1"), data=OTHER).status_code == 303
    assert someone.post(page_of(form, "B1.1"), data=OTHER).status_code == 409
    assert someone.post(page_of(form, "B2.1"), data=OTHER | {"points": "1", "read": "7"}).status_code == 409


def test_the_office_enters_a_survey_but_judges_nothing_else(form: Submission, sign_in: SignIn) -> None:
    office = sign_in("giang")
    survey = {"choice": "other", "points": "4", "version": "0", "read": "0"}
    assert office.post(page_of(form, "B4.1"), data=survey).status_code == 303
    assert office.post(page_of(form, "B1.1"), data=OTHER).status_code == 403
    assert "Giữ 8 điểm" not in text(office.get(page_of(form, "B1.1")))
    assert office.post(f"{page_of(form, 'B1.1')}/hoi", data={"text": "x"}).status_code == 403


def test_the_rest_is_kept_by_one_declared_act(form: Submission, sign_in: SignIn) -> None:
    someone = sign_in("chi")
    version = str(again(form).version)
    undeclared = someone.post(page_of(form), data={"do": "keep", "version": version})
    assert undeclared.status_code == 422
    assert "Đánh dấu vào ô xác nhận" in text(undeclared)
    done = someone.post(page_of(form), data={"do": "keep", "declared": "1", "version": version})
    assert done.status_code == 303
    assert verdicts() == 5
    assert (
        someone.post(page_of(form), data={"do": "keep", "declared": "1", "version": version}).status_code
        == 409
    )


def test_a_form_is_verified_when_nothing_is_open(form: Submission, sign_in: SignIn) -> None:
    someone = sign_in("chi")
    early = someone.post(page_of(form), data={"do": "verify", "note": "Xong", "version": again(form).version})
    assert early.status_code == 422
    assert "Cho ý kiến thẩm tra ở các tiêu chí" in text(early)
    assert "Xong" in text(early)
    verification.decide_many(small.actor("chi"), form.id, {"B4.1": Decision(Decimal(4))})
    verification.keep_rest(small.actor("chi"), form.id, version=None)
    assert someone.post(page_of(form), data={"do": "verify", "version": "1"}).status_code == 409
    done = someone.post(page_of(form), data={"do": "verify", "note": "Xong", "version": again(form).version})
    assert done.status_code == 303
    assert again(form).state == State.VERIFIED
    assert "Phiếu không ở bước thẩm tra" in text(someone.get(page_of(form, "B1.1")))
    assert named(text(someone.get("/tham-dinh?buoc=done"))) == {"Sở Nội vụ"}


def test_questions_are_asked_and_closed(form: Submission, sign_in: SignIn) -> None:
    someone, address = sign_in("chi"), page_of(form, "B1.1")
    blank = someone.post(f"{address}/hoi", data={"text": " "})
    assert blank.status_code == 422
    assert "Viết câu hỏi cho đơn vị" in text(blank)
    assert someone.post(f"{address}/hoi", data={"text": "Danh mục đâu?"}).status_code == 303
    question = db.session.scalars(select(Question)).one()
    verification.reply(small.actor("nam"), question.id, "Ở trang 3")
    page = text(someone.get(address))
    assert "Danh mục đâu?" in page
    assert "Ở trang 3" in page
    assert someone.post(f"{address}/khep/{question.id}").status_code == 303
    assert someone.post(f"{address}/khep/{question.id}").status_code == 409
    assert someone.post(f"{address}/khep/999").status_code == 404


def test_a_visit_is_planned_and_its_minutes_recorded(form: Submission, sign_in: SignIn) -> None:
    someone, address = sign_in("chi"), page_of(form)
    plan = {"do": "visit", "planned_on": "12/10/2019", "team": "Chi, Giang", "place": "Phòng máy chủ"}
    wrong = someone.post(address, data=plan | {"planned_on": "01/10/2019"})
    assert wrong.status_code == 422
    assert "Phòng máy chủ" in text(wrong)
    assert someone.post(address, data=plan).status_code == 303
    assert "Lịch 08:00 ngày 12/10/2019" in text(someone.get(address))
    visit = db.session.scalars(select(FieldVisit)).one()
    minutes = {"do": "minutes", "visit_id": visit.id, "visited_on": "10/10/2019", "attendees": "Nam"}
    blank = someone.post(address, data=minutes | {"minutes": ""})
    assert blank.status_code == 422
    assert "Ghi nội dung biên bản" in text(blank)
    assert someone.post(address, data=minutes | {"minutes": "Đã xem máy chủ"}).status_code == 303
    assert "Đã xem máy chủ" in text(someone.get(address))


def explained(form: Submission) -> Explanation:
    decisions = {"B1.1": Decision(Decimal(5), "Thiếu"), "B4.1": Decision(Decimal(4))}
    verification.decide_many(small.actor("chi"), form.id, decisions)
    verification.keep_rest(small.actor("chi"), form.id, version=None)
    submissions.move(small.actor("chi"), form.id, Action.VERIFY, version=None)
    with unit(SYSTEM) as work:
        run = RankingRun(
            campaign_id=form.campaign_id,
            number=1,
            inputs_digest="",
            digest="",
            rules={},
            standings={},
            made_at=work.now,
            made_by_name="Giang",
            explanations_until=work.now + timedelta(days=3),
        )
        work.add(run)
        work.record(Verb.RUN_MADE, run)
    return verification.explain(small.actor("nam"), form.id, "B1.1", "Đã công khai đủ tám")


def test_an_explanation_is_read_and_answered(form: Submission, sign_in: SignIn) -> None:
    row, someone = explained(form), sign_in("chi")
    address = f"/tham-dinh/giai-trinh/{row.id}"
    assert "Đã công khai đủ tám" in text(someone.get("/tham-dinh/giai-trinh"))
    assert "Đã công khai đủ tám" in text(someone.get(address))
    wrong = someone.post(address, data={"outcome": "changed", "points": "", "answer": "Tiếp thu"})
    assert wrong.status_code == 422
    assert "Nhập điểm mới" in text(wrong)
    assert "Tiếp thu" in text(wrong)
    done = someone.post(address, data={"outcome": "changed", "points": "7,5", "answer": "Tiếp thu"})
    assert (done.status_code, done.headers["Location"]) == (303, "/tham-dinh/giai-trinh")
    assert again(form).verified_points == Decimal("14.5")
    assert someone.post(address, data={"outcome": "kept", "answer": "x"}).status_code == 409
    assert sign_in("giang").get(address).status_code == 403


@pytest.mark.parametrize("address", ["/tham-dinh?buoc=all", "/tham-dinh/giai-trinh"])
def test_a_list_costs_as_many_queries_for_many_as_for_one(
    form: Submission, sign_in: SignIn, address: str
) -> None:
    someone = sign_in("chi")
    explained(form)

    def queries() -> int:
        seen: list[str] = []

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        assert someone.get(address).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    before = queries()
    send_pleiku()
    hand_in("SYT")
    assert queries() <= before
