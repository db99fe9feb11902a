"""Puts mails into the outbox, inside the caller's unit of work. Sends nothing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app import current
from app.models import CalendarEvent, CampaignKind, OutboxMessage, Person, Submission
from app.queries.actors import addressees
from app.queries.cases import timetable_of
from app.unit import UnitOfWork
from notifications.calendar import invitation
from notifications.entries import Entry, event_of
from notifications.messages import Deadline, Message, Recipient, Wording, outbox_key
from notifications.rendering import render
from workflows.vocabulary import Role


def tell(
    work: UnitOfWork,
    message: Message,
    people: Iterable[Person],
    *,
    campaign_id: int | None = None,
    submission_id: int | None = None,
    calendar: Entry | None = None,
) -> int:
    """Queue a message for people; who was told the same thing before is left out.

    ``calendar``: the date that goes with it. It is one further word about that date, the same for all of them.

    Returns how many mails were queued.
    """
    mails = {row.key: row for row in (_mail(work, message, person) for person in people)}
    known = select(OutboxMessage.key).where(OutboxMessage.key.in_(mails))
    told = set(work.session.scalars(known))
    rows = [row for key, row in mails.items() if key not in told]
    if calendar is not None and rows:
        enclose(work, calendar, rows)
    for row in rows:
        row.campaign_id, row.submission_id = campaign_id, submission_id
    work.add(*rows)
    return len(rows)


def enclose(work: UnitOfWork, entry: Entry, mails: Iterable[OutboxMessage]) -> None:
    """Put the next word about a date into mails, for each reader in its language."""
    sequence = next_word(work, entry.uid, cancel=entry.cancelled)
    for mail in mails:
        reader = Recipient(mail.address, mail.recipient_name, mail.language)
        mail.calendar = invitation(event_of(entry, mail.language, sequence), reader, work.now)


def next_word(work: UnitOfWork, uid: str, *, cancel: bool = False) -> int:
    """The number of the next word about a date: 0 for the first, higher for each later one, for ever.

    A calendar program follows the highest number. A date that was called off comes back with a higher one.
    """
    row = work.session.scalar(select(CalendarEvent).where(CalendarEvent.uid == uid).with_for_update())
    if row is None:
        work.add(CalendarEvent(uid=uid, sequence=0, cancelled=cancel))
        return 0
    row.sequence, row.cancelled = row.sequence + 1, cancel
    return row.sequence


def tell_unit(
    work: UnitOfWork, message: Message, submission: Submission, *, calendar: Entry | None = None
) -> int:
    """Queue a message for the officers and the head of a submission's unit."""
    unit_id = submission.campaign_unit.unit_id
    people = [
        *addressees(work.session, Role.UNIT, unit_id, work.now),
        *addressees(work.session, Role.HEAD, unit_id, work.now),
    ]
    return tell(
        work,
        message,
        dict.fromkeys(people),
        campaign_id=submission.campaign_id,
        submission_id=submission.id,
        calendar=calendar,
    )


def link(path: str) -> str:
    """The full address of a page, for a mail."""
    return f"{current.settings().base_url}{path}"


def printed_deadline(kind: CampaignKind, submission: Submission | None = None) -> Deadline:
    """The deadline as a mail states it: the letter's wording, its day and the instant."""
    timetable = timetable_of(kind, submission)
    if timetable.repair_due is not None:
        return Deadline(timetable.repair_due)
    return Deadline(timetable.due.instant, Wording(timetable.due.wording), timetable.due.day)


def mail_of(message: Message, recipient: Recipient, person_id: int, now: datetime) -> OutboxMessage:
    """A mail, written and ready to leave at once; not yet kept."""
    email = render(message, recipient, domain=current.settings().mail_domain, now=now)
    return OutboxMessage(
        key=outbox_key(message, recipient),
        kind=message.kind,
        person_id=person_id,
        address=recipient.address,
        recipient_name=recipient.name,
        language=recipient.language,
        subject=email.subject,
        text=email.text,
        html=email.html,
        headers=dict(email.headers),
        created_at=now,
        next_at=now,
    )


def _mail(work: UnitOfWork, message: Message, person: Person) -> OutboxMessage:
    recipient = Recipient(person.email, person.name, person.language)
    return mail_of(message, recipient, person.id, work.now)
