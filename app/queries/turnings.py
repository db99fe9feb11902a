"""The instants of a campaign at which something begins or ends for its units, as a rehearsal shows them. Never writes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignKind, Extension
from app.queries.dated_forms import DatedForm
from app.queries.deadlines import base_deadline, extended
from app.queries.obligations import Ground
from app.rehearsals import Mark


@dataclass(frozen=True, slots=True)
class Turning:
    """An instant of the campaign that is shown, and the forms it holds for."""

    at: datetime
    what: Mark
    unit_kind: str
    unit_name: str
    forms: frozenset[int]
    note: str = ""


def turnings(session: Session, campaign: Campaign, ground: Ground) -> Iterator[Turning]:
    """Every instant at which something begins or ends for the units of a campaign; two queries."""
    forms = ground.forms[campaign.id]
    for kind in campaign.kinds:
        mine = [form for form in forms if form.kind.id == kind.id]
        due = base_deadline(kind).instant
        everybody = frozenset(form.row.id for form in mine)
        yield Turning(kind.opens_at, Mark.OPENS, kind.unit_kind, "", everybody)
        yield Turning(due, Mark.DUE, kind.unit_kind, "", _due(mine, due))
        yield from _around(kind, mine)
    for form in forms:
        repair = form.dates.timetable.repair_due
        if repair is not None:
            name = form.row.formal_name
            yield Turning(repair, Mark.REPAIR, form.kind.unit_kind, name, frozenset({form.row.id}))
    yield from _extensions(session, campaign, forms)
    yield from _internal(campaign, ground)


def _extensions(session: Session, campaign: Campaign, forms: Sequence[DatedForm]) -> Iterator[Turning]:
    by_id = {form.row.id: form for form in forms}
    rows = session.scalars(
        select(Extension)
        .where(Extension.campaign_id == campaign.id, Extension.ended_at.is_(None))
        .order_by(Extension.id)
    )
    for row in rows:
        until = extended(row.kind, row).instant
        own = by_id.get(row.submission_id or 0)
        mine = [own] if own else [form for form in forms if form.kind.id == row.kind_id]
        name = own.row.formal_name if own else ""
        note = "; ".join(part for part in (row.reason, row.document_number) if part)
        yield Turning(until, Mark.EXTENSION, row.kind.unit_kind, name, _due(mine, until), note)


def _internal(campaign: Campaign, ground: Ground) -> Iterator[Turning]:
    members: dict[int, list[DatedForm]] = {}
    for form in ground.forms[campaign.id]:
        if form.row.consolidator_id not in (None, form.row.unit_id):
            members.setdefault(form.row.consolidator_id or 0, []).append(form)
    for consolidator, below in members.items():
        found = ground.internal.of(campaign.id, consolidator)
        if found is None:
            continue
        meant = [
            form
            for form in below
            if ground.internal.for_form(form.kind, form.row.unit_id, consolidator, form.dates.timetable)
        ]
        ids = frozenset(form.row.id for form in meant)
        yield Turning(found.over, Mark.INTERNAL, below[0].kind.unit_kind, found.set_by, ids, found.note)


def _around(kind: CampaignKind, forms: Sequence[DatedForm]) -> Iterator[Turning]:
    """The instants that differ from the deadline: first reminder, last acceptance, lock."""
    groups: dict[tuple[Mark, datetime], set[int]] = defaultdict(set)
    for form in forms:
        timetable = form.dates.timetable
        if timetable.remind_from is not None:
            groups[Mark.REMIND_FROM, timetable.remind_from].add(form.row.id)
        if timetable.closes > timetable.due_at:
            groups[Mark.CLOSES, timetable.closes].add(form.row.id)
        if timetable.locks > timetable.closes:
            groups[Mark.LOCKS, timetable.locks].add(form.row.id)
    for (what, at), ids in groups.items():
        yield Turning(at, what, kind.unit_kind, "", frozenset(ids))


def _due(forms: Iterable[DatedForm], at: datetime) -> frozenset[int]:
    return frozenset(form.row.id for form in forms if form.dates.timetable.due_at == at)
