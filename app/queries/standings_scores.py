"""Scorecards of every unit in a ranking: communes before the districts that roll them up. Ranks nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.models import UnitKind
from app.queries.standings_inputs import Inputs, KindInput, Part, UnitInput
from criteria.answers import Answer, AnswerSheet, value_from_json
from criteria.model import CriteriaSet, EnteredBy, RollUp
from criteria.scoring import Context, RolledUp, Scorecard, best_ratios, roll_up, score

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit's verified scorecard, and the one that its own claims alone would give."""

    verified: Scorecard
    claimed: Scorecard
    difference: Decimal


Cards = Mapping[int, Scored]


def scorecards(inputs: Inputs) -> Cards:
    """The scorecards of all units that count, by the id of the campaign unit.

    Lower floors first, since a district's set may roll up its communes; the best ratio of a normalised criterion is
    taken over the units of one kind that count.
    """
    floors = list(UnitKind)
    found: dict[int, Scored] = {}
    for kind in sorted(inputs.kinds, key=lambda one: floors.index(UnitKind(one.kind)), reverse=True):
        counted = [unit for unit in inputs.of_part(Part.COUNTED) if unit.kind == kind.kind]
        found |= _of_kind(kind, counted, _Below(inputs, found))
    return found


class _Below:
    """The units that stand below a unit, with their scorecards; None for those that stayed silent."""

    def __init__(self, inputs: Inputs, cards: Cards) -> None:
        self._cards = cards
        self._sets = {kind.kind: kind.criteria_set for kind in inputs.kinds}
        self._children: dict[int, list[UnitInput]] = defaultdict(list)
        for unit in inputs.units:
            if unit.parent_id is not None:
                self._children[unit.parent_id].append(unit)

    def rolled_up(self, criteria_set: CriteriaSet, unit: UnitInput) -> dict[str, RolledUp]:
        """The figures of every roll-up criterion of the set, for one unit."""
        return {
            criterion.code: roll_up(criterion.rule, self._below(criterion.rule, unit))
            for criterion in criteria_set.criteria()
            if isinstance(criterion.rule, RollUp)
        }

    def _below(self, rule: RollUp, unit: UnitInput) -> list[Scorecard | None]:
        measured = (
            child for child in self._children[unit.id] if not rule.of or self._sets[child.kind].has(rule.of)
        )
        return [self._cards[child.id].verified if child.id in self._cards else None for child in measured]


def _of_kind(kind: KindInput, units: Sequence[UnitInput], below: _Below) -> dict[int, Scored]:
    criteria_set = kind.criteria_set
    sheets = [_sheet(criteria_set, unit) for unit in units]
    best = best_ratios(criteria_set, sheets, [unit.decided for unit in units])
    return {
        unit.id: _scored(criteria_set, unit, sheet, best, below.rolled_up(criteria_set, unit))
        for unit, sheet in zip(units, sheets, strict=True)
    }


def _scored(
    criteria_set: CriteriaSet,
    unit: UnitInput,
    sheet: AnswerSheet,
    best: Mapping[str, Decimal],
    rolled_up: Mapping[str, RolledUp],
) -> Scored:
    verified = score(criteria_set, sheet, Context(best, rolled_up, unit.waived, unit.decided))
    claimed = score(criteria_set, sheet, Context(best, rolled_up, unit.waived))
    # What the office enters is nobody's claim, so it is no difference either.
    asked = (one.code for one in criteria_set.criteria() if one.entered_by is EnteredBy.UNIT)
    difference = sum((verified.line(code).points - claimed.line(code).points for code in asked), ZERO)
    return Scored(verified, claimed, difference)


def _sheet(criteria_set: CriteriaSet, unit: UnitInput) -> AnswerSheet:
    return AnswerSheet(
        {
            code: Answer(code, value_from_json(criteria_set.criterion(code).rule, value))
            for code, value in unit.answers.items()
            if value is not None and criteria_set.has(code)
        }
    )
