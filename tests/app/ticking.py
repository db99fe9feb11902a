"""Ticks of the small campaign at chosen instants: what reminders they send, and what became of those that they do not."""

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.models import OutboxMessage, OutboxState, Reminder
from app.services import reminders
from app.services.outbox import OutboxLedger
from notifications.delivery import deliver_all
from notifications.transports import MemoryTransport


def tick(at, instant, reports=()):
    """Plan and send at an instant; the reminders that left, by the first part of the address."""
    at(instant)
    transport = MemoryTransport(reports)
    reminders.plan_reminders()
    deliver_all(OutboxLedger(), transport, clock.now)
    db.session.rollback()
    ours = {row.headers["Message-ID"] for state in OutboxState for row in mails(state)}
    return {
        recipient.address.partition("@")[0]: email.subject
        for recipient, email in transport.sent
        if email.headers["Message-ID"] in ours
    }


@pytest.fixture
def sent(app, campaign, at):
    """The first mails have left; gives what a tick at an instant sends."""
    deliver_all(OutboxLedger(), MemoryTransport(), clock.now)
    return lambda instant, reports=(): tick(at, instant, reports)


def kept(**wanted):
    """What became of reminders: the person, the rule, the subject, the reason."""
    rows = db.session.scalars(select(Reminder).filter_by(**wanted))
    return {(row.person_id, row.rule, row.subject, row.reason) for row in rows}


def mails(state):
    """The reminders in this state of the outbox."""
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == state))
    return [row for row in rows if row.kind in reminders.REMINDER_KINDS]
