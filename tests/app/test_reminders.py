"""Reminders end to end: planned from data, sent by the real ledger once, taken back when they became false."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy import event, select

from app import clock, jobs
from app.database import db
from app.models import OutboxState, ReminderState, RoleGrant, Submission, Verb
from app.queries.obligations import obligations, open_campaigns
from app.services import reminders
from app.services.campaigns import close_campaign
from app.unit import SYSTEM, unit
from notifications.delivery import Report, Result, Stage
from tests.app import small
from tests.app.handed_in import hand_in
from tests.app.moving import LAST, at_local, day_of
from tests.app.ticking import kept, mails

# The letter: departments "trước ngày 18/10/2019", districts and communes "trước ngày 25/10/2019".
D3 = LAST - timedelta(days=3)
D1 = LAST - timedelta(days=1)


def test_a_unit_is_told_what_it_still_owes(sent):
    told = sent(at_local(LAST - timedelta(days=7)))
    assert told["xuan"] == "Còn 7 ngày: UBND thị trấn Phú Hòa chưa nộp phiếu 2019"
    [mail] = [row for row in mails(OutboxState.ACCEPTED) if row.address.startswith("xuan")]
    assert "0/3 tiêu chí" in mail.text
    assert "B1.1 Tỷ lệ thủ tục công khai" in mail.text
    assert "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)" in mail.text


def test_ticking_again_sends_nothing_more(sent):
    assert sent(at_local(D3))
    for minutes in (0, 1, 60, 600):
        assert not sent(at_local(D3) + timedelta(minutes=minutes))


def test_who_has_submitted_is_left_in_peace(sent, at):
    at(at_local(D3) - timedelta(hours=1))
    hand_in("23722")
    db.session.rollback()
    assert "xuan" not in sent(at_local(D3))


def test_submitting_between_plan_and_sending_takes_the_mail_back(sent, at):
    at(at_local(D3))
    reminders.plan_reminders()
    hand_in("23722")
    db.session.rollback()
    told = sent(at_local(D3) + timedelta(minutes=1))
    assert "xuan" not in told
    assert "yen" in told
    [gone] = mails(OutboxState.CANCELLED)
    assert gone.address.startswith("xuan")
    assert gone.outcome == str(reminders.DOUBTS[reminders.Doubt.NOT_OWED])
    assert {rule for _person, rule, _subject, _reason in kept(state=ReminderState.DROPPED)} == {"D-3"}


def test_closing_the_campaign_takes_every_reminder_back(sent, at, campaign):
    at(at_local(D3))
    assert reminders.plan_reminders().mails
    close_campaign(SYSTEM, campaign.slug)
    assert not sent(at_local(D3) + timedelta(minutes=1))
    assert {row.outcome for row in mails(OutboxState.CANCELLED)} == {
        str(reminders.DOUBTS[reminders.Doubt.CAMPAIGN_ENDED])
    }


def test_who_lost_the_role_is_not_told(sent, at):
    at(at_local(D3))
    reminders.plan_reminders()
    with unit(SYSTEM) as work:
        grant = work.session.scalar(select(RoleGrant).where(RoleGrant.person_id == small.person("xuan").id))
        grant.valid_to = work.now
        work.record(Verb.ROLE_ENDED, grant)
    assert "xuan" not in sent(at_local(D3) + timedelta(minutes=1))


def test_a_mail_about_several_things_is_written_anew_when_one_is_done(sent, at):
    at(at_local(D1))
    reminders.plan_reminders()
    [mail] = [row for row in mails(OutboxState.WAITING) if row.address.startswith("binh")]
    assert mail.subject == "3 việc đến hạn năm 2019 – UBND thành phố Pleiku"
    hand_in("622")
    assert "binh" not in sent(at_local(D1))
    assert sent(at_local(D1))["binh"] == "2 việc đến hạn năm 2019 – UBND thành phố Pleiku"


def test_mail_that_could_not_leave_today_is_replaced_by_a_true_one_tomorrow(sent):
    away = [Report(Result.FAILED, "421 later", Stage.CONNECT, server_away=True)]
    sent(at_local(D3), away)
    told = sent(at_local(LAST - timedelta(days=2)))
    assert told["xuan"] == "Còn 2 ngày: UBND thị trấn Phú Hòa chưa nộp phiếu 2019"
    stale = [row for row in mails(OutboxState.CANCELLED) if row.address.startswith("xuan")]
    assert len(stale) == 1
    assert len([row for row in mails(OutboxState.ACCEPTED) if row.address.startswith("xuan")]) == 1


def test_a_mail_that_perhaps_left_is_not_written_again_the_next_day(sent):
    everyone = len(sent(at_local(D3) - timedelta(minutes=1)))
    assert everyone == 0
    sent(at_local(D3), [Report(Result.UNKNOWN, "dropped", Stage.DOT)] * 20)
    told = sent(at_local(LAST - timedelta(days=2)))
    assert "xuan" not in told


def test_downtime_of_a_week_sends_the_newest_and_notes_the_others(sent):
    told = sent(at_local(LAST) + timedelta(hours=9))
    assert told["xuan"] == "Hôm nay 24:00 hết hạn nộp phiếu – UBND thị trấn Phú Hòa"
    notes = {
        (rule, reason) for _p, rule, subject, reason in kept(state=ReminderState.SKIPPED) if "form" in subject
    }
    assert {("D-7", "overtaken"), ("D-3", "overtaken"), ("D-1", "overtaken")} <= notes


def test_late_units_are_told_and_those_who_watch_over_them(sent):
    told = sent(at_local(LAST + timedelta(days=1)))
    assert told["xuan"] == "Quá hạn 1 ngày: phiếu 2019 của UBND thị trấn Phú Hòa"
    assert {"binh", "lan", "giang", "oanh"} <= told.keys()
    assert "chi" not in told


def test_the_message_id_names_the_day_and_the_date_is_the_readers(sent):
    sent(at_local(D3))
    rows = mails(OutboxState.ACCEPTED)
    assert len({row.headers["Message-ID"] for row in rows}) == len(rows)
    assert {parsedate_to_datetime(row.headers["Date"]).hour for row in rows} == {8}
    assert all(row.key.startswith(f"reminder:{day_of(D3)}:1:") for row in rows)


def test_two_planners_with_the_same_view_queue_once(app, campaign, at):
    at(at_local(D3))
    found = reminders.due_now(db.session(), clock.now())
    db.session.rollback()
    assert reminders._queue(found.mails) == len(found.mails)
    assert reminders._queue(found.mails) == 0


def test_the_number_of_queries_does_not_grow_with_the_units(app, campaign, at):
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    many = open_campaigns(db.session())
    obligations(db.session(), many, clock.now(), "")
    all_units = len(seen)
    seen.clear()
    db.session.expire_all()
    few = open_campaigns(db.session())
    one = db.session.scalar(select(Submission.id))
    obligations(db.session(), few, clock.now(), "", Submission.id == one)
    narrowed = len(seen)
    assert narrowed <= all_units <= 12


def test_the_tick_plans_and_sends(app, campaign, at):
    jobs.tick(app, at_local(D3) - timedelta(minutes=30))
    done = jobs.tick(app, at_local(D3))
    assert done["reminders"] == done["mail"] > 0
    assert jobs.tick(app, at_local(D3))["reminders"] == 0
