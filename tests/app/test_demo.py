"""The demo: two districts of a letter's campaign lived to publication, repeatable from a seed; a campaign of today."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app import clock, current, demo
from app.campaign_files import bundled
from app.database import db
from app.demo_answers import filled_form, quality
from app.demo_papers import pdf_paper, word_paper
from app.demo_sets import bundled_set
from app.demo_units import CONDUCTS, Conduct
from app.models import (
    AuditEntry,
    Campaign,
    CampaignStatus,
    CampaignUnit,
    CriterionTask,
    Document,
    Edition,
    FieldVisit,
    Move,
    OutboxMessage,
    OutboxState,
    Package,
    Person,
    Purpose,
    Submission,
    Verdict,
)
from app.queries.actors import actor_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.demo_accounts import DEMO_PASSWORD, demo_accounts
from app.rosters import Roster
from app.services import rankings, submissions
from app.services.accounts import verified_person
from app.services.answers import save_answers
from app.services.packages import consolidate
from app.services.verification import Decision, decide_many
from criteria.answers import Answer, AnswerSheet, problems, read_value
from criteria.model import EnteredBy, Survey
from criteria.papers import PDF, WORD, look_inside
from tests.app.bare import application_on, bare, empty_file
from workflows.vocabulary import Action, Role, State

pytestmark = pytest.mark.slow

__all__ = ["bare", "empty_file"]

DISTRICTS = {"622", "627"}  # Pleiku, Chư Păh
NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)


@contextmanager
def unseen(_title, _steps):
    yield lambda: None


def small_roster(plan):
    """The province with its first departments, two districts and their communes."""
    roster = demo.roster_of(plan)
    kept = [
        row
        for row in roster.rows
        if row.kind == "province"
        or (row.kind == "department" and row.display_order <= 3)
        or row.code in DISTRICTS
        or (row.parent_code in DISTRICTS and row.display_order <= 8)
    ]
    return Roster(tuple(kept), roster.problems)


def play_small(seed=1):
    plan = bundled("gia-lai-2019")
    demo.bring_units(small_roster(plan), "64")
    return demo.play_past(plan, unseen, seed)


@pytest.fixture(scope="module")
def lived(empty_file, tmp_path_factory):
    """What was played, on a server whose context is pushed; the tests only read there."""
    with application_on(empty_file, tmp_path_factory.mktemp("lived")):
        yield play_small()


def count(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_a_letters_campaign_is_lived_to_its_publication(lived):
    assert (lived.slug, lived.there_already) == ("gia-lai-2019", False)
    campaign = db.session.scalars(select(Campaign)).one()
    assert (campaign.status, campaign.demo) == (CampaignStatus.CLOSED, True)
    edition = db.session.scalars(select(Edition)).one()
    assert edition.run.inputs_digest == lived.digest
    assert edition.run.decision_number.startswith("MH-")
    states = Counter(db.session.scalars(select(Submission.state)))
    assert set(states) <= {State.PUBLISHED, State.DRAFT}
    assert states[State.PUBLISHED] > 0.7 * lived.units


def test_what_happened_happened_in_its_own_time_and_by_different_hands(lived):
    plan = bundled("gia-lai-2019")
    opened, closed = db.session.execute(select(Campaign.opened_at, Campaign.closed_at)).one()
    assert opened.date() == min(kind.opens for kind in plan.kinds)
    moves = db.session.scalars(select(Move).order_by(Move.id)).all()
    assert [one.at for one in moves] == sorted(one.at for one in moves)
    assert opened < moves[0].at
    assert moves[-1].at < closed
    assert {one.action for one in moves} >= {
        Action.SELF_ASSESS,
        Action.CONSOLIDATE,
        Action.RETURN_PACKAGE,
        Action.VERIFY,
        Action.APPROVE,
        Action.PUBLISH,
    }
    run = db.session.scalars(select(Edition)).one().run
    hands = {run.made_by_id, run.approved_by_id}
    assert len(hands) == 2
    publisher = db.session.scalars(select(Edition.published_by_id)).one()
    assert publisher not in {run.proposed_by_id, None}


def test_districts_send_packages_that_declare_their_gaps(lived):
    packages = db.session.scalars(select(Package)).all()
    assert len({one.consolidator_id for one in packages}) == 2
    assert sum(one.returned_at is not None for one in packages) == 1
    assert all(one.note for one in packages if one.gaps)


def test_the_papers_are_there_and_verification_changed_scores_with_reasons(lived):
    handed_in = count(Submission, Submission.state == State.PUBLISHED)
    assert count(Document, Document.purpose == Purpose.REPORT) >= handed_in
    assert count(Document, Document.purpose == Purpose.EVIDENCE) >= handed_in
    changed = db.session.scalars(
        select(Verdict).where(Verdict.points.is_not(None), Verdict.reason != "")
    ).all()
    assert len(changed) > handed_in / 2
    visits = db.session.scalars(select(FieldVisit)).all()
    assert all(one.minutes and one.visited_on.month in (10, 11) for one in visits)


def test_mail_of_the_past_is_not_sent(lived):
    assert set(db.session.scalars(select(OutboxMessage.state))) == {OutboxState.CANCELLED}


def test_the_same_seed_gives_the_same_standings(lived, empty_file, tmp_path_factory):
    assert elsewhere(empty_file, tmp_path_factory.mktemp("again"), seed=1).digest == lived.digest


def test_another_seed_and_another_unit_have_chances_of_their_own():
    drawn = {demo.chance(seed, "gia-lai-2019", unit).random() for seed in (1, 2) for unit in ("a", "b")}
    assert len(drawn) == 4


def elsewhere(empty_file, folder, seed):
    """Play on a server of its own."""
    with application_on(empty_file, folder):
        return play_small(seed)


def test_a_campaign_of_today_is_open_with_forms_in_every_early_state(bare):
    with clock.put_at(NOON):
        played = demo.run_demo(unseen, only="gia-lai-2026")[0]
    assert (played.units, played.digest) == (135, "")
    kind = db.session.scalars(select(Campaign)).one().kinds[0]
    assert kind.due_day > date(2026, 12, 13)
    states = Counter(db.session.scalars(select(Submission.state)))
    assert set(states) == {State.DRAFT, State.SELF_ASSESSED, State.VERIFIED}
    done = db.session.execute(
        select(Submission.complete, Submission.asked).where(Submission.state == State.DRAFT)
    ).all()
    assert any(complete == 0 for complete, _asked in done)
    assert any(0 < complete < asked for complete, asked in done)
    assert any(complete == asked for complete, asked in done)
    assert db.session.scalar(select(func.max(AuditEntry.at))) < NOON


def test_the_practice_campaign_waits_for_one_district_to_be_walked_through(bare):
    with clock.put_at(NOON):
        demo.run_demo(unseen, only="thuc-hanh")
    rows = db.session.execute(
        select(CampaignUnit.name, Submission.state).join(
            Submission, Submission.campaign_unit_id == CampaignUnit.id
        )
    )
    states = dict(rows.all())
    assert {name for name, state in states.items() if state == State.DRAFT} == {"Đồng Hới", "Ba Đồn"}
    assert set(states.values()) == {State.DRAFT, State.VERIFIED}
    assert db.session.query(CriterionTask).count() > 1
    answers = (row for form in db.session.scalars(select(Submission)) for row in form.answers)
    assert sum(row.estimated for row in answers) > 1


def actor(word):
    person = db.session.scalars(select(Person).where(Person.email == f"{word}@demo.example")).one()
    return actor_of(db.session(), person, clock.now())


def test_the_listed_accounts_can_walk_the_practice_campaign_to_its_publication(bare):
    with clock.put_at(NOON):
        demo.run_demo(unseen, only="thuc-hanh")
        for slug in (*demo.PAST, demo.CURRENT):
            demo.bring_units(demo.roster_of(bundled(slug)), bundled(slug).units.province_code)
        demo.list_everybody()
        campaign_id = db.session.scalars(select(Campaign.id)).one()
        for word, name in (("ha.huyen", "Đồng Hới"), ("khanh.huyen", "Ba Đồn")):
            walk_form(campaign_id, word, name)
        run = rankings.make_run(actor("dung.vanphong"), campaign_id)
        run_id, digest = run.id, run.digest
        rankings.approve_run(actor("giang.pheduyet"), run_id, shown=digest)
        rankings.record_decision(actor("dung.vanphong"), run_id, number="01/QĐ", date=NOON.date())
        rankings.propose_publication(actor("dung.vanphong"), run_id, shown=digest)
        rankings.publish(actor("em.vanphong"), run_id, shown=digest)
    assert set(db.session.scalars(select(Submission.state))) == {State.PUBLISHED}


def walk_form(campaign_id, word, name):
    """From a draft to a verified form, as the district's officer and the task force."""
    form, unit_id = db.session.execute(
        select(Submission, CampaignUnit.unit_id)
        .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .where(CampaignUnit.name == name)
    ).one()
    submission_id = form.id
    criteria_set = criteria_set_of(form.campaign_unit.kind)
    rest = filled_form(criteria_set, 0.7, demo.chance(1, word, name), estimated=False, spared=frozenset())
    save_answers(actor(word), submission_id, rest.answers)
    submissions.move(actor(word), submission_id, Action.SELF_ASSESS, version=None)
    consolidate(actor(word), campaign_id, unit_id)
    judged = {
        one.code: Decision(one.max if isinstance(one.rule, Survey) else None)
        for one in criteria_set.criteria()
        if one.entered_by is not EnteredBy.SYSTEM
    }
    decide_many(actor("chi.tocongtac"), submission_id, judged)
    submissions.move(actor("chi.tocongtac"), submission_id, Action.VERIFY, version=None)


def test_running_it_twice_is_safe(bare):
    with clock.put_at(NOON):
        demo.run_demo(unseen, only="thuc-hanh")
        before = count(AuditEntry), count(Person)
        again = demo.run_demo(unseen, only="thuc-hanh")
    assert [one.there_already for one in again] == [True]
    assert (count(AuditEntry), count(Person)) == before


def test_demo_people_are_marked_and_listed_with_a_password_that_works(bare):
    with clock.put_at(NOON):
        for slug in demo.PAST:
            demo.bring_units(demo.roster_of(bundled(slug)), bundled(slug).units.province_code)
        demo.bring_units(demo.roster_of(bundled(demo.CURRENT)), "52")
        demo.list_everybody()
        accounts = demo_accounts(db.session())
        roles = {role for account in accounts for role in account.roles}
        assert roles == set(Role)
        assert accounts[0].email == "an.xa@demo.example"
        assert verified_person(email=accounts[0].email, password=DEMO_PASSWORD, address="::1").demo


def test_no_demo_account_is_listed_on_a_real_server(bare):
    bare.extensions[current.KEY] = replace(current.settings(), env="production", secret_key="x" * 40)
    assert demo_accounts(db.session()) == ()


@pytest.mark.parametrize("name", ["department", "district", "commune", "commune_two_tier"])
def test_a_filled_form_owes_nothing(name):
    criteria_set = bundled_set(f"{name}.json")
    for seed in range(20):
        rng = demo.chance(seed, name, "unit")
        form = filled_form(criteria_set, quality(rng), rng, estimated=True, spared=frozenset())
        sheet = {
            code: Answer(
                code,
                read_value(criteria_set.criterion(code).rule, given.raw),
                given.reason,
                evidence_count=code in form.proved,
            )
            for code, given in form.answers.items()
        }
        assert problems(criteria_set, AnswerSheet(sheet)) == ()


def test_a_spared_criterion_is_left_out():
    criteria_set, rng = bundled_set("commune.json"), demo.chance(1, "commune", "unit")
    code = next(one.code for one in criteria_set.criteria() if one.entered_by is EnteredBy.UNIT)
    form = filled_form(criteria_set, 0.5, rng, estimated=False, spared=frozenset({code}))
    assert code not in form.answers
    assert code not in form.proved


def test_districts_always_hand_in_so_that_their_communes_can():
    assert {conduct for conduct, _weight in CONDUCTS["district"]}.isdisjoint({Conduct.LATE, Conduct.SILENT})


def test_papers_are_files_that_are_what_they_are_called():
    lines = ["Báo cáo (minh họa)", "Dòng \\ hai"]
    look_inside(WORD, word_paper(lines))
    look_inside(PDF, pdf_paper(lines))
    assert word_paper(lines) == word_paper(lines)
