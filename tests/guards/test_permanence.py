"""What is history stays as it is, what is changed is recorded, and two people never overwrite each other unseen."""

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError

from app.database import db
from app.faults import Missing, Outdated, UnrecordedChange
from app.models import (
    AuditEntry,
    Campaign,
    Edition,
    FieldVisit,
    Move,
    Person,
    RankingRun,
    Receipt,
    Replacement,
    Unit,
    Verb,
)
from app.services.submissions import move
from app.unit import SYSTEM, unit
from tests.app import small
from workflows.vocabulary import Action

FOREVER = ("audit_entry", "move", "edition", "receipt", "replacement")


@pytest.fixture
def history(app, campaign, at):
    """One row in each table that is only ever added to."""
    at(small.WORKING)
    form = small.form_of("23557")
    with unit(SYSTEM) as work:
        run = RankingRun(
            campaign_id=campaign.id,
            number=1,
            inputs_digest="a",
            digest="b",
            rules={},
            standings={},
            made_at=work.now,
            made_by_name="Giang",
        )
        work.add(run)
        edition = Edition(
            campaign_id=campaign.id,
            run_id=run.id,
            number=1,
            document="{}",
            digest="c",
            published_at=work.now,
            published_by_name="Oanh",
        )
        made = Move(
            submission_id=form.id,
            action="self_assess",
            source="DRAFT",
            target="SELF_ASSESSED",
            actor_name="An",
            at=work.now,
        )
        kept = Receipt(submission_id=form.id, code="K7QD-2M4X", content_digest="d", at=work.now)
        final = Replacement(
            submission_id=form.id,
            criterion="B1.1",
            before={"value": {"numerator": "8", "denominator": "10"}},
            after={"value": {"numerator": "9", "denominator": "10"}},
            made_at=work.now,
            made_by_name="An",
        )
        work.add(made, edition, kept, final)
        work.record(Verb.MOVED, form)


@pytest.mark.parametrize("table", FOREVER)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_history_is_neither_changed_nor_removed(history, table, statement):
    count = text(f"SELECT count(*) FROM {table}")
    before = db.session.scalar(count)
    assert before
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(text(statement.format(table)))
    db.session.rollback()
    assert db.session.scalar(count) == before


def test_a_change_that_nobody_recorded_is_refused(app, at):
    key = small.person("an").id
    with pytest.raises(UnrecordedChange, match="person"), unit(SYSTEM) as work:
        work.load(Person, key).name = "Kẻ gian"
    assert db.session.get(Person, key).name == "An"


@pytest.mark.parametrize(
    "statement",
    [
        update(Unit).values(phone="113"),
        insert(Unit).values(
            code="X", kind="commune", name="X", full_name="X", formal_name="X", path="/", valid_from=None
        ),
    ],
    ids=["update", "insert"],
)
def test_bulk_changes_are_watched_too(app, at, statement):
    if statement.is_insert:
        statement = statement.values(valid_from=small.WORKING.date())
    with pytest.raises(UnrecordedChange, match="unit"), unit(SYSTEM) as work:
        work.session.execute(statement)
    assert db.session.query(Unit).filter((Unit.phone == "113") | (Unit.code == "X")).count() == 0


def test_a_removal_that_nobody_recorded_is_refused(app, campaign):
    with unit(SYSTEM) as work:
        visit = FieldVisit(
            submission_id=small.form_of("23557").id,
            planned_on=work.now.date(),
            team="Tổ công tác",
        )
        work.add(visit)
        work.record(Verb.VISIT_PLANNED, visit)
    with pytest.raises(UnrecordedChange, match="field_visit"), unit(SYSTEM) as work:
        work.session.delete(work.load(FieldVisit, visit.id))
    assert db.session.get(FieldVisit, visit.id) is not None


def test_a_unit_without_changes_needs_no_record(app, at):
    with unit(SYSTEM) as work:
        assert work.session.query(Unit).count() == len(small.ROSTER) - 1


def test_all_or_nothing(app, at):
    before = db.session.query(AuditEntry).count()
    with pytest.raises(ZeroDivisionError):
        _rename_and_fail(small.person("an").id)
    assert small.person("an").name == "An"
    assert db.session.query(AuditEntry).count() == before


def _rename_and_fail(key):
    with unit(SYSTEM) as work:
        person = work.load(Person, key)
        person.name = "Nửa chừng"
        work.record(Verb.PERSON_CHANGED, person)
        work.session.flush()
        assert 1 // 0


def test_an_old_page_cannot_move_a_form(app, campaign):
    form = small.form_of("23557")
    with pytest.raises(Outdated):
        move(small.actor("an"), form.id, Action.SELF_ASSESS, version=form.version + 1)


def test_what_is_not_there_is_missing(app, at):
    with pytest.raises(Missing), unit(SYSTEM) as work:
        work.load(Campaign, 10**6)


def test_the_record_says_who_when_and_on_what(app, campaign):
    form = small.form_of("23557")
    with unit(small.actor("giang")) as work:
        work.record(
            Verb.CAMPAIGN_CHANGED, form, campaign=campaign.id, before={"a": 1}, after={"a": 2}, note="Vì sao"
        )
    entry = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.actor_name, entry.at, entry.subject_type, entry.subject_id) == (
        "Giang",
        small.WORKING,
        "submission",
        form.id,
    )
    assert (entry.before, entry.after, entry.note) == ({"a": 1}, {"a": 2}, "Vì sao")
