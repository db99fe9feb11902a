"""Which units a campaign takes in when it is opened, and who consolidates them. Never writes.

The opening freezes this list; a rehearsal before it walks over the same one.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import Campaign, CampaignKind, Unit, UnitKind
from app.queries.campaign_plans import plan_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.dated_forms import DatedForm, FormRow
from app.queries.deadlines import DeadlineBook
from app.queries.units import units_in_force
from workflows.vocabulary import Route, State


@dataclass(frozen=True, slots=True)
class Joining:
    """A unit that a campaign takes in, with its consolidator; ``ranked`` by the campaign's plan."""

    unit: Unit
    kind: CampaignKind
    consolidator_id: int | None
    ranked: bool


def units_to_join(session: Session, campaign: Campaign) -> list[Joining]:
    """The units of a campaign in preparation, upper floors first, so that each comes after its parent."""
    order, unranked = list(UnitKind), set(plan_of(campaign).unranked)
    found: dict[int, Joining] = {}
    for kind in sorted(campaign.kinds, key=lambda row: order.index(UnitKind(row.unit_kind))):
        for live in units_in_force(session, campaign.root, kind.unit_kind, campaign.period_end):
            parent = found.get(live.parent_id or 0)
            found[live.id] = Joining(live, kind, _consolidator(kind, live, parent), live.code not in unranked)
    return list(found.values())


def _consolidator(kind: CampaignKind, live: Unit, parent: Joining | None) -> int | None:
    # A district sends its own form in its own package.
    if kind.route != Route.BY_CONSOLIDATOR:
        return None
    return parent.unit.id if parent is not None else live.id


def prepared_forms(session: Session, campaign: Campaign) -> list[DatedForm]:
    """The forms that a campaign in preparation would have if it were opened now, untouched, in administrative order.

    A form that is not there yet goes by the negative number of its unit.
    """
    book = DeadlineBook(session, [campaign.id])
    joining = sorted(units_to_join(session, campaign), key=lambda each: each.unit.display_order)
    return [_form(book, each) for each in joining]


def _form(book: DeadlineBook, joining: Joining) -> DatedForm:
    live, kind = joining.unit, joining.kind
    asked = sum(criterion.answer_required for criterion in criteria_set_of(kind).criteria())
    row = FormRow(
        id=-live.id,
        kind_id=kind.id,
        unit_id=live.id,
        consolidator_id=joining.consolidator_id,
        code=live.code,
        formal_name=live.formal_name,
        ranked=joining.ranked,
        state=State.DRAFT,
        complete=0,
        asked=asked,
        last_worked_at=None,
        begun_at=None,
        repair_due_at=None,
    )
    return DatedForm(row, kind, book.dates(kind, row.id, repair_due=None, returned_at=None, begun_at=None))
