"""The kinds of scoring rule that provinces use, as data. A rule says what is worth what; it scores nothing.

"Not applicable" is no rule: it is granted to a unit and arrives with the scoring context.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import ClassVar

from criteria.checks import (
    Flaw,
    FlawCode,
    choice_flaws,
    code_flaws,
    number_flaws,
    refuse,
    repeat_flaws,
    text_flaws,
)

ZERO = Decimal(0)
NONE_OF_THESE = "none"
FEWEST_CHOICES = 2


class RuleKind(StrEnum):
    """The name of each kind of rule, as written in a criteria file."""

    YES_NO = "yes_no"
    RATIO = "ratio"
    COUNT_LADDER = "count_ladder"
    CHOICE = "choice"
    PARTS = "parts"
    COUNT = "count"
    HIGHEST = "highest"
    NORMALISED = "normalised"
    SURVEY = "survey"
    ADJUSTMENT = "adjustment"
    ROLL_UP = "roll_up"


class WhenZero(StrEnum):
    """What a ratio is worth when there was nothing to count (its denominator is 0)."""

    ZERO = "zero"
    NOT_APPLICABLE = "not_applicable"


class RollUpHow(StrEnum):
    """How the subordinate units' scores become one figure."""

    RATIO = "ratio"
    MEAN = "mean"


@dataclass(frozen=True)
class YesNo:
    """`points` for a yes, nothing for a no."""

    kind: ClassVar[RuleKind] = RuleKind.YES_NO
    points: Decimal

    def __post_init__(self) -> None:
        refuse(number_flaws("points", self.points, above=ZERO))

    @property
    def max(self) -> Decimal:
        return self.points


@dataclass(frozen=True)
class Ratio:
    """numerator / denominator × max; `when_zero` says what a denominator of 0 means."""

    kind: ClassVar[RuleKind] = RuleKind.RATIO
    max: Decimal
    when_zero: str = WhenZero.ZERO

    def __post_init__(self) -> None:
        refuse(
            (*number_flaws("max", self.max, above=ZERO), *choice_flaws("when_zero", self.when_zero, WhenZero))
        )


@dataclass(frozen=True)
class Step:
    """From `at_least` on, `points`."""

    at_least: Decimal
    points: Decimal

    def __post_init__(self) -> None:
        refuse(
            (
                *number_flaws("at_least", self.at_least, least=ZERO),
                *number_flaws("points", self.points, least=ZERO),
            )
        )


@dataclass(frozen=True)
class CountLadder:
    """The points of the highest step reached, nothing below the first. `whole` asks for whole numbers."""

    kind: ClassVar[RuleKind] = RuleKind.COUNT_LADDER
    steps: tuple[Step, ...]
    whole: bool = True

    def __post_init__(self) -> None:
        refuse(self._flaws())

    def _flaws(self) -> Iterator[Flaw]:
        yield from repeat_flaws("steps", (step.at_least for step in self.steps))
        yield from _worthless("steps", (step.points for step in self.steps))
        rising = sorted(self.steps, key=lambda step: step.at_least)
        for lower, higher in pairwise(rising):
            if higher.points < lower.points:
                yield Flaw("steps", FlawCode.FALLING_LADDER, str(higher.at_least))

    @property
    def max(self) -> Decimal:
        return max(step.points for step in self.steps)


@dataclass(frozen=True)
class Option:
    """Something that can be ticked, and what it is worth."""

    code: str
    label: str
    points: Decimal

    def __post_init__(self) -> None:
        refuse(
            (
                *code_flaws("code", self.code),
                *choice_flaws("code", self.code == NONE_OF_THESE, (False,)),
                *text_flaws("label", self.label),
                *number_flaws("points", self.points, least=ZERO),
            )
        )


@dataclass(frozen=True)
class Choice:
    """Exactly one of the options: a ladder by condition."""

    kind: ClassVar[RuleKind] = RuleKind.CHOICE
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        refuse(_option_flaws("options", self.options, fewest=FEWEST_CHOICES))

    @property
    def max(self) -> Decimal:
        return max(option.points for option in self.options)


@dataclass(frozen=True)
class Parts:
    """Any number of independent parts; their points add up."""

    kind: ClassVar[RuleKind] = RuleKind.PARTS
    parts: tuple[Option, ...]

    def __post_init__(self) -> None:
        refuse(_option_flaws("parts", self.parts, fewest=1))

    @property
    def max(self) -> Decimal:
        return sum((part.points for part in self.parts), ZERO)


@dataclass(frozen=True)
class Count:
    """count × unit_points, never more than `max`."""

    kind: ClassVar[RuleKind] = RuleKind.COUNT
    unit_points: Decimal
    max: Decimal

    def __post_init__(self) -> None:
        refuse(
            (
                *number_flaws("unit_points", self.unit_points, above=ZERO),
                *number_flaws("max", self.max, above=ZERO),
            )
        )


@dataclass(frozen=True)
class Normalised:
    """(numerator / denominator) divided by the best unit's, × max. Final only when every unit is known."""

    kind: ClassVar[RuleKind] = RuleKind.NORMALISED
    max: Decimal

    def __post_init__(self) -> None:
        refuse(number_flaws("max", self.max, above=ZERO))


@dataclass(frozen=True)
class Survey:
    """Points of an opinion survey, entered by the office."""

    kind: ClassVar[RuleKind] = RuleKind.SURVEY
    max: Decimal

    def __post_init__(self) -> None:
        refuse(number_flaws("max", self.max, above=ZERO))


@dataclass(frozen=True)
class Adjustment:
    """Bonus (unit_points > 0) or penalty (< 0): count × unit_points, kept between `floor` and `cap`."""

    kind: ClassVar[RuleKind] = RuleKind.ADJUSTMENT
    unit_points: Decimal
    cap: Decimal
    floor: Decimal

    def __post_init__(self) -> None:
        refuse(self._flaws())

    def _flaws(self) -> Iterator[Flaw]:
        yield from number_flaws("unit_points", self.unit_points)
        yield from number_flaws("cap", self.cap, least=ZERO)
        yield from number_flaws("floor", self.floor, most=ZERO)
        if self.unit_points == ZERO:
            yield Flaw("unit_points", FlawCode.OUT_OF_RANGE, "0")

    @property
    def max(self) -> Decimal:
        return self.cap

    @property
    def is_penalty(self) -> bool:
        return self.unit_points < ZERO


@dataclass(frozen=True)
class RollUp:
    """Computed from the subordinate units: `of` names a criterion of their set, "" means their total.

    `ratio` is the share of them that reached the maximum, `mean` the mean of what they reached of it.
    """

    kind: ClassVar[RuleKind] = RuleKind.ROLL_UP
    max: Decimal
    of: str = ""
    how: str = RollUpHow.RATIO

    def __post_init__(self) -> None:
        refuse(
            (
                *number_flaws("max", self.max, above=ZERO),
                *(code_flaws("of", self.of) if self.of else ()),
                *choice_flaws("how", self.how, RollUpHow),
            )
        )


SimpleRule = YesNo | Ratio | CountLadder | Choice | Parts | Count


@dataclass(frozen=True)
class Alternative:
    """One way of meeting a criterion that can be met in several."""

    code: str
    label: str
    rule: SimpleRule

    def __post_init__(self) -> None:
        refuse((*code_flaws("code", self.code), *text_flaws("label", self.label), *self._rule_flaws()))

    def _rule_flaws(self) -> Iterator[Flaw]:
        if not isinstance(self.rule, SimpleRule):
            yield Flaw("rule", FlawCode.MISPLACED, getattr(self.rule, "kind", ""))
        if isinstance(self.rule, Ratio) and self.rule.when_zero == WhenZero.NOT_APPLICABLE:
            yield Flaw("rule.when_zero", FlawCode.MISPLACED, self.rule.when_zero)


@dataclass(frozen=True)
class Highest:
    """Several alternatives, of which the one worth most counts."""

    kind: ClassVar[RuleKind] = RuleKind.HIGHEST
    alternatives: tuple[Alternative, ...]

    def __post_init__(self) -> None:
        refuse(self._flaws())

    def _flaws(self) -> Iterator[Flaw]:
        yield from repeat_flaws("alternatives", (alternative.code for alternative in self.alternatives))
        if len(self.alternatives) < FEWEST_CHOICES:
            yield Flaw("alternatives", FlawCode.TOO_FEW, str(len(self.alternatives)))

    @property
    def max(self) -> Decimal:
        return max(alternative.rule.max for alternative in self.alternatives)


Rule = SimpleRule | Highest | Normalised | Survey | Adjustment | RollUp


def floor(rule: Rule) -> Decimal:
    """The fewest points a criterion with this rule can give: 0, or less for a penalty."""
    return rule.floor if isinstance(rule, Adjustment) else ZERO


def _option_flaws(path: str, options: tuple[Option, ...], *, fewest: int) -> Iterator[Flaw]:
    yield from repeat_flaws(path, (option.code for option in options))
    yield from repeat_flaws(path, (option.label.casefold() for option in options))
    yield from _worthless(path, (option.points for option in options))
    if len(options) < fewest:
        yield Flaw(path, FlawCode.TOO_FEW, str(len(options)))


def _worthless(path: str, points: Iterable[Decimal]) -> Iterator[Flaw]:
    if not any(worth > ZERO for worth in points):
        yield Flaw(path, FlawCode.OUT_OF_RANGE, "0")
