"""Last year beside this year: what is compared, what becomes a draft, who confirms it, and that nothing else counts."""

from datetime import date, timedelta

import pytest

from app.database import db
from app.faults import Forbidden, Invalid
from app.models import Answer, Document, Succession, Unit, Verb
from app.queries.desk import Stage, desk_of
from app.queries.earlier_forms import earlier_forms, earlier_year
from app.services.answers import AnswerInput, save_answer
from app.services.carried_answers import carry, confirm, drop
from app.unit import SYSTEM, unit
from tests.app import small, two_years
from tests.app.statements import counted


@pytest.fixture
def form(campaign, at):
    return two_years.begin(at)


@pytest.fixture
def nam(form):
    return small.actor("nam")


def item(form, code):
    return desk_of(db.session(), form).item(code)


def test_an_earlier_form_is_found_with_answers_verdicts_and_reasons(form) -> None:
    (earlier,) = earlier_forms(db.session(), form)
    known = desk_of(db.session(), form).criteria_set
    cut = earlier.of(known.criterion("B1.1"))
    assert (earlier.year, earlier.same_unit, cut.comparable) == (2019, True, True)
    assert (cut.own, cut.verified, cut.verdict_reason, cut.reason) == (
        8,
        5,
        "Thiếu ba thủ tục",
        "Còn hai thủ tục",
    )
    kept = earlier.of(known.criterion("B2.1"))
    assert (kept.own, kept.verified, [row.file_name for row in kept.documents]) == (4, 4, ["kế hoạch.pdf"])
    assert not earlier.of(known.criterion("B3.1")).comparable
    assert earlier.of(known.criterion("C1")) is None
    assert earlier_forms(db.session(), two_years.form_of("SYT"))[0].of(known.criterion("B1.1")) is None


def test_a_draft_counts_for_nothing_until_it_is_confirmed(form, nam) -> None:
    assert carry(nam, form.id) == 2
    one = item(form, "B1.1")
    assert (one.stage, one.answer, one.carried.value) == (
        Stage.DOING,
        None,
        {"numerator": "8", "denominator": "10"},
    )
    assert (
        form.complete,
        form.self_points,
        db.session.query(Answer).filter_by(submission_id=form.id).count(),
    ) == (0, 0, 0)
    assert item(form, "B3.1").carried is None
    assert confirm(nam, form.id, ["B1.1"]) == 1
    after = item(form, "B1.1")
    assert (after.stage, after.carried, after.answer.reason) == (Stage.DONE, None, "Còn hai thủ tục")
    assert (form.complete, form.self_points) == (1, 8)
    assert item(form, "B2.1").documents == ()


def test_documents_come_along_only_when_asked_for(form, nam) -> None:
    carry(nam, form.id)
    confirm(nam, form.id, ["B1.1", "B2.1"], documents=True)
    assert [row.file_name for row in item(form, "B2.1").documents] == ["kế hoạch.pdf"]
    assert item(form, "B2.1").stage == Stage.DONE
    assert db.session.query(Document).filter_by(submission_id=form.id).count() == 1


def test_what_was_typed_meanwhile_is_neither_overwritten_nor_confirmed(form, nam, at) -> None:
    carry(nam, form.id)
    at(two_years.NEXT_YEAR + timedelta(minutes=1))
    save_answer(
        nam, form.id, "B1.1", AnswerInput({"numerator": "9", "denominator": "10"}, "Còn một"), version=0
    )
    assert item(form, "B1.1").carried is None
    with pytest.raises(Invalid):
        confirm(nam, form.id, ["B1.1"])
    save_answer(nam, form.id, "B1.1", AnswerInput(None), version=None)
    assert item(form, "B1.1").carried is None
    at(two_years.NEXT_YEAR + timedelta(minutes=2))
    assert carry(nam, form.id) == 2
    assert drop(nam, form.id) == 2
    assert item(form, "B2.1").carried is None


def test_nobody_else_takes_them_and_an_empty_act_is_refused(form, nam) -> None:
    with pytest.raises(Forbidden):
        carry(small.actor("giang"), form.id)
    with pytest.raises(Invalid):
        carry(small.actor("thu"), two_years.form_of("SYT").id)
    carry(nam, form.id)
    with pytest.raises(Invalid):
        confirm(nam, form.id, [])


def test_a_unit_that_came_from_others_sees_theirs(form, at) -> None:
    heir = two_years.form_of("SYT")
    with unit(SYSTEM) as work:
        new = Unit(
            code="MOI", kind="department", name="Mới", full_name="Sở Mới", formal_name="Sở Mới",
            valid_from=date(2020, 1, 1),
        )  # fmt: skip
        work.add(new)
        for old in (form, heir)[:1]:
            work.add(
                Succession(
                    predecessor_id=old.campaign_unit.unit_id, successor_id=new.id, on_day=date(2020, 1, 1)
                )
            )
        heir.campaign_unit.unit_id = new.id
        work.record(Verb.UNIT_CHANGED, new)
    (earlier,) = earlier_forms(db.session(), heir)
    assert (earlier.same_unit, earlier.unit_name) == (False, "Sở Nội vụ")
    assert earlier_year(db.session(), heir) == 2019


def test_the_officer_previews_takes_confirms_and_drops(form, sign_in) -> None:
    nam = sign_in("nam")
    assert "Dùng số liệu năm 2019 làm bản nháp" in _text(nam.get("/don-vi"))
    beside = _text(nam.get(f"/phieu/{form.id}/tc/B1.1"))
    assert "Thẩm tra: 5 điểm" in beside
    assert "Lý do thẩm tra: Thiếu ba thủ tục" in beside
    assert "Tiêu chí đã đổi" in _text(nam.get(f"/phieu/{form.id}/tc/B3.1"))
    assert "năm 2019: 5" in _text(nam.get(f"/phieu/{form.id}"))
    assert "Lấy 2 số liệu làm bản nháp" in _text(nam.get(f"/phieu/{form.id}/nam-truoc"))
    assert nam.post(f"/phieu/{form.id}/nam-truoc").location == f"/phieu/{form.id}/nam-truoc/B1"
    drafted = _text(nam.get(f"/phieu/{form.id}/tc/B1.1"))
    assert "Số liệu năm 2019, chưa xác nhận" in drafted
    assert 'value="8"' in drafted
    assert "2 tiêu chí mang số liệu năm trước" in _text(nam.get(f"/phieu/{form.id}"))
    shown = _text(nam.get(f"/phieu/{form.id}/nam-truoc/B2"))
    assert "Gắn lại 1 tài liệu năm trước" in shown
    done = nam.post(f"/phieu/{form.id}/nam-truoc/B1", data={"criteria": "B1.1"})
    assert done.location == f"/phieu/{form.id}/nam-truoc/B2"
    empty = nam.post(f"/phieu/{form.id}/nam-truoc/B2", data={})
    assert (empty.status_code, "Đánh dấu ít nhất một tiêu chí" in _text(empty)) == (422, True)
    assert nam.post(f"/phieu/{form.id}/nam-truoc/bo").location == f"/phieu/{form.id}"
    assert nam.get(f"/phieu/{form.id}/nam-truoc/X9").status_code == 404


def test_the_pages_cost_the_same_however_much_was_taken(form, sign_in, nam) -> None:
    reader = sign_in("nam")
    db.session.rollback()
    with counted() as few:
        reader.get(f"/phieu/{form.id}")
    carry(nam, form.id)
    db.session.rollback()
    with counted() as many:
        reader.get(f"/phieu/{form.id}")
    assert len(many) == len(few)


def _text(response) -> str:
    return response.get_data(as_text=True)
