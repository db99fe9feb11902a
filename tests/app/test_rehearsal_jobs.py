"""Rehearsals that were asked for: claimed once, kept, taken over when a process died, and nothing of the campaign touched."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app import clock, jobs
from app.database import Base, db
from app.faults import Invalid, Missing
from app.models import Rehearsal, RehearsalState
from app.rehearsals import Rehearsed, Wish
from app.services import rehearsals
from app.services.campaigns import close_campaign
from app.unit import SYSTEM
from tests.app import small

WISH = Wish(days=20, submitted=50)


def ask(campaign, wish=WISH):
    return rehearsals.ask_for(small.actor("giang"), campaign.slug, wish).id


def row(key):
    db.session.rollback()
    return db.session.get_one(Rehearsal, key)


def counts():
    tables = [table for table in Base.metadata.sorted_tables if table.name not in ("rehearsal", "heartbeat")]
    found = {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}
    db.session.rollback()
    return found


def test_a_tick_walks_through_what_was_asked_for_and_writes_nothing_else(app, campaign, at):
    key, before = ask(campaign), counts()
    assert rehearsals.rehearse_waiting() == 1
    found = row(key)
    assert (found.state, found.done, found.total, found.claimed_until) == (RehearsalState.DONE, 20, 20, None)
    assert Rehearsed.from_json(found.result).to_json() == found.result
    assert len(Rehearsed.from_json(found.result).mails) > 10
    assert counts() == before
    assert rehearsals.rehearse_waiting() == 0


def test_the_tick_does_it(app, campaign, at):
    key = ask(campaign)
    assert jobs.tick(app, small.WORKING)["rehearsals"] == 1
    assert row(key).state == RehearsalState.DONE


def test_the_same_wish_is_not_asked_for_twice(campaign):
    assert ask(campaign) == ask(campaign)
    assert ask(campaign, Wish(days=21)) != ask(campaign)


def test_only_the_last_ones_are_kept(campaign):
    for days in range(1, 9):
        ask(campaign, Wish(days=days))
        rehearsals.rehearse_waiting()
    kept = [each.options["days"] for each in db.session.scalars(select(Rehearsal).order_by(Rehearsal.id))]
    assert kept == [4, 5, 6, 7, 8]


def test_what_a_dead_process_began_is_begun_anew(campaign, at):
    key = ask(campaign)
    assert rehearsals._claim().attempt == 1
    assert rehearsals.rehearse_waiting() == 0
    at(clock.now() + rehearsals.LEASE)
    assert rehearsals.rehearse_waiting() == 1
    assert (row(key).state, row(key).attempts) == (RehearsalState.DONE, 2)


def test_a_process_that_lost_its_claim_writes_nothing(campaign, at):
    key = ask(campaign)
    late = rehearsals._claim()
    at(clock.now() + rehearsals.LEASE)
    assert rehearsals._claim().attempt == 2
    assert not rehearsals._carry_out(late)
    assert row(key).state == RehearsalState.RUNNING


def test_what_kills_every_process_is_given_up(campaign, at):
    key = ask(campaign)
    for _ in range(rehearsals.MOST_ATTEMPTS):
        rehearsals._claim()
        at(clock.now() + rehearsals.LEASE)
    rehearsals.rehearse_waiting()
    assert (row(key).state, bool(row(key).fault)) == (RehearsalState.FAILED, True)


def test_a_fault_is_told_and_stops_no_other(campaign, monkeypatch, caplog):
    key, other = ask(campaign), ask(campaign, Wish(days=3))
    real = rehearsals.rehearse
    monkeypatch.setattr(
        rehearsals, "rehearse", lambda stage, told: real(stage, told) if stage.days == 3 else 1 // 0
    )
    assert rehearsals.rehearse_waiting() == 2
    assert (row(key).state, row(other).state) == (RehearsalState.FAILED, RehearsalState.DONE)
    assert "nhật ký" in row(key).fault
    assert "ZeroDivisionError" in caplog.text


def test_a_campaign_that_was_closed_meanwhile_is_refused_in_words(campaign):
    key = ask(campaign)
    close_campaign(SYSTEM, campaign.slug)
    rehearsals.rehearse_waiting()
    assert row(key).fault == "Chỉ chạy thử được đợt đang chuẩn bị hoặc đang mở"


def test_two_threads_walk_through_it_once(app, campaign, at):
    key, ended, now = ask(campaign), [], clock.now()
    db.session.remove()

    def work():
        with app.app_context(), clock.put_at(now):
            ended.append(rehearsals.rehearse_waiting())
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(ended), row(key).attempts) == ([0, 1], 1)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(days=0), "days"),
        (Wish(days=401), "days"),
        (Wish(submitted=101), "submitted"),
        (Wish(start=(small.WORKING - timedelta(days=1)).date()), "start"),
        (Wish(start=(small.WORKING + timedelta(days=401)).date()), "start"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(campaign, wish, field):
    with pytest.raises(Invalid) as refused:
        ask(campaign, wish)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_only_the_office_asks(campaign):
    for name in ("chi", "binh", "an"):
        with pytest.raises(Missing):
            rehearsals.ask_for(small.actor(name), campaign.slug, WISH)


def test_a_closed_campaign_is_not_rehearsed(campaign):
    close_campaign(SYSTEM, campaign.slug)
    with pytest.raises(Invalid):
        ask(campaign)
