"""Many at once: one wins a move, everybody else is told, and no acknowledged change is lost."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from app.database import db
from app.faults import Busy, Invalid, Outdated
from app.models import AuditEntry, Move, Unit, Verb
from app.services import answers, criteria_drafts
from app.services.office_imports import SentFile
from app.unit import SYSTEM, unit
from criteria.codec import digest, to_json
from tests.app import small
from tests.app.handed_in import CLAIMS, OFFICERS
from workflows.vocabulary import State

RUNNERS = 8
ROUNDS = 4
CHANGES = 10


def together(app, work, runners=RUNNERS):
    """Run the same work in threads that start at one moment, each at the clock of this test."""
    gate = Barrier(runners)

    def one(number):
        gate.wait()
        with app.app_context():
            try:
                return work(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(runners) as pool:
        waiting = [pool.submit(contextvars.copy_context().run, one, number) for number in range(runners)]
        return [future.result() for future in waiting]


@pytest.fixture
def officers(app, campaign, sign_in):
    """Eight browsers of one officer, who has filled in the form."""
    answers.save_answers(small.actor("an"), small.form_of("23557").id, CLAIMS)
    return [sign_in("an") for _ in range(RUNNERS)]


@pytest.mark.slow
def test_one_of_many_equal_moves_wins(app, campaign, officers):
    form = small.form_of("23557")
    key, version = form.id, form.version
    db.session.rollback()

    def hand_in(number):
        return officers[number].post(f"/phieu/{key}/nop", data={"version": version}).status_code

    statuses = sorted(together(app, hand_in))
    db.session.rollback()
    form = small.form_of("23557")
    assert statuses == [303, *[409] * (RUNNERS - 1)]
    assert form.state == State.SELF_ASSESSED
    assert db.session.query(Move).filter(Move.submission_id == key).count() == 1
    moved = db.session.query(AuditEntry).filter(AuditEntry.verb == Verb.MOVED, AuditEntry.subject_id == key)
    assert moved.count() == 1
    assert form.version > version


@pytest.mark.slow
def test_no_acknowledged_change_is_lost(app, at):
    key = db.session.query(Unit).filter(Unit.code == "23557").one().id
    db.session.rollback()

    def raise_by_one(_number):
        done = 0
        while done < CHANGES:
            try:
                with unit(SYSTEM) as work:
                    row = work.load(Unit, key)
                    row.display_order += 1
                    work.record(Verb.UNIT_CHANGED, row)
                done += 1
            except (Outdated, Busy):
                continue
        return done

    before = db.session.get(Unit, key).display_order
    version = db.session.get(Unit, key).version
    db.session.rollback()
    done = sum(together(app, raise_by_one))
    db.session.rollback()
    row = db.session.get(Unit, key)
    assert done == RUNNERS * CHANGES
    assert row.display_order == before + done
    assert row.version == version + done
    recorded = db.session.query(AuditEntry).filter(
        AuditEntry.verb == Verb.UNIT_CHANGED, AuditEntry.subject_id == key
    )
    assert recorded.count() == done


@pytest.mark.slow
def test_different_forms_do_not_stand_in_each_others_way(app, campaign, sign_in):
    names = list(OFFICERS.items())
    clients, forms = [], []
    for code, name in names:
        answers.save_answers(small.actor(name), small.form_of(code).id, CLAIMS)
        form = small.form_of(code)
        forms.append((form.id, form.version))
        clients.append(sign_in(name))
    db.session.rollback()

    def hand_in(number):
        key, version = forms[number]
        return clients[number].post(f"/phieu/{key}/nop", data={"version": version}).status_code

    assert together(app, hand_in, len(names)) == [303] * len(names)


@pytest.mark.slow
def test_of_drafts_of_one_set_published_at_once_the_later_meet_the_first(app, campaign):
    giang, known, connected = small.actor("giang"), small.small_set("commune"), Barrier(3)
    drafts = [
        criteria_drafts.upload_draft(
            giang, SentFile("bo.json", to_json(replace(known, title=title)).encode())
        )
        for title in ("Bộ thứ nhất", "Bộ thứ hai", "Bộ thứ ba")
    ]
    keys, base = [row.id for row in drafts], digest(known)
    db.session.rollback()

    def publish(number):
        db.session.connection()  # opening one takes longer than what is to happen at once
        connected.wait()
        try:
            criteria_drafts.publish_draft(giang, keys[number], base=base, decision="")
        except Invalid as refused:
            return refused.faults[0].code
        return "published"

    assert sorted(together(app, publish, 3)) == ["outdated", "outdated", "published"]
