"""Every form of some campaigns with the dates that hold for it, in a constant number of queries. Never writes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignKind, CampaignUnit, Submission
from app.queries.deadlines import Dates, DeadlineBook, returned_at
from workflows.approval import APPROVAL
from workflows.vocabulary import Role, Route, State


@dataclass(frozen=True, slots=True)
class FormRow:
    """What is kept of one form and its unit: as it is stored, or as it would be."""

    id: int
    kind_id: int
    unit_id: int
    consolidator_id: int | None
    code: str
    formal_name: str
    ranked: bool
    state: str
    complete: int
    asked: int
    last_worked_at: datetime | None
    begun_at: datetime | None
    repair_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DatedForm:
    """One form with what is needed to say who waits for it."""

    row: FormRow
    kind: CampaignKind
    dates: Dates

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row.state)

    @property
    def waits_for_unit(self) -> bool:
        """Is it the unit's turn?"""
        return Role.UNIT in APPROVAL.next_to_act(self.state, Route(self.kind.route))

    @property
    def waits_for_consolidator(self) -> bool:
        """Is it the consolidator's turn?"""
        return Role.CONSOLIDATOR in APPROVAL.next_to_act(self.state, Route(self.kind.route))

    @property
    def waits_for_task_force(self) -> bool:
        """Is it the task force's turn?"""
        return Role.TASK_FORCE in APPROVAL.next_to_act(self.state, Route(self.kind.route))


def dated_forms(
    session: Session, campaigns: Sequence[Campaign], where: ColumnElement[bool]
) -> Mapping[int, list[DatedForm]]:
    """The forms by campaign, in administrative order; ``where`` narrows them to some campaign units."""
    kinds = {kind.id: kind for campaign in campaigns for kind in campaign.kinds}
    found = session.execute(
        select(
            Submission.id,
            CampaignUnit.kind_id,
            CampaignUnit.unit_id,
            CampaignUnit.consolidator_id,
            CampaignUnit.code,
            CampaignUnit.formal_name,
            CampaignUnit.ranked,
            Submission.state,
            Submission.complete,
            Submission.asked,
            Submission.last_worked_at,
            Submission.begun_at,
            Submission.repair_due_at,
        )
        .join(CampaignUnit, Submission.campaign_unit_id == CampaignUnit.id)
        .where(Submission.campaign_id.in_([campaign.id for campaign in campaigns]), where)
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
    )
    rows = [FormRow(**row) for row in found.mappings()]
    book = DeadlineBook(session, [campaign.id for campaign in campaigns])
    back = returned_at(session, [row.id for row in rows if row.repair_due_at and row.state == State.DRAFT])
    forms: dict[int, list[DatedForm]] = defaultdict(list)
    for row in rows:
        kind = kinds[row.kind_id]
        repair = row.repair_due_at if row.state == State.DRAFT else None
        dates = book.dates(
            kind, row.id, repair_due=repair, returned_at=back.get(row.id), begun_at=row.begun_at
        )
        forms[kind.campaign_id].append(DatedForm(row, kind, dates))
    return forms
