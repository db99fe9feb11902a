"""What an officer saves is kept, counted and recorded; what cannot be read is refused at its field."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Forbidden, Invalid, Missing
from app.models import Answer, AuditEntry, Campaign, Verb, Waiver
from app.queries.cases import content_digest, timetable_of
from app.services import answers, campaigns, sign_off, submissions
from app.services.answer_faults import MESSAGES
from app.services.answers import AnswerInput, Conflict
from criteria.answers import FieldCode, NumberCode
from tests.app import small
from workflows.vocabulary import Action

RATIO = AnswerInput({"numerator": "8", "denominator": "10"}, "Còn hai thủ tục")
FULL = {
    "B1.1": AnswerInput({"numerator": "10", "denominator": "10"}),
    "B2.1": AnswerInput({"answer": "no"}, "Chưa có kinh phí"),
    "B3.1": AnswerInput({"option": "part"}, "Thiếu biên chế", estimated=True),
}

pytestmark = pytest.mark.usefixtures("campaign")


def form_id(code: str = "23557") -> int:
    return small.form_of(code).id


def save(
    given: AnswerInput, criterion: str = "B1.1", *, by: str = "an", version: int | None = None
) -> Answer:
    return answers.save_answer(small.actor(by), form_id(), criterion, given, version=version)


def codes(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {fault.field: fault.code for fault in error.value.faults}


def test_an_answer_is_kept_with_its_points_and_person() -> None:
    answer = save(RATIO)
    assert (answer.value, answer.points) == ({"numerator": "8", "denominator": "10"}, Decimal(8))
    assert (answer.saved_by_name, answer.version) == ("An", 1)
    form = small.form_of("23557")
    assert (form.asked, form.complete, form.self_points) == (3, 1, Decimal(8))
    assert form.last_worked_at == clock.now()


def test_a_draft_may_lack_its_reason_but_is_not_complete_then() -> None:
    save(AnswerInput({"numerator": "8", "denominator": "10"}))
    form = small.form_of("23557")
    assert (form.complete, form.self_points) == (0, Decimal(8))


def test_a_blank_answer_takes_the_old_one_back_and_keeps_the_reason() -> None:
    save(RATIO)
    answer = save(AnswerInput({"numerator": " ", "denominator": ""}, "Chờ số liệu"))
    assert (answer.value, answer.points, answer.reason) == (None, None, "Chờ số liệu")
    assert db.session.scalar(select(Answer.id).where(Answer.value.is_(None))) == answer.id
    assert small.form_of("23557").self_points == 0


def test_before_and_after_of_every_criterion_are_recorded() -> None:
    save(RATIO)
    save(AnswerInput({"numerator": "9", "denominator": "10"}, "Còn một"))
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == Verb.ANSWER_SAVED).order_by(AuditEntry.id.desc()).limit(1)
    ).one()
    assert entry.before["B1.1"]["value"]["numerator"] == "8"
    assert entry.after["B1.1"] == {
        "value": {"numerator": "9", "denominator": "10"},
        "reason": "Còn một",
        "estimated": False,
    }


def test_many_answers_are_saved_at_once() -> None:
    form = answers.save_answers(small.actor("an"), form_id(), FULL)
    assert (form.complete, form.self_points) == (3, Decimal(13))
    points = dict(db.session.execute(select(Answer.criterion, Answer.points)).all())
    assert points == {"B1.1": Decimal(10), "B2.1": Decimal(0), "B3.1": Decimal(3)}


def test_many_answers_are_saved_all_or_none_with_every_fault_named() -> None:
    with pytest.raises(Invalid) as refused:
        answers.save_answers(
            small.actor("an"),
            form_id(),
            FULL | {"B1.1": AnswerInput({"numerator": "1.234", "denominator": "x"}, "dài" * 400)},
        )
    assert codes(refused) == {
        "B1.1.numerator": "ambiguous",
        "B1.1.denominator": "not_a_number",
        "B1.1.reason": "too_long",
    }
    assert db.session.scalar(select(Answer.id)) is None


@pytest.mark.parametrize(
    ("raw", "criterion", "field", "code"),
    [
        ({"numerator": "11", "denominator": "10"}, "B1.1", "numerator", "above_denominator"),
        ({"numerator": "5"}, "B1.1", "denominator", "empty"),
        ({"numerator": "-1", "denominator": "10"}, "B1.1", "numerator", "below_minimum"),
        ({"numerator": "1", "denominator": "1234567890123"}, "B1.1", "denominator", "above_maximum"),
        ({"numerator": "1", "denominator": "9" * 40}, "B1.1", "denominator", "too_long"),
        ({"numerator": "0,1234567", "denominator": "10"}, "B1.1", "numerator", "too_precise"),
        ({"numerator": ["1", "2"], "denominator": "10"}, "B1.1", "numerator", "one_only"),
        ({"answer": "maybe"}, "B2.1", "answer", "not_yes_or_no"),
        ({"answer": "yes", "more": "1"}, "B2.1", "more", "unknown_field"),
        ({"option": "nothing"}, "B3.1", "option", "unknown_option"),
        ({"count": "1,5"}, "C1", "count", "not_whole"),
    ],
)
def test_a_figure_that_cannot_be_read_is_refused_at_its_field(raw, criterion, field, code) -> None:
    with pytest.raises(Invalid) as refused:
        save(AnswerInput(raw), criterion)
    assert codes(refused) == {field: code}
    assert all(fault.message for fault in refused.value.faults)


def test_every_code_has_words() -> None:
    assert set(MESSAGES) == set(FieldCode)
    assert {code.value for code in NumberCode} <= {code.value for code in MESSAGES}


def test_a_long_reason_is_refused_with_its_length() -> None:
    with pytest.raises(Invalid, match=r"ngắn hơn 1\.000 ký tự \(đang là 1\.214\)"):
        save(AnswerInput({"numerator": "8", "denominator": "10"}, "x" * 1214))


def test_text_is_composed_and_freed_of_control_characters() -> None:
    assert save(AnswerInput(None, "Ho\u0323p\x00 xo\u0302ng\r\nhai\x07 ")).reason == "Họp xông\nhai"
    assert (
        save(AnswerInput(None, "tám\u202e 8,5\u2066 điểm \u0929\u094d\u200d")).reason
        == "tám 8,5 điểm \u0929\u094d\u200d"
    )


@pytest.mark.parametrize(
    ("criterion", "code"), [("B4.1", "not_yours"), ("C2", "not_yours"), ("Z9", "unknown_criterion")]
)
def test_only_criteria_that_the_unit_answers_are_taken(criterion, code) -> None:
    with pytest.raises(Invalid) as refused:
        save(AnswerInput({"points": "5"}), criterion)
    assert codes(refused) == {"": code}


def test_a_waived_criterion_is_refused() -> None:
    form = small.form_of("23557")
    db.session.add(
        Waiver(
            submission_id=form.id,
            criterion="B1.1",
            reason="Không có thủ tục",
            granted_by_name="Giang",
            granted_at=clock.now(),
        )
    )
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        save(RATIO)
    assert codes(refused) == {"": "waived"}


@pytest.mark.parametrize("stranger", ["bao", "xuan", "nam", "lan", "quang", "khach"])
def test_for_strangers_and_sibling_units_there_is_no_such_form(stranger) -> None:
    with pytest.raises(Missing):
        save(RATIO, by=stranger)


@pytest.mark.parametrize("reader", ["binh", "chi", "giang", "dung"])
def test_readers_may_not_write(reader) -> None:
    with pytest.raises(Forbidden):
        save(RATIO, by=reader)


def test_the_head_may_write() -> None:
    assert save(RATIO, by="ha").saved_by_name == "Ha"


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (0, False), (1, False)])
def test_the_deadline_holds_to_the_second(seconds, taken) -> None:
    closes = timetable_of(small.form_of("23557").campaign_unit.kind).closes
    with clock.put_at(closes + timedelta(seconds=seconds)):
        if taken:
            assert save(RATIO).points == 8
            return
        with pytest.raises(
            Invalid, match=r"Đã hết hạn lúc 24:00 ngày 24/10/2019\. Phiếu vẫn còn nguyên\. Gọi "
        ) as refused:
            save(RATIO)
    assert codes(refused) == {"": "too_late"}


def test_nothing_is_taken_before_the_opening() -> None:
    opens = timetable_of(small.form_of("23557").campaign_unit.kind).opens
    with clock.put_at(opens - timedelta(seconds=1)), pytest.raises(Invalid) as refused:
        save(RATIO)
    assert codes(refused) == {"": "not_yet_open"}


def test_a_form_that_was_handed_in_is_locked() -> None:
    answers.save_answers(small.actor("an"), form_id(), FULL)
    submissions.move(small.actor("an"), form_id(), Action.SELF_ASSESS, version=None)
    with pytest.raises(Invalid) as refused:
        save(RATIO)
    assert codes(refused) == {"": "locked"}


def test_a_closed_campaign_takes_nothing() -> None:
    campaigns.close_campaign(small.actor("giang"), small.form_of("23557").campaign.slug)
    with pytest.raises(Invalid) as refused:
        save(RATIO)
    assert codes(refused) == {"": "campaign_closed"}


def test_who_was_slower_hears_of_it_and_overwrites_nothing() -> None:
    first = save(RATIO, version=0)
    with pytest.raises(Conflict) as refused:
        save(AnswerInput({"numerator": "1", "denominator": "10"}), by="ha", version=0)
    assert codes(refused) == {"version": "conflict"}
    assert "An" in str(refused.value)
    assert save(AnswerInput({"numerator": "9", "denominator": "10"}), version=first.version).version == 2
    assert save(AnswerInput({"numerator": "7", "denominator": "10"})).value["numerator"] == "7"


def test_many_answers_mind_their_versions() -> None:
    save(RATIO)
    with pytest.raises(Conflict):
        answers.save_answers(small.actor("an"), form_id(), FULL, versions={"B1.1": 0, "B2.1": 0})
    with pytest.raises(Conflict):
        answers.save_answers(small.actor("an"), form_id(), FULL, versions={"B2.1": 3})


def test_the_head_agrees_to_one_content() -> None:
    save(RATIO)
    digest = content_digest(db.session(), small.form_of("23557"))
    agreed = sign_off.agree(small.actor("ha"), form_id(), digest=digest)
    assert (agreed.content_digest, agreed.person_name) == (digest, "Ha")
    assert sign_off.agree(small.actor("ha"), form_id(), digest=digest).id == agreed.id
    save(AnswerInput({"numerator": "9", "denominator": "10"}))
    with pytest.raises(Invalid) as refused:
        sign_off.agree(small.actor("ha"), form_id(), digest=digest)
    assert codes(refused) == {"digest": "changed"}


def test_only_the_head_of_that_unit_agrees() -> None:
    with pytest.raises(Forbidden):
        sign_off.agree(small.actor("an"), form_id(), digest="")
    with pytest.raises(Missing):
        sign_off.agree(small.actor("lan"), form_id(), digest="")


def test_a_campaign_that_is_not_the_actors_own_stays_out_of_reach(campaign: Campaign) -> None:
    with pytest.raises(Missing):
        answers.save_answer(small.actor("an"), 10**9, "B1.1", RATIO, version=None)
