"""Puts mails into the outbox, inside the caller's unit of work. Sends nothing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app import current
from app.models import CampaignKind, OutboxMessage, Person, Submission
from app.queries.actors import addressees
from app.queries.cases import timetable_of
from app.unit import UnitOfWork
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
) -> int:
    """Queue a message for people; who was told the same thing before is left out.

    Returns how many mails were queued.
    """
    queued = 0
    for person in people:
        row = _mail(work, message, person)
        if work.session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == row.key)) is not None:
            continue
        row.campaign_id, row.submission_id = campaign_id, submission_id
        work.add(row)
        queued += 1
    return queued


def tell_unit(work: UnitOfWork, message: Message, submission: Submission) -> int:
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
