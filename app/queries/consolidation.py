"""The consolidator's view: who has submitted, and what the forms add up to. Never writes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, contains_eager

from app.faults import Missing
from app.models import (
    Answer,
    Campaign,
    CampaignKind,
    CampaignStatus,
    CampaignUnit,
    Person,
    RoleGrant,
    Submission,
    Unit,
)
from app.queries.cases import timetable_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.internal_dates import Internal, InternalDates
from app.queries.lateness import handed_in_late
from criteria.model import Group
from workflows.case import Actor
from workflows.deadlines import Timetable
from workflows.vocabulary import Role, State


class Progress(StrEnum):
    """How far a unit has come, in the three words of the board."""

    IN = "in"
    DOING = "doing"
    TODO = "todo"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call at a unit."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One form on the board.

    ``own`` is the consolidator's own; ``timetable`` the form's, extensions counted in; ``internal`` the earlier date that
    the consolidator set, where it is meant for this form. ``late``: it was taken after its deadline.
    """

    submission: Submission
    name: str
    own: bool
    progress: Progress
    contact: Contact | None
    timetable: Timetable
    late: bool
    internal: Internal | None = None

    def missed(self, now: datetime) -> bool:
        """Was the form not in when the internal date passed?"""
        if self.internal is None or not self.internal.missed(now):
            return False
        handed = self.submission.submitted_at
        return handed is None or handed >= self.internal.deadline.instant

    @property
    def returned(self) -> bool:
        """Was it sent back, and not handed in again?"""
        return self.progress is not Progress.IN and self.submission.repair_due_at is not None


@dataclass(frozen=True, slots=True)
class Board:
    """The forms of one consolidator in one campaign."""

    campaign: Campaign
    consolidator: Unit
    timetable: Timetable
    rows: tuple[BoardRow, ...]
    internal: Internal | None = None

    def count(self, progress: str) -> int:
        """How many forms stand at this :class:`Progress`."""
        return sum(row.progress == progress for row in self.rows)

    @property
    def missing(self) -> tuple[BoardRow, ...]:
        """The forms that are not in."""
        return tuple(row for row in self.rows if row.progress is not Progress.IN)

    @property
    def ready(self) -> tuple[BoardRow, ...]:
        """The forms that would go in a package now."""
        return tuple(row for row in self.rows if row.submission.state == State.SELF_ASSESSED)

    @property
    def own(self) -> BoardRow | None:
        """The consolidator's own form, if it has one."""
        return next((row for row in self.rows if row.own), None)


@dataclass(frozen=True, slots=True)
class GroupSums:
    """What the submitted units claim in one group of criteria, in points."""

    group: Group
    total: Decimal
    mean: Decimal
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class UnitSums:
    """What one unit claims, group by group, in the order of the sums."""

    row: BoardRow
    points: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the units' forms add up to; the consolidator's own form is not among them."""

    groups: tuple[GroupSums, ...]
    units: tuple[UnitSums, ...]
    mean: Decimal


def boards(session: Session, actor: Actor, *, statuses: Iterable[CampaignStatus]) -> list[Board]:
    """The boards of every unit for which the actor consolidates, latest campaign first."""
    return _boards(
        session,
        Submission.campaign.has(Campaign.status.in_(list(statuses))),
        CampaignUnit.consolidator_id.in_(actor.units(Role.CONSOLIDATOR)),
    )


def board_of(session: Session, actor: Actor, campaign_id: int, consolidator: int | None = None) -> Board:
    """One board; without ``consolidator`` the actor's first in this campaign.

    Raises:
        Missing: the actor does not consolidate there.
    """
    units = actor.units(Role.CONSOLIDATOR)
    if consolidator is not None:
        units &= {consolidator}
    found = _boards(session, Submission.campaign_id == campaign_id, CampaignUnit.consolidator_id.in_(units))
    if not found:
        raise Missing(f"board of campaign {campaign_id}")
    return found[0]


def sums_of(session: Session, board: Board) -> Sums | None:
    """What the submitted units' own points add up to, by group; None while no unit has submitted."""
    rows = [row for row in board.rows if row.progress is Progress.IN and not row.own]
    if not rows:
        return None
    groups = criteria_set_of(rows[0].submission.campaign_unit.kind).groups
    earned = _points(session, [row.submission.id for row in rows])
    units = tuple(UnitSums(row, _by_group(earned[row.submission.id], groups)) for row in rows)
    columns = tuple(_sums(group, [one.points[place] for one in units]) for place, group in enumerate(groups))
    return Sums(columns, units, _mean([sum(one.points, Decimal(0)) for one in units]))


def _boards(session: Session, *wanted: object) -> list[Board]:
    forms = session.scalars(
        select(Submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .where(*wanted)  # type: ignore[arg-type]  # conditions of two kinds
        .options(
            contains_eager(Submission.campaign),
            contains_eager(Submission.campaign_unit)
            .joinedload(CampaignUnit.kind)
            .joinedload(CampaignKind.criteria_set),
            contains_eager(Submission.campaign_unit).joinedload(CampaignUnit.unit),
        )
        .order_by(Campaign.year.desc(), Campaign.id.desc(), CampaignUnit.display_order, CampaignUnit.id)
    ).all()
    grouped: dict[tuple[int, int], list[Submission]] = defaultdict(list)
    for form in forms:
        grouped[form.campaign_id, form.campaign_unit.consolidator_id or 0].append(form)
    heads = session.scalars(select(Unit).where(Unit.id.in_({unit for _campaign, unit in grouped})))
    units = {unit.id: unit for unit in heads}
    contacts = _contacts(session, [form.campaign_unit.unit for form in forms])
    internal = InternalDates(session, {campaign for campaign, _unit in grouped})
    return [_board(units[key[1]], some, contacts, internal) for key, some in grouped.items()]


def _board(
    consolidator: Unit, forms: Sequence[Submission], contacts: dict[int, Contact], internal: InternalDates
) -> Board:
    rows = [_row(consolidator, form, contacts, internal) for form in forms]
    # A package may go as long as one of its forms may, extensions counted in; what was sent waits for nothing.
    unsent = [row for row in rows if row.submission.state in (State.DRAFT, State.SELF_ASSESSED)]
    last = max(unsent or rows, key=lambda row: row.timetable.package_closes)
    return Board(
        campaign=forms[0].campaign,
        consolidator=consolidator,
        timetable=replace(last.timetable, repair_due=None),
        rows=tuple(sorted(rows, key=lambda row: not row.own)),
        internal=_standing(internal.of(forms[0].campaign_id, consolidator.id)),
    )


def _standing(found: Internal | None) -> Internal | None:
    return found if found is not None and found.stands else None


def _row(
    consolidator: Unit, form: Submission, contacts: dict[int, Contact], internal: InternalDates
) -> BoardRow:
    unit, timetable = form.campaign_unit, timetable_of(form.campaign_unit.kind, form)
    return BoardRow(
        form,
        unit.full_name,
        unit.unit_id == consolidator.id,
        _progress(form),
        contacts.get(unit.unit_id),
        timetable,
        handed_in_late(form, unit.kind, timetable),
        _standing(internal.for_form(unit.kind, unit.unit_id, unit.consolidator_id, timetable)),
    )


def _progress(form: Submission) -> Progress:
    if form.state != State.DRAFT:
        return Progress.IN
    return Progress.DOING if form.last_worked_at is not None else Progress.TODO


def _contacts(session: Session, units: Iterable[Unit]) -> dict[int, Contact]:
    # The unit's own number counts first; else that of its officer.
    by_id = {unit.id: unit for unit in units}
    officers = session.execute(
        select(RoleGrant.unit_id, Person.name, Person.phone)
        .join(RoleGrant.person)
        .where(
            RoleGrant.unit_id.in_(by_id),
            RoleGrant.role == Role.UNIT,
            RoleGrant.valid_to.is_(None),
            Person.active,
            or_(Person.phone != "", RoleGrant.unit_id.in_([key for key, one in by_id.items() if one.phone])),
        )
        .order_by(Person.id.desc())
    )
    found = {key: Contact("", one.phone) for key, one in by_id.items() if one.phone}
    for unit_id, name, phone in officers:
        found[unit_id] = Contact(name, by_id[unit_id].phone or phone)
    return found


def _points(session: Session, forms: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    rows = session.execute(
        select(Answer.submission_id, Answer.criterion, Answer.points).where(
            Answer.submission_id.in_(forms), Answer.points.is_not(None)
        )
    )
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for form, code, points in rows:
        found[form][code] = points or Decimal(0)
    return found


def _by_group(points: dict[str, Decimal], groups: Sequence[Group]) -> tuple[Decimal, ...]:
    zero = Decimal(0)
    return tuple(sum((points.get(one.code, zero) for one in group.criteria), zero) for group in groups)


def _sums(group: Group, points: Sequence[Decimal]) -> GroupSums:
    return GroupSums(group, sum(points, Decimal(0)), _mean(points), min(points), max(points))


def _mean(points: Sequence[Decimal]) -> Decimal:
    exact = sum(map(Fraction, points), Fraction(0)) / len(points)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.001"))
