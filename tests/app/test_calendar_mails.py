"""Which mails carry a date, under which name and number, through the services and the ledger."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app import clock
from app.database import db
from app.mailing import next_word
from app.models import OutboxMessage
from app.queries.moved_dates import NewDate
from app.services import deadlines, packages, reminders, submissions
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM, unit
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in, send_pleiku
from tests.app.moving import at_local
from workflows.deadlines import Wording
from workflows.vocabulary import Action

LATER = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ kéo dài", "88/UBND-VX")


def words(kind, name=None):
    """(method, uid, sequence, day) of the dates in mails of a kind, the oldest first."""
    rows = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    found = []
    for row in db.session.scalars(rows):
        if name is None or row.address.startswith(f"{name}@"):
            calendar = Calendar.from_ical(row.calendar)
            [event] = calendar.events
            found.append(
                (str(calendar["METHOD"]), str(event["UID"]), event["SEQUENCE"], event["DTSTART"].dt.date())
            )
    return found


def own(code):
    return f"form-{small.form_of(code).id}@localhost"


def test_the_invitation_brings_the_deadline_into_the_calendar(campaign):
    assert words("campaign_opened", "xuan") == [("REQUEST", own("23722"), 0, date(2019, 10, 24))]
    row = db.session.scalars(select(OutboxMessage).where(OutboxMessage.address.startswith("xuan@"))).one()
    [event] = Calendar.from_ical(row.calendar).events
    assert event["SUMMARY"] == "Hạn nộp phiếu 2019: UBND thị trấn Phú Hòa"
    assert "trước ngày 25/10/2019 (đến hết 24:00 ngày 24/10/2019)" in event["DESCRIPTION"]
    assert event["ATTENDEE"] == "mailto:xuan@gialai.example"
    assert str(event["ORGANIZER"]).startswith("mailto:")


def test_handing_in_takes_it_out_and_sending_back_brings_it_again(campaign, at):
    [form] = hand_in("SNV")
    assert words("submitted", "nam") == [("CANCEL", own("SNV"), 1, date(2019, 10, 17))]
    submissions.send_back(
        small.actor("giang"),
        form.id,
        note="Sửa",
        remarks={"B1.1": "Sai số"},
        due=date(2019, 10, 21),
        version=None,
    )
    at(clock.now() + timedelta(hours=1))
    assert words("returned", "nam") == [("REQUEST", own("SNV"), 2, date(2019, 10, 21))]
    hand_in("SNV")
    assert words("submitted", "nam")[1:] == [("CANCEL", own("SNV"), 3, date(2019, 10, 21))]


def test_everybody_told_by_one_act_gets_the_same_number(campaign):
    numbers = {word for word in words("campaign_opened") if word[1] == own("23557")}
    assert len(numbers) == 1
    assert len([word for word in words("campaign_opened") if word[1] == own("23557")]) > 1


def test_an_extension_moves_it(campaign):
    deadlines.grant_extension(small.actor("giang"), small.form_of("23722").id, LATER)
    assert words("deadline_changed") == [("REQUEST", own("23722"), 1, date(2019, 11, 1))]


def test_after_a_withdrawal_the_next_word_brings_it_again(campaign):
    [form] = hand_in("23722")
    submissions.move(small.actor("xuan"), form.id, Action.WITHDRAW, version=None)
    deadlines.grant_extension(small.actor("giang"), form.id, LATER)
    assert words("deadline_changed", "xuan") == [("REQUEST", own("23722"), 2, date(2019, 11, 1))]


def test_a_returned_package_brings_the_package_into_the_calendar_once(campaign):
    package = send_pleiku()
    packages.return_package(small.actor("giang"), package.id, note="Thiếu số liệu")
    name = f"package-{campaign.id}-{package.consolidator_id}@localhost"
    assert [word[:3] for word in words("package_returned")] == [("REQUEST", name, 0)]


def test_a_package_that_is_due_comes_with_its_date_and_other_reminders_with_none(campaign, at):
    at(at_local(date(2019, 10, 22)))
    hand_in("622", "627")
    reminders.plan_reminders()
    for name in ("binh", "lan"):
        assert [word[::3] for word in words("several_due", name)] == [("REQUEST", date(2019, 10, 24))]
    others = select(OutboxMessage.calendar).where(OutboxMessage.kind == "not_submitted")
    assert set(db.session.scalars(others)) == {None}


def test_after_a_withdrawal_the_next_reminder_brings_the_date_again_once(campaign, at):
    at(at_local(date(2019, 10, 16)))
    [form] = hand_in("23722")
    submissions.move(small.actor("xuan"), form.id, Action.WITHDRAW, version=None)
    at(at_local(date(2019, 10, 21)))
    reminders.plan_reminders()
    assert words("not_submitted", "xuan") == [("REQUEST", own("23722"), 2, date(2019, 10, 24))]
    at(at_local(date(2019, 10, 23)))
    reminders.plan_reminders()
    latest = select(OutboxMessage.calendar).where(OutboxMessage.address.startswith("xuan@"))
    assert db.session.scalars(latest.order_by(OutboxMessage.id.desc()).limit(1)).one() is None


@pytest.mark.parametrize("kind", ["accepted", "package_sent"])
def test_other_mails_carry_none(campaign, kind):
    send_pleiku()
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
    assert rows
    assert all(row.calendar is None for row in rows)


def test_the_ledger_hands_the_file_over(campaign):
    transport = MemoryTransport()
    deliver_all(OutboxLedger(), transport, clock.now)
    carried = {email.subject: email.calendar for recipient, email in transport.sent}
    assert carried
    assert all(file.startswith("BEGIN:VCALENDAR\r\n") for file in carried.values())


def test_numbers_rise_for_ever(campaign):
    with unit(SYSTEM) as work:
        found = [next_word(work, "x@y", cancel=cancel) for cancel in (False, True, False, True)]
    assert found == [0, 1, 2, 3]
