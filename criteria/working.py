"""How a criterion came by its points, as facts to be worded: which way of reckoning, and the figures in it.

It words nothing and knows no language; whoever shows it does. The points are those of :mod:`criteria.scoring`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import singledispatch

from criteria.answers import AnswerSheet
from criteria.model import CriteriaSet, Criterion, EnteredBy
from criteria.numbers import comma
from criteria.points import EXACT, Known, earn
from criteria.rules import (
    Adjustment,
    Choice,
    Count,
    CountLadder,
    Highest,
    Normalised,
    Parts,
    Ratio,
    RollUp,
    RollUpHow,
    Rule,
    Survey,
    WhenZero,
    YesNo,
)
from criteria.scoring import Context
from criteria.values import Value, number, part_of, value_problems

HUNDRED = Decimal(100)
CENT = Decimal("0.01")


class Way(StrEnum):
    """The ways in which points come about, and the reasons why there are none (yet)."""

    UNANSWERED = "unanswered"
    UNREADABLE = "unreadable"
    WAIVED = "waived"
    DECIDED = "decided"
    YES = "yes"
    NO = "no"
    SHARE = "share"
    NOTHING_COUNTED = "nothing_counted"
    NOTHING_COUNTED_SPARED = "nothing_counted_spared"
    STEP = "step"
    BELOW_STEPS = "below_steps"
    CHOSEN = "chosen"
    PARTS = "parts"
    NO_PARTS = "no_parts"
    COUNT = "count"
    COUNT_CAPPED = "count_capped"
    HIGHEST = "highest"
    NORMALISED = "normalised"
    NORMALISED_NOTHING = "normalised_nothing"
    NORMALISED_AWAITED = "normalised_awaited"
    SURVEY = "survey"
    SURVEY_AWAITED = "survey_awaited"
    BONUS = "bonus"
    BONUS_CAPPED = "bonus_capped"
    NO_BONUS = "no_bonus"
    PENALTY = "penalty"
    PENALTY_FLOORED = "penalty_floored"
    PENALTY_AWAITED = "penalty_awaited"
    ROLLED_UP = "rolled_up"
    ROLLED_UP_MEAN = "rolled_up_mean"
    ROLL_UP_AWAITED = "roll_up_awaited"
    NO_SUBORDINATES = "no_subordinates"


@dataclass(frozen=True)
class Working:
    """One way with its figures, written with a decimal comma; ``pairs`` are (label, points) of parts or alternatives.

    ``places``: to how many decimals the points were rounded, None where rounding changed nothing.
    """

    way: Way
    facts: Mapping[str, str] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    places: int | None = None


@dataclass(frozen=True)
class _Reckoned:
    way: Way
    facts: Mapping[str, Decimal | str] = field(default_factory=dict)
    pairs: tuple[tuple[str, Decimal], ...] = ()


def explain(
    criteria_set: CriteriaSet, criterion: Criterion, sheet: AnswerSheet, context: Context | None = None
) -> Working:
    """How the criterion's line on the scorecard of this sheet came about; arguments as for ``score``."""
    known = context or Context()
    settled = _settled(criterion, sheet.value(criterion.code), known)
    if settled is not None:
        return _worded(settled, None, None)
    value = sheet.value(criterion.code) or {}
    others = Known(known.best.get(criterion.code), known.rolled_up.get(criterion.code))
    exact = earn(criterion.rule, value, others).points
    rounded = criteria_set.rounding.round(exact)
    places = criteria_set.rounding.places if rounded != exact else None
    return _worded(_reckon(criterion.rule, value, others), rounded, places)


def _worded(found: _Reckoned, points: Decimal | None, places: int | None) -> Working:
    facts = dict(found.facts) if points is None else {**found.facts, "points": points}
    return Working(
        found.way,
        {name: fact if isinstance(fact, str) else comma(fact) for name, fact in facts.items()},
        tuple((label, comma(_brief(worth))) for label, worth in found.pairs),
        places,
    )


def _settled(criterion: Criterion, value: Value | None, context: Context) -> _Reckoned | None:
    """What needs no reckoning: excused, decided by somebody, not answered, or not readable."""
    if criterion.code in context.not_applicable:
        return _Reckoned(Way.WAIVED)
    decided = context.decided.get(criterion.code)
    if decided is not None:
        return _Reckoned(Way.DECIDED, {"points": decided})
    if criterion.entered_by == EnteredBy.SYSTEM:
        return None
    if value is None:
        return _Reckoned(_unanswered(criterion))
    return _Reckoned(Way.UNREADABLE) if value_problems(criterion.rule, value) else None


def _unanswered(criterion: Criterion) -> Way:
    if isinstance(criterion.rule, Survey):
        return Way.SURVEY_AWAITED
    if isinstance(criterion.rule, Adjustment):
        return Way.PENALTY_AWAITED if criterion.rule.is_penalty else Way.NO_BONUS
    return Way.UNANSWERED


def _brief(amount: Decimal) -> Decimal:
    rounded = EXACT.quantize(amount, Decimal("0.001"))
    return amount if rounded == amount else rounded


def _fraction(part: Decimal, whole: Decimal) -> dict[str, Decimal | str]:
    percent = EXACT.divide(EXACT.multiply(part, HUNDRED), whole)
    shown = EXACT.quantize(percent, CENT)
    return {"part": part, "whole": whole, "percent": shown, "sign": "=" if shown == percent else "≈"}


@singledispatch
def _reckon(rule: Rule, _value: Value, _known: Known) -> _Reckoned:
    raise TypeError(f"no way of explaining {type(rule).__name__}")


@_reckon.register
def _(_rule: YesNo, value: Value, _known: Known) -> _Reckoned:
    return _Reckoned(Way.YES if value["answer"] else Way.NO)


@_reckon.register
def _(rule: Ratio, value: Value, _known: Known) -> _Reckoned:
    part, whole = number(value, "numerator"), number(value, "denominator")
    if whole:
        return _Reckoned(Way.SHARE, _fraction(part, whole) | {"most": rule.max})
    spared = rule.when_zero == WhenZero.NOT_APPLICABLE
    return _Reckoned(Way.NOTHING_COUNTED_SPARED if spared else Way.NOTHING_COUNTED)


@_reckon.register
def _(rule: CountLadder, value: Value, _known: Known) -> _Reckoned:
    count = number(value, "count")
    steps = sorted(step.at_least for step in rule.steps)
    reached = [least for least in steps if least <= count]
    if not reached:
        return _Reckoned(Way.BELOW_STEPS, {"count": count, "least": steps[0]})
    return _Reckoned(Way.STEP, {"count": count, "least": reached[-1]})


@_reckon.register
def _(rule: Choice, value: Value, _known: Known) -> _Reckoned:
    chosen = next(option for option in rule.options if option.code == value["option"])
    return _Reckoned(Way.CHOSEN, {"label": chosen.label})


@_reckon.register
def _(rule: Parts, value: Value, _known: Known) -> _Reckoned:
    ticked = value["parts"]
    done = [part for part in rule.parts if isinstance(ticked, tuple) and part.code in ticked]
    if not done:
        return _Reckoned(Way.NO_PARTS)
    return _Reckoned(Way.PARTS, pairs=tuple((part.label, part.points) for part in done))


@_reckon.register
def _(rule: Count, value: Value, _known: Known) -> _Reckoned:
    count = number(value, "count")
    product = EXACT.multiply(count, rule.unit_points)
    facts = {"count": count, "each": rule.unit_points, "product": product, "most": rule.max}
    return _Reckoned(Way.COUNT_CAPPED if product > rule.max else Way.COUNT, facts)


@_reckon.register
def _(rule: Highest, value: Value, known: Known) -> _Reckoned:
    parts = ((one, part_of(value, one)) for one in rule.alternatives)
    pairs = tuple((one.label, earn(one.rule, part, known).points) for one, part in parts if part)
    return _Reckoned(Way.HIGHEST, pairs=pairs)


@_reckon.register
def _(rule: Normalised, value: Value, known: Known) -> _Reckoned:
    if known.best is None:
        return _Reckoned(Way.NORMALISED_AWAITED)
    part, whole = number(value, "numerator"), number(value, "denominator")
    if not part:
        return _Reckoned(Way.NORMALISED_NOTHING)
    best = EXACT.quantize(known.best * HUNDRED, CENT)
    return _Reckoned(Way.NORMALISED, _fraction(part, whole) | {"best": best, "most": rule.max})


@_reckon.register
def _(_rule: Survey, _value: Value, _known: Known) -> _Reckoned:
    return _Reckoned(Way.SURVEY)


@_reckon.register
def _(rule: Adjustment, value: Value, _known: Known) -> _Reckoned:
    count = number(value, "count")
    product = EXACT.multiply(count, rule.unit_points)
    facts = {"count": count, "each": abs(rule.unit_points), "product": abs(product)}
    if rule.is_penalty:
        way = Way.PENALTY_FLOORED if product < rule.floor else Way.PENALTY
        return _Reckoned(way, facts | {"most": -rule.floor})
    return _Reckoned(Way.BONUS_CAPPED if product > rule.cap else Way.BONUS, facts | {"most": rule.cap})


@_reckon.register
def _(rule: RollUp, _value: Value, known: Known) -> _Reckoned:
    found = known.rolled_up
    if found is None:
        return _Reckoned(Way.ROLL_UP_AWAITED)
    if not found.units:
        return _Reckoned(Way.NO_SUBORDINATES)
    way = Way.ROLLED_UP_MEAN if rule.how == RollUpHow.MEAN else Way.ROLLED_UP
    return _Reckoned(way, _fraction(_brief(found.reached), Decimal(found.units)) | {"most": rule.max})
