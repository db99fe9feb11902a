"""Extensions, moved dates and the calendar: acts of the office that everything else follows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.faults import Invalid, Missing
from app.models import (
    AuditEntry,
    CalendarYear,
    DayKind,
    OutboxMessage,
    OutboxState,
    Submission,
    Verb,
)
from app.queries.calendar_days import calendar_of, unconfirmed
from app.queries.cases import timetable_of
from app.queries.moved_dates import NewDate, preview_move
from app.queries.standings_inputs import Part, inputs_of
from app.services import calendar_days, deadlines, reminders, submissions
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM, unit
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in
from tests.app.moving import LAST, at_local
from workflows.deadlines import Standing, Wording
from workflows.vocabulary import Action
from workflows.workflow import MoveRefused

THROUGH_NOVEMBER_FIRST = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ kéo dài", "88/UBND-VX")
SECOND = timedelta(seconds=1)


def fault(raised):
    return raised.value.faults[0].code


def closes(code):
    form = small.form_of(code)
    return timetable_of(form.campaign_unit.kind, form).closes


def extend(code, given=THROUGH_NOVEMBER_FIRST):
    return deadlines.grant_extension(small.actor("giang"), small.form_of(code).id, given)


def told(kind):
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind))
    return {row.address.partition("@")[0]: row.subject for row in rows}


def tick():
    transport = MemoryTransport()
    reminders.plan_reminders()
    deliver_all(OutboxLedger(), transport, clock.now)
    db.session.rollback()
    return {recipient.address.partition("@")[0]: email.subject for recipient, email in transport.sent}


def test_an_extension_holds_to_the_second_for_one_unit_alone(campaign, at):
    extend("23722")
    end = at_local(date(2019, 11, 2), 0)
    assert closes("23722") == end
    assert closes("23725") == at_local(LAST + timedelta(days=1), 0)
    at(end - SECOND)
    hand_in("23722")
    with pytest.raises(MoveRefused):
        hand_in_late("23725")


def hand_in_late(code):
    form = small.form_of(code)
    with unit(SYSTEM) as work:
        row = work.load(Submission, form.id)
        row.last_worked_at = work.now
        work.record(Verb.ANSWER_SAVED, row)
    submissions.move(small.actor("yen"), form.id, Action.SELF_ASSESS, version=None)


def test_at_the_very_instant_the_extension_is_over(campaign, at):
    extend("23722")
    at(at_local(date(2019, 11, 2), 0))
    form = small.form_of("23722")
    standing = timetable_of(form.campaign_unit.kind, form).standing(submitted=False, now=clock.now())
    assert standing is Standing.OVERDUE


def test_the_unit_is_told_who_extended_and_why(campaign):
    extend("23722")
    assert told("deadline_changed") == {"xuan": "Gia hạn đến 01/11: nộp phiếu 2019 – UBND thị trấn Phú Hòa"}
    [mail] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "deadline_changed"))
    assert "Mưa lũ kéo dài" in mail.text
    assert "88/UBND-VX" in mail.text
    assert "đến hết 24:00 ngày 01/11/2019" in mail.text


def test_a_queued_reminder_of_the_old_date_is_taken_back(campaign, at):
    tick()
    at(at_local(LAST - timedelta(days=3)))
    reminders.plan_reminders()
    extend("23722")
    left = tick()
    assert "xuan" in left
    assert left["xuan"].startswith("Gia hạn đến 01/11")
    [gone] = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == OutboxState.CANCELLED))
    assert gone.address == "xuan@gialai.example"
    at(at_local(date(2019, 10, 29)))
    assert tick()["xuan"] == "Còn 3 ngày: UBND thị trấn Phú Hòa chưa nộp phiếu 2019"


def test_an_ended_extension_gives_the_old_date_back_and_says_so(campaign):
    row = extend("23722")
    deadlines.end_extension(small.actor("giang"), row.id, reason="Đơn vị đã khắc phục xong")
    assert closes("23722") == at_local(LAST + timedelta(days=1), 0)
    assert {subject[:13] for subject in told("deadline_changed").values()} <= {
        "Gia hạn đến 0",
        "Hạn mới 24/10",
    }
    texts = set(
        db.session.scalars(select(OutboxMessage.text).where(OutboxMessage.kind == "deadline_changed"))
    )
    assert any("trước ngày 25/10/2019" in text for text in texts)
    with pytest.raises(Invalid) as raised:
        deadlines.end_extension(small.actor("giang"), row.id, reason="Lần nữa")
    assert fault(raised) == "ended"


def test_an_extension_takes_the_place_of_a_date_of_repair(campaign, at):
    hand_in("23722")
    submissions.send_back(
        small.actor("lan"),
        small.form_of("23722").id,
        note="Bổ sung",
        remarks={"B1.1": "Thiếu số liệu"},
        due=date(2019, 10, 15),
        version=None,
    )
    assert closes("23722") == at_local(date(2019, 10, 16), 0)
    extend("23722")
    assert closes("23722") == at_local(date(2019, 11, 2), 0)


def test_a_whole_kind_may_be_extended(campaign):
    deadlines.grant_kind_extension(small.actor("giang"), campaign.slug, "department", THROUGH_NOVEMBER_FIRST)
    db.session.expire_all()
    assert closes("SNV") == closes("SYT") == at_local(date(2019, 11, 2), 0)
    assert closes("23722") == at_local(LAST + timedelta(days=1), 0)
    assert set(told("deadline_changed")) == {"nam", "thu"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "  "), "blank"),
        (NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "x" * 2001), "too_long"),
        (NewDate(Wording.THROUGH_DAY, date(2019, 10, 9), "Lý do"), "past_day"),
        (NewDate(Wording.BEFORE_DAY, date(2019, 10, 25), "Lý do"), "not_later"),
        (NewDate(Wording.THROUGH_DAY, date(2060, 1, 4), "Lý do"), "calendar_unconfirmed"),
    ],
)
def test_what_is_no_extension_is_refused(campaign, given, code):
    with pytest.raises(Invalid) as raised:
        extend("23722", given)
    assert fault(raised) == code


def test_a_submitted_form_needs_no_extension(campaign):
    hand_in("23722")
    with pytest.raises(Invalid) as raised:
        extend("23722")
    assert fault(raised) == "not_with_unit"


@pytest.mark.parametrize("name", ["an", "lan", "chi", "dung", "quang", "khach"])
def test_only_the_office_may(campaign, name):
    with pytest.raises(Missing):
        deadlines.grant_extension(small.actor(name), small.form_of("23722").id, THROUGH_NOVEMBER_FIRST)
    with pytest.raises(Missing):
        deadlines.move_deadline(small.actor(name), campaign.slug, "commune", THROUGH_NOVEMBER_FIRST)


def test_moving_a_date_is_previewed_done_told_and_kept(campaign, at):
    giang = small.actor("giang")
    hand_in("23557")
    extend("23722", NewDate(Wording.THROUGH_DAY, date(2019, 11, 20), "Mưa lũ"))
    at(at_local(LAST + timedelta(days=1), 9))
    seen = preview_move(
        db.session(), small.actor("giang"), campaign.slug, "commune", THROUGH_NOVEMBER_FIRST, clock.now()
    )
    assert (seen.opened, seen.shifted, seen.apart) == (2, 2, 1)
    row = deadlines.move_deadline(giang, campaign.slug, "commune", THROUGH_NOVEMBER_FIRST)
    assert (row.day_before, row.day, row.number) == (date(2019, 10, 25), date(2019, 11, 1), 1)
    db.session.expire_all()
    assert closes("23560") == at_local(date(2019, 11, 2), 0)
    assert closes("23722") == at_local(date(2019, 11, 21), 0)
    assert {"bao", "yen"} <= told("deadline_changed").keys()
    assert "an" not in told("deadline_changed")
    verbs = set(db.session.scalars(select(AuditEntry.verb)))
    assert {Verb.EXTENSION_GRANTED, Verb.DEADLINE_MOVED} <= verbs
    with pytest.raises(Invalid) as raised:
        deadlines.move_deadline(giang, campaign.slug, "commune", THROUGH_NOVEMBER_FIRST)
    assert fault(raised) == "same"


def test_a_date_may_be_moved_forward_in_the_calendar_and_is_then_new_not_extended(campaign):
    sooner = NewDate(Wording.THROUGH_DAY, date(2019, 10, 15), "Rút ngắn đợt")
    deadlines.move_deadline(small.actor("giang"), campaign.slug, "commune", sooner)
    assert {subject[:13] for subject in told("deadline_changed").values()} == {"Hạn mới 15/10"}


def test_a_unit_with_an_extension_is_not_yet_silent_in_the_ranking(campaign, at):
    extend("23722")
    now = at_local(LAST + timedelta(days=2))
    parts = {row.code: row.part for row in inputs_of(db.session(), campaign, now).units}
    assert parts["23722"] is Part.AWAITED
    assert parts["23725"] is Part.SILENT


def test_opening_needs_the_holidays_of_every_year(app, at):
    with unit(SYSTEM) as work:
        row = work.session.scalar(select(CalendarYear).where(CalendarYear.year == 2019))
        work.session.delete(row)
        work.record(Verb.CALENDAR_CHANGED, row)
    with pytest.raises(Invalid) as raised:
        small.make_campaign()
    assert fault(raised) == "calendar_unconfirmed"
    assert "2019" in str(raised.value)


def test_a_year_is_confirmed_again_by_the_last_who_did(app, at):
    calendar_days.confirm_year(small.actor("giang"), 2044)
    again = calendar_days.confirm_year(small.actor("oanh"), 2044)
    assert again.confirmed_by_name == "Oanh"
    assert unconfirmed(db.session(), [2044, 2045]) == (2045,)
    with pytest.raises(Invalid):
        calendar_days.confirm_year(SYSTEM, 1999)


def test_days_may_be_swapped_and_swapped_back(app, at):
    monday, saturday = date(2019, 10, 14), date(2019, 10, 12)
    calendar_days.set_day(SYSTEM, monday, DayKind.OFF, note="Hoán đổi")
    calendar_days.set_day(SYSTEM, saturday, DayKind.WORKING, note="Làm bù")
    swapped = calendar_of(db.session(), [2019])
    assert (swapped.is_working(monday), swapped.is_working(saturday)) == (False, True)
    calendar_days.clear_day(SYSTEM, monday)
    calendar_days.clear_day(SYSTEM, saturday)
    plain = calendar_of(db.session(), [2019])
    assert (plain.is_working(monday), plain.is_working(saturday)) == (True, False)


def test_fifteen_working_days_from_receipt(app):
    assert calendar_of(db.session(), [2019]).add(date(2019, 10, 4), 15) == date(2019, 10, 25)


def test_the_library_knows_tet_and_swapped_days(app):
    known = calendar_of(db.session(), [2018, 2019])
    assert not any(known.is_working(date(2019, 2, day)) for day in range(4, 9))
    assert known.is_holiday(date(2018, 12, 31))
    assert known.is_working(date(2019, 1, 5))
    assert not known.is_holiday(date(2019, 1, 6))
