"""Puts mails into the outbox, inside the caller's unit of work. Sends nothing."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import current
from app.models import CalendarEvent, CampaignKind, OutboxMessage, Person, Submission
from app.queries.actors import addressees_of
from app.queries.cases import timetable_of
from app.queries.letterheads import letterheads
from app.queries.readers import recipient_of
from app.unit import UnitOfWork
from notifications.calendar import invitation
from notifications.entries import Entry, event_of
from notifications.messages import (
    CampaignMessage,
    Deadline,
    Digest,
    Message,
    Owed,
    Recipient,
    SeveralDue,
    Wording,
    outbox_key,
)
from notifications.rendering import PLAIN, Letterhead, render
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person, and what it belongs to."""

    message: Message
    person: Person
    campaign_id: int | None = None
    submission_id: int | None = None
    calendar: Entry | None = None


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

    Whoever has no usable address is left out. An address that a mail server refused is tried once more: what is told
    here was caused by what its reader did or waits for, and an accepted mail clears the address.

    Returns how many mails were queued.
    """
    return _queue(work, [Letter(message, one, campaign_id, submission_id, calendar) for one in people])


def enclose(work: UnitOfWork, dated: Mapping[Entry, Iterable[OutboxMessage]]) -> None:
    """Put the next word about each date into its mails, for each reader in its language."""
    numbers = next_words(work, {entry.uid: entry.cancelled for entry in dated})
    for entry, mails in dated.items():
        for mail in mails:
            reader = Recipient(mail.address, mail.recipient_name, mail.language)
            event = event_of(entry, mail.language, numbers[entry.uid])
            mail.calendar = invitation(event, reader, work.now)


def next_word(work: UnitOfWork, uid: str, *, cancel: bool = False) -> int:
    """The number of the next word about a date: 0 for the first, higher for each later one, for ever.

    A calendar program follows the highest number. A date that was called off comes back with a higher one.
    """
    return next_words(work, {uid: cancel})[uid]


def next_words(work: UnitOfWork, cancelled: Mapping[str, bool]) -> dict[str, int]:
    """As :func:`next_word`, for many dates at once: by name, whether it is called off; gives the number by name."""
    found = work.session.scalars(
        select(CalendarEvent)
        .where(CalendarEvent.uid.in_(cancelled))
        .order_by(CalendarEvent.id)
        .with_for_update()
    )
    rows = {row.uid: row for row in found}
    for row in rows.values():
        row.sequence, row.cancelled = row.sequence + 1, cancelled[row.uid]
    fresh = [
        CalendarEvent(uid=uid, sequence=0, cancelled=cancel)
        for uid, cancel in cancelled.items()
        if uid not in rows
    ]
    work.add(*fresh)
    return {row.uid: row.sequence for row in (*rows.values(), *fresh)}


def tell_unit(
    work: UnitOfWork, message: Message, submission: Submission, *, calendar: Entry | None = None
) -> int:
    """Queue a message for the officers and the head of a submission's unit."""
    return tell_units(work, [(message, submission, calendar)])


def tell_units(work: UnitOfWork, told: Collection[tuple[Message, Submission, Entry | None]]) -> int:
    """Queue a message of its own, with its date if it has one, for the people of each unit.

    The number of queries does not grow with the units.
    """
    units = {submission.campaign_unit.unit_id for _message, submission, _entry in told}
    people = addressees_of(work.session, (Role.UNIT, Role.HEAD), units, work.now)
    return _queue(
        work,
        [
            Letter(message, person, submission.campaign_id, submission.id, entry)
            for message, submission, entry in told
            for person in people.get(submission.campaign_unit.unit_id, ())
        ],
    )


def answer_letter(
    work: UnitOfWork,
    message: Message,
    person: Person,
    submission: Submission,
    enclosure: Mapping[str, str] | None,
) -> None:
    """Queue the answer to somebody's letter, with a file if there is one."""
    for _letter, row in _written(work, [Letter(message, person, submission.campaign_id, submission.id)]):
        row.enclosure = None if enclosure is None else dict(enclosure)
        work.add(row)


def letterhead_of(work: UnitOfWork, message: Message) -> Letterhead:
    """What the mails of the message's campaign share; read once in a unit of work."""
    if not isinstance(message, CampaignMessage):
        return PLAIN
    key = f"letterhead {message.campaign}"
    if key not in work.kept:
        work.kept[key] = letterheads(work.session, [message.campaign]).get(message.campaign, PLAIN)
    found: Letterhead = work.kept[key]
    return found


def link(path: str) -> str:
    """The full address of a page, for a mail."""
    return f"{current.settings().base_url}{path}"


def printed_deadline(kind: CampaignKind, submission: Submission | None = None) -> Deadline:
    """The deadline as a mail states it: the letter's wording, its day and the instant."""
    timetable = timetable_of(kind, submission)
    if timetable.repair_due is not None:
        return Deadline(timetable.repair_due)
    return Deadline(timetable.due.instant, Wording(timetable.due.wording), timetable.due.day)


def mail_of(
    message: Message, recipient: Recipient, person_id: int, now: datetime, letterhead: Letterhead = PLAIN
) -> OutboxMessage:
    """A mail, written and ready to leave at once; not yet kept."""
    domain = current.settings().mail_domain
    email = render(message, recipient, domain=domain, now=now, letterhead=letterhead)
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
        headers=dict(email.headers) | (_way_out(person_id) if _is_overview(message) else {}),
        created_at=now,
        next_at=now,
    )


def digest_token(person_id: int) -> str:
    """What the address holds on which a person turns overviews off; only this server can make one."""
    key = current.settings().secret_key.encode()
    return f"{person_id}-{hmac.new(key, f'digests:{person_id}'.encode(), 'sha256').hexdigest()[:40]}"


def _is_overview(message: Message) -> bool:
    """Does a mail only look on at what others owe?"""
    if isinstance(message, SeveralDue):
        return all(item.owed is Owed.OVERSIGHT for item in message.items)
    return isinstance(message, Digest)


def _way_out(person_id: int) -> dict[str, str]:
    """The headers with which a mail program offers to unsubscribe (RFC 2369, RFC 8058)."""
    address = link(f"/ban-tin/{digest_token(person_id)}")
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _queue(work: UnitOfWork, letters: Sequence[Letter]) -> int:
    written = {row.key: (row, letter) for letter, row in _written(work, letters)}
    known = set(work.session.scalars(select(OutboxMessage.key).where(OutboxMessage.key.in_(written))))
    fresh = [pair for key, pair in written.items() if key not in known]
    dated: dict[Entry, list[OutboxMessage]] = defaultdict(list)
    for row, letter in fresh:
        if letter.calendar is not None:
            dated[letter.calendar].append(row)
    if dated:
        enclose(work, dated)
    work.add(*(row for row, _letter in fresh))
    return len(fresh)


def _written(work: UnitOfWork, letters: Sequence[Letter]) -> Iterator[tuple[Letter, OutboxMessage]]:
    for letter in letters:
        person = letter.person
        recipient = recipient_of(person.email, person.name, person.language)
        if recipient is None:
            continue
        head = letterhead_of(work, letter.message)
        row = mail_of(letter.message, recipient, person.id, work.now, head)
        row.campaign_id, row.submission_id = letter.campaign_id, letter.submission_id
        yield letter, row
