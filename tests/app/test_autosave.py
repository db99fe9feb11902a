"""What is typed is kept on the way: every answer of the saving address, in the words that the page shows."""

import pytest
from sqlalchemy import func, select, update

from app import clock
from app.database import db
from app.models import Answer, AuditEntry, LoginSession, Verb
from app.queries.cases import timetable_of
from app.services import answers, submissions
from app.services.answers import AnswerInput
from tests.app import small
from tests.app.handed_in import CLAIMS
from workflows.vocabulary import Action

SCRIPT = {"Accept": "application/json"}
MOST_STATEMENTS = 32
RATIO = {"version": "0", "numerator": "8,5", "denominator": "10", "reason": "Còn thiếu"}


def form_id(code="23557"):
    return small.form_of(code).id


def path(criterion="B1.1"):
    return f"/phieu/{form_id()}/tc/{criterion}/luu"


def keep(client, data, criterion="B1.1"):
    return client.post(path(criterion), data=data, headers=SCRIPT)


def recorded():
    return db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == Verb.ANSWER_SAVED)
    )


@pytest.fixture
def officer(campaign, sign_in):
    return sign_in("an")


def test_what_was_typed_is_kept_and_the_answer_says_how_the_form_stands(officer):
    answer = keep(officer, RATIO)
    assert answer.status_code == 200
    assert answer.json == {
        "version": 1,
        "saved_at": "Đã lưu lúc 09:00",
        "points": "8,5",
        "working": "8,5/10 = 85% × 10 điểm = 8,5 điểm",
        "standing": '<strong>Điểm tự chấm: 8,5</strong> <span class="app-quiet">(8,5/10 = 85% × 10 điểm = 8,5 điểm)</span>'
        " · Đã lưu lúc 09:00 ngày 10/10/2019 bởi An.",
        "stage": "done",
        "stage_tag": '<span class="app-tag app-tag--plain">Hoàn thành</span>',
        "left": 2,
        "left_words": "Còn 2 tiêu chí",
        "total": "8,5",
    }
    assert "Đã lưu tiêu chí" not in officer.get(f"/phieu/{form_id()}").get_data(as_text=True)


def test_a_blank_reason_and_an_untouched_page_are_no_mistakes(officer):
    assert keep(officer, RATIO | {"reason": ""}).json["stage"] == "doing"
    untouched = keep(officer, {"version": "0"}, "B2.1")
    assert (untouched.status_code, untouched.json["version"], untouched.json["saved_at"]) == (200, 0, "")
    assert recorded() == 1


def test_the_same_content_is_kept_once_even_where_its_first_receipt_was_lost(officer):
    first, second = keep(officer, RATIO), keep(officer, RATIO)
    assert (first.json["version"], second.json["version"]) == (1, 1)
    assert recorded() == 1


def test_saving_the_same_by_the_button_is_no_new_version_either(officer):
    keep(officer, RATIO)
    assert officer.post(path().removesuffix("/luu"), data=RATIO | {"version": "1"}).status_code == 303
    assert recorded() == 1
    assert db.session.scalars(select(Answer)).one().version == 1


def test_a_collision_shows_both_answers_and_both_people_and_writes_nothing(officer):
    other = AnswerInput({"numerator": "7", "denominator": "10"}, "Của Hà")
    answers.save_answer(small.actor("ha"), form_id(), "B1.1", other, version=0)
    answer = keep(officer, RATIO | {"reason": "Của <b>An</b>"})
    assert answer.status_code == 409
    body = answer.json
    assert (body["code"], body["version"], body["saved_by"]) == ("conflict", 1, "Ha")
    assert body["theirs"] == {
        "numerator": "7",
        "denominator": "10",
        "reason": "Của Hà",
        "estimated": "",
        "version": 1,
    }
    for words in ("Ha ghi lúc", "Của Hà", "Bản của An, chưa lưu", "8,5", "Của &lt;b&gt;An&lt;/b&gt;"):
        assert words in body["panel"]
    assert db.session.scalars(select(Answer)).one().reason == "Của Hà"
    assert keep(officer, RATIO | {"version": "1"}).json["version"] == 2


def test_a_version_of_nothing_is_a_collision_with_nothing(officer):
    answer = keep(officer, RATIO | {"version": "7"})
    assert (answer.status_code, answer.json["version"]) == (409, 0)
    assert "Chưa có câu trả lời" in answer.json["panel"]


@pytest.mark.parametrize(
    ("typed", "field", "half"),
    [
        ({"numerator": "1.234"}, "numerator", False),
        ({"denominator": ""}, "denominator", True),
        ({"reason": "dài" * 400}, "reason", False),
        ({"version": "x"}, "version", False),
        ({"numerator": "11"}, "numerator", False),
    ],
)
def test_what_cannot_be_read_is_named_at_its_field(officer, typed, field, half):
    answer = keep(officer, RATIO | typed)
    assert (answer.status_code, list(answer.json["errors"]), answer.json["half"]) == (422, [field], half)
    assert answer.json["errors"][field] in answer.json["detail"]
    assert db.session.scalar(select(Answer.id)) is None


def test_a_form_that_was_locked_meanwhile_says_so(campaign, sign_in):
    with clock.put_at(timetable_of(small.form_of("23557").campaign_unit.kind).closes):
        late = keep(sign_in("an"), RATIO)
    assert late.status_code == 423
    assert "Đã hết hạn lúc 24:00 ngày 24/10/2019. Phiếu vẫn còn nguyên." in late.json["detail"]


def test_a_form_that_was_handed_in_meanwhile_says_so(officer):
    answers.save_answers(small.actor("an"), form_id(), CLAIMS)
    submissions.move(small.actor("an"), form_id(), Action.SELF_ASSESS, version=None)
    assert keep(officer, RATIO).status_code == 423


def test_a_criterion_of_the_office_is_not_the_officers(officer):
    assert keep(officer, {"version": "0"}, "B4.1").status_code == 422


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("", 401, "unauthorized"), ("yen", 404, "not_found"), ("binh", 403, "forbidden")],
)
def test_a_script_is_never_answered_with_a_page(campaign, client, sign_in, name, status, code):
    answer = keep(sign_in(name) if name else client, RATIO)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["detail"]


def test_an_unknown_criterion_is_missing(officer):
    answer = keep(officer, RATIO, "Z9")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_save_stays_within_its_statements(officer, statements):
    keep(officer, RATIO)
    with statements() as seen:
        keep(officer, RATIO | {"version": "1", "reason": "Còn hai"})
    assert len(seen) <= MOST_STATEMENTS


def test_what_was_typed_waits_on_the_page_that_asks_to_sign_in_again(officer, sign_in):
    db.session.execute(update(LoginSession).values(ended_at=clock.now()))
    db.session.commit()
    page = path().removesuffix("/luu")
    asked = officer.post(page, data=RATIO | {"reason": 'Lý do "đã gõ"', "password": "bí mật"})
    text = asked.get_data(as_text=True)
    assert asked.status_code == 401
    assert f'action="{page}"' in text
    assert 'name="reason" value="Lý do &#34;đã gõ&#34;"' in text
    assert "bí mật" not in text
    pressed = officer.post(f"{page}/luu", data={})
    assert pressed.status_code == 302
    assert sign_in("an").post(page, data=RATIO).status_code == 303
