"""What was told before, what a reminder still has to look up, and whether a queued one is still true. Never writes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Answer,
    Campaign,
    CampaignKind,
    CampaignStatus,
    CampaignUnit,
    OutboxMessage,
    OutboxState,
    Person,
    Reminder,
    ReminderState,
    Submission,
)
from app.queries.criteria_sets import criteria_set_of
from app.queries.obligations import obligations, rules_of
from app.queries.office_obligations import office_obligations
from notifications.facts import Owed
from notifications.obligations import Obligation
from workflows.deadlines import local_day, start_of_day
from workflows.vocabulary import State


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """What became of one reminder; ``person`` is empty where nobody could be told, ``mail`` where none was made."""

    at: datetime
    owed: Owed
    rule: str
    due_at: datetime
    person: str
    state: ReminderState
    reason: str
    mail: str


class Doubt(StrEnum):
    """Why a queued reminder is no longer true."""

    REPLACED = "replaced"
    STALE = "stale"
    CAMPAIGN_ENDED = "campaign_ended"
    MUTED = "muted"
    NOT_OWED = "not_owed"
    RULE_GONE = "rule_gone"


def settled(session: Session, campaign_ids: Iterable[int], today: date) -> frozenset[str]:
    """Keys of reminders that need not be thought of again, for what is still owed.

    A mail that has waited into another day says the wrong number of days, also where the clock was put back: its
    reminders are open again. So are those that were skipped on a day that is yet to come: the clock was wrong then.
    """
    waiting = and_(OutboxMessage.state == OutboxState.WAITING, Reminder.day != today)
    foreseen = and_(Reminder.state == ReminderState.SKIPPED, Reminder.day > today)
    rows = session.scalars(
        select(Reminder.key)
        .outerjoin(OutboxMessage, Reminder.mail_id == OutboxMessage.id)
        .outerjoin(Submission, Reminder.submission_id == Submission.id)
        .where(
            Reminder.campaign_id.in_(list(campaign_ids)),
            Reminder.state != ReminderState.DROPPED,
            ~foreseen,
            or_(Reminder.submission_id.is_(None), Submission.state == State.DRAFT),
            or_(Reminder.mail_id.is_(None), OutboxMessage.unknowns > 0, ~waiting),
        )
    )
    return frozenset(rows)


def served(session: Session, today: date) -> frozenset[int]:
    """The people for whom a reminder is queued or has left today, or whom somebody urged today."""
    rows = session.scalars(
        select(Reminder.person_id)
        .where(
            Reminder.day == today, Reminder.state == ReminderState.PLANNED, Reminder.person_id.is_not(None)
        )
        .distinct()
    )
    urged = session.scalars(
        select(OutboxMessage.person_id).where(
            OutboxMessage.nudge_id.is_not(None),
            OutboxMessage.state != OutboxState.CANCELLED,
            OutboxMessage.created_at >= start_of_day(today),
            OutboxMessage.created_at < start_of_day(today + timedelta(days=1)),
        )
    )
    return frozenset(person for person in (*rows, *urged) if person is not None)


def last_reminded(session: Session, submissions: Iterable[int]) -> Mapping[int, date]:
    """The last local day on which a reminder of each form was planned into a mail, of those forms that had one."""
    rows = session.execute(
        select(Reminder.submission_id, func.max(Reminder.day))
        .where(Reminder.submission_id.in_(list(submissions)), Reminder.state == ReminderState.PLANNED)
        .group_by(Reminder.submission_id)
    )
    return {form: day for form, day in rows if form is not None}


def reminder_lines(session: Session, form: Submission, limit: int) -> tuple[ReminderLine, ...]:
    """What became of the last reminders to the unit of a form in its campaign, the latest first; one query."""
    rows = session.execute(
        select(Reminder, Person.name, OutboxMessage.state)
        .outerjoin(Person, Reminder.person_id == Person.id)
        .outerjoin(OutboxMessage, Reminder.mail_id == OutboxMessage.id)
        .where(Reminder.campaign_id == form.campaign_id, Reminder.unit_id == form.campaign_unit.unit_id)
        .order_by(Reminder.at.desc(), Reminder.id)
        .limit(limit)
    )
    return tuple(
        ReminderLine(
            row.at,
            Owed(row.owed),
            row.rule,
            row.due_at,
            person or "",
            ReminderState(row.state),
            row.reason,
            mail or "",
        )
        for row, person, mail in rows
    )


def next_criteria(session: Session, submissions: Iterable[int]) -> Mapping[int, str]:
    """The first criterion without an answer of each form, as its code and title; one query and one for the kinds."""
    wanted = list(submissions)
    answered: dict[int, set[str]] = defaultdict(set)
    for submission, code in session.execute(
        select(Answer.submission_id, Answer.criterion).where(Answer.submission_id.in_(wanted))
    ):
        answered[submission].add(code)
    kinds = session.execute(
        select(Submission.id, CampaignKind)
        .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .join(CampaignKind, CampaignUnit.kind_id == CampaignKind.id)
        .where(Submission.id.in_(wanted))
    )
    found = {}
    for submission, kind in kinds:
        open_ones = (
            f"{criterion.code} {criterion.title}"
            for criterion in criteria_set_of(kind).criteria()
            if criterion.answer_required and criterion.code not in answered[submission]
        )
        found[submission] = next(open_ones, "")
    return found


def still_true(session: Session, mail: OutboxMessage, now: datetime) -> Doubt | None:
    """Why a queued reminder must not leave at ``now``, if it must not.

    A mail about several things is true as long as all of them are.
    """
    items = session.scalars(select(Reminder).where(Reminder.mail_id == mail.id)).all()
    if not items:
        return Doubt.REPLACED
    for item in items:
        campaign = session.get(Campaign, item.campaign_id)
        if campaign is None or campaign.status != CampaignStatus.OPEN:
            return Doubt.CAMPAIGN_ENDED
        if local_day(now, ZoneInfo(campaign.zone)) != item.day:
            return Doubt.STALE
        if (doubt := _doubt(session, item, campaign, now)) is not None:
            return doubt
    return None


def _doubt(session: Session, item: Reminder, campaign: Campaign, now: datetime) -> Doubt | None:
    rule = next((rule for rule in rules_of(campaign) if rule.name == item.rule), None)
    if rule is None:
        return Doubt.RULE_GONE
    for each in _owed(session, item, campaign, now):
        if each.subject == item.subject and each.version == item.deadline_version:
            if each.muted:
                return Doubt.MUTED
            audiences = (reader.audiences for reader in each.readers if reader.person == item.person_id)
            return None if any(rule.audiences & told for told in audiences) else Doubt.NOT_OWED
    return Doubt.NOT_OWED


def _owed(session: Session, item: Reminder, campaign: Campaign, now: datetime) -> list[Obligation]:
    """What is owed now, as far as it may be what the reminder is about."""
    narrowed = {
        Owed.FORM: Submission.id == item.submission_id,
        Owed.PACKAGE: CampaignUnit.consolidator_id == item.unit_id,
        Owed.OVERSIGHT: CampaignUnit.path.contains(f"/{item.unit_id}/", autoescape=True),
    }
    kind = Owed(item.owed)
    if kind in narrowed:
        return obligations(session, [campaign], now, "", narrowed[kind], item.person_id)
    return office_obligations(session, [campaign], now, "")
