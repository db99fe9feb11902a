"""Plans reminders from data at every tick and takes back those that became false. Sends nothing itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import db
from app.faults import Duplicate
from app.mailing import letterhead_of, link, mail_of
from app.models import Campaign, OutboxMessage, OutboxState, Reminder, ReminderState
from app.queries.obligations import ground_of, open_campaigns
from app.queries.outlook import Outlook
from app.queries.reminders import Doubt, next_criteria, served, settled, still_true
from app.services.reminder_dates import enclose_dates
from app.unit import SYSTEM, UnitOfWork, unit
from notifications.facts import outbox_key
from notifications.messages import MESSAGES
from notifications.messages_reminders import DailyMessage
from notifications.obligations import Obligation, Rule
from notifications.reminder_letters import letter
from notifications.reminders import Due, DueMail, Plan, Reason, Skip
from workflows.deadlines import local_day

T = TypeVar("T")

MAILS_AT_ONCE = 100
SKIPS_AT_ONCE = 1000
REMINDER_KINDS = frozenset(message.kind for message in MESSAGES if issubclass(message, DailyMessage))

DOUBTS: Mapping[Doubt, LazyString] = {
    Doubt.REPLACED: _l("Đã có thư mới hơn thay thế"),
    Doubt.STALE: _l("Thư đã sang ngày khác, số ngày còn lại không còn đúng"),
    Doubt.CAMPAIGN_ENDED: _l("Đợt đánh giá đã kết thúc"),
    Doubt.MUTED: _l("Cơ quan chủ trì cho ngừng thư nhắc, báo cách khác"),
    Doubt.NOT_OWED: _l("Việc được nhắc đã xong, hạn đã đổi hoặc người nhận không còn phụ trách"),
    Doubt.RULE_GONE: _l("Mốc nhắc này đã được bỏ"),
}
REASONS: Mapping[Reason, LazyString] = {
    Reason.STARTED: _l("Đơn vị đã bắt đầu"),
    Reason.BEFORE: _l("Mốc nhắc trước khi hạn hoặc quy tắc nhắc có hiệu lực"),
    Reason.HOLIDAY: _l("Mốc nhắc trùng ngày nghỉ lễ"),
    Reason.PASSED: _l("Mốc nhắc đã qua"),
    Reason.OVERTAKEN: _l("Đã có mốc nhắc mới hơn"),
    Reason.TOLD_TODAY: _l("Việc này đã được nhắc trong ngày"),
    Reason.NO_ADDRESS: _l("Địa chỉ thư điện tử không dùng được"),
    Reason.NOBODY: _l("Đơn vị chưa có người nhận thư"),
    Reason.MUTED: _l("Cơ quan chủ trì cho ngừng thư nhắc, báo cách khác"),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """How many mails were queued and how many reminders were skipped."""

    mails: int
    skips: int


def plan_reminders() -> Planned:
    """Queue the reminders that are due now and note those that are skipped, each once, with the reason.

    Any number of processes may do so at once: the key of a mail is that of its reader's day.
    """
    found = due_now(db.session(), clock.now())
    db.session.rollback()
    mails = sum(_unless_outrun(_queue, batch) for batch in _batches(found.mails, MAILS_AT_ONCE))
    skips = sum(_unless_outrun(_note, batch) for batch in _batches(found.skips, SKIPS_AT_ONCE))
    return Planned(mails, skips)


def due_now(session: Session, now: datetime) -> Plan:
    """What would be queued and skipped at ``now``."""
    campaigns = open_campaigns(session)
    if not campaigns:
        return Plan((), ())
    outlook = Outlook(session, ground_of(session, campaigns, now, link("")), now, now)
    today = local_day(now, outlook.zone)
    return outlook.plan(
        outlook.obligations(now),
        now,
        settled=settled(session, [campaign.id for campaign in campaigns], today),
        served=served(session, today),
    )


def recheck(work: UnitOfWork, mail: OutboxMessage) -> str | None:
    """Why a claimed reminder must not leave, in words, if so; inside the transaction that claims it.

    What it was about is open again for the next round, unless the mail may have left before.
    """
    if mail.kind not in REMINDER_KINDS:
        return None
    doubt = still_true(work.session, mail, work.now)
    if doubt is None:
        return None
    if mail.unknowns == 0:
        work.session.execute(
            update(Reminder)
            .where(Reminder.mail_id == mail.id)
            .values(state=ReminderState.DROPPED, reason=doubt, at=work.now)
        )
    return str(DOUBTS[doubt])


def _queue(mails: Sequence[DueMail]) -> int:
    with unit(SYSTEM) as work:
        campaigns = _campaign_ids(work.session)
        titles = next_criteria(work.session, _forms_of(mails))
        queued = []
        for mail in mails:
            complete = replace(mail, items=tuple(_with_title(due, titles) for due in mail.items))
            row = _free_mail(work, complete)
            if row is not None:
                first = mail.items[0].obligation
                row.campaign_id = campaigns[first.campaign.slug]
                row.submission_id = first.form if len(mail.items) == 1 else None
                queued.append((row, mail))
        enclose_dates(work, queued)
        work.add(*(row for row, _mail in queued))
        notes = [
            _note_of(due.obligation, due.rule, due.key, mail.person, campaigns)
            | {"mail_id": row.id, "day": mail.day}
            for row, mail in queued
            for due in mail.items
        ]
        _keep(work, notes, ReminderState.PLANNED)
    return len(queued)


def _free_mail(work: UnitOfWork, mail: DueMail) -> OutboxMessage | None:
    """The mail under the first name of the day that is free; None where one is on its way already."""
    attempt = 0
    while True:
        attempt += 1
        message = letter(mail, attempt=attempt, home=link("/trang-chu"))
        key = outbox_key(message, mail.recipient)
        state = work.session.scalar(select(OutboxMessage.state).where(OutboxMessage.key == key))
        if state is None:
            return mail_of(message, mail.recipient, mail.person, work.now, letterhead_of(work, message))
        if state != OutboxState.CANCELLED:
            return None


def _forms_of(mails: Iterable[DueMail]) -> set[int]:
    return {due.obligation.form for mail in mails for due in mail.items if due.obligation.form is not None}


def _with_title(due: Due, titles: Mapping[int, str]) -> Due:
    owed = due.obligation
    return replace(due, obligation=replace(owed, next_criterion=titles.get(owed.form or 0, "")))


def _note(skips: Sequence[Skip]) -> int:
    with unit(SYSTEM) as work:
        campaigns = _campaign_ids(work.session)
        notes = [
            _note_of(skip.obligation, skip.rule, skip.key, skip.person, campaigns)
            | {"mail_id": None, "reason": skip.reason, "day": _today(work, skip.obligation)}
            for skip in skips
        ]
        _keep(work, notes, ReminderState.SKIPPED)
    return len(skips)


def _note_of(
    owed: Obligation, rule: Rule, key: str, person: int | None, campaigns: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "key": key,
        "campaign_id": campaigns[owed.campaign.slug],
        "submission_id": owed.form,
        "unit_id": owed.place,
        "person_id": person,
        "rule": rule.name,
        "owed": owed.owed,
        "subject": owed.subject,
        "deadline_version": owed.version,
        "due_at": owed.deadline.cutoff,
        "reason": "",
    }


def _keep(work: UnitOfWork, notes: Sequence[dict[str, Any]], state: ReminderState) -> None:
    """Write what became of reminders; one that was dropped or waited too long is written over."""
    keys = [note["key"] for note in notes]
    known = {row.key: row for row in work.session.scalars(select(Reminder).where(Reminder.key.in_(keys)))}
    for note in notes:
        row = known.get(note["key"]) or Reminder(key=note["key"])
        for name, value in note.items():
            setattr(row, name, value)
        row.state, row.at = state, work.now
        work.session.add(row)


def _campaign_ids(session: Session) -> dict[str, int]:
    return dict(iter(session.execute(select(Campaign.slug, Campaign.id))))


def _today(work: UnitOfWork, owed: Obligation) -> date:
    return local_day(work.now, ZoneInfo(owed.campaign.zone))


def _unless_outrun(write: Callable[[Sequence[T]], int], batch: Sequence[T]) -> int:
    try:
        return write(batch)
    except Duplicate:
        # Another process wrote some of these rows between our look and our word; the next tick takes up the rest.
        return 0


def _batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
