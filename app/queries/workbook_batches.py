"""Many forms in Excel at once: which forms, who may look, what came of it. Never writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.faults import Missing
from app.models import (
    BatchTask,
    Campaign,
    CampaignKind,
    CampaignUnit,
    Submission,
    WorkbookBatch,
    WorkbookImport,
)
from app.queries.reach import place_of, within_reach
from workflows.case import EXACT, Actor, Place
from workflows.vocabulary import Role

LEADERS = frozenset({Role.CONSOLIDATOR, Role.OFFICE})
SENDERS = LEADERS | EXACT
MAKING = frozenset({BatchTask.SHEETS, BatchTask.ZIP})
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """Which forms of a campaign: those of a consolidator (the id of its unit), of a kind of unit, or all in reach."""

    consolidator: int | None = None
    kind: str = ""

    def to_json(self) -> dict[str, str | int | None]:
        """As a batch keeps it."""
        return {"consolidator": self.consolidator, "kind": self.kind}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> "Scope":
        """As :meth:`to_json` gave it."""
        unit = kept.get("consolidator")
        return cls(unit if isinstance(unit, int) else None, str(kept.get("kind") or ""))

    def conditions(self) -> list[ColumnElement[bool]]:
        """What to ask of a CampaignUnit."""
        found: list[ColumnElement[bool]] = []
        if self.consolidator is not None:
            found.append(CampaignUnit.consolidator_id == self.consolidator)
        if self.kind:
            found.append(CampaignUnit.unit_kind == self.kind)
        return found


def forms_in(session: Session, actor: Actor, campaign_id: int, scope: Scope) -> Sequence[Submission]:
    """The forms that an actor leads, in administrative order, with unit, kind and campaign loaded."""
    rows = (
        select(Submission)
        .join(Submission.campaign_unit)
        .where(Submission.campaign_id == campaign_id, within_reach(actor, LEADERS), *scope.conditions())
        .options(
            joinedload(Submission.campaign),
            contains_eager(Submission.campaign_unit)
            .joinedload(CampaignUnit.kind)
            .joinedload(CampaignKind.criteria_set),
            contains_eager(Submission.campaign_unit).joinedload(CampaignUnit.parent),
        )
        .order_by(CampaignUnit.path, CampaignUnit.display_order, CampaignUnit.id)
    )
    return session.scalars(rows).all()


def form_sent(session: Session, actor: Actor, campaign_id: int, form: str) -> Submission | None:
    """The form of a campaign with this number, if the actor may send its workbook in."""
    if not (form.isascii() and form.isdigit() and len(form) < 10):
        return None
    found = session.get(Submission, int(form))
    if found is None or found.campaign_id != campaign_id:
        return None
    return found if actor.holds_any(SENDERS, over=place_of(found.campaign_unit)) else None


def batch_in_reach(session: Session, actor: Actor, batch_id: int) -> WorkbookBatch:
    """A batch that the actor asked for and whose forms the actor still leads, or of a campaign of the actor's office.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    row = session.get(WorkbookBatch, batch_id)
    if row is None or not _may_see(session, actor, row):
        raise Missing(f"workbook batch {batch_id}")
    return row


def batches_of(session: Session, actor: Actor, campaign: Campaign) -> Sequence[WorkbookBatch]:
    """What the actor asked for in a campaign, the newest first."""
    rows = select(WorkbookBatch).where(
        WorkbookBatch.campaign_id == campaign.id, WorkbookBatch.asked_by_id == actor.id
    )
    return session.scalars(rows.order_by(WorkbookBatch.id.desc()).limit(MOST_LISTED)).all()


def imports_in(session: Session, batch_id: int) -> Sequence[WorkbookImport]:
    """What a batch would change, form by form, with form and unit loaded."""
    rows = (
        select(WorkbookImport)
        .where(WorkbookImport.batch_id == batch_id)
        .options(
            joinedload(WorkbookImport.submission)
            .joinedload(Submission.campaign_unit)
            .joinedload(CampaignUnit.kind)
            .joinedload(CampaignKind.criteria_set)
        )
        .order_by(WorkbookImport.id)
    )
    return session.scalars(rows).all()


def consolidators_of(session: Session, campaign: Campaign) -> Sequence[tuple[int, str]]:
    """The units of a campaign that consolidate others, by id and name, in administrative order."""
    rows = session.execute(
        select(CampaignUnit.unit_id, CampaignUnit.full_name)
        .where(CampaignUnit.campaign_id == campaign.id, CampaignUnit.consolidator_id == CampaignUnit.unit_id)
        .order_by(CampaignUnit.display_order, CampaignUnit.id)
    )
    return [(unit, name) for unit, name in rows]


def _may_see(session: Session, actor: Actor, row: WorkbookBatch) -> bool:
    root = session.get_one(Campaign, row.campaign_id).root
    if actor.holds(Role.OFFICE, over=Place(root.id, root.above)):
        return True
    return row.asked_by_id == actor.id and _still_leads(session, actor, row)


def _still_leads(session: Session, actor: Actor, row: WorkbookBatch) -> bool:
    # Who asked for a district's forms may have been moved to another district since.
    if row.task in MAKING:
        return len(forms_in(session, actor, row.campaign_id, Scope.from_json(row.options))) >= row.total
    places = (place_of(one.submission.campaign_unit) for one in imports_in(session, row.id))
    return all(actor.holds_any(SENDERS, over=place) for place in places)
