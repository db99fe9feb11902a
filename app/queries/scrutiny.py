"""One form as the task force works on it: claims with verdicts, visits, explanations. Never writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from app.faults import Missing
from app.models import Campaign, CampaignStatus, CampaignUnit, Explanation, FieldVisit, Submission, Verdict
from app.queries.desk import Desk, GroupOfItems, Item, desk_of
from app.queries.reach import within_reach
from app.queries.verification import under_scrutiny
from criteria.model import EnteredBy, Survey
from workflows.case import Actor
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion with its verdict; ``current`` says that the verdict stands on the present answer."""

    item: Item
    verdict: Verdict | None
    current: bool

    @property
    def code(self) -> str:
        """The criterion's code."""
        return self.item.code

    @property
    def asks(self) -> bool:
        """Does it ask for a verdict: is it neither computed nor excused?"""
        return self.item.criterion.entered_by is not EnteredBy.SYSTEM and self.item.waiver is None

    @property
    def open(self) -> bool:
        """Does it wait for a verdict?"""
        return self.asks and not self.current

    @property
    def keepable(self) -> bool:
        """Is there an own score to keep?"""
        answer = self.item.answer
        return not isinstance(self.item.criterion.rule, Survey) or (
            answer is not None and answer.value is not None
        )

    @property
    def points(self) -> Decimal | None:
        """The verified points, None where nothing is decided."""
        if self.verdict is None or not self.current:
            return None
        return self.item.line.points if self.verdict.points is None else self.verdict.points

    @property
    def answer_version(self) -> int:
        """The version of the answer that is shown."""
        return self.item.answer.version if self.item.answer is not None else 0

    @property
    def verdict_version(self) -> int:
        """The version of the verdict that is shown, 0 for none."""
        return self.verdict.version if self.verdict is not None else 0


@dataclass(frozen=True, slots=True)
class JudgedGroup:
    """A group with its criteria as they are judged."""

    group: GroupOfItems
    rows: tuple[Judged, ...]

    @property
    def asked(self) -> int:
        """How many of its criteria ask for a verdict."""
        return sum(row.asks for row in self.rows)

    @property
    def decided(self) -> int:
        """How many of them have one."""
        return sum(row.asks and row.current for row in self.rows)


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """A whole form under scrutiny, read in a constant number of queries."""

    desk: Desk
    groups: tuple[JudgedGroup, ...]
    visits: tuple[FieldVisit, ...]
    explanations: tuple[Explanation, ...]

    @property
    def submission(self) -> Submission:
        """The form."""
        return self.desk.submission

    @property
    def at_work(self) -> bool:
        """Is the form with the task force now?"""
        return under_scrutiny(self.submission)

    @property
    def asked(self) -> int:
        """How many criteria ask for a verdict."""
        return sum(group.asked for group in self.groups)

    @property
    def decided(self) -> int:
        """How many of them have one."""
        return sum(group.decided for group in self.groups)

    @property
    def to_keep(self) -> tuple[Judged, ...]:
        """What one declared act would keep: undecided, with an own score, and without an open question."""
        return tuple(row for row in self.rows() if row.open and row.keepable and not row.item.open_questions)

    def rows(self) -> Iterator[Judged]:
        """Every criterion, in the order of the set."""
        for group in self.groups:
            yield from group.rows

    def row(self, code: str) -> Judged:
        """One criterion.

        Raises:
            Missing: the set has none with this code.
        """
        found = next((row for row in self.rows() if row.code == code), None)
        if found is None:
            raise Missing(f"criterion {code}")
        return found

    def next_open(self, code: str) -> Judged | None:
        """The next criterion after this one that waits for a verdict, from the start again after the last."""
        rows = list(self.rows())
        here = next(place for place, row in enumerate(rows) if row.code == code)
        later = rows[here + 1 :] + rows[:here]
        return next((row for row in later if row.open), None)


def scrutiny_of(session: Session, submission: Submission) -> Scrutiny:
    """The scrutiny of a form that the reader was found to reach."""
    desk = desk_of(session, submission)
    verdicts = {
        row.criterion: row
        for row in session.scalars(select(Verdict).where(Verdict.submission_id == submission.id))
    }
    visits = select(FieldVisit).where(FieldVisit.submission_id == submission.id).order_by(FieldVisit.id)
    words = select(Explanation).where(Explanation.submission_id == submission.id).order_by(Explanation.id)
    groups = tuple(
        JudgedGroup(group, tuple(_judged(item, verdicts.get(item.code)) for item in group.items))
        for group in desk.groups
    )
    return Scrutiny(desk, groups, tuple(session.scalars(visits)), tuple(session.scalars(words)))


def explanations_for(session: Session, actor: Actor) -> Sequence[Explanation]:
    """The explanations of open campaigns within the task force's reach, those that wait for an answer first."""
    return session.scalars(
        select(Explanation)
        .join(Explanation.submission)
        .join(Submission.campaign_unit)
        .join(Submission.campaign)
        .where(within_reach(actor, {Role.TASK_FORCE}), Campaign.status == CampaignStatus.OPEN)
        .options(
            contains_eager(Explanation.submission).contains_eager(Submission.campaign_unit),
            contains_eager(Explanation.submission).contains_eager(Submission.campaign),
        )
        .order_by(Explanation.decided_at.is_not(None), CampaignUnit.display_order, Explanation.id)
    ).all()


def _judged(item: Item, verdict: Verdict | None) -> Judged:
    read = item.answer.version if item.answer is not None else 0
    return Judged(item, verdict, verdict is not None and verdict.answer_version == read)
