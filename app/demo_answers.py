"""What a demo unit answers: drawn from a latent quality of the unit, so that good units are good throughout."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from app.demo_words import reason_for
from app.services.answers import AnswerInput
from criteria.answers import read_value
from criteria.model import CriteriaSet, Criterion, EnteredBy
from criteria.points import Known, LineStatus, earn
from criteria.rules import (
    NONE_OF_THESE,
    Adjustment,
    Choice,
    Count,
    CountLadder,
    Highest,
    Normalised,
    Parts,
    Ratio,
    Rule,
    WhenZero,
    YesNo,
)

Raw = dict[str, str | list[str]]
STAFF = range(8, 60)
CASES = range(40, 1200)
NOTHING_COUNTED = 0.06
BONUS_CLAIMED = 0.08
SPREAD = 0.16


@dataclass(frozen=True, slots=True)
class DemoForm:
    """A unit's answers by criterion, and the criteria whose points ask for a document."""

    answers: Mapping[str, AnswerInput]
    proved: tuple[str, ...]


def quality(rng: Random) -> float:
    """How good a unit is, 0 to 1: most are middling, few are at an end."""
    return min(0.97, max(0.12, rng.betavariate(4.2, 2.4)))


def filled_form(
    criteria_set: CriteriaSet, level: float, rng: Random, *, estimated: bool, spared: frozenset[str]
) -> DemoForm:
    """Every answer of one unit, with reasons where less than the maximum is reached."""
    answers: dict[str, AnswerInput] = {}
    proved: list[str] = []
    for criterion in criteria_set.criteria():
        if criterion.entered_by is not EnteredBy.UNIT or criterion.code in spared:
            continue
        if isinstance(criterion.rule, Adjustment) and rng.random() > BONUS_CLAIMED:
            continue
        answers[criterion.code], claims = answer_to(criteria_set, criterion, level, rng, estimated=estimated)
        if claims and criterion.evidence_required:
            proved.append(criterion.code)
    return DemoForm(answers, tuple(proved))


def answer_to(
    criteria_set: CriteriaSet, criterion: Criterion, level: float, rng: Random, *, estimated: bool = False
) -> tuple[AnswerInput, bool]:
    """One answer, and whether it claims points."""
    raw = _raw(criterion.rule, _clamp(rng.gauss(level, SPREAD)), rng)
    earned = earn(criterion.rule, read_value(criterion.rule, raw), Known())
    points = criteria_set.rounding.round(earned.points)
    is_below = earned.status is LineStatus.SCORED and points < criterion.max
    reason = rng.choice(reason_for(criterion.rule.kind)) if is_below else ""
    counts_figures = estimated and isinstance(criterion.rule, Ratio | Count | CountLadder)
    return AnswerInput(raw, reason, counts_figures), points > 0 or earned.status is LineStatus.PENDING


def _clamp(number: float) -> float:
    return min(1.0, max(0.0, number))


def _raw(rule: Rule, level: float, rng: Random) -> Raw:
    return MAKERS[type(rule)](rule, level, rng)


def _yes_no(_rule: YesNo, level: float, rng: Random) -> Raw:
    return {"answer": "yes" if rng.random() < 0.25 + 0.75 * level else "no"}


def _ratio(rule: Ratio, level: float, rng: Random) -> Raw:
    if rule.when_zero == WhenZero.NOT_APPLICABLE and rng.random() < NOTHING_COUNTED:
        return {"numerator": "0", "denominator": "0"}
    whole = rng.choice(CASES if rule.when_zero == WhenZero.NOT_APPLICABLE else STAFF)
    return {"numerator": str(round(whole * min(1.0, level * 1.15))), "denominator": str(whole)}


def _normalised(_rule: Normalised, level: float, rng: Random) -> Raw:
    return {"numerator": str(round(20 + 180 * level)), "denominator": str(rng.choice(STAFF))}


def _ladder(rule: CountLadder, level: float, _rng: Random) -> Raw:
    most = max(step.at_least for step in rule.steps)
    return {"count": str(round(float(most) * level * 1.2))}


def _count(rule: Count, level: float, _rng: Random) -> Raw:
    return {"count": str(round(float(rule.max / rule.unit_points) * level * 1.1))}


def _bonus(_rule: Adjustment, level: float, _rng: Random) -> Raw:
    return {"count": str(1 + round(level))}


def _choice(rule: Choice, level: float, _rng: Random) -> Raw:
    by_worth = sorted(rule.options, key=lambda option: option.points)
    return {"option": by_worth[min(len(by_worth) - 1, int(level * 1.15 * len(by_worth)))].code}


def _parts(rule: Parts, level: float, rng: Random) -> Raw:
    ticked = [part.code for part in rule.parts if rng.random() < 0.15 + 0.85 * level]
    return {"parts": ticked or [NONE_OF_THESE]}


def _highest(rule: Highest, level: float, rng: Random) -> Raw:
    shown = [one for one in rule.alternatives if rng.random() < 0.6] or [rule.alternatives[-1]]
    raws = ((one.code, _raw(one.rule, level, rng)) for one in shown)
    return {f"{code}.{name}": text for code, raw in raws for name, text in raw.items()}


MAKERS: Mapping[type, Callable[..., Raw]] = {
    YesNo: _yes_no,
    Ratio: _ratio,
    Normalised: _normalised,
    CountLadder: _ladder,
    Count: _count,
    Adjustment: _bonus,
    Choice: _choice,
    Parts: _parts,
    Highest: _highest,
}


def cut(points: Decimal, rng: Random) -> Decimal:
    """Points as a verification that found less leaves them, to three decimals."""
    return (points * Decimal(rng.choice(("0.5", "0.6", "0.75", "0.8")))).quantize(Decimal("0.001"))


def survey_points(most: Decimal, level: float, rng: Random) -> Decimal:
    """What an opinion survey gave a unit."""
    share = _clamp(rng.gauss(0.45 + 0.45 * level, 0.07))
    return (most * Decimal(f"{share:.3f}")).quantize(Decimal("0.01"))
