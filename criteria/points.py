"""What one answer earns by its rule, with the sum that shows it. Exact: rounding is the scorecard's."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from functools import singledispatch

from criteria.numbers import comma
from criteria.rules import (
    ZERO,
    Adjustment,
    Choice,
    Count,
    CountLadder,
    Highest,
    Normalised,
    Parts,
    Ratio,
    RollUp,
    Rule,
    Survey,
    WhenZero,
    YesNo,
)
from criteria.values import Value, number, part_of

EXACT = Context(prec=60)
BRIEF = Context(prec=6)


class LineStatus(StrEnum):
    """Where a criterion stands on a scorecard. `pending` waits for other units' figures or the office's."""

    SCORED = "scored"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"


@dataclass(frozen=True)
class Earned:
    """Points before rounding, and the working: what comes before the sign of equality (or an arrow)."""

    points: Decimal
    working: str = ""
    sign: str = "="
    status: LineStatus = LineStatus.SCORED


@dataclass(frozen=True)
class RolledUp:
    """What the subordinate units reached: `reached` of `units` (a count, or the sum of their shares)."""

    reached: Decimal
    units: int


@dataclass(frozen=True)
class Known:
    """What must be known of others to score one criterion."""

    best: Decimal | None = None
    rolled_up: RolledUp | None = None


PENDING = Earned(ZERO, status=LineStatus.PENDING)
NOT_APPLICABLE = Earned(ZERO, status=LineStatus.NOT_APPLICABLE)


def share(part: Decimal, whole: Decimal, worth: Decimal) -> Decimal:
    """Part / whole × worth, to 60 digits, multiplied first so that what is exact stays exact."""
    return EXACT.divide(EXACT.multiply(part, worth), whole)


def _brief(number: Decimal) -> str:
    return comma(BRIEF.plus(number))


@singledispatch
def earn(rule: Rule, _value: Value, _known: Known) -> Earned:
    """What a sound value earns. The last argument holds the best unit's ratio and the subordinate units' figures."""
    raise TypeError(f"no way of scoring {type(rule).__name__}")


@earn.register
def _(rule: YesNo, value: Value, _known: Known) -> Earned:
    return Earned(rule.points if value["answer"] else ZERO)


@earn.register
def _(rule: Ratio, value: Value, _known: Known) -> Earned:
    part, whole = number(value, "numerator"), number(value, "denominator")
    if not whole:
        return NOT_APPLICABLE if rule.when_zero == WhenZero.NOT_APPLICABLE else Earned(ZERO, "0 / 0", "→")
    return Earned(share(part, whole, rule.max), f"{comma(part)} / {comma(whole)} × {comma(rule.max)}")


@earn.register
def _(rule: CountLadder, value: Value, _known: Known) -> Earned:
    count = number(value, "count")
    reached = [step for step in rule.steps if step.at_least <= count]
    if not reached:
        return Earned(ZERO, comma(count), "→")
    step = max(reached, key=lambda one: one.at_least)
    return Earned(step.points, f"{comma(count)} ≥ {comma(step.at_least)}", "→")


@earn.register
def _(rule: Choice, value: Value, _known: Known) -> Earned:
    chosen = next(option for option in rule.options if option.code == value["option"])
    return Earned(chosen.points, chosen.label, "→")


@earn.register
def _(rule: Parts, value: Value, _known: Known) -> Earned:
    ticked = value["parts"]
    worth = [part.points for part in rule.parts if isinstance(ticked, tuple) and part.code in ticked]
    return Earned(sum(worth, ZERO), " + ".join(map(comma, worth)) if len(worth) > 1 else "")


@earn.register
def _(rule: Count, value: Value, _known: Known) -> Earned:
    count = number(value, "count")
    points = EXACT.multiply(count, rule.unit_points)
    product = f"{comma(count)} × {comma(rule.unit_points)}"
    if points > rule.max:
        return Earned(rule.max, f"min({product}; {comma(rule.max)})")
    return Earned(points, product)


@earn.register
def _(rule: Highest, value: Value, known: Known) -> Earned:
    parts = ((alternative.rule, part_of(value, alternative)) for alternative in rule.alternatives)
    worth = [earn(one, part, known).points for one, part in parts if part]
    rounded = "; ".join(map(_brief, worth))
    return Earned(max(worth), f"max({rounded})" if len(worth) > 1 else "")


@earn.register
def _(rule: Normalised, value: Value, known: Known) -> Earned:
    if known.best is None:
        return PENDING
    part, whole = number(value, "numerator"), number(value, "denominator")
    if not part:
        return Earned(ZERO)
    points = share(part, EXACT.multiply(whole, known.best), rule.max) if known.best else rule.max
    best = _brief(known.best)
    return Earned(min(points, rule.max), f"{comma(part)} / {comma(whole)} / {best} × {comma(rule.max)}")


@earn.register
def _(_rule: Survey, value: Value, _known: Known) -> Earned:
    return Earned(number(value, "points"))


@earn.register
def _(rule: Adjustment, value: Value, _known: Known) -> Earned:
    count = number(value, "count")
    points = EXACT.multiply(count, rule.unit_points)
    product = f"{comma(count)} × {comma(rule.unit_points)}"
    if points > rule.cap:
        return Earned(rule.cap, f"min({product}; {comma(rule.cap)})")
    if points < rule.floor:
        return Earned(rule.floor, f"max({product}; {comma(rule.floor)})")
    return Earned(points, product)


@earn.register
def _(rule: RollUp, _value: Value, known: Known) -> Earned:
    found = known.rolled_up
    if found is None:
        return PENDING
    if not found.units:
        return NOT_APPLICABLE
    reached = _brief(found.reached)
    points = share(found.reached, Decimal(found.units), rule.max)
    return Earned(min(points, rule.max), f"{reached} / {found.units} × {comma(rule.max)}")
