"""One criterion as its unit works on it, with its stage, and the group it stands in. Reads no table."""

from dataclasses import dataclass
from enum import StrEnum

from app.models import Answer, CarriedAnswer, Document, Question, Remark, Replacement, Waiver
from criteria.answers import Problem
from criteria.model import Criterion, Group
from criteria.scoring import GroupScore, Line
from criteria.working import Working


class Stage(StrEnum):
    """Where one criterion stands for its unit: five stages, and three for what is not asked of it."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    FIX = "fix"
    WRONG = "wrong"
    OPTIONAL = "optional"
    NOT_ASKED = "not_asked"
    WAIVED = "waived"


LEFT = frozenset({Stage.TODO, Stage.DOING, Stage.FIX, Stage.WRONG})


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion on the desk. ``number`` counts from 1 through the whole set.

    ``carried``: an earlier form's answer that waits to be confirmed. ``replaced``: final figures declared in the place
    of estimates, oldest first.
    """

    number: int
    group: Group
    criterion: Criterion
    stage: Stage
    line: Line
    working: Working
    answer: Answer | None
    carried: CarriedAnswer | None
    replaced: tuple[Replacement, ...]
    documents: tuple[Document, ...]
    remarks: tuple[Remark, ...]
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]
    waiver: Waiver | None

    @property
    def code(self) -> str:
        """The criterion's code."""
        return self.criterion.code

    @property
    def is_left(self) -> bool:
        """Is there something for the unit to do here?"""
        return self.stage in LEFT

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Questions that wait for the unit's words."""
        return tuple(one for one in self.questions if one.closed_at is None)


@dataclass(frozen=True, slots=True)
class GroupOfItems:
    """A group with its criteria and its sub-total."""

    group: Group
    score: GroupScore
    items: tuple[Item, ...]

    @property
    def carried(self) -> bool:
        """Does something of an earlier form wait in it to be confirmed?"""
        return any(item.carried is not None for item in self.items)

    @property
    def left(self) -> tuple[Item, ...]:
        """What remains to be done in it."""
        return tuple(item for item in self.items if item.is_left)

    @property
    def is_asked(self) -> bool:
        """Does the unit answer any of it?"""
        return any(answerable(item) for item in self.items)


def answerable(item: Item) -> bool:
    """Does the unit answer this criterion?"""
    return item.stage not in {Stage.NOT_ASKED, Stage.WAIVED}
