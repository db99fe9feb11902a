"""The engine refuses tables that contradict themselves, and tells three failures apart."""

from dataclasses import fields, replace

import pytest

from tests.workflows.cases import DISTRICT, NOW, OTHER_COMMUNE, OTHER_DISTRICT, Package, actor, case
from workflows.approval import APPROVAL
from workflows.case import Actor
from workflows.guards import Reason
from workflows.vocabulary import Action, Role, State
from workflows.workflow import (
    DIRECT,
    MoveRefused,
    NoSuchMove,
    NotYourMove,
    Transition,
    UnsoundWorkflow,
    Workflow,
)

NOBODY = Actor(None, "")


def without(action: Action) -> list[Transition]:
    return [row for row in APPROVAL.rows if row.action is not action]


def row(action: Action) -> Transition:
    return next(row for row in APPROVAL.rows if row.action is action)


def build(rows: list[Transition]) -> Workflow:
    return Workflow(rows, start=State.DRAFT, end=State.PUBLISHED)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([*APPROVAL.rows, row(Action.PUBLISH)], "twice"),
        ([*APPROVAL.rows, replace(row(Action.PUBLISH), target=State.VERIFIED)], "twice"),
        (without(Action.SELF_ASSESS), "SELF_ASSESSED cannot be reached"),
        (without(Action.PUBLISH), "PUBLISHED cannot be reached"),
        (without(Action.PUBLISH), "cannot reach PUBLISHED"),
        (without(Action.CONSOLIDATE), "DISTRICT_CONSOLIDATED cannot be reached"),
        ([*APPROVAL.rows, replace(row(Action.REOPEN), source=State.PUBLISHED)], "leaves PUBLISHED"),
        ([*without(Action.PUBLISH), replace(row(Action.PUBLISH), who=frozenset())], "nobody may publish"),
        (
            [*APPROVAL.rows, replace(row(Action.CONSOLIDATE), action=Action.REOPEN, routes=DIRECT)],
            "direct: DISTRICT_CONSOLIDATED cannot reach PUBLISHED",
        ),
        ([], "PUBLISHED cannot be reached"),
    ],
)
def test_an_unsound_table_is_not_built(rows, fault):
    with pytest.raises(UnsoundWorkflow, match=fault):
        build(rows)


def test_a_row_cannot_forget_a_column():
    columns = {field.name: getattr(row(Action.VERIFY), field.name) for field in fields(Transition)}
    assert Transition(**columns) == row(Action.VERIFY)
    for name in columns:
        with pytest.raises(TypeError, match=name):
            Transition(**{key: value for key, value in columns.items() if key != name})


def test_an_action_that_does_not_leave_the_state_says_that_somebody_was_faster():
    with pytest.raises(NoSuchMove, match="self_assess does not leave VERIFIED"):
        APPROVAL.move(case(State.VERIFIED), Action.SELF_ASSESS, actor(Role.UNIT), note="", now=NOW)


@pytest.mark.parametrize(
    "stranger",
    [
        NOBODY,
        actor(Role.UNIT, OTHER_COMMUNE),
        actor(Role.UNIT, DISTRICT),
        actor(Role.CONSOLIDATOR),
        actor(Role.OFFICE),
        actor(Role.ADMIN),
    ],
    ids=lambda stranger: ",".join(f"{grant.role}@{grant.unit}" for grant in stranger.grants) or "nobody",
)
def test_only_the_units_own_people_hand_in(stranger):
    with pytest.raises(NotYourMove):
        APPROVAL.move(case(), Action.SELF_ASSESS, stranger, note="", now=NOW)
    assert APPROVAL.offers(case(), stranger, NOW) == ()


def test_another_district_does_not_consolidate():
    submitted = case(State.SELF_ASSESSED)
    with pytest.raises(NotYourMove):
        APPROVAL.move(
            submitted, Action.CONSOLIDATE, actor(Role.CONSOLIDATOR, OTHER_DISTRICT), note="", now=NOW
        )


def test_gaps_ask_for_words_that_declare_them():
    gaps = case(State.SELF_ASSESSED, package=Package(missing=("23725",)))
    with pytest.raises(MoveRefused) as refused:
        APPROVAL.move(gaps, Action.CONSOLIDATE, actor(Role.CONSOLIDATOR), note="", now=NOW)
    assert [(found.code, found.items) for found in refused.value.refusals] == [
        (Reason.NOTE_MISSING, ("23725",))
    ]
    done = APPROVAL.move(
        gaps, Action.CONSOLIDATE, actor(Role.CONSOLIDATOR), note="Xã chưa nộp: Hà Tây", now=NOW
    )
    assert done.note == "Xã chưa nộp: Hà Tây"


def test_all_reasons_are_told_at_once_in_the_order_of_the_row():
    poor = case(State.VERIFIED, run=None)
    (approve,) = (o for o in APPROVAL.offers(poor, actor(Role.APPROVER), NOW) if o.action is Action.APPROVE)
    assert [found.code for found in approve.refusals] == [Reason.NO_FROZEN_RUN]
    bare = case(
        form=replace(case().form, unanswered=("B1.1",), report_missing=True, agreement_missing=True),
        closes=NOW,
        running=False,
    )
    with pytest.raises(MoveRefused) as refused:
        APPROVAL.move(bare, Action.SELF_ASSESS, actor(Role.UNIT), note="", now=NOW)
    assert [found.code for found in refused.value.refusals] == [
        Reason.CAMPAIGN_CLOSED,
        Reason.UNANSWERED,
        Reason.REPORT_MISSING,
        Reason.HEAD_NOT_AGREED,
        Reason.TOO_LATE,
    ]
