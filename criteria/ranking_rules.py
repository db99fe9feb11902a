"""How a campaign ranks: ties, what is compared, levels, grades, silent units. Data only; `ranking` applies it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from criteria.canonical import Json, plain
from criteria.checks import Flaw, choice_flaws, number_flaws, refuse, repeat_flaws, text_flaws
from criteria.reading import read

ZERO = Decimal(0)
HUNDRED = Decimal(100)
LEVELS = (1, 2, 3, 4)


class Ties(StrEnum):
    """What follows two units on place 2: place 4 (competition) or place 3 (dense)."""

    COMPETITION = "competition"
    DENSE = "dense"


class By(StrEnum):
    """What is compared: points, or their share of the unit's own maximum."""

    POINTS = "points"
    PERCENTAGE = "percentage"


class Unsubmitted(StrEnum):
    """What silent units get: one shared last place, or none."""

    LAST = "last"
    UNRANKED = "unranked"


@dataclass(frozen=True)
class LevelThreshold:
    """Level `level` (1 to 4) asks for `percent` of the maximum of group `group`."""

    level: int
    group: str
    percent: Decimal

    def __post_init__(self) -> None:
        percent = number_flaws("percent", self.percent, least=ZERO, most=HUNDRED)
        refuse((*choice_flaws("level", self.level, LEVELS), *percent))


@dataclass(frozen=True)
class LadderStep:
    """A grade, from `at_least_percent` of the unit's own maximum on."""

    label: str
    at_least_percent: Decimal

    def __post_init__(self) -> None:
        percent = number_flaws("at_least_percent", self.at_least_percent, least=ZERO, most=HUNDRED)
        refuse((*text_flaws("label", self.label), *percent))


@dataclass(frozen=True)
class RankingRules:
    """How a campaign ranks. `tie_break_groups` are compared in order before two units share a place.

    Raises `InvalidCriteria` when built from what makes no sense.
    """

    ties: str = Ties.COMPETITION
    tie_break_groups: tuple[str, ...] = ()
    by: str = By.POINTS
    level_thresholds: tuple[LevelThreshold, ...] = ()
    ladder: tuple[LadderStep, ...] = ()
    unsubmitted: str = Unsubmitted.LAST

    def __post_init__(self) -> None:
        refuse(self._flaws())

    def _flaws(self) -> Iterator[Flaw]:
        yield from choice_flaws("ties", self.ties, Ties)
        yield from choice_flaws("by", self.by, By)
        yield from choice_flaws("unsubmitted", self.unsubmitted, Unsubmitted)
        yield from repeat_flaws("tie_break_groups", self.tie_break_groups)
        yield from repeat_flaws("level_thresholds", ((one.level, one.group) for one in self.level_thresholds))
        yield from repeat_flaws("ladder", (step.at_least_percent for step in self.ladder))

    def to_json(self) -> dict[str, Json]:
        """The rules as JSON values, numbers as text."""
        data = plain(self)
        return data if isinstance(data, dict) else {}

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> RankingRules:
        """The rules that `to_json` wrote; what is left out takes its default. Raises `InvalidCriteria`."""
        return read(cls, data)
