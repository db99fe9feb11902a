"""A rehearsal and the server that ticks for real find the same mails, the same skips, at the same instants."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.mailing import link
from app.models import DayKind, OutboxMessage, Reminder, ReminderState
from app.queries.moved_dates import NewDate
from app.queries.rehearsing import rehearse
from app.queries.stages import stage_of
from app.rehearsals import Wish
from app.services import deadlines, reminders
from app.services.calendar_days import set_day
from app.services.outbox import OutboxLedger
from app.unit import SYSTEM
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport
from tests.app import small
from tests.app.handed_in import hand_in
from tests.app.moving import at_local
from workflows.deadlines import Wording

pytestmark = pytest.mark.slow

FIRST = date(2019, 10, 11)
DAYS = 34
OWN_HOLIDAY = date(2019, 10, 21)


def rehearsed(campaign, **wish):
    return rehearse(stage_of(db.session(), campaign, Wish(**wish), clock.now(), link("")))


def tick():
    reminders.plan_reminders()
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)


@pytest.fixture
def busy(campaign, at):
    """Some has been told, a unit has an extension, the date of departments was moved, a Monday is off."""
    at(at_local(date(2019, 10, 10), 9))
    tick()
    at(at_local(FIRST, 7, 30))
    set_day(SYSTEM, OWN_HOLIDAY, DayKind.OFF, note="Mưa lũ")
    given = NewDate(Wording.THROUGH_DAY, date(2019, 11, 1), "Mưa lũ", "88/UBND-VX")
    deadlines.grant_extension(small.actor("giang"), small.form_of("23722").id, given)
    moved = NewDate(Wording.THROUGH_DAY, date(2019, 10, 22), "Chờ số liệu")
    deadlines.move_deadline(small.actor("giang"), campaign.slug, "department", moved)
    return campaign


def live(at, found, hours=(0, 5, 8, 11, 16, 20)):
    """Tick for real, and hand in what the rehearsal took for handed in."""
    handed = {row.at: [other.code for other in found.handed if other.at == row.at] for row in found.handed}
    tick()
    for day in range(DAYS):
        for hour in hours:
            instant = at_local(FIRST + timedelta(days=day), hour)
            if instant < found.begins:
                continue
            at(instant)
            hand_in(*handed.get(instant, ()))
            tick()
    db.session.rollback()


def told(state, since):
    rows = db.session.scalars(select(Reminder).where(Reminder.state == state, Reminder.at >= since))
    return sorted(
        (
            (row.at, row.person_id or 0, row.owed, row.rule, row.subject, row.due_at, row.reason)
            for row in rows
        ),
        key=str,
    )


def foretold(found):
    mails = [
        (mail.at, mail.person, item.owed, item.rule, item.subject, item.due, "")
        for mail in found.mails
        for item in mail.items
    ]
    skips = [
        (row.at, row.person or 0, row.owed, row.rule, row.subject, row.due, row.reason) for row in found.skips
    ]
    return sorted(mails, key=str), sorted(skips, key=str)


@pytest.mark.parametrize("submitted", [0, 60])
def test_what_is_foretold_comes_true(busy, at, submitted):
    begins = clock.now()
    found = rehearsed(busy, days=DAYS, submitted=submitted)
    assert bool(found.handed) == bool(submitted)
    live(at, found)
    mails, skips = foretold(found)
    assert told(ReminderState.PLANNED, begins) == mails
    assert told(ReminderState.SKIPPED, begins) == skips
    kinds = {(row.created_at, row.person_id): row.kind for row in db.session.scalars(select(OutboxMessage))}
    assert all(kinds[mail.at, mail.person] == mail.kind for mail in found.mails)
    assert len(mails) > 50
