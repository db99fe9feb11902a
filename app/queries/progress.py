"""How a campaign comes along: its list, its board of units, and one unit with its history. Never writes.

Every list costs a constant number of queries, however many units a campaign has.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, lazyload, selectinload

from app.folding import search_key
from app.models import (
    Campaign,
    CampaignKind,
    CampaignUnit,
    Edition,
    Move,
    Person,
    Submission,
    Unit,
    UnitKind,
    Waiver,
)
from app.queries.cases import case_of, timetable_of
from app.queries.lateness import form_instants, handed_in_late
from app.queries.people import below, contacts
from app.queries.readers import recipient_of
from workflows.approval import APPROVAL
from workflows.case import Actor
from workflows.deadlines import Timetable
from workflows.vocabulary import Role, Scope, State
from workflows.workflow import Offer

RUNNERS = (Role.OFFICE, Role.APPROVER)
MISSING, BEHIND, LATE = "missing", "behind", "late"
UNTOUCHED, UNREACHABLE = "untouched", "unreachable"
WORK_STATES = (State.DRAFT, State.SELF_ASSESSED, State.DISTRICT_CONSOLIDATED, State.VERIFIED)


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """One campaign in the list, with how many forms it has and how many were handed in."""

    slug: str
    name: str
    year: int
    status: str
    period_end: date
    units: int
    handed_in: int
    editions: int
    kinds: tuple[tuple[UnitKind, Timetable], ...]


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit on the board.

    ``overdue``: nothing is taken any more and its form is empty; ``behind``: it is past its deadline and may still
    hand in; ``late``: it did so.
    """

    submission_id: int
    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    parent_name: str
    key: str
    state: State
    overdue: bool
    behind: bool
    late: bool
    returned: bool
    complete: int
    asked: int
    self_points: Decimal
    verified_points: Decimal | None
    last_worked_at: datetime | None
    reachable: bool


@dataclass(frozen=True, slots=True)
class KindBoard:
    """One kind of unit: its timetable and its forms by state."""

    kind: UnitKind
    timetable: Timetable
    total: int
    states: tuple[tuple[State, int], ...]
    missing: int
    behind: int
    late: int
    untouched: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class Board:
    """A campaign's units as wanted, the counts of all of them, and the parents to filter by."""

    kinds: tuple[KindBoard, ...]
    states: tuple[tuple[State, int], ...]
    rows: tuple[UnitLine, ...]
    total: int
    parents: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the board is filtered by; an empty field filters nothing."""

    kind: str = ""
    parent: int | None = None
    state: str = ""
    search: str = ""

    def takes(self, row: UnitLine) -> bool:
        """Is this row wanted?"""
        key = search_key(self.search)
        return (
            (not self.kind or row.kind == self.kind)
            and (self.parent is None or row.parent_id == self.parent)
            and (not key or key in row.key or key == row.code.lower())
            and (not self.state or self._in_state(row))
        )

    def _in_state(self, row: UnitLine) -> bool:
        special = {
            MISSING: row.overdue,
            BEHIND: row.behind,
            LATE: row.late,
            UNTOUCHED: _untouched(row),
            UNREACHABLE: not row.reachable,
        }
        return special.get(self.state, row.state == self.state)


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """One unit's form for the office: where it stands, its story, and what may be done now."""

    form: Submission
    timetable: Timetable
    overdue: bool
    late: bool
    moves: Sequence[Move]
    waivers: Sequence[Waiver]
    people: tuple[Person, ...]
    offers: tuple[Offer, ...]


def campaigns_of(session: Session, actor: Actor) -> tuple[CampaignLine, ...]:
    """The campaigns that the actor runs or approves, the newest first."""
    found = session.scalars(
        select(Campaign)
        .join(Unit, Unit.id == Campaign.root_id)
        .where(below(actor, RUNNERS))
        .options(selectinload(Campaign.kinds))
        .order_by(Campaign.year.desc(), Campaign.id.desc())
    ).all()
    forms = session.execute(
        select(Submission.campaign_id, Submission.state, func.count()).group_by(
            Submission.campaign_id, Submission.state
        )
    ).all()
    published = select(Edition.campaign_id, func.count()).group_by(Edition.campaign_id)
    editions = {row[0]: row[1] for row in session.execute(published)}
    return tuple(
        CampaignLine(
            one.slug,
            one.name,
            one.year,
            one.status,
            one.period_end,
            sum(count for key, _state, count in forms if key == one.id),
            sum(count for key, state, count in forms if key == one.id and state != State.DRAFT),
            editions.get(one.id, 0),
            tuple((UnitKind(kind.unit_kind), timetable_of(kind)) for kind in one.kinds),
        )
        for one in found
    )


def board_of(session: Session, campaign: Campaign, wanted: Wanted, now: datetime) -> Board:
    """The board of a campaign."""
    rows = _lines(session, campaign, now)
    parents = {row.parent_id: row.parent_name for row in rows if row.parent_id is not None}
    return Board(
        tuple(_kind_board(kind, rows) for kind in campaign.kinds),
        _counted(rows),
        tuple(row for row in rows if wanted.takes(row)),
        len(rows),
        tuple(parents.items()),
    )


def unit_sheet(session: Session, form: Submission, actor: Actor, now: datetime) -> UnitSheet:
    """One unit's form, with what the actor may do with it alone."""
    timetable = timetable_of(form.campaign_unit.kind, form)
    offers = APPROVAL.offers(case_of(session, form), actor, now)
    people = contacts(session, [form.campaign_unit.unit_id], now)
    return UnitSheet(
        form,
        timetable,
        form.state == State.DRAFT and now >= timetable.closes,
        handed_in_late(form, form.campaign_unit.kind, timetable),
        session.scalars(select(Move).where(Move.submission_id == form.id).order_by(Move.id)).all(),
        session.scalars(select(Waiver).where(Waiver.submission_id == form.id).order_by(Waiver.id)).all(),
        people.get(form.campaign_unit.unit_id, ()),
        tuple(offer for offer in offers if offer.scope is Scope.SUBMISSION),
    )


def _lines(session: Session, campaign: Campaign, now: datetime) -> list[UnitLine]:
    parent, instants = aliased(CampaignUnit), form_instants(session, campaign)
    found = session.execute(
        select(
            Submission,
            CampaignUnit,
            parent.full_name.label("parent_name"),
            parent.display_order.label("parent_order"),
            instants.overdue(now).label("overdue"),
            instants.behind(now).label("behind"),
            instants.late.label("late"),
        )
        .join(CampaignUnit, CampaignUnit.id == Submission.campaign_unit_id)
        .outerjoin(parent, parent.id == CampaignUnit.parent_id)
        .where(Submission.campaign_id == campaign.id)
        .options(lazyload(Submission.extensions))
    ).all()
    reached = contacts(session, (row.CampaignUnit.unit_id for row in found), now)
    floors = list(UnitKind)
    found = sorted(
        found,
        key=lambda row: (
            floors.index(UnitKind(row.CampaignUnit.unit_kind)),
            row.parent_order or 0,
            row.CampaignUnit.display_order,
            row.CampaignUnit.id,
        ),
    )
    return [_line(row, reachable=_reachable(reached.get(row.CampaignUnit.unit_id, ()))) for row in found]


def _reachable(people: Iterable[Person]) -> bool:
    return any(
        person.address_refused_at is None and recipient_of(person.email, person.name, person.language)
        for person in people
    )


def _line(row: Any, *, reachable: bool) -> UnitLine:
    form, unit = row.Submission, row.CampaignUnit
    return UnitLine(
        form.id,
        unit.code,
        unit.full_name,
        UnitKind(unit.unit_kind),
        unit.parent_id,
        row.parent_name or "",
        f"{unit.search_key} {unit.code.lower()}",
        State(form.state),
        row.overdue,
        row.behind,
        row.late,
        form.state == State.DRAFT and form.repair_due_at is not None,
        form.complete,
        form.asked,
        form.self_points,
        form.verified_points,
        form.last_worked_at,
        reachable,
    )


def _kind_board(kind: CampaignKind, rows: Iterable[UnitLine]) -> KindBoard:
    mine = [row for row in rows if row.kind == kind.unit_kind]
    return KindBoard(
        UnitKind(kind.unit_kind),
        timetable_of(kind),
        len(mine),
        _counted(mine),
        sum(row.overdue for row in mine),
        sum(row.behind for row in mine),
        sum(row.late for row in mine),
        sum(_untouched(row) for row in mine),
        sum(not row.reachable for row in mine),
    )


def _untouched(row: UnitLine) -> bool:
    return row.state is State.DRAFT and row.last_worked_at is None and row.complete == 0


def _counted(rows: Iterable[UnitLine]) -> tuple[tuple[State, int], ...]:
    states = Counter(row.state for row in rows)
    return tuple((state, states[state]) for state in State if state in states)
