"""What one version of a criteria set changes against another, and what that means for comparing years. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from criteria.fields import fields
from criteria.model import ZERO, CriteriaSet, Criterion


class Aspect(StrEnum):
    """What of a criterion changed."""

    GROUP = "group"
    TITLE = "title"
    RULE = "rule"
    MAX = "max"
    EVIDENCE = "evidence"
    HELP = "help"


class Comparability(StrEnum):
    """What still can be compared with the year before.

    `full`: answers and points mean the same. `answers`: the same is asked, but worth something else. `none`: something
    else is asked, so neither answers nor points compare.
    """

    FULL = "full"
    ANSWERS = "answers"
    NONE = "none"


@dataclass(frozen=True)
class Changed:
    """A criterion that is in both versions and not the same in them."""

    before: Criterion
    after: Criterion
    aspects: tuple[Aspect, ...]
    comparability: Comparability


@dataclass(frozen=True)
class Difference:
    """Everything that differs; criteria in the order of their own version."""

    added: tuple[Criterion, ...]
    removed: tuple[Criterion, ...]
    changed: tuple[Changed, ...]
    unchanged: int
    settings: tuple[str, ...]
    groups: tuple[str, ...]
    max_before: Decimal
    max_after: Decimal

    @property
    def is_empty(self) -> bool:
        """Whether both versions are one."""
        return not (self.added or self.removed or self.changed or self.settings or self.groups)


def compare(before: CriteriaSet | None, after: CriteriaSet) -> Difference:
    """Compare two versions by the codes of their criteria; without an earlier one everything is added."""
    old = {one.code: one for one in before.criteria()} if before else {}
    new = {one.code: one for one in after.criteria()}
    pairs = [(old[code], one) for code, one in new.items() if code in old]
    moved = _groups_of(before), _groups_of(after)
    changed = tuple(
        one for pair in pairs for one in _changes(*pair, is_moved=_is_moved(pair[0].code, *moved))
    )
    return Difference(
        added=tuple(one for code, one in new.items() if code not in old),
        removed=tuple(one for code, one in old.items() if code not in new),
        changed=changed,
        unchanged=len(pairs) - len(changed),
        settings=tuple(_settings(before, after)) if before else (),
        groups=tuple(_group_changes(before, after)) if before else (),
        max_before=before.max if before else ZERO,
        max_after=after.max,
    )


def asks_the_same(before: Criterion, after: Criterion) -> bool:
    """Whether an answer to one answers the other: the same boxes, the same choices."""
    return before.rule.kind == after.rule.kind and _asked(before) == _asked(after)


def _asked(criterion: Criterion) -> list[tuple[str, ...]]:
    return [
        (one.name, one.kind, *(f"{option.code} {option.label}" for option in one.options))
        for one in fields(criterion.rule)
    ]


def _changes(before: Criterion, after: Criterion, *, is_moved: bool) -> Iterator[Changed]:
    tests = (
        (Aspect.GROUP, is_moved),
        (Aspect.TITLE, before.title != after.title),
        (Aspect.RULE, before.rule != after.rule),
        (Aspect.MAX, before.max != after.max),
        (
            Aspect.EVIDENCE,
            (before.evidence, before.evidence_required) != (after.evidence, after.evidence_required),
        ),
        (Aspect.HELP, before.help != after.help),
    )
    aspects = tuple(aspect for aspect, differs in tests if differs)
    if aspects:
        yield Changed(before, after, aspects, _comparability(before, after))


def _comparability(before: Criterion, after: Criterion) -> Comparability:
    if before.rule == after.rule:
        return Comparability.FULL
    return Comparability.ANSWERS if asks_the_same(before, after) else Comparability.NONE


def _groups_of(known: CriteriaSet | None) -> dict[str, str]:
    groups = known.groups if known else ()
    return {one.code: group.code for group in groups for one in group.criteria}


def _is_moved(code: str, before: dict[str, str], after: dict[str, str]) -> bool:
    return before[code] != after[code]


def _settings(before: CriteriaSet, after: CriteriaSet) -> Iterator[str]:
    for name in ("code", "title", "unit_kind", "source", "illustrative", "rounding"):
        if getattr(before, name) != getattr(after, name):
            yield name
    if _order(before) != _order(after):
        yield "order"


def _order(known: CriteriaSet) -> list[list[str]]:
    return [[group.code, *(one.code for one in group.criteria)] for group in known.groups]


def _group_changes(before: CriteriaSet, after: CriteriaSet) -> Iterator[str]:
    old = {one.code: (one.title, one.section, one.level) for one in before.groups}
    new = {one.code: (one.title, one.section, one.level) for one in after.groups}
    yield from (
        code for code in (*old, *(code for code in new if code not in old)) if old.get(code) != new.get(code)
    )
