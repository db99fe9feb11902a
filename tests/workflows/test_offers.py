"""What is offered is what works: all states × routes × roles × places × guard facts."""

from itertools import product

import pytest

from tests.workflows.cases import (
    COMMUNE,
    DISTRICT,
    NATION,
    NOW,
    OPENS,
    OTHER_COMMUNE,
    OTHER_DISTRICT,
    PROVINCE,
    Form,
    Package,
    Scrutiny,
    actor,
    case,
    run,
)
from workflows.approval import APPROVAL
from workflows.case import EXACT
from workflows.diagram import mermaid, table
from workflows.vocabulary import Action, NoteRule, Role, Route, State
from workflows.workflow import MoveError, MoveRefused, NoSuchMove, NotYourMove

FACTS = (
    {},
    {"closes": NOW, "package_closes": NOW},
    {"opens": None, "closes": None, "package_closes": None},
    {"taken_up": True},
    {"form": Form(invalid=("B1",), unanswered=("B2",), without_reason=("B3",), without_evidence=("B4",))},
    {"form": Form(report_missing=True, agreement_missing=True)},
    {"package": Package(missing=("Hà Tây",))},
    {"package": Package(own_form_missing=True)},
    {"scrutiny": Scrutiny(undecided=("B1",), open_questions=("B2",), visit_without_minutes=True)},
    {"run": None},
    {"run": run(current="other")},
    {"run": run(shown="other", hands=frozenset({7}))},
    {"run": run(decision_recorded=False, proposed=False, explanations_until=NOW.replace(year=2020))},
    {"run": run(undecided_explanations=("Pleiku",))},
)
UNITS = (COMMUNE, OTHER_COMMUNE, DISTRICT, OTHER_DISTRICT, PROVINCE, NATION)
NOTES = ("", "Đã xem xét")


def attempt(subject, action, doer, note):
    """What a move comes to: its target, or the kind of failure and its reasons."""
    try:
        return APPROVAL.move(subject, action, doer, note=note, now=NOW).target
    except MoveRefused as error:
        return error.refusals
    except MoveError as error:
        return type(error)


@pytest.mark.parametrize("route", Route)
@pytest.mark.parametrize("state", State)
def test_offered_is_what_works(state, route):
    walked = 0
    for facts, role, unit in product(FACTS, Role, UNITS):
        subject, doer = case(state, route, **facts), actor(role, unit)
        offers = {offer.action: offer for offer in APPROVAL.offers(subject, doer, NOW)}
        for action, note in product(Action, NOTES):
            walked += 1
            _compare(offers.get(action), attempt(subject, action, doer, note), subject, note)
    assert walked == len(FACTS) * len(Role) * len(UNITS) * len(Action) * len(NOTES)


def _compare(offer, outcome, subject, note):
    if offer is None:
        assert outcome in (NoSuchMove, NotYourMove)
        return
    wanting = not note and (
        offer.note is NoteRule.REQUIRED or (offer.note is NoteRule.WHERE_GAPS and subject.package.missing)
    )
    if offer.open and not wanting:
        assert outcome is offer.target
        return
    assert outcome[: len(offer.refusals)] == offer.refusals
    assert len(outcome) == len(offer.refusals) + bool(wanting)


@pytest.mark.parametrize("route", Route)
def test_a_grant_reaches_what_it_should(route):
    place = case(route=route).place
    for role, unit in product(Role, UNITS):
        if role in EXACT:
            expected = unit == COMMUNE
        elif role is Role.CONSOLIDATOR:
            expected = unit == DISTRICT and route is Route.BY_CONSOLIDATOR
        else:
            expected = unit == COMMUNE or unit in place.above
        assert actor(role, unit).holds(role, over=place) is expected


def test_a_consolidator_is_no_consolidator_of_forms_that_travel_directly():
    # A department of a three-tier province has no consolidator, though a district may stand above nothing.
    submitted = case(State.SELF_ASSESSED, Route.DIRECT)
    assert APPROVAL.offers(submitted, actor(Role.CONSOLIDATOR), NOW) == ()


def test_before_the_campaign_opens_nothing_can_be_handed_in():
    early = OPENS.replace(year=2018)
    offers = APPROVAL.offers(case(), actor(Role.UNIT), early)
    assert [offer.open for offer in offers] == [False]


def test_the_diagram_draws_every_row_once():
    drawn = mermaid(APPROVAL)
    arrows = [line for line in drawn.splitlines() if "-->" in line and "[*]" not in line]
    assert drawn.startswith("stateDiagram-v2\n    [*] --> DRAFT\n")
    assert drawn.endswith("    PUBLISHED --> [*]\n")
    assert len(arrows) == len(APPROVAL.rows) == len(set(arrows))
    assert "    SELF_ASSESSED --> VERIFIED: verify (task_force; direct)" in arrows


def test_the_table_writes_every_row_once():
    lines = table(APPROVAL).splitlines()
    assert lines[-2:] == ["", "Every row besides unless refused by: running."]
    lines = lines[:-2]
    assert len(lines) == len(APPROVAL.rows) + 2
    assert {line.count("|") for line in lines} == {10}
