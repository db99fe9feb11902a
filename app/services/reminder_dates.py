"""Which reminders carry a date into calendars, inside the unit of work that queues them.

Reminders repeat what the invitation put there, so most carry none. A package's does: it is the first word about that
date. And a form's does where the last word called the date off and the form is owed again, as after a withdrawal,
of which no mail tells.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.mailing import enclose
from app.models import CalendarEvent, Campaign, OutboxMessage
from app.queries.calendar_entries import obligation_entry, uid
from app.unit import UnitOfWork
from notifications.entries import Entry
from notifications.facts import Owed
from notifications.obligations import Obligation
from notifications.reminders import DueMail

Queued = Sequence[tuple[OutboxMessage, DueMail]]


def enclose_dates(work: UnitOfWork, queued: Queued) -> None:
    """Put the date into each mail of a round that carries one: the most urgent, for a file holds one date only."""
    gone = _called_off(work, queued)
    campaigns = _campaigns(work, queued)
    dated: dict[Entry, list[OutboxMessage]] = defaultdict(list)
    for row, mail in queued:
        owed = next((each for each in _things(mail) if _carried(each, gone)), None)
        if owed is not None:
            dated[obligation_entry(campaigns[owed.campaign.slug], owed)].append(row)
    if dated:
        enclose(work, dated)


def _carried(owed: Obligation, gone: frozenset[str]) -> bool:
    return owed.owed is Owed.PACKAGE or (owed.owed is Owed.FORM and uid("form", owed.form) in gone)


def _things(mail: DueMail) -> Iterator[Obligation]:
    return (due.obligation for due in mail.items)


def _called_off(work: UnitOfWork, queued: Queued) -> frozenset[str]:
    forms = {
        uid("form", owed.form) for _row, mail in queued for owed in _things(mail) if owed.form is not None
    }
    found = select(CalendarEvent.uid).where(CalendarEvent.uid.in_(forms), CalendarEvent.cancelled)
    return frozenset(work.session.scalars(found))


def _campaigns(work: UnitOfWork, queued: Queued) -> dict[str, Campaign]:
    slugs = {owed.campaign.slug for _row, mail in queued for owed in _things(mail)}
    return {row.slug: row for row in work.session.scalars(select(Campaign).where(Campaign.slug.in_(slugs)))}
