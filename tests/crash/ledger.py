"""What the ledger says, for tests that look at it from outside."""

from collections import Counter
from datetime import date

from sqlalchemy import select

from app.database import db
from app.models import OutboxMessage, OutboxState, Person
from app.services.reminders import REMINDER_KINDS
from tests.app.moving import at_local

MONDAY = at_local(date(2019, 10, 21))  # three days before the last one of districts and communes


def states() -> Counter[str]:
    """How many reminders are in which state."""
    db.session.rollback()
    return Counter(
        row.state for row in db.session.scalars(select(OutboxMessage)) if row.kind in REMINDER_KINDS
    )


def mails(state: OutboxState) -> list[OutboxMessage]:
    """The reminders in a state."""
    db.session.rollback()
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == state))
    return [row for row in rows if row.kind in REMINDER_KINDS]


def everybody() -> Counter[str]:
    """Everyone who is to be told something on that Monday: once each."""
    db.session.rollback()
    return Counter(db.session.scalars(select(Person.email)))
