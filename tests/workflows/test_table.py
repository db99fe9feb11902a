"""The table as it must read: every row, both routes, and what a change of rights would show."""

import pytest

from tests.workflows.cases import NOW, actor, case
from workflows.approval import APPROVAL
from workflows.vocabulary import Action, Effect, NoteRule, Role, Route, Scope, State

GOLDEN = """
self_assess       DRAFT                 SELF_ASSESSED         head,unit     optional
withdraw          SELF_ASSESSED         DRAFT                 head,unit     optional
send_back         SELF_ASSESSED         DRAFT                 consolidator  required    by_consolidator
send_back         SELF_ASSESSED         DRAFT                 office        required    direct
consolidate       SELF_ASSESSED         DISTRICT_CONSOLIDATED consolidator  where_gaps  by_consolidator
return_package    DISTRICT_CONSOLIDATED SELF_ASSESSED         office        required    by_consolidator
verify            DISTRICT_CONSOLIDATED VERIFIED              task_force    optional    by_consolidator
verify            SELF_ASSESSED         VERIFIED              task_force    optional    direct
reopen            VERIFIED              DISTRICT_CONSOLIDATED office        required    by_consolidator
reopen            VERIFIED              SELF_ASSESSED         office        required    direct
approve           VERIFIED              APPROVED              approver      optional
withdraw_approval APPROVED              VERIFIED              approver      required
publish           APPROVED              PUBLISHED             office        optional
"""
GUARDS = {
    Action.SELF_ASSESS: (
        "valid answered reasons_given evidence_attached report_attached head_agreed in_time"
    ),
    Action.WITHDRAW: "not_taken_up in_time",
    Action.SEND_BACK: "",
    Action.CONSOLIDATE: "own_form_there package_in_time",
    Action.RETURN_PACKAGE: "",
    Action.VERIFY: "all_decided no_open_question minutes_taken",
    Action.REOPEN: "",
    Action.APPROVE: "run_frozen as_shown explanations_over replies_decided second_person",
    Action.WITHDRAW_APPROVAL: "",
    Action.PUBLISH: "run_frozen as_shown decision_recorded proposed second_person",
}
PATHS = {
    Route.BY_CONSOLIDATOR: (
        Action.SELF_ASSESS,
        Action.CONSOLIDATE,
        Action.VERIFY,
        Action.APPROVE,
        Action.PUBLISH,
    ),
    Route.DIRECT: (Action.SELF_ASSESS, Action.VERIFY, Action.APPROVE, Action.PUBLISH),
}
DOERS = {
    Action.SELF_ASSESS: Role.UNIT,
    Action.CONSOLIDATE: Role.CONSOLIDATOR,
    Action.VERIFY: Role.TASK_FORCE,
    Action.APPROVE: Role.APPROVER,
    Action.PUBLISH: Role.OFFICE,
}


def test_the_rows_are_the_golden_ones():
    rows = {
        (row.action, row.source, row.target, ",".join(sorted(row.who)), row.note, *_route(row.routes))
        for row in APPROVAL.rows
    }
    assert rows == {tuple(line.split()) for line in GOLDEN.strip().splitlines()}


def _route(routes):
    return () if routes == frozenset(Route) else tuple(sorted(routes))


def test_every_action_is_refused_by_the_golden_guards():
    assert {row.action: " ".join(guard.__name__ for guard in row.guards) for row in APPROVAL.rows} == GUARDS


def test_actions_are_taken_on_the_thing_they_are_about():
    scopes = {row.action: row.scope for row in APPROVAL.rows}
    assert {action for action, scope in scopes.items() if scope is Scope.PACKAGE} == {
        Action.CONSOLIDATE,
        Action.RETURN_PACKAGE,
    }
    assert {action for action, scope in scopes.items() if scope is Scope.RUN} == {
        Action.APPROVE,
        Action.WITHDRAW_APPROVAL,
        Action.PUBLISH,
    }


def test_every_action_role_and_effect_is_used_and_the_administrator_moves_nothing():
    assert {row.action for row in APPROVAL.rows} == set(Action)
    assert {role for row in APPROVAL.rows for role in row.who} == set(Role) - {Role.ADMIN}
    assert {effect for row in APPROVAL.rows for effect in row.effects} == set(Effect)


@pytest.mark.parametrize("route", Route)
def test_a_form_walks_its_whole_route(route):
    state, walked = State.DRAFT, [State.DRAFT]
    for action in PATHS[route]:
        moved = APPROVAL.move(case(state, route), action, actor(DOERS[action]), note="", now=NOW)
        assert (moved.source, moved.at, moved.case) == (state, NOW, 1)
        state = moved.target
        walked.append(state)
    assert tuple(walked) == APPROVAL.states(route)


def test_the_district_floor_exists_on_its_route_only():
    assert State.DISTRICT_CONSOLIDATED in APPROVAL.states(Route.BY_CONSOLIDATOR)
    assert State.DISTRICT_CONSOLIDATED not in APPROVAL.states(Route.DIRECT)


@pytest.mark.parametrize("route", Route)
def test_nothing_leaves_the_published_state(route):
    published = case(State.PUBLISHED, route)
    assert not any(APPROVAL.offers(published, actor(role), NOW) for role in Role)


@pytest.mark.parametrize(
    ("route", "state", "roles"),
    [
        (Route.BY_CONSOLIDATOR, State.DRAFT, {Role.UNIT, Role.HEAD}),
        (Route.BY_CONSOLIDATOR, State.SELF_ASSESSED, {Role.CONSOLIDATOR}),
        (Route.BY_CONSOLIDATOR, State.DISTRICT_CONSOLIDATED, {Role.TASK_FORCE}),
        (Route.BY_CONSOLIDATOR, State.VERIFIED, {Role.APPROVER}),
        (Route.BY_CONSOLIDATOR, State.APPROVED, {Role.OFFICE}),
        (Route.BY_CONSOLIDATOR, State.PUBLISHED, set()),
        (Route.DIRECT, State.DRAFT, {Role.UNIT, Role.HEAD}),
        (Route.DIRECT, State.SELF_ASSESSED, {Role.TASK_FORCE}),
        (Route.DIRECT, State.DISTRICT_CONSOLIDATED, set()),
        (Route.DIRECT, State.VERIFIED, {Role.APPROVER}),
        (Route.DIRECT, State.APPROVED, {Role.OFFICE}),
        (Route.DIRECT, State.PUBLISHED, set()),
    ],
)
def test_who_is_being_waited_for(route, state, roles):
    assert APPROVAL.next_to_act(state, route) == roles


@pytest.mark.parametrize("row", APPROVAL.rows, ids=lambda row: f"{row.action}-{row.source}")
@pytest.mark.parametrize("note", ["", " \n\t"])
def test_words_are_asked_where_the_row_says_so(row, note):
    subject = case(row.source, min(row.routes))
    doer = actor(min(row.who))
    if row.note is NoteRule.REQUIRED:
        with pytest.raises(Exception, match="note_missing"):
            APPROVAL.move(subject, row.action, doer, note=note, now=NOW)
    else:
        assert APPROVAL.move(subject, row.action, doer, note=note, now=NOW).note == ""
    assert APPROVAL.move(subject, row.action, doer, note=" đã xem ", now=NOW).note == "đã xem"
