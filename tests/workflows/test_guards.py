"""Every guard by itself: what it lets pass, what it objects to, and what it names."""

import inspect
from datetime import timedelta

import pytest

from tests.workflows.cases import CLOSES, NOW, OPENS, Form, Package, Scrutiny, actor, case, run
from workflows import guards
from workflows.approval import APPROVAL
from workflows.guards import Reason, Refusal
from workflows.vocabulary import Role

SECOND = timedelta(seconds=1)
ITEMS = ("B1.1", "B2.1")
ANYBODY = actor(Role.APPROVER)
OBJECTIONS = [
    (guards.running, case(running=False), Refusal(Reason.CAMPAIGN_CLOSED)),
    (guards.valid, case(form=Form(invalid=ITEMS)), Refusal(Reason.INVALID_ANSWERS, ITEMS)),
    (guards.answered, case(form=Form(unanswered=ITEMS)), Refusal(Reason.UNANSWERED, ITEMS)),
    (guards.reasons_given, case(form=Form(without_reason=ITEMS)), Refusal(Reason.REASON_MISSING, ITEMS)),
    (
        guards.evidence_attached,
        case(form=Form(without_evidence=ITEMS)),
        Refusal(Reason.EVIDENCE_MISSING, ITEMS),
    ),
    (guards.report_attached, case(form=Form(report_missing=True)), Refusal(Reason.REPORT_MISSING)),
    (guards.head_agreed, case(form=Form(agreement_missing=True)), Refusal(Reason.HEAD_NOT_AGREED)),
    (guards.in_time, case(closes=NOW), Refusal(Reason.TOO_LATE, at=NOW)),
    (
        guards.in_time,
        case(opens=NOW + SECOND),
        Refusal(Reason.NOT_YET_OPEN, at=NOW + SECOND),
    ),
    (guards.package_in_time, case(package_closes=NOW), Refusal(Reason.PACKAGE_TOO_LATE, at=NOW)),
    (guards.not_taken_up, case(taken_up=True), Refusal(Reason.TAKEN_UP)),
    (guards.own_form_there, case(package=Package(own_form_missing=True)), Refusal(Reason.OWN_FORM_MISSING)),
    (guards.all_decided, case(scrutiny=Scrutiny(undecided=ITEMS)), Refusal(Reason.UNDECIDED, ITEMS)),
    (
        guards.no_open_question,
        case(scrutiny=Scrutiny(open_questions=ITEMS)),
        Refusal(Reason.OPEN_QUESTION, ITEMS),
    ),
    (
        guards.minutes_taken,
        case(scrutiny=Scrutiny(visit_without_minutes=True)),
        Refusal(Reason.MINUTES_MISSING),
    ),
    (guards.run_frozen, case(run=None), Refusal(Reason.NO_FROZEN_RUN)),
    (guards.run_frozen, case(run=run(current="0" * 64)), Refusal(Reason.RUN_OUTDATED)),
    (guards.as_shown, case(run=run(shown="0" * 64)), Refusal(Reason.NOT_WHAT_WAS_SHOWN)),
    (
        guards.explanations_over,
        case(run=run(explanations_until=NOW + SECOND)),
        Refusal(Reason.EXPLANATIONS_OPEN, at=NOW + SECOND),
    ),
    (
        guards.replies_decided,
        case(run=run(undecided_explanations=ITEMS)),
        Refusal(Reason.EXPLANATION_UNDECIDED, ITEMS),
    ),
    (guards.second_person, case(run=run(hands=frozenset({ANYBODY.id}))), Refusal(Reason.SAME_PERSON)),
    (guards.decision_recorded, case(run=run(decision_recorded=False)), Refusal(Reason.DECISION_MISSING)),
    (guards.proposed, case(run=run(proposed=False)), Refusal(Reason.NOT_PROPOSED)),
]


@pytest.mark.parametrize(("guard", "poor", "refusal"), OBJECTIONS)
def test_a_guard_objects_and_says_where(guard, poor, refusal):
    assert guard(poor, ANYBODY, NOW) == refusal
    assert guard(case(), ANYBODY, NOW) is None


def test_every_guard_and_every_reason_is_tried_here():
    tried = {guard for guard, _case, _refusal in OBJECTIONS}
    written = {
        value
        for name, value in inspect.getmembers(guards, inspect.isfunction)
        if value.__module__ == guards.__name__ and not name.startswith("_")
    }
    assert (
        tried
        == written
        == {
            *APPROVAL.always,
            *(guard for row in APPROVAL.rows for guard in row.guards),
        }
    )
    # The missing note is asked for by the engine, after the guards.
    assert {refusal.code for *_, refusal in OBJECTIONS} == set(Reason) - {Reason.NOTE_MISSING}


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (OPENS - SECOND, Reason.NOT_YET_OPEN),
        (OPENS, None),
        (CLOSES - SECOND, None),
        (CLOSES - timedelta(microseconds=1), None),
        (CLOSES, Reason.TOO_LATE),
        (CLOSES + SECOND, Reason.TOO_LATE),
    ],
)
def test_the_gate_opens_and_closes_to_the_instant(now, code):
    found = guards.in_time(case(), ANYBODY, now)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("now", "refused"), [(CLOSES - SECOND, False), (CLOSES, True), (CLOSES + SECOND, True)]
)
def test_the_packages_gate_closes_to_the_instant(now, refused):
    assert (guards.package_in_time(case(), ANYBODY, now) is not None) is refused


@pytest.mark.parametrize(("now", "refused"), [(CLOSES - SECOND, True), (CLOSES, False)])
def test_explanations_end_to_the_instant(now, refused):
    waiting = case(run=run(explanations_until=CLOSES))
    assert (guards.explanations_over(waiting, ANYBODY, now) is not None) is refused


def test_a_case_without_times_is_always_in_time():
    timeless = case(opens=None, closes=None, package_closes=None)
    assert guards.in_time(timeless, ANYBODY, NOW) is None
    assert guards.package_in_time(timeless, ANYBODY, NOW) is None
