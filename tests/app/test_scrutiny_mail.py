"""What units and askers are told of questions, draft results and explanations: once, to the right people, at once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from app.database import db
from app.models import OutboxMessage, Person, Question, RankingRun, Verb
from app.services import rankings, submissions, verification
from app.services.scrutiny_mail import tell_draft_results
from app.unit import SYSTEM, unit
from tests.app import life, small
from tests.app.handed_in import hand_in
from tests.app.small import small_plan
from workflows.vocabulary import Action

CHI = "chi@gialai.example"
OFFICE = small_plan().contact.name


def mails(kind):
    return list(
        db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id))
    )


def told(kind):
    return [mail.address.partition("@")[0] for mail in mails(kind)]


@pytest.fixture
def question(campaign):
    form = hand_in("SNV")[0]
    return verification.ask(small.actor("chi"), form.id, "B2.1", "Kênh hỏi đáp mở từ ngày nào?")


def test_a_question_is_mailed_to_the_unit_with_the_page_where_it_is_answered(question):
    assert told("question") == ["nam"]
    mail = mails("question")[0]
    assert mail.subject == "Cần trả lời về tiêu chí B2.1: phiếu 2019 của Sở Nội vụ"
    assert "Kênh hỏi đáp mở từ ngày nào?" in mail.text
    assert f"/phieu/{question.submission_id}/tc/B2.1\n" in mail.text
    assert mail.submission_id == question.submission_id


def test_the_first_answer_is_mailed_to_whoever_asked_and_a_better_one_is_not(question):
    for words in ("Từ ngày 02/01/2019", "Từ ngày 02/01/2019, theo Quyết định 5"):
        verification.reply(small.actor("nam"), question.id, words)
    assert [mail.address for mail in mails("question_answered")] == [CHI]
    mail = mails("question_answered")[0]
    assert "Từ ngày 02/01/2019" in mail.text
    assert f"/tham-dinh/{question.submission_id}/B2.1\n" in mail.text


@pytest.mark.parametrize("gone", ["closed", "unknown"])
def test_an_answer_is_mailed_to_nobody_where_the_asker_is_gone(question, gone):
    with unit(SYSTEM) as work:
        if gone == "closed":
            chi = work.load(Person, small.person("chi").id)
            chi.active = False
            work.record(Verb.PERSON_CHANGED, chi)
        else:
            row = work.load(Question, question.id)
            row.asked_by_id = None
            work.record(Verb.QUESTION_ASKED, row)
    verification.reply(small.actor("nam"), question.id, "Từ ngày 02/01/2019")
    assert mails("question_answered") == []


@pytest.fixture
def explaining(app, at):
    """Everybody is verified and ranked; the units have five days to explain themselves."""
    at(small.WORKING)
    campaign = life.all_verified(small_plan(explanation_days=5))
    return life.ranked(campaign)


def test_a_run_tells_every_unit_its_draft_result_and_until_when_it_may_explain(explaining):
    assert sorted(told("draft_result")) == sorted(
        ["an", "ha", "bao", "xuan", "yen", "nam", "thu", "binh", "lan"]
    )
    mail = next(mail for mail in mails("draft_result") if mail.address.startswith("an@"))
    form = small.form_of("23557")
    assert mail.subject == "Dự thảo kết quả, phản hồi đến 15/10 – UBND phường Yên Đỗ"
    assert "tự chấm 11 điểm, thẩm tra 15 điểm" in mail.text
    assert "2 tiêu chí" in mail.text
    assert "đến hết 24:00 ngày 15/10/2019" in mail.text
    assert f"/phieu/{form.id}/ket-qua\n" in mail.text


def test_a_second_run_over_the_same_verdicts_tells_nobody_anything(explaining):
    rankings.make_run(small.actor("giang"), explaining.campaign_id)
    assert len(mails("draft_result")) == 9


def test_a_form_verified_anew_is_told_anew_and_no_other(explaining, at):
    form = small.form_of("23557")
    submissions.move(small.actor("giang"), form.id, Action.REOPEN, note="Đối chiếu lại", version=None)
    at(small.WORKING + timedelta(hours=1))
    submissions.move(small.actor("chi"), form.id, Action.VERIFY, version=None)
    rankings.make_run(small.actor("giang"), explaining.campaign_id)
    assert told("draft_result")[9:] == ["an", "ha"]


def test_a_campaign_without_time_for_explanations_sends_no_draft_result(app, at):
    at(small.WORKING)
    life.ranked(life.all_verified(small_plan(explanation_days=0)))
    assert mails("draft_result") == []


def test_draft_results_take_a_number_of_queries_that_does_not_grow_with_the_units(explaining):
    asked = []
    with unit(SYSTEM) as work:
        work.session.execute(OutboxMessage.__table__.delete().where(OutboxMessage.kind == "draft_result"))
        run = work.load(RankingRun, explaining.id)
        work.session.expire_all()
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        tell_draft_results(work, run)
    selects = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(mails("draft_result")) == 9
    assert len(selects) < 15, selects


@pytest.mark.parametrize(
    ("outcome", "points", "subject", "words"),
    [
        ("kept", None, "Giữ nguyên điểm tiêu chí B1.1 của Sở Nội vụ", "giữ nguyên là 7,5."),
        ("changed", "7.8", "Đã đổi điểm tiêu chí B1.1 của Sở Nội vụ", "đổi thành 7,8."),
        ("changed", "8", "Đã đổi điểm tiêu chí B1.1 của Sở Nội vụ", "đổi thành điểm tự chấm."),
    ],
)
def test_the_answer_to_an_explanation_is_mailed_with_its_reason(explaining, outcome, points, subject, words):
    form = small.form_of("SNV")
    row = verification.explain(small.actor("nam"), form.id, "B1.1", "Đã công khai đủ từ tháng 6")
    verification.decide_explanation(
        small.actor("chi"),
        row.id,
        outcome=outcome,
        answer="Đã xem lại tài liệu",
        points=None if points is None else Decimal(points),
    )
    assert told("explanation_decided") == ["nam"]
    mail = mails("explanation_decided")[0]
    assert mail.subject == subject
    assert words in mail.text
    assert f"{OFFICE[:1].upper()}{OFFICE[1:]} trả lời" in mail.text
    assert "Lý do: Đã xem lại tài liệu" in mail.text


def test_replies_to_a_mail_of_a_campaign_go_to_its_office(question):
    assert mails("question")[0].headers["Reply-To"] == small_plan().contact.email
