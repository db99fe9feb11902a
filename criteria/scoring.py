"""Turns one unit's answers into a scorecard whose every line explains itself.

It knows one unit at a time; what other units did comes in with the context.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property

from criteria.answers import Answer, AnswerSheet
from criteria.model import CriteriaSet, Criterion, EnteredBy, Group, Normalised, RollUp, RollUpHow, floor
from criteria.numbers import comma
from criteria.points import EXACT, PENDING, Earned, Known, LineStatus, RolledUp, earn
from criteria.rules import ZERO
from criteria.values import Value, number, value_problems

__all__ = [
    "Context",
    "DecisionOutOfRange",
    "GroupScore",
    "Line",
    "LineStatus",
    "RolledUp",
    "Scorecard",
    "best_ratios",
    "raw_ratio",
    "roll_up",
    "score",
]

HUNDRED = Decimal(100)
THOUSANDTH = Decimal("0.001")


class DecisionOutOfRange(ValueError):
    """Decided points outside what the criterion can give; check them when they are entered."""


@dataclass(frozen=True)
class Context:
    """What the sheet itself does not say.

    `best` is the best unit's ratio per normalised criterion, `rolled_up` the subordinate units' figures,
    `not_applicable` the criteria the office excused the unit from, `decided` the points fixed by a verifier
    or, for a survey, by the office: they replace what is computed, higher or lower.
    """

    best: Mapping[str, Decimal] = field(default_factory=dict)
    rolled_up: Mapping[str, RolledUp] = field(default_factory=dict)
    not_applicable: frozenset[str] = frozenset()
    decided: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One criterion on a scorecard. `max` is 0 where it is not applicable, the cap for a bonus.

    `working` is arithmetic without words: `37 / 50 × 4 = 2,96`.
    """

    code: str
    status: LineStatus
    points: Decimal
    max: Decimal
    working: str


@dataclass(frozen=True)
class GroupScore:
    """What a group of criteria gave, of how much (bonus not counted in the maximum)."""

    code: str
    points: Decimal
    max: Decimal


@dataclass(frozen=True)
class Scorecard:
    """All lines of one unit, with exact sums. `max` is the unit's own, without what is not applicable."""

    lines: tuple[Line, ...]
    groups: tuple[GroupScore, ...]
    total: Decimal
    max: Decimal

    @property
    def percentage(self) -> Decimal:
        """The total in per cent of the unit's own maximum, to 3 decimals; a bonus may take it over 100."""
        if not self.max:
            return ZERO
        return EXACT.divide(EXACT.multiply(self.total, HUNDRED), self.max).quantize(THOUSANDTH, ROUND_HALF_UP)

    @property
    def is_provisional(self) -> bool:
        """Whether other units' figures are still awaited."""
        return any(line.status == LineStatus.PENDING for line in self.lines)

    def line(self, code: str) -> Line:
        """The line of a criterion; KeyError if there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Line]:
        return {line.code: line for line in self.lines}


def score(criteria_set: CriteriaSet, sheet: AnswerSheet, context: Context | None = None) -> Scorecard:
    """The scorecard of one unit: each line rounded by the set's rule, sums exact.

    A missing or unsound answer scores 0. Raises `DecisionOutOfRange` where decided points cannot be.
    """
    known = context or Context()
    lines = {one.code: _line(criteria_set, one, sheet, known) for one in criteria_set.criteria()}
    groups = tuple(_group_score(group, lines) for group in criteria_set.groups)
    return Scorecard(
        lines=tuple(lines.values()),
        groups=groups,
        total=sum((group.points for group in groups), ZERO),
        max=sum((group.max for group in groups), ZERO),
    )


def _group_score(group: Group, lines: Mapping[str, Line]) -> GroupScore:
    points = sum((lines[one.code].points for one in group.criteria), ZERO)
    most = sum((lines[one.code].max for one in group.criteria if not one.is_adjustment), ZERO)
    return GroupScore(group.code, points, most)


def _line(criteria_set: CriteriaSet, criterion: Criterion, sheet: AnswerSheet, context: Context) -> Line:
    earned = _earned(criterion, sheet.value(criterion.code), context)
    points = criteria_set.rounding.round(earned.points)
    is_scored = earned.status == LineStatus.SCORED
    result = comma(points)
    return Line(
        code=criterion.code,
        status=earned.status,
        points=points,
        max=ZERO if earned.status == LineStatus.NOT_APPLICABLE else criterion.max,
        working=f"{earned.working} {earned.sign} {result}" if earned.working else result * is_scored,
    )


def _earned(criterion: Criterion, value: Value | None, context: Context) -> Earned:
    if criterion.code in context.not_applicable:
        return Earned(ZERO, status=LineStatus.NOT_APPLICABLE)
    decided = context.decided.get(criterion.code)
    if decided is not None:
        return Earned(_within(criterion, decided))
    known = Known(context.best.get(criterion.code), context.rolled_up.get(criterion.code))
    if criterion.entered_by == EnteredBy.SYSTEM:
        return earn(criterion.rule, {}, known)
    if value is None:
        return _unanswered(criterion)
    if value_problems(criterion.rule, value):
        return Earned(ZERO, status=LineStatus.MISSING)
    return earn(criterion.rule, value, known)


def _unanswered(criterion: Criterion) -> Earned:
    if criterion.is_adjustment:
        return Earned(ZERO)
    is_awaited = criterion.entered_by == EnteredBy.OFFICE
    return PENDING if is_awaited else Earned(ZERO, status=LineStatus.MISSING)


def _within(criterion: Criterion, points: Decimal) -> Decimal:
    if not points.is_finite() or not floor(criterion.rule) <= points <= criterion.max:
        raise DecisionOutOfRange(f"{criterion.code}: {points}")
    return points


def raw_ratio(criterion: Criterion, answer: Answer | None) -> Decimal | None:
    """The numerator / denominator of a normalised criterion; None if it is none or has no sound answer."""
    if not isinstance(criterion.rule, Normalised) or answer is None or answer.value is None:
        return None
    if value_problems(criterion.rule, answer.value):
        return None
    return EXACT.divide(number(answer.value, "numerator"), number(answer.value, "denominator"))


def best_ratios(
    criteria_set: CriteriaSet,
    sheets: Sequence[AnswerSheet],
    decided: Sequence[Mapping[str, Decimal]] | None = None,
) -> dict[str, Decimal]:
    """The highest ratio of each normalised criterion among all units of the level.

    `decided` holds each unit's decided points, in the order of `sheets`: a figure that a verifier has set
    aside is nobody's yardstick. A criterion without any ratio is left out, so that it stays pending.
    """
    settled = decided if decided is not None else [{}] * len(sheets)
    best: dict[str, Decimal] = {}
    for criterion in criteria_set.criteria():
        answers = (
            sheet.answers.get(criterion.code)
            for sheet, points in zip(sheets, settled, strict=True)
            if criterion.code not in points
        )
        ratios = [ratio for answer in answers if (ratio := raw_ratio(criterion, answer)) is not None]
        if ratios:
            best[criterion.code] = max(ratios)
    return best


def roll_up(rule: RollUp, child_cards: Iterable[Scorecard | None]) -> RolledUp:
    """What the subordinate units reached. None is a unit that did not submit: it counts, with nothing.

    A subordinate to which the criterion does not apply is left out. A total of no units makes the criterion
    not applicable, as in an island district that has no communes.
    """
    marks = [mark for card in child_cards if (mark := _mark(rule, card)) is not None]
    if rule.how == RollUpHow.RATIO:
        return RolledUp(Decimal(sum(points >= most for points, most in marks)), len(marks))
    mean = sum((Fraction(points) / Fraction(most) for points, most in marks), Fraction(0))
    return RolledUp(EXACT.divide(Decimal(mean.numerator), Decimal(mean.denominator)), len(marks))


def _mark(rule: RollUp, card: Scorecard | None) -> tuple[Decimal, Decimal] | None:
    if card is None:
        return ZERO, Decimal(1)
    if not rule.of:
        return (card.total, card.max) if card.max else None
    line = card.line(rule.of)
    return (line.points, line.max) if line.status != LineStatus.NOT_APPLICABLE else None
