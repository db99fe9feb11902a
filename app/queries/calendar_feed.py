"""All dates of one person, by role, as a calendar program reads them. Never writes.

What is owed comes from what the planner of reminders goes by, so that calendar and mail never disagree.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app import current
from app.models import (
    Assignment,
    CalendarEvent,
    Campaign,
    CampaignKind,
    CampaignStatus,
    FieldVisit,
    Person,
    RankingRun,
    Submission,
    Unit,
)
from app.queries.assignments import days_of
from app.queries.calendar_entries import (
    assignment_entry,
    internal_entry,
    kind_entry,
    obligation_entry,
    opening_entry,
    reply_entry,
    visit_entry,
)
from app.queries.dated_forms import dated_forms
from app.queries.deadlines import deadline_in_force
from app.queries.internal_dates import InternalDates
from app.queries.obligations import Ground, open_campaigns
from app.queries.office_obligations import office_ground
from app.queries.reach import within_reach
from app.queries.readers import holdings
from app.queries.visits import AHEAD
from notifications.calendar import Event
from notifications.entries import Entry, event_of
from notifications.facts import Deadline, Owed, Wording
from workflows.case import EXACT, Actor
from workflows.vocabulary import Role, State

OWED = frozenset({Owed.FORM, Owed.PACKAGE, Owed.VERIFICATION})
RUNNING = (CampaignStatus.PREPARED, CampaignStatus.OPEN)
Naming = Callable[[str], str]


def dates_of(
    session: Session, person: Person, actor: Actor, now: datetime, naming: Naming
) -> tuple[Event, ...]:
    """Every date of a person at ``now``, in its language, the earliest first.

    ``naming``: the name of a kind of unit in that language.
    """
    entries = [
        *_owed(session, person, actor, now),
        *_visits(session, actor),
        *_replies(session, actor, now),
        *_of_campaigns(session, actor, naming),
    ]
    said = select(CalendarEvent.uid, CalendarEvent.sequence).where(
        CalendarEvent.uid.in_([entry.uid for entry in entries])
    )
    sequences: dict[str, int] = dict(iter(session.execute(said)))
    events = [event_of(entry, person.language, sequences.get(entry.uid, 0)) for entry in entries]
    return tuple(sorted(events, key=lambda event: (event.start, event.uid)))


def _owed(session: Session, person: Person, actor: Actor, now: datetime) -> Iterator[Entry]:
    campaigns = open_campaigns(session)
    ids = [campaign.id for campaign in campaigns]
    ground = Ground(
        campaigns,
        dated_forms(session, campaigns, within_reach(actor, {*EXACT, Role.CONSOLIDATOR})),
        holdings(session, now, only=person.id),
        InternalDates(session, ids),
        current.settings().base_url,
        office_ground(session, campaigns) if actor.units(Role.TASK_FORCE) else None,
    )
    by_id = {campaign.id: campaign for campaign in campaigns}
    for (campaign_id, day), count in days_of(session, person.id, ids).items():
        yield assignment_entry(by_id[campaign_id], person.id, count=count, due_day=day)
    by_slug = {campaign.slug: campaign for campaign in campaigns}
    for owed in ground.obligations(now):
        if owed.owed in OWED and not owed.own and any(one.person == person.id for one in owed.readers):
            yield obligation_entry(by_slug[owed.campaign.slug], owed)
            if owed.official is not None:
                yield internal_entry(by_slug[owed.campaign.slug], owed)


def _visits(session: Session, actor: Actor) -> Iterator[Entry]:
    """Checks of one's own units, and those that one planned or of forms that one was given."""
    given = select(Assignment.submission_id).where(Assignment.person_id == actor.id)
    mine = or_(
        within_reach(actor, EXACT),
        FieldVisit.planned_by_id == actor.id,
        FieldVisit.submission_id.in_(given),
    )
    found = (
        select(FieldVisit)
        .join(FieldVisit.submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .where(*AHEAD, Campaign.status == CampaignStatus.OPEN, mine)
        .options(joinedload(FieldVisit.submission).joinedload(Submission.campaign_unit))
        .order_by(FieldVisit.id)
    )
    yield from (visit_entry(visit) for visit in session.scalars(found))


def _replies(session: Session, actor: Actor, now: datetime) -> Iterator[Entry]:
    """Until when one's own units may answer their draft results: the latest run of the campaign says so."""
    forms = session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .where(
            Submission.state == State.VERIFIED,
            Campaign.status == CampaignStatus.OPEN,
            within_reach(actor, EXACT),
        )
        .options(joinedload(Submission.campaign_unit))
        .order_by(Submission.id)
    ).all()
    runs = session.scalars(
        select(RankingRun)
        .where(RankingRun.campaign_id.in_({form.campaign_id for form in forms}))
        .order_by(RankingRun.number)
    )
    until = {run.campaign_id: run.explanations_until for run in runs}
    for form in forms:
        end = until.get(form.campaign_id)
        if end is not None and now < end:
            yield reply_entry(form, end)


def _of_campaigns(session: Session, actor: Actor, naming: Naming) -> Iterator[Entry]:
    """Opening and deadline of each kind of unit, for those who run or approve a campaign."""
    for campaign in _run_by(session, actor):
        for kind in campaign.kinds:
            due = deadline_in_force(kind, kind.extensions)
            deadline = Deadline(due.instant, Wording(due.wording), due.day)
            yield opening_entry(kind, naming(kind.unit_kind))
            yield kind_entry(kind, naming(kind.unit_kind), deadline)


def _run_by(session: Session, actor: Actor) -> Sequence[Campaign]:
    units = actor.units(Role.OFFICE, Role.APPROVER)
    if not units:
        return ()
    inside = or_(*(Unit.path.contains(f"/{unit}/", autoescape=True) for unit in sorted(units)))
    found = (
        select(Campaign)
        .join(Campaign.root)
        .where(Campaign.status.in_(RUNNING), or_(Unit.id.in_(units), inside))
        .options(selectinload(Campaign.kinds).joinedload(CampaignKind.campaign))
        .order_by(Campaign.id)
    )
    return session.scalars(found).all()
