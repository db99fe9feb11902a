"""Standings against figures worked out by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event

from app import clock
from app.database import db
from app.models import Campaign, Submission, Verb
from app.queries.standings import outcome_of
from app.queries.standings_inputs import Part, inputs_of
from app.services.waivers import grant_waiver
from app.unit import SYSTEM, unit
from tests.app import small, verified
from workflows.vocabulary import State


@pytest.fixture
def ready(app: Any, at: Callable[[datetime], None]) -> Campaign:
    """Everybody verified but one silent commune; the clock stands after the deadline."""
    campaign = verified.make_campaign()
    verified.verify_all()
    at(small.LATE)
    return campaign


def rows_of(campaign: Campaign, kind: str) -> dict[str, dict[str, Any]]:
    standings = outcome_of(inputs_of(db.session(), campaign, clock.now())).standings
    found = next(one for one in standings["kinds"] if one["kind"] == kind)
    return {row["code"]: row for row in found["rows"]}


def places(campaign: Campaign, kind: str) -> list[tuple[str, int | None]]:
    return [(code, row["place"]) for code, row in rows_of(campaign, kind).items()]


def test_a_tie_shares_its_place_and_the_silent_unit_stands_after_the_last_ranked(ready):
    assert places(ready, "commune") == [("23557", 1), ("23560", 1), ("23722", 3), ("23725", 4)]


def test_points_and_differences_are_those_worked_out_by_hand(ready):
    row = rows_of(ready, "commune")["23722"]

    assert (row["points"], row["max"], row["percentage"]) == ("22", "25", "88")
    assert (row["self_points"], row["difference"]) == ("20", "-3")
    assert row["groups"]["B3"] == ["3", "6"]
    assert row["place_in_parent"] == 1


def test_a_silent_unit_has_a_note_and_no_figure(ready):
    row = rows_of(ready, "commune")["23725"]

    assert row["note"] == "not_submitted"
    assert [row[name] for name in ("points", "max", "percentage", "self_points", "level", "grade")] == [
        None
    ] * 6
    assert row["place_in_parent"] == 2


def test_districts_roll_up_their_communes_and_measure_themselves_by_the_best(ready):
    rows = rows_of(ready, "district")

    assert rows["622"]["groups"]["A1"] == ["14.2", "15"]
    assert rows["627"]["groups"]["A1"] == ["6.9", "15"]
    assert (rows["622"]["points"], rows["627"]["points"]) == ("38.2", "30.9")


def test_a_waiver_shrinks_the_units_own_maximum(app, at):
    campaign = verified.make_campaign()
    form = small.form_of("SNV")
    grant_waiver(small.actor("giang"), form.id, "B2.1", "Không tiếp công dân")
    verified.verify("SNV", verified.FULL, {"B4.1": "5"})
    at(small.LATE)

    row = rows_of(campaign, "department")["SNV"]

    assert (row["points"], row["max"], row["percentage"]) == ("21", "21", "100")


def test_an_unranked_unit_keeps_its_figures_and_gets_no_place(app, at):
    campaign = verified.make_campaign(small.small_plan(unranked=("SYT", "23725")))
    verified.verify_all()
    at(small.LATE)

    assert places(campaign, "department") == [("SNV", 1), ("SYT", None)]
    assert rows_of(campaign, "department")["SYT"]["points"] == "22"
    silent = rows_of(campaign, "commune")["23725"]
    assert (silent["place"], silent["points"], silent["note"]) == (None, None, "not_submitted")


def test_before_its_deadline_a_draft_is_waited_for(app, at):
    campaign = verified.make_campaign()
    inputs = inputs_of(db.session(), campaign, clock.now())

    assert len(inputs.of_part(Part.AWAITED)) == 8


@pytest.mark.parametrize(("late_counts", "part"), [("unit", Part.AWAITED), ("package", Part.SILENT)])
def test_the_campaign_says_whose_lateness_counts(app, at, late_counts, part):
    plan = small.small_plan(late_counts=late_counts)
    campaign = verified.make_campaign(plan)
    with unit(SYSTEM) as work:
        form = work.load(Submission, small.form_of("23725").id)
        form.state = State.SELF_ASSESSED
        work.record(Verb.MOVED, form)
    at(small.LATE)

    inputs = inputs_of(db.session(), campaign, clock.now())

    assert next(one.part for one in inputs.units if one.code == "23725") is part


def test_the_digest_changes_with_a_decision_and_not_with_a_state_further_on(ready):
    before = inputs_of(db.session(), ready, clock.now()).digest
    with unit(SYSTEM) as work:
        form = work.load(Submission, small.form_of("SNV").id)
        form.state = State.APPROVED
        work.record(Verb.MOVED, form)
    assert inputs_of(db.session(), ready, clock.now()).digest == before

    verified.verify("SNV", {}, {"B3.1": "3"})
    assert inputs_of(db.session(), ready, clock.now()).digest != before


def test_inputs_are_read_in_a_constant_number_of_queries(ready):
    statements: list[str] = []
    campaign = db.session.get(Campaign, ready.id)
    inputs_of(db.session(), campaign, clock.now())

    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    inputs_of(db.session(), campaign, clock.now())

    assert len(statements) <= 5


def test_dense_places_are_an_option(app, at):
    plan = small.small_plan()
    kinds = tuple(replace(kind, ranking=replace(kind.ranking, ties="dense")) for kind in plan.kinds)
    campaign = verified.make_campaign(replace(plan, kinds=kinds))
    verified.verify_all()
    at(small.LATE)

    assert places(campaign, "commune") == [("23557", 1), ("23560", 1), ("23722", 2), ("23725", 4)]
