"""Verdicts, questions and visits: who may, when, and what they leave behind."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app import clock
from app.database import db
from app.faults import Forbidden, Invalid, Missing, Outdated
from app.models import AuditEntry, Campaign, Submission, Verb, Verdict, Waiver
from app.queries.cases import undecided
from app.services import answers, campaigns, submissions, verification, visits, waivers
from app.services.answers import AnswerInput
from app.services.verification import Decision
from app.services.visits import VisitPlan
from app.unit import SYSTEM, unit
from tests.app import small
from tests.app.handed_in import PLEIKU, again, hand_in, send_pleiku
from tests.app.with_task_force import decide, faults, form, keep_all, verified
from workflows.guards import Reason
from workflows.vocabulary import Action, State
from workflows.workflow import MoveRefused, NoSuchMove

__all__ = ["form"]

NOBODY_OF_THE_TASK_FORCE = ["an", "ha", "bao", "binh", "lan", "dung", "quang", "khach"]


def test_keeping_the_own_score_leaves_points_empty(form: Submission) -> None:
    verdict = decide(form)
    assert (verdict.points, verdict.reason, verdict.answer_version) == (None, "", 1)
    assert (verdict.decided_by_name, verdict.decided_at) == ("Chi", clock.now())
    form = again(form)
    assert (form.decided, form.verified_points, form.verified_max) == (1, Decimal(11), Decimal(25))
    assert form.self_points == Decimal(11)


@pytest.mark.parametrize(("points", "total"), [("5", "8"), ("9.5", "12.5"), ("0", "3")])
def test_a_verdict_replaces_up_and_down(form: Submission, points: str, total: str) -> None:
    decide(form, points=points, reason="Đối chiếu hồ sơ")
    form = again(form)
    assert (form.verified_points, form.self_points) == (Decimal(total), Decimal(11))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.VERDICT_GIVEN)).one()
    assert entry.after == {"B1.1": {"points": points, "reason": "Đối chiếu hồ sơ"}}
    assert entry.before == {}


def test_the_own_score_given_as_points_is_a_kept_score(form: Submission) -> None:
    assert decide(form, points="8").points is None


def test_a_second_verdict_overwrites_the_first_and_says_what_was(form: Submission) -> None:
    first = decide(form, points="5", reason="Một")
    second = verification.decide(
        small.actor("chi"), form.id, "B1.1", Decision(Decimal(6), "Hai"), version=first.version
    )
    assert (second.id, second.points, second.version) == (first.id, Decimal(6), 2)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == Verb.VERDICT_GIVEN)).all()
    assert entries[-1].before == {"B1.1": {"points": "5", "reason": "Một"}}


@pytest.mark.parametrize(
    ("code", "points", "reason", "field", "fault"),
    [
        ("B1.1", "11", "x", "points", "out_of_range"),
        ("B1.1", "-1", "x", "points", "out_of_range"),
        ("B1.1", "NaN", "x", "points", "out_of_range"),
        ("B1.1", "Infinity", "x", "points", "out_of_range"),
        ("B1.1", "1.2345", "x", "points", "too_precise"),
        ("B1.1", "5", "  ", "reason", "blank"),
        ("B1.1", "5", "x" * 2001, "reason", "too_long"),
        ("B4.1", None, "", "points", "blank"),
        ("C1", "3.5", "x", "points", "out_of_range"),
        ("C2", "-4", "x", "points", "out_of_range"),
        ("C2", "1", "x", "points", "out_of_range"),
        ("C2", "-1", "", "reason", "blank"),
        ("Z9", None, "", "criterion", "not_decided_on"),
    ],
)
def test_what_cannot_be_a_verdict(
    form: Submission, code: str, points: str | None, reason: str, field: str, fault: str
) -> None:
    with pytest.raises(Invalid) as refused:
        decide(form, code, points, reason=reason)
    assert faults(refused) == {field: fault}
    assert db.session.scalar(select(func.count()).select_from(Verdict)) == 0


@pytest.mark.parametrize(
    ("code", "points"), [("C1", "3"), ("C2", "-3"), ("C2", "0"), ("B4.1", "5"), ("B4.1", "0")]
)
def test_the_limits_of_a_verdict_are_in(form: Submission, code: str, points: str) -> None:
    assert decide(form, code, points, reason="Theo biên bản").criterion == code


def test_a_criterion_that_does_not_apply_is_not_decided_on(form: Submission) -> None:
    with unit(SYSTEM) as work:
        waiver = Waiver(
            submission_id=form.id, criterion="B1.1", reason="x", granted_by_name="Giang", granted_at=work.now
        )
        work.add(waiver)
        work.record(Verb.WAIVER_GRANTED, waiver)
    with pytest.raises(Invalid) as refused:
        decide(form)
    assert faults(refused) == {"criterion": "not_decided_on"}
    keep_all(form)
    form = again(form)
    assert (form.decided, form.verified_max) == (5, Decimal(15))


@pytest.mark.parametrize("name", NOBODY_OF_THE_TASK_FORCE)
def test_only_the_task_force_of_the_place_decides(form: Submission, name: str) -> None:
    with pytest.raises(Missing):
        decide(form, by=name)


def test_the_office_enters_what_is_the_offices_and_nothing_else(form: Submission) -> None:
    assert decide(form, "B4.1", "4.5", by="giang").points == Decimal("4.5")
    assert decide(form, "C2", "-1", by="giang", reason="Báo cáo sai").points == Decimal(-1)
    with pytest.raises(Forbidden):
        decide(form, "B1.1", by="giang")
    with pytest.raises(Missing):
        verification.keep_rest(small.actor("giang"), form.id, version=None)


def test_a_form_is_decided_on_only_while_it_is_with_the_task_force(campaign: Campaign) -> None:
    commune = small.form_of("23557")
    with pytest.raises(NoSuchMove):
        decide(commune)
    hand_in(*PLEIKU)
    with pytest.raises(NoSuchMove):
        decide(commune)


def test_nothing_is_decided_asked_or_waived_in_a_closed_campaign(
    campaign: Campaign, form: Submission
) -> None:
    question = verification.ask(small.actor("chi"), form.id, "B1.1", "Số liệu lấy ở đâu?")
    campaigns.close_campaign(SYSTEM, campaign.slug)
    for act in (
        lambda: decide(form),
        lambda: verification.ask(small.actor("chi"), form.id, "B1.1", "Vì sao?"),
        lambda: verification.close_question(small.actor("chi"), question.id),
        lambda: verification.explain(small.actor("nam"), form.id, "B1.1", "Có lý do"),
    ):
        with pytest.raises(MoveRefused) as refused:
            act()
        assert [one.code for one in refused.value.refusals] == [Reason.CAMPAIGN_CLOSED]
    with pytest.raises(Invalid) as waived:
        waivers.grant_waiver(small.actor("giang"), form.id, "B1.1", "Không có")
    assert [fault.code for fault in waived.value.faults] == ["campaign_closed"]


def test_a_consolidated_form_is_decided_on(campaign: Campaign) -> None:
    send_pleiku()
    assert decide(small.form_of("23557")).points is None


def test_a_verified_form_takes_no_verdict_until_it_is_reopened(form: Submission) -> None:
    verified(form)
    with pytest.raises(NoSuchMove):
        decide(form)
    submissions.move(small.actor("giang"), form.id, Action.REOPEN, note="Xem lại", version=None)
    assert again(form).decided == 6
    assert decide(form, points="2", reason="Xem lại").points == Decimal(2)


def test_of_two_who_decide_at_once_the_second_is_told(form: Submission) -> None:
    verification.decide(small.actor("chi"), form.id, "B1.1", Decision(), version=0)
    with pytest.raises(Outdated):
        verification.decide(small.actor("chi"), form.id, "B1.1", Decision(Decimal(1), "x"), version=0)


def test_a_verdict_on_an_answer_that_has_changed_is_refused_and_stands_no_longer(form: Submission) -> None:
    decide(form, read=1)
    due = date(2019, 10, 16)
    submissions.send_back(
        small.actor("giang"), form.id, note="Sửa", remarks={"B1.1": "Sai số"}, due=due, version=None
    )
    officer = small.actor("nam")
    better = AnswerInput({"numerator": "9", "denominator": "10"}, "Còn một thủ tục")
    answers.save_answer(officer, form.id, "B1.1", better, version=None)
    submissions.move(officer, form.id, Action.SELF_ASSESS, version=None)
    with pytest.raises(Outdated):
        decide(form, read=1)
    decide(form, "B2.1")
    assert again(form).decided == 1
    assert decide(form, read=2).answer_version == 2


def test_many_are_decided_all_or_none(form: Submission) -> None:
    bad = {"B1.1": Decision(Decimal(2), "x"), "B2.1": Decision(Decimal(2))}
    with pytest.raises(Invalid) as refused:
        verification.decide_many(small.actor("chi"), form.id, bad)
    assert faults(refused) == {"B2.1.reason": "blank"}
    assert db.session.scalar(select(func.count()).select_from(Verdict)) == 0
    done = verification.decide_many(small.actor("chi"), form.id, bad | {"B2.1": Decision()})
    assert (done.decided, done.verified_points) == (2, Decimal(5))


def test_the_rest_is_kept_but_for_surveys_and_open_questions(form: Submission) -> None:
    question = verification.ask(small.actor("chi"), form.id, "B3.1", "Quyết định phân công đâu?")
    shown = again(form).version
    verification.keep_rest(small.actor("chi"), form.id, version=shown)
    assert set(undecided(db.session(), again(form))) == {"B3.1", "B4.1"}
    with pytest.raises(Outdated):
        verification.keep_rest(small.actor("chi"), form.id, version=shown)
    with pytest.raises(Invalid) as refused:
        verification.keep_rest(small.actor("chi"), form.id, version=None)
    assert faults(refused) == {"": "nothing_to_keep"}
    verification.close_question(small.actor("chi"), question.id)
    verification.keep_rest(small.actor("chi"), form.id, version=None)
    assert undecided(db.session(), again(form)) == ("B4.1",)


def test_a_question_holds_verification_up_until_it_is_closed(form: Submission) -> None:
    keep_all(form)
    question = verification.ask(small.actor("chi"), form.id, "B1.1", " Danh mục thủ tục? ")
    with pytest.raises(MoveRefused) as refused:
        submissions.move(small.actor("chi"), form.id, Action.VERIFY, version=None)
    assert {refusal.code for refusal in refused.value.refusals} == {Reason.OPEN_QUESTION}
    answered = verification.reply(small.actor("nam"), question.id, "Đã gắn vào phiếu")
    assert (answered.text, answered.reply, answered.replied_by_name) == (
        "Danh mục thủ tục?",
        "Đã gắn vào phiếu",
        "Nam",
    )
    verification.close_question(small.actor("chi"), question.id)
    with pytest.raises(Outdated):
        verification.close_question(small.actor("chi"), question.id)
    with pytest.raises(Outdated):
        verification.reply(small.actor("nam"), question.id, "x")
    submissions.move(small.actor("chi"), form.id, Action.VERIFY, version=None)
    assert again(form).state == State.VERIFIED


def test_who_asks_who_replies_who_closes(form: Submission) -> None:
    question = verification.ask(small.actor("chi"), form.id, "B1.1", "Số liệu?")
    for act in (
        lambda: verification.ask(small.actor("giang"), form.id, "B1.1", "x"),
        lambda: verification.reply(small.actor("thu"), question.id, "x"),
        lambda: verification.reply(small.actor("chi"), question.id, "x"),
        lambda: verification.close_question(small.actor("nam"), question.id),
        lambda: verification.ask(small.actor("chi"), form.id, "Z9", "x"),
        lambda: verification.close_question(small.actor("chi"), 999),
    ):
        with pytest.raises(Missing):
            act()
    for act in (
        lambda: verification.ask(small.actor("chi"), form.id, "B1.1", "  "),
        lambda: verification.reply(small.actor("nam"), question.id, "x" * 4001),
    ):
        with pytest.raises(Invalid):
            act()


def test_a_planned_visit_holds_verification_up_until_its_minutes(form: Submission) -> None:
    keep_all(form)
    today = date(2019, 10, 10)
    visit = visits.plan_visit(small.actor("chi"), form.id, VisitPlan(planned_on=today, team="Chi, Giang"))
    with pytest.raises(MoveRefused) as refused:
        submissions.move(small.actor("chi"), form.id, Action.VERIFY, version=None)
    assert {refusal.code for refusal in refused.value.refusals} == {Reason.MINUTES_MISSING}
    done = {"visited_on": today, "minutes": "Đã xem máy chủ", "attendees": "Nam, Chi"}
    recorded = visits.record_minutes(small.actor("chi"), visit.id, **done)
    assert (recorded.recorded_by_name, recorded.minutes) == ("Chi", "Đã xem máy chủ")
    with pytest.raises(Outdated):
        visits.record_minutes(small.actor("chi"), visit.id, **done)
    submissions.move(small.actor("chi"), form.id, Action.VERIFY, version=None)


def test_visits_refuse_what_makes_no_sense(form: Submission) -> None:
    today, team = date(2019, 10, 10), small.actor("chi")
    with pytest.raises(Invalid) as past:
        visits.plan_visit(team, form.id, VisitPlan(planned_on=today - timedelta(days=1), team="Chi"))
    assert faults(past) == {"planned_on": "past_day"}
    with pytest.raises(Invalid) as nobody:
        visits.plan_visit(team, form.id, VisitPlan(planned_on=today, team=" "))
    assert faults(nobody) == {"team": "blank"}
    with pytest.raises(Invalid) as far:
        visits.plan_visit(team, form.id, VisitPlan(planned_on=today, team="Chi", place="x" * 256))
    assert faults(far) == {"place": "too_long"}
    visit = visits.plan_visit(team, form.id, VisitPlan(planned_on=today, team="Chi"))
    with pytest.raises(Invalid) as future:
        visits.record_minutes(
            team, visit.id, visited_on=today + timedelta(days=1), minutes="x", attendees="x"
        )
    assert faults(future) == {"visited_on": "future_day"}
    with pytest.raises(Missing):
        visits.plan_visit(small.actor("nam"), form.id, VisitPlan(planned_on=today, team="Chi"))
    with pytest.raises(Missing):
        visits.record_minutes(small.actor("nam"), visit.id, visited_on=today, minutes="x", attendees="x")
