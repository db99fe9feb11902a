"""What a new date would change: the kind or forms that it is about, and the count of forms. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.faults import Missing
from app.models import Campaign, CampaignKind, CampaignUnit, DeadlineMove, Extension, Submission
from app.queries.dated_forms import DatedForm, dated_forms
from app.queries.deadlines import base_deadline
from app.queries.reach import campaign_in_reach
from app.queries.reminders import last_reminded
from workflows.case import Actor
from workflows.deadlines import Deadline, Wording
from workflows.vocabulary import Role

OFFICE = frozenset({Role.OFFICE})


@dataclass(frozen=True, slots=True)
class NewDate:
    """A date as the office gives it: the letter's wording and day, why, and by which paper."""

    wording: Wording
    day: date
    reason: str
    document: str = ""
    count_day_in: bool = False


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What moving a date would change: forms that wait for their unit, by what happens to them.

    ``opened`` are past their date and would be in time again, ``shifted`` get the new date, ``apart`` keep a date of their
    own (an extension that ends later, or a date of repair). ``reminded``: units with the new date that have been
    reminded of the old one, by name, with the last local day.
    """

    before: Deadline
    after: Deadline
    opened: int
    shifted: int
    apart: int
    reminded: tuple[tuple[str, date], ...] = ()


def preview_move(
    session: Session, actor: Actor, slug: str, unit_kind: str, given: NewDate, now: datetime
) -> MovePreview:
    """What moving a date at ``now`` would change.

    Raises:
        Missing: not of the actor's office.
    """
    kind = kind_in_reach(session, actor, slug, unit_kind)
    before, after = base_deadline(kind), deadline_of(kind.campaign, given)
    own = max(before.instant, after.instant)
    waiting = waiting_forms(session, kind, None)
    shifted = [
        form
        for form in waiting
        if form.dates.timetable.repair_due is None and form.dates.timetable.due_at <= own
    ]
    late = [form for form in shifted if form.dates.timetable.due_at <= now]
    told = last_reminded(session, [form.row.id for form in shifted])
    reminded = tuple((form.row.formal_name, told[form.row.id]) for form in shifted if form.row.id in told)
    return MovePreview(before, after, len(late), len(shifted), len(waiting) - len(shifted), reminded)


def kind_in_reach(session: Session, actor: Actor, slug: str, unit_kind: str) -> CampaignKind:
    """How one kind of unit takes part in a campaign of the actor's office.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    campaign = campaign_in_reach(session, slug, actor, OFFICE)
    found = next((kind for kind in campaign.kinds if kind.unit_kind == unit_kind), None)
    if found is None:
        raise Missing(f"kind {unit_kind} of campaign {slug}")
    return found


def moves_of(session: Session, kind: CampaignKind) -> Sequence[DeadlineMove]:
    """How the date of a kind was moved, the first move first."""
    rows = select(DeadlineMove).where(DeadlineMove.kind_id == kind.id).order_by(DeadlineMove.number)
    return session.scalars(rows).all()


def extension_in_reach(session: Session, actor: Actor, slug: str, extension_id: int) -> Extension:
    """An extension of a campaign of the actor's office.

    Raises:
        Missing: there is none, it is of another campaign, or out of the actor's reach.
    """
    campaign = campaign_in_reach(session, slug, actor, OFFICE)
    found = session.get(Extension, extension_id)
    if found is None or found.campaign_id != campaign.id:
        raise Missing(f"extension {extension_id}")
    return found


def waiting_forms(session: Session, kind: CampaignKind, submission: Submission | None) -> list[DatedForm]:
    """The forms of a kind, or the one, that wait for their unit, with the dates as they are now."""
    where = CampaignUnit.kind_id == kind.id if submission is None else Submission.id == submission.id
    forms = dated_forms(session, [kind.campaign], where)[kind.campaign_id]
    return [form for form in forms if form.waits_for_unit]


def deadline_of(campaign: Campaign, given: NewDate) -> Deadline:
    """A date as the office gives it, in the campaign's zone."""
    return Deadline(given.wording, given.day, given.count_day_in, ZoneInfo(campaign.zone))
