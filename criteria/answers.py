"""A unit's answers, and what still keeps them from being sent. It scores only to compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from criteria.fields import Field, FieldKind, fields
from criteria.model import CriteriaSet, Criterion, EnteredBy
from criteria.numbers import NumberCode, UnreadableNumber, comma, parse_number
from criteria.points import Known, LineStatus, earn
from criteria.values import (
    Entry,
    FieldCode,
    FieldProblem,
    InvalidValue,
    Value,
    read_value,
    value_from_json,
    value_problems,
    value_to_json,
    value_to_raw,
)

__all__ = [
    "LONGEST_REASON",
    "Answer",
    "AnswerSheet",
    "Entry",
    "Field",
    "FieldCode",
    "FieldKind",
    "FieldProblem",
    "InvalidValue",
    "NumberCode",
    "Problem",
    "ProblemCode",
    "UnreadableNumber",
    "Value",
    "comma",
    "fields",
    "parse_number",
    "problems",
    "read_value",
    "value_from_json",
    "value_problems",
    "value_to_json",
    "value_to_raw",
]

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Answer:
    """What a unit says about one criterion; `value` is None while nothing is filled in.

    `estimated` marks figures given before the data period ended (số ước).
    """

    code: str
    value: Value | None
    reason: str = ""
    estimated: bool = False
    evidence_count: int = 0


@dataclass(frozen=True)
class AnswerSheet:
    """The answers of one unit, by criterion code."""

    answers: Mapping[str, Answer] = field(default_factory=dict)

    def value(self, code: str) -> Value | None:
        """The value given for a criterion, None if there is none."""
        answer = self.answers.get(code)
        return answer.value if answer else None


class ProblemCode(StrEnum):
    """What keeps a sheet from being sent."""

    UNANSWERED = "unanswered"
    REASON_MISSING = "reason_missing"
    REASON_TOO_LONG = "reason_too_long"
    EVIDENCE_MISSING = "evidence_missing"
    INVALID_VALUE = "invalid_value"
    UNKNOWN_CRITERION = "unknown_criterion"


@dataclass(frozen=True)
class Problem:
    """One thing to mend, by criterion code; `detail` is a length, or the field and code of a bad value."""

    criterion: str
    code: ProblemCode
    detail: str = ""


def problems(
    criteria_set: CriteriaSet, sheet: AnswerSheet, *, not_applicable: frozenset[str] = frozenset()
) -> tuple[Problem, ...]:
    """Every blank, wrong or unexplained answer of a unit, in the order of the set.

    Nothing is asked about criteria that do not apply, nor about those the office or the system enters.
    A reason is asked wherever points are below the maximum (Gia Lai, công văn 1252/STTTT-CNTT, 04/10/2019),
    evidence only where points are claimed.
    """
    found = [
        problem
        for criterion in criteria_set.criteria()
        if criterion.entered_by == EnteredBy.UNIT and criterion.code not in not_applicable
        for problem in _criterion_problems(criteria_set, criterion, sheet.answers.get(criterion.code))
    ]
    strangers = (code for code in sheet.answers if not criteria_set.has(code))
    return (*found, *(Problem(code, ProblemCode.UNKNOWN_CRITERION) for code in strangers))


def _criterion_problems(
    criteria_set: CriteriaSet, criterion: Criterion, answer: Answer | None
) -> Iterator[Problem]:
    if answer and len(answer.reason) > LONGEST_REASON:
        yield Problem(criterion.code, ProblemCode.REASON_TOO_LONG, str(len(answer.reason)))
    if answer is None or answer.value is None:
        if criterion.answer_required:
            yield Problem(criterion.code, ProblemCode.UNANSWERED)
        return
    wrong = value_problems(criterion.rule, answer.value)
    for one in wrong:
        yield Problem(criterion.code, ProblemCode.INVALID_VALUE, f"{one.field}:{one.code}")
    if not wrong:
        yield from _unexplained(criteria_set, criterion, answer, answer.value)


def _unexplained(
    criteria_set: CriteriaSet, criterion: Criterion, answer: Answer, value: Value
) -> Iterator[Problem]:
    earned = earn(criterion.rule, value, Known())
    points = criteria_set.rounding.round(earned.points)
    is_below = earned.status == LineStatus.SCORED and points < criterion.max
    if criterion.reason_required_below_max and is_below and not answer.reason.strip():
        yield Problem(criterion.code, ProblemCode.REASON_MISSING)
    is_claimed = points > 0 or earned.status == LineStatus.PENDING
    if criterion.evidence_required and is_claimed and not answer.evidence_count:
        yield Problem(criterion.code, ProblemCode.EVIDENCE_MISSING)
