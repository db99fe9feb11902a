"""Lists that a caller may page through: campaigns, units, forms, runs, all within the caller's reach. Never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from app.faults import Missing
from app.models import Campaign, CampaignKind, CampaignUnit, Submission, Unit
from app.queries.reach import READERS, STAFF, within_reach
from workflows.case import Actor
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted: ``number`` from 1 on, ``size`` rows each."""

    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and how long the whole list is."""

    items: Sequence[Any]
    page: int
    page_size: int
    total: int


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit of a campaign with the state of its form."""

    unit: CampaignUnit
    parent_code: str | None
    submission: Submission


@dataclass(frozen=True, slots=True)
class Wanted:
    """What forms or units are asked for; None leaves a filter out. ``parent`` and ``unit`` are codes."""

    campaign: str | None = None
    kind: str | None = None
    parent: str | None = None
    unit: str | None = None
    state: str | None = None


def readable_campaigns(session: Session, actor: Actor) -> list[Campaign]:
    """The campaigns in which the actor has something to read or to run, latest first."""
    found = (
        select(Campaign)
        .where(_readable(actor))
        .options(
            joinedload(Campaign.root), selectinload(Campaign.kinds).joinedload(CampaignKind.criteria_set)
        )
        .order_by(Campaign.year.desc(), Campaign.id.desc())
    )
    return list(session.scalars(found))


def readable_campaign(session: Session, slug: str, actor: Actor) -> Campaign:
    """One of :func:`readable_campaigns`.

    Raises:
        Missing: there is none, or it is out of the actor's reach.
    """
    found = session.scalar(select(Campaign).where(Campaign.slug == slug, _readable(actor)))
    if found is None:
        raise Missing(f"campaign {slug}")
    return found


def units_of(session: Session, actor: Actor, wanted: Wanted, window: Window) -> Page:
    """The units of a campaign in reach, in the campaign's order, as :class:`UnitRow`."""
    page = forms_of(session, actor, wanted, window)
    rows = [UnitRow(form.campaign_unit, _parent_code(form), form) for form in page.items]
    return Page(rows, page.page, page.page_size, page.total)


def forms_of(session: Session, actor: Actor, wanted: Wanted, window: Window) -> Page:
    """The forms in reach that answer to the filters, by campaign and unit."""
    parent = aliased(CampaignUnit)
    found = (
        select(Submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .outerjoin(CampaignUnit.parent.of_type(parent))
        .where(within_reach(actor, READERS), *_conditions(wanted, parent))
    )
    total = session.scalar(found.with_only_columns(func.count(Submission.id))) or 0
    rows = session.scalars(_eager(found, parent, window)).all()
    return Page(rows, window.number, window.size, total)


def _eager(found: Select[Any], parent: Any, window: Window) -> Select[Any]:
    unit = contains_eager(Submission.campaign_unit)
    return (
        found.options(
            contains_eager(Submission.campaign),
            unit.contains_eager(CampaignUnit.parent.of_type(parent)),
            unit.joinedload(CampaignUnit.kind).joinedload(CampaignKind.campaign),
        )
        .order_by(Campaign.year.desc(), Campaign.id.desc(), CampaignUnit.id)
        .offset((window.number - 1) * window.size)
        .limit(window.size)
    )


def _conditions(wanted: Wanted, parent: Any) -> list[ColumnElement[bool]]:
    filters = {
        Campaign.slug: wanted.campaign,
        CampaignUnit.unit_kind: wanted.kind,
        parent.code: wanted.parent,
        CampaignUnit.code: wanted.unit,
        Submission.state: wanted.state,
    }
    return [column == value for column, value in filters.items() if value is not None]


def _parent_code(form: Submission) -> str | None:
    parent = form.campaign_unit.parent
    return parent.code if parent else None


def _readable(actor: Actor) -> ColumnElement[bool]:
    taking_part = exists(
        select(CampaignUnit.id).where(CampaignUnit.campaign_id == Campaign.id, within_reach(actor, READERS))
    )
    over = actor.units(*STAFF, Role.ADMIN)
    runs = [Unit.path.contains(f"/{unit}/", autoescape=True) for unit in sorted(over)]
    return or_(taking_part, Campaign.root.has(or_(false(), *runs)))
