"""A form as its unit works on it: groups, criteria with their stage, documents, remarks, questions. Never writes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Answer,
    CampaignKind,
    CarriedAnswer,
    Document,
    Purpose,
    Question,
    Remark,
    Replacement,
    Scan,
    Submission,
    Waiver,
)
from app.queries.cases import form_problems, given_answer, timetable_of
from app.queries.criteria_sets import criteria_set_of
from app.queries.desk_items import GroupOfItems, Item, Stage, answerable
from app.queries.estimates import handed_in_answers
from app.queries.lateness import handed_in_late
from criteria.answers import AnswerSheet, Problem, ProblemCode
from criteria.model import CriteriaSet, Criterion, EnteredBy, Group
from criteria.scoring import Context, Scorecard, score
from criteria.working import explain
from workflows.deadlines import Timetable
from workflows.vocabulary import State

__all__ = ["Desk", "GroupOfItems", "Item", "Stage", "answerable", "desk_of"]

T = TypeVar("T", Remark, Question, Problem, Replacement)
MENDED = frozenset({ProblemCode.INVALID_VALUE, ProblemCode.REASON_TOO_LONG})
# Every page of the desk reads these; made once, they are not put together again for each page.
FORM: BindParameter[int] = bindparam("form")
KIND = (
    select(CampaignKind)
    .where(CampaignKind.id == bindparam("kind"))
    .options(joinedload(CampaignKind.criteria_set), joinedload(CampaignKind.extensions))
)
DOCUMENTS = (
    select(Document)
    .where(Document.submission_id == FORM, Document.purpose != Purpose.SIGNED)
    .options(joinedload(Document.uses))
    .order_by(Document.id)
)
ANSWERS = select(Answer).where(Answer.submission_id == FORM)
WAIVERS = select(Waiver).where(Waiver.submission_id == FORM)
QUESTIONS = select(Question).where(Question.submission_id == FORM).order_by(Question.id)
CARRIED = select(CarriedAnswer).where(CarriedAnswer.submission_id == FORM)
REPLACED = select(Replacement).where(Replacement.submission_id == FORM).order_by(Replacement.id)
OPEN_REMARKS = (
    select(Remark).where(Remark.submission_id == FORM, Remark.settled_at.is_(None)).order_by(Remark.id)
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A whole form, read in a constant number of queries."""

    submission: Submission
    criteria_set: CriteriaSet
    timetable: Timetable
    card: Scorecard
    groups: tuple[GroupOfItems, ...]
    documents: tuple[Document, ...]

    def items(self) -> Iterator[Item]:
        """Every criterion, in the order of the set."""
        for group in self.groups:
            yield from group.items

    def item(self, code: str) -> Item | None:
        """One criterion, None if the set has none with this code."""
        return next((item for item in self.items() if item.code == code), None)

    def next_after(self, code: str) -> Item | None:
        """The next criterion that the unit answers, None after the last.

        In a form that was sent back it is the next one to mend, from the top again after the last.
        """
        items = list(self.items())
        place = next(place for place, item in enumerate(items) if item.code == code)
        later, earlier = items[place + 1 :], items[:place]
        if self.returned:
            return next((item for item in (*later, *earlier) if item.stage == Stage.FIX), None)
        return next((item for item in later if answerable(item)), None)

    @property
    def first(self) -> Item | None:
        """The first criterion that the unit answers."""
        return next((item for item in self.items() if answerable(item)), None)

    @property
    def total(self) -> int:
        """How many criteria the set has."""
        return sum(len(group.items) for group in self.groups)

    @property
    def left(self) -> int:
        """How many criteria wait for the unit."""
        return sum(len(group.left) for group in self.groups)

    @property
    def reports(self) -> tuple[Document, ...]:
        """The report on results, in one or several files."""
        return tuple(row for row in self.documents if row.purpose == Purpose.REPORT)

    @property
    def evidence(self) -> tuple[Document, ...]:
        """The documents that may prove criteria."""
        return tuple(row for row in self.documents if row.purpose == Purpose.EVIDENCE)

    @property
    def unscanned(self) -> tuple[Document, ...]:
        """The documents that wait for the virus scanner."""
        return tuple(row for row in self.documents if row.scan == Scan.WAITING)

    @property
    def infected(self) -> tuple[Document, ...]:
        """The documents that the virus scanner refused."""
        return tuple(row for row in self.documents if row.scan == Scan.INFECTED)

    @property
    def late(self) -> bool:
        """Was the form taken after its deadline?"""
        return handed_in_late(self.submission, self.submission.campaign_unit.kind, self.timetable)

    @property
    def is_draft(self) -> bool:
        """Is the form with its unit?"""
        return self.submission.state == State.DRAFT

    @property
    def returned(self) -> bool:
        """Was the form sent back, and not handed in again?"""
        return self.submission.state == State.DRAFT and self.submission.repair_due_at is not None

    @property
    def estimates(self) -> tuple[Item, ...]:
        """The criteria whose figures are estimates."""
        return tuple(item for item in self.items() if item.answer is not None and item.answer.estimated)

    @property
    def estimated(self) -> int:
        """How many figures are estimates."""
        return len(self.estimates)

    @property
    def carried(self) -> int:
        """How many of an earlier form's answers wait to be confirmed."""
        return sum(item.carried is not None for item in self.items())


def desk_of(session: Session, submission: Submission, *, handed_in: bool = False) -> Desk:
    """The desk of a form that the reader was found to reach.

    ``handed_in``: with the figures that were handed in, where final ones were declared in their place since.
    """
    # Held from here on, so that the unit's kind is found in the session when it is asked for.
    kind = session.scalars(KIND, {"kind": submission.campaign_unit.kind_id}).unique().one()
    found = _Found(session, submission)
    if handed_in:
        found.go_back(handed_in_answers(session, submission))
    card = score(found.criteria_set, found.sheet, found.context)
    items = [
        _item(found, card, number, group, criterion)
        for number, (group, criterion) in enumerate(_walk(found.criteria_set), 1)
    ]
    return Desk(
        submission=submission,
        criteria_set=found.criteria_set,
        timetable=timetable_of(kind, submission),
        card=card,
        groups=tuple(
            GroupOfItems(group, sums, tuple(item for item in items if item.group is group))
            for group, sums in zip(found.criteria_set.groups, card.groups, strict=True)
        ),
        documents=found.documents,
    )


class _Found:
    """What the tables hold about one form, by criterion."""

    def __init__(self, session: Session, submission: Submission) -> None:
        form = {"form": submission.id}
        self.submission = submission
        self.criteria_set = criteria_set_of(submission.campaign_unit.kind)
        self.documents = tuple(session.scalars(DOCUMENTS, form).unique())
        self.answers = {
            row.criterion: row
            for row in session.scalars(ANSWERS, form)
            if self.criteria_set.has(row.criterion)
        }
        self.waivers = {row.criterion: row for row in session.scalars(WAIVERS, form)}
        self.remarks = _by_criterion(session.scalars(OPEN_REMARKS, form))
        self.questions = _by_criterion(session.scalars(QUESTIONS, form))
        self.replaced = _by_criterion(session.scalars(REPLACED, form))
        self.carried = {
            row.criterion: row
            for row in session.scalars(CARRIED, form)
            if row.offered(self.answers.get(row.criterion))
        }
        self.proofs: dict[str, list[Document]] = defaultdict(list)
        for document in self.documents:
            for use in document.uses:
                self.proofs[use.criterion].append(document)
        self.sheet = AnswerSheet(
            {
                code: given_answer(self.criteria_set, row, _sound(self.proofs.get(code, ())))
                for code, row in self.answers.items()
            }
        )
        self.context = Context(not_applicable=frozenset(self.waivers))
        self.problems = _by_criterion(form_problems(session, submission, self.sheet))

    def go_back(self, before: Mapping[str, Mapping[str, Any]]) -> None:
        """Put these answers in the place of those that followed them; no row of the session is touched."""
        old = {
            code: _older(self.answers[code], kept) for code, kept in before.items() if code in self.answers
        }
        self.answers |= old
        given = {code: given_answer(self.criteria_set, row) for code, row in old.items()}
        self.sheet = AnswerSheet({**self.sheet.answers, **given})
        card = score(self.criteria_set, self.sheet, self.context)
        for code, row in old.items():
            row.points = card.line(code).points


def _sound(documents: Iterable[Document]) -> int:
    # What holds a virus proves nothing.
    return sum(document.scan != Scan.INFECTED for document in documents)


def _older(row: Answer, kept: Mapping[str, Any]) -> Answer:
    return Answer(
        criterion=row.criterion,
        value=kept["value"],
        reason=kept["reason"],
        estimated=kept["estimated"],
        saved_at=row.saved_at,
        saved_by_name=row.saved_by_name,
        version=row.version,
    )


def _by_criterion(rows: Iterable[T]) -> Mapping[str, tuple[T, ...]]:
    found: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[row.criterion].append(row)
    return {code: tuple(some) for code, some in found.items()}


def _walk(criteria_set: CriteriaSet) -> Iterator[tuple[Group, Criterion]]:
    for group in criteria_set.groups:
        for criterion in group.criteria:
            yield group, criterion


def _item(found: _Found, card: Scorecard, number: int, group: Group, criterion: Criterion) -> Item:
    code = criterion.code
    return Item(
        number=number,
        group=group,
        criterion=criterion,
        stage=_stage(found, criterion),
        line=card.line(code),
        working=explain(found.criteria_set, criterion, found.sheet, found.context),
        answer=found.answers.get(code),
        carried=found.carried.get(code),
        replaced=found.replaced.get(code, ()),
        documents=tuple(found.proofs.get(code, ())),
        remarks=found.remarks.get(code, ()),
        questions=found.questions.get(code, ()),
        problems=found.problems.get(code, ()),
        waiver=found.waivers.get(code),
    )


def _stage(found: _Found, criterion: Criterion) -> Stage:
    code = criterion.code
    if criterion.entered_by != EnteredBy.UNIT:
        return Stage.NOT_ASKED
    if code in found.waivers:
        return Stage.WAIVED
    if _waits_for_repair(found, code):
        return Stage.FIX
    lacking = {problem.code for problem in found.problems.get(code, ())}
    if lacking & MENDED:
        return Stage.WRONG
    return _progress(found, criterion, complete=not lacking)


def _progress(found: _Found, criterion: Criterion, *, complete: bool) -> Stage:
    answer = found.answers.get(criterion.code)
    if answer is not None and answer.value is not None:
        return Stage.DONE if complete else Stage.DOING
    begun = criterion.code in found.proofs or criterion.code in found.carried
    if begun or (answer is not None and answer.reason):
        return Stage.DOING
    return Stage.TODO if criterion.answer_required else Stage.OPTIONAL


def _waits_for_repair(found: _Found, code: str) -> bool:
    # A remark counts as dealt with once the unit has saved the answer again.
    if any(question.closed_at is None and not question.reply for question in found.questions.get(code, ())):
        return True
    remarks = found.remarks.get(code, ())
    if not remarks or found.submission.state != State.DRAFT:
        return False
    answer = found.answers.get(code)
    return answer is None or any(remark.at >= answer.saved_at for remark in remarks)
