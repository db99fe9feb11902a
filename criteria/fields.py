"""Which fields a rule asks for: from these a page, the API and a workbook are made. It reads no input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from criteria.rules import Choice, CountLadder, Highest, Option, Parts, Rule, RuleKind, Survey


class FieldKind(StrEnum):
    """How a field is filled in."""

    YES_NO = "yes_no"
    NUMBER = "number"
    INTEGER = "integer"
    OPTION = "option"
    OPTIONS = "options"


@dataclass(frozen=True)
class Field:
    """One thing a rule asks for.

    `label` is a key: `numerator`, `denominator`, `count`, `points`, `answer`, `option` or `parts`. Fields of
    one `alternative` (its code) may be left blank together.
    """

    name: str
    kind: FieldKind
    label: str
    options: tuple[Option, ...] = ()
    ceiling: Decimal | None = None
    required: bool = True
    alternative: str = ""


_FRACTION = (("numerator", FieldKind.NUMBER), ("denominator", FieldKind.NUMBER))
_ASKED: Mapping[RuleKind, tuple[tuple[str, FieldKind], ...]] = {
    RuleKind.YES_NO: (("answer", FieldKind.YES_NO),),
    RuleKind.RATIO: _FRACTION,
    RuleKind.NORMALISED: _FRACTION,
    RuleKind.COUNT_LADDER: (("count", FieldKind.INTEGER),),
    RuleKind.COUNT: (("count", FieldKind.INTEGER),),
    RuleKind.ADJUSTMENT: (("count", FieldKind.INTEGER),),
    RuleKind.CHOICE: (("option", FieldKind.OPTION),),
    RuleKind.PARTS: (("parts", FieldKind.OPTIONS),),
    RuleKind.SURVEY: (("points", FieldKind.NUMBER),),
    RuleKind.ROLL_UP: (),
}


@lru_cache(maxsize=4096)
def fields(rule: Rule) -> tuple[Field, ...]:
    """The fields to fill in for a rule, in order; none for a roll-up, which the system computes."""
    return tuple(_fields(rule))


def _fields(rule: Rule) -> Iterator[Field]:
    if isinstance(rule, Highest):
        yield from _alternative_fields(rule)
        return
    for name, kind in _ASKED[rule.kind]:
        yield Field(name, _kind(rule, kind), name, options=_options(rule), ceiling=_ceiling(rule))


def _kind(rule: Rule, kind: FieldKind) -> FieldKind:
    is_fractional = isinstance(rule, CountLadder) and not rule.whole
    return FieldKind.NUMBER if is_fractional else kind


def _options(rule: Rule) -> tuple[Option, ...]:
    if isinstance(rule, Choice):
        return rule.options
    return rule.parts if isinstance(rule, Parts) else ()


def _ceiling(rule: Rule) -> Decimal | None:
    return rule.max if isinstance(rule, Survey) else None


def _alternative_fields(rule: Highest) -> Iterator[Field]:
    for alternative in rule.alternatives:
        for field in fields(alternative.rule):
            name = f"{alternative.code}.{field.name}"
            yield replace(field, name=name, required=False, alternative=alternative.code)
