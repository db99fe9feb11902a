"""Who verifies what: the forms of a campaign with their members of the task force, and who may be given forms.

Every list costs a constant number of queries, however many units a campaign has. Never writes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import (
    Assignment,
    Campaign,
    CampaignStatus,
    CampaignUnit,
    Person,
    RoleGrant,
    Submission,
    Unit,
    UnitKind,
)
from app.queries.verification_queue import VERIFIED_STATES, with_task_force
from workflows.case import Actor
from workflows.vocabulary import Role, State

PAGE_SIZE = 100
NOBODY = "chua"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; an empty value leaves a filter out.

    ``parent``: the id of a campaign's unit. ``given``: ``NOBODY``, or the id of a person.
    """

    kind: str = ""
    parent: int = 0
    given: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One form and who is to verify it, if anybody is."""

    submission_id: int
    unit: str
    parent: str
    state: State
    person: str
    due_day: date | None

    @property
    def open(self) -> bool:
        """Is it still to be verified?"""
        return self.state not in VERIFIED_STATES


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the task force, with how many of the given forms are verified, of how many."""

    id: int
    name: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Assignments:
    """A page of the forms of a campaign, and what one may filter by."""

    lines: Sequence[Line]
    page: int
    pages: int
    found: int
    members: Sequence[Member]
    kinds: Sequence[UnitKind]
    parents: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Own:
    """What one person was given and has not verified: how many forms are there to verify, and the nearest day."""

    waiting: int
    due_day: date | None


def assignments_of(session: Session, campaign: Campaign, wanted: Wanted, now: datetime) -> Assignments:
    """The forms of a campaign with who was given them, filtered and paged."""
    parent = aliased(CampaignUnit)
    found = _forms(campaign, parent).where(*_conditions(wanted))
    total = session.scalar(found.with_only_columns(func.count(Submission.id))) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    return Assignments(
        lines=_lines(session, found, parent, page),
        page=page,
        pages=pages,
        found=total,
        members=members_of(session, campaign, now),
        kinds=_kinds(campaign),
        parents=_parents(session, campaign, parent),
    )


def members_of(session: Session, campaign: Campaign, now: datetime) -> list[Member]:
    """The task force of a campaign's province, of its parts and of those above, by name."""
    around = or_(
        Unit.id.in_(campaign.root.above), Unit.path.contains(f"/{campaign.root_id}/", autoescape=True)
    )
    people = session.execute(
        select(Person.id, Person.name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Unit, RoleGrant.unit_id == Unit.id)
        .where(
            Person.active,
            RoleGrant.role == Role.TASK_FORCE,
            RoleGrant.valid_from <= now,
            or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to > now),
            around,
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    done = func.sum(case((Submission.state.in_(VERIFIED_STATES), 1), else_=0))
    given = {
        person: (int(verified), total)
        for person, verified, total in session.execute(
            select(Assignment.person_id, done, func.count())
            .join(Submission, Assignment.submission_id == Submission.id)
            .where(Submission.campaign_id == campaign.id)
            .group_by(Assignment.person_id)
        )
    }
    return [Member(key, name, *given.get(key, (0, 0))) for key, name in people]


def own_share(session: Session, actor: Actor) -> Own:
    """What the actor was given and can verify now."""
    waiting, due = session.execute(
        select(func.count(), func.min(Assignment.due_day))
        .join(Submission, Assignment.submission_id == Submission.id)
        .join(Submission.campaign)
        .join(Submission.campaign_unit)
        .join(CampaignUnit.kind)
        .where(Assignment.person_id == actor.id, Campaign.status == CampaignStatus.OPEN, with_task_force())
    ).one()
    return Own(waiting, due)


def _forms(campaign: Campaign, parent: type[CampaignUnit]) -> Select[Submission]:
    return (
        select(Submission)
        .join(Submission.campaign_unit)
        .outerjoin(parent, CampaignUnit.parent_id == parent.id)
        .outerjoin(Assignment, Assignment.submission_id == Submission.id)
        .outerjoin(Person, Assignment.person_id == Person.id)
        .where(Submission.campaign_id == campaign.id)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.kind:
        asked.append(CampaignUnit.unit_kind == wanted.kind)
    if wanted.parent:
        asked.append(CampaignUnit.parent_id == wanted.parent)
    if wanted.given == NOBODY:
        asked += (Assignment.id.is_(None), Submission.state.not_in(VERIFIED_STATES))
    elif wanted.given:
        asked.append(Assignment.person_id == int(wanted.given))
    return asked


def _lines(session: Session, found: Select[Submission], parent: type[CampaignUnit], page: int) -> list[Line]:
    rows = session.execute(
        found.with_only_columns(
            Submission.id,
            CampaignUnit.full_name,
            parent.full_name,
            Submission.state,
            Person.name,
            Assignment.due_day,
        )
        .order_by(
            func.coalesce(parent.display_order, -1),
            CampaignUnit.kind_id,
            CampaignUnit.display_order,
            CampaignUnit.id,
        )
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return [
        Line(form, unit, above or "", State(state), person or "", due)
        for form, unit, above, state, person, due in rows
    ]


def _kinds(campaign: Campaign) -> list[UnitKind]:
    there = {UnitKind(kind.unit_kind) for kind in campaign.kinds}
    return [kind for kind in UnitKind if kind in there]


def _parents(session: Session, campaign: Campaign, parent: type[CampaignUnit]) -> list[tuple[int, str]]:
    rows = session.execute(
        select(parent.id, parent.full_name, parent.display_order)
        .join(CampaignUnit, CampaignUnit.parent_id == parent.id)
        .where(CampaignUnit.campaign_id == campaign.id)
        .distinct()
        .order_by(parent.display_order, parent.id)
    )
    return [(key, name) for key, name, _order in rows]


def days_of(session: Session, person_id: int, campaign_ids: Collection[int]) -> dict[tuple[int, date], int]:
    """How many forms a person has still to verify, by campaign and day; those that have not come yet count too."""
    rows = session.execute(
        select(Submission.campaign_id, Assignment.due_day, func.count())
        .join(Submission, Assignment.submission_id == Submission.id)
        .where(
            Assignment.person_id == person_id,
            Submission.campaign_id.in_(campaign_ids),
            Submission.state.not_in(VERIFIED_STATES),
        )
        .group_by(Submission.campaign_id, Assignment.due_day)
        .order_by(Submission.campaign_id, Assignment.due_day)
    )
    return {(campaign, day): count for campaign, day, count in rows}
