"""A criteria set: groups of criteria, each with its rule. Frozen, checked when built; holds no answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property

from criteria.canonical import sha256_of
from criteria.checks import (
    LONGEST_TEXT,
    MOST_DECIMALS,
    Flaw,
    FlawCode,
    InvalidCriteria,
    choice_flaws,
    code_flaws,
    refuse,
    repeat_flaws,
    text_flaws,
)
from criteria.rules import (
    NONE_OF_THESE,
    ZERO,
    Adjustment,
    Alternative,
    Choice,
    Count,
    CountLadder,
    Highest,
    Normalised,
    Option,
    Parts,
    Ratio,
    RollUp,
    RollUpHow,
    Rule,
    RuleKind,
    SimpleRule,
    Step,
    Survey,
    WhenZero,
    YesNo,
    floor,
)

__all__ = [
    "NONE_OF_THESE",
    "ZERO",
    "Adjustment",
    "Alternative",
    "Choice",
    "Count",
    "CountLadder",
    "CriteriaSet",
    "Criterion",
    "EnteredBy",
    "Flaw",
    "FlawCode",
    "Group",
    "Highest",
    "InvalidCriteria",
    "Normalised",
    "Option",
    "Parts",
    "Ratio",
    "RollUp",
    "RollUpHow",
    "Rounding",
    "Rule",
    "RuleKind",
    "Section",
    "SimpleRule",
    "Step",
    "Survey",
    "WhenZero",
    "YesNo",
    "floor",
]

LEVELS = (1, 2, 3, 4)
_ROUNDING_MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}


class Section(StrEnum):
    """The two parts of the national set (hạng mục), and what is added or taken off beside them."""

    READINESS = "readiness"
    RESULT = "result"
    ADJUSTMENT = "adjustment"


class EnteredBy(StrEnum):
    """Who answers a criterion."""

    UNIT = "unit"
    OFFICE = "office"
    SYSTEM = "system"


@dataclass(frozen=True)
class Rounding:
    """How each criterion's points are rounded: to `places` decimals, by `mode`."""

    places: int = 3
    mode: str = "half_up"

    def __post_init__(self) -> None:
        refuse(
            (
                *choice_flaws("places", self.places, range(MOST_DECIMALS + 1)),
                *choice_flaws("mode", self.mode, _ROUNDING_MODES),
            )
        )

    def round(self, points: Decimal) -> Decimal:
        """The points, rounded."""
        return points.quantize(Decimal(1).scaleb(-self.places), rounding=_ROUNDING_MODES[self.mode])


@dataclass(frozen=True)
class Criterion:
    """One thing that is measured.

    `evidence` says which document is asked for ("" where none is); `help` explains the criterion.
    """

    code: str
    title: str
    rule: Rule
    evidence: str = ""
    evidence_required: bool = False
    help: str = ""

    def __post_init__(self) -> None:
        refuse(self._flaws())

    def _flaws(self) -> Iterator[Flaw]:
        yield from code_flaws("code", self.code)
        yield from text_flaws("title", self.title)
        yield from text_flaws("evidence", self.evidence, longest=LONGEST_TEXT, blank=True)
        yield from text_flaws("help", self.help, longest=LONGEST_TEXT, blank=True)
        if not isinstance(self.rule, Rule):
            yield Flaw("rule", FlawCode.WRONG_TYPE, repr(self.rule)[:80])

    @property
    def max(self) -> Decimal:
        """The most points it can give."""
        return self.rule.max

    @property
    def is_adjustment(self) -> bool:
        """Whether it is a bonus or a penalty, which no maximum counts."""
        return isinstance(self.rule, Adjustment)

    @property
    def entered_by(self) -> EnteredBy:
        """Units answer; the office enters survey points and penalties; roll-ups are computed."""
        if isinstance(self.rule, RollUp):
            return EnteredBy.SYSTEM
        if isinstance(self.rule, Survey) or (isinstance(self.rule, Adjustment) and self.rule.is_penalty):
            return EnteredBy.OFFICE
        return EnteredBy.UNIT

    @property
    def answer_required(self) -> bool:
        """Whether the unit must answer; a bonus nobody claims is simply none."""
        return self.entered_by == EnteredBy.UNIT and not self.is_adjustment

    @property
    def reason_required_below_max(self) -> bool:
        """Whether less than the maximum must be explained (Gia Lai, công văn 1252/STTTT-CNTT, 04/10/2019)."""
        return self.answer_required


@dataclass(frozen=True)
class Group:
    """Criteria of one kind (nhóm). `level` 1 to 4 marks hiện diện, tương tác, giao dịch, chuyển đổi."""

    code: str
    title: str
    section: str
    criteria: tuple[Criterion, ...]
    level: int | None = None

    def __post_init__(self) -> None:
        refuse(self._flaws())

    def _flaws(self) -> Iterator[Flaw]:
        yield from code_flaws("code", self.code)
        yield from text_flaws("title", self.title)
        yield from choice_flaws("section", self.section, Section)
        if not self.criteria:
            yield Flaw("criteria", FlawCode.TOO_FEW, "0")
        if self.level is not None and (self.section != Section.RESULT or self.level not in LEVELS):
            yield Flaw("level", FlawCode.MISPLACED, str(self.level))
        for place, criterion in enumerate(self.criteria):
            if criterion.is_adjustment != (self.section == Section.ADJUSTMENT):
                yield Flaw(f"criteria[{place}].rule", FlawCode.MISPLACED, criterion.rule.kind)

    @property
    def max(self) -> Decimal:
        """The most points the group can give, bonus left out."""
        return sum((criterion.max for criterion in self.criteria if not criterion.is_adjustment), ZERO)


@dataclass(frozen=True)
class CriteriaSet:
    """The criteria one kind of unit is measured by. `illustrative` sets are never shown as official."""

    code: str
    title: str
    unit_kind: str
    groups: tuple[Group, ...]
    source: str
    illustrative: bool
    rounding: Rounding = field(default_factory=Rounding)

    def __post_init__(self) -> None:
        refuse(self._flaws())

    def _flaws(self) -> Iterator[Flaw]:
        yield from code_flaws("code", self.code)
        yield from code_flaws("unit_kind", self.unit_kind)
        yield from text_flaws("title", self.title)
        yield from text_flaws("source", self.source, longest=LONGEST_TEXT, blank=True)
        yield from repeat_flaws("groups", (group.code for group in self.groups))
        yield from repeat_flaws("groups", (f"level {group.level}" for group in self.groups if group.level))
        yield from repeat_flaws("groups", (criterion.code for criterion in self.criteria()))
        if not self.max:
            yield Flaw("groups", FlawCode.TOO_FEW, "0")

    def criteria(self) -> Iterator[Criterion]:
        """Every criterion, in the order of the set."""
        for group in self.groups:
            yield from group.criteria

    def criterion(self, code: str) -> Criterion:
        """The criterion with this code; KeyError if there is none."""
        return self._by_code[code]

    def has(self, code: str) -> bool:
        """Whether there is a criterion with this code."""
        return code in self._by_code

    @cached_property
    def _by_code(self) -> dict[str, Criterion]:
        return {criterion.code: criterion for criterion in self.criteria()}

    @property
    def max(self) -> Decimal:
        """The most points the set can give, bonus left out. Sets are not on 100."""
        return sum((group.max for group in self.groups), ZERO)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the canonical JSON: the version of the set."""
        return sha256_of(self)
