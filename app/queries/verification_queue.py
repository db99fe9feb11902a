"""The task force's queue: forms within its reach in open campaigns, filtered and paged. Never writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from app.folding import search_key
from app.models import (
    Answer,
    Assignment,
    Campaign,
    CampaignKind,
    CampaignStatus,
    CampaignUnit,
    Document,
    EvidenceUse,
    Question,
    Submission,
    UnitKind,
    Waiver,
)
from app.queries.assignees import Assignee, assignees
from app.queries.criteria_sets import criteria_set_of
from app.queries.lateness import is_late
from app.queries.reach import within_reach
from criteria.model import EnteredBy
from workflows.approval import APPROVAL
from workflows.case import Actor
from workflows.vocabulary import Action, Role, State

PAGE_SIZE = 50
BIG_GAP = 10  # per cent of the form's own maximum
READERS = frozenset({Role.TASK_FORCE, Role.OFFICE})
VERIFIED_STATES = (State.VERIFIED, State.APPROVED, State.PUBLISHED)


class Turn(StrEnum):
    """Where a form stands for the task force."""

    READY = "ready"
    DONE = "done"
    LATER = "later"


class Given(StrEnum):
    """Who was given a form."""

    ME = "toi"
    NOBODY = "chua"


class Mark(StrEnum):
    """What may be odd about a form."""

    BIG_GAP = "gap"
    NO_EVIDENCE = "evidence"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; an empty value leaves a filter out. ``parent`` is the id of a campaign's unit."""

    turn: str = Turn.READY
    kind: str = ""
    parent: int = 0
    mark: str = ""
    given: str = ""
    search: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One form of the queue, with who was given it.

    ``asked`` counts the criteria that ask for a verdict; ``late``: it came after its date.
    """

    submission: Submission
    unit: CampaignUnit
    parent: str
    asked: int
    open_questions: int
    answered_questions: int
    late: bool
    assignee: Assignee | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, how many forms stand where, and what one may filter by."""

    rows: Sequence[QueueRow]
    page: int
    pages: int
    found: int
    counts: Mapping[Turn, int]
    kinds: Sequence[UnitKind] = ()
    parents: Sequence[tuple[int, str]] = field(default_factory=tuple)


def queue_of(session: Session, actor: Actor, wanted: Filters) -> Queue:
    """The queue of an actor, in a constant number of queries."""
    mine = and_(within_reach(actor, READERS), Campaign.status == CampaignStatus.OPEN)
    asked = _asked_by_kind(session, mine)
    parent = aliased(CampaignUnit)
    found = _joined(select(Submission), parent).where(mine, *_conditions(session, mine, actor, wanted))
    total = session.scalar(found.with_only_columns(func.count(Submission.id))) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, wanted.page), pages)
    return Queue(
        rows=_rows(session, found, parent, page, asked),
        page=page,
        pages=pages,
        found=total,
        counts=_counts(session, mine, parent),
        kinds=_kinds(session, mine, parent),
        parents=_parents(session, mine, parent),
    )


def with_task_force() -> ColumnElement[bool]:
    """The condition on a form (joined with its kind) that says that the task force may verify it now."""
    rows = (row for row in APPROVAL.rows if row.action is Action.VERIFY)
    return or_(*(and_(Submission.state == row.source, CampaignKind.route.in_(row.routes)) for row in rows))


def _joined(statement: Select[Submission], parent: type[CampaignUnit]) -> Select[Submission]:
    return (
        statement.join(Submission.campaign)
        .join(Submission.campaign_unit)
        .join(CampaignUnit.kind)
        .outerjoin(parent, CampaignUnit.parent_id == parent.id)
    )


def _turn() -> ColumnElement[str]:
    done = Submission.state.in_(VERIFIED_STATES)
    return case((with_task_force(), Turn.READY), (done, Turn.DONE), else_=Turn.LATER)


def _conditions(
    session: Session, mine: ColumnElement[bool], actor: Actor, wanted: Filters
) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.turn:
        asked.append(_turn() == wanted.turn)
    if wanted.kind:
        asked.append(CampaignUnit.unit_kind == wanted.kind)
    if wanted.parent:
        asked.append(CampaignUnit.parent_id == wanted.parent)
    if key := search_key(wanted.search):
        asked.append(CampaignUnit.search_key.contains(key, autoescape=True))
    if wanted.given:
        asked.append(_given(Given(wanted.given), actor))
    if wanted.mark:
        asked.append(_marked(session, mine, Mark(wanted.mark)))
    return asked


def _marked(session: Session, mine: ColumnElement[bool], mark: Mark) -> ColumnElement[bool]:
    if mark is Mark.BIG_GAP:
        return _has_big_gap()
    if mark is Mark.NO_EVIDENCE:
        return _lacks_evidence(session, mine)
    return exists().where(Question.submission_id == Submission.id, Question.closed_at.is_(None))


def _given(given: Given, actor: Actor) -> ColumnElement[bool]:
    somebody = exists().where(Assignment.submission_id == Submission.id)
    return ~somebody if given is Given.NOBODY else somebody.where(Assignment.person_id == actor.id)


def _has_big_gap() -> ColumnElement[bool]:
    # As the whole numbers that are stored, so that the per cent is not taken for points.
    columns = (Submission.verified_points, Submission.self_points, Submission.self_max)
    verified, own, most = (type_coerce(column, BigInteger) for column in columns)
    return func.abs(verified - own) * 100 >= most * BIG_GAP


def _lacks_evidence(session: Session, mine: ColumnElement[bool]) -> ColumnElement[bool]:
    proof = (
        exists()
        .where(EvidenceUse.document_id == Document.id)
        .where(Document.submission_id == Submission.id, EvidenceUse.criterion == Answer.criterion)
    )
    asked = [
        and_(CampaignUnit.kind_id == kind.id, Answer.criterion.in_(codes))
        for kind in _kinds_in(session, mine)
        if (codes := [one.code for one in criteria_set_of(kind).criteria() if one.evidence])
    ]
    return exists().where(
        Answer.submission_id == Submission.id, Answer.points > Decimal(0), or_(false(), *asked), ~proof
    )


def _kinds_in(session: Session, mine: ColumnElement[bool]) -> Sequence[CampaignKind]:
    concerned = (
        select(CampaignUnit.kind_id).join(Campaign, CampaignUnit.campaign_id == Campaign.id).where(mine)
    )
    return session.scalars(
        select(CampaignKind)
        .where(CampaignKind.id.in_(concerned))
        .options(joinedload(CampaignKind.criteria_set))
    ).all()


def _asked_by_kind(session: Session, mine: ColumnElement[bool]) -> dict[int, int]:
    return {
        kind.id: sum(one.entered_by is not EnteredBy.SYSTEM for one in criteria_set_of(kind).criteria())
        for kind in _kinds_in(session, mine)
    }


def _rows(
    session: Session,
    found: Select[Submission],
    parent: type[CampaignUnit],
    page: int,
    asked: Mapping[int, int],
) -> list[QueueRow]:
    shown = found.options(
        contains_eager(Submission.campaign),
        contains_eager(Submission.campaign_unit).contains_eager(CampaignUnit.kind),
    )
    order = (Campaign.id.desc(), parent.display_order, CampaignUnit.display_order, CampaignUnit.id)
    rows = session.execute(
        shown.add_columns(parent.full_name).order_by(*order).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    ).all()
    forms = [submission.id for submission, _name in rows]
    waivers = _count(session, Waiver, forms)
    opened = _count(session, Question, forms, Question.closed_at.is_(None))
    answered = _count(session, Question, forms, Question.closed_at.is_(None), Question.reply != "")
    given = assignees(session, forms)
    return [
        QueueRow(
            submission,
            submission.campaign_unit,
            name or "",
            asked[submission.campaign_unit.kind_id] - waivers.get(submission.id, 0),
            opened.get(submission.id, 0),
            answered.get(submission.id, 0),
            is_late(submission),
            given.get(submission.id),
        )
        for submission, name in rows
    ]


def _count(
    session: Session, model: type[Waiver] | type[Question], forms: Iterable[int], *more: ColumnElement[bool]
) -> dict[int, int]:
    rows = session.execute(
        select(model.submission_id, func.count())
        .where(model.submission_id.in_(list(forms)), *more)
        .group_by(model.submission_id)
    )
    return {form: count for form, count in rows}  # noqa: C416 - dict(rows) loses its types


def _counts(session: Session, mine: ColumnElement[bool], parent: type[CampaignUnit]) -> dict[Turn, int]:
    turn = _turn().label("turn")
    rows = session.execute(
        _joined(select(Submission), parent)
        .where(mine)
        .with_only_columns(turn, func.count(Submission.id))
        .group_by("turn")
    ).all()
    found = {Turn(name): count for name, count in rows}
    return {one: found.get(one, 0) for one in Turn}


def _kinds(session: Session, mine: ColumnElement[bool], parent: type[CampaignUnit]) -> list[UnitKind]:
    rows = set(
        session.scalars(
            _joined(select(Submission), parent)
            .where(mine)
            .with_only_columns(CampaignUnit.unit_kind)
            .distinct()
        )
    )
    return [kind for kind in UnitKind if kind in rows]


def _parents(
    session: Session, mine: ColumnElement[bool], parent: type[CampaignUnit]
) -> list[tuple[int, str]]:
    rows = session.execute(
        _joined(select(Submission), parent)
        .where(mine, parent.id.is_not(None))
        .with_only_columns(parent.id, parent.full_name, parent.display_order)
        .distinct()
        .order_by(parent.display_order, parent.id)
    )
    return [(key, name) for key, name, _order in rows]
