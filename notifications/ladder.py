"""The ladder of a campaign: its rules as they are written down, what may be written, and the rules that follow.

A rule about a form may name consolidators and the office. They are not told of each form: for them the same moment
becomes a rule of oversight, which tells each of them once of all the units that are missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from notifications.facts import Owed
from notifications.obligations import MORNING, Audience, Rule

FARTHEST = 60
HOURS = range(6, 21)
MOST_RULES = 20
FIRST_STEP = 14
HEAD_FROM = frozenset({3, 0})
MONDAY_AND_THURSDAY = frozenset({0, 3})

UNIT = frozenset({Audience.UNIT})
UNIT_AND_HEAD = UNIT | {Audience.HEAD}
WATCHING = frozenset({Audience.CONSOLIDATOR, Audience.OFFICE})
MAY_BE_TOLD: Mapping[Owed, frozenset[Audience]] = {
    Owed.FORM: UNIT_AND_HEAD | WATCHING,
    Owed.PACKAGE: frozenset({Audience.CONSOLIDATOR, Audience.HEAD}),
    Owed.OVERSIGHT: WATCHING,
    Owed.VERIFICATION: frozenset({Audience.TASK_FORCE}),
    Owed.APPROVAL: frozenset({Audience.APPROVER}),
}
# How the name of a rule begins: before the day and on it, after it, on days of the week. Names are part of the keys of
# what was told, so they never change.
_NAMES: Mapping[Owed, tuple[str, str, str]] = {
    Owed.FORM: ("D-", "D+", "weekly-form-"),
    Owed.PACKAGE: ("package-", "package+", "weekly-package-"),
    Owed.OVERSIGHT: ("oversight-", "late", "weekly-"),
    Owed.VERIFICATION: ("verify-", "verify+", "weekly-verify-"),
    Owed.APPROVAL: ("approve-", "approve+", "weekly-approve-"),
}


class Unfit(StrEnum):
    """What is wrong with a rule as it is written down."""

    NOBODY = "nobody"
    AUDIENCE = "audience"
    DAYS = "days"
    DAYS_AND_WEEKDAYS = "days_and_weekdays"
    HOUR = "hour"
    UNTOUCHED = "untouched"
    ONLY_AFTER = "only_after"
    TWICE = "twice"
    TOO_MANY = "too_many"


def rule(
    owed: Owed,
    audiences: Iterable[Audience],
    days_before: int = 0,
    *,
    weekdays: Iterable[int] = (),
    only_untouched: bool = False,
    hour: int = MORNING,
) -> Rule:
    """A rule under the name that follows from what it is about and its days.

    Two rules with one name speak at the same moment of the same thing: a ladder holds one of them.
    """
    on = frozenset(weekdays)
    return Rule(
        _name(owed, days_before, on), owed, frozenset(audiences), days_before, on, only_untouched, hour
    )


def _name(owed: Owed, days_before: int, weekdays: frozenset[int]) -> str:
    before, after, weekly = _NAMES[owed]
    if weekdays:
        usual = owed is Owed.OVERSIGHT and weekdays == MONDAY_AND_THURSDAY
        return "weekly" if usual else weekly + "".join(str(day) for day in sorted(weekdays))
    if days_before == 0 and owed is Owed.FORM:
        return "D+0"
    return f"{before}{days_before}" if days_before >= 0 else f"{after}{-days_before}"


STANDING = (
    rule(Owed.PACKAGE, {Audience.CONSOLIDATOR, Audience.HEAD}, 2),
    rule(Owed.OVERSIGHT, WATCHING, weekdays=MONDAY_AND_THURSDAY),
    *(rule(Owed.VERIFICATION, {Audience.TASK_FORCE}, days) for days in (3, 0, -1)),
    *(rule(Owed.APPROVAL, {Audience.APPROVER}, days) for days in (-2, -5)),
)


def written(days: Iterable[int]) -> tuple[Rule, ...]:
    """The ladder that a short list of days before the last day (negative after it) stands for.

    The first step of two weeks goes to those who have not begun; the head is told three days before, on the day and
    after it; consolidator and office are told once it is late. The rules about packages, digests, verification and
    approval stand in every such ladder.
    """
    return (*(_step(day) for day in sorted(set(days), reverse=True)), *STANDING)


def _step(days: int) -> Rule:
    if days < 0:
        return rule(Owed.FORM, UNIT_AND_HEAD | WATCHING, days)
    audiences = UNIT_AND_HEAD if days in HEAD_FROM else UNIT
    return rule(Owed.FORM, audiences, days, only_untouched=days >= FIRST_STEP)


DEFAULT = written((14, 7, 3, 1, 0, -1))


def effective(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that the planner goes by: consolidators and office told of forms are told by rules of oversight."""
    return tuple(part for each in rules for part in _parts(each))


def ladder(days: Iterable[int]) -> tuple[Rule, ...]:
    """The rules that the planner goes by where a campaign writes down a short list of days."""
    return effective(written(days))


def _parts(each: Rule) -> Iterator[Rule]:
    watching = each.audiences & WATCHING
    if each.owed is not Owed.FORM or not watching:
        yield each
        return
    if each.audiences - watching:
        yield replace(each, audiences=each.audiences - watching)
    name = _name(Owed.OVERSIGHT, each.days_before, each.weekdays)
    yield replace(each, name=name, owed=Owed.OVERSIGHT, audiences=watching)


def unfit(rules: Sequence[Rule]) -> Iterator[tuple[int, Unfit]]:
    """What is wrong with a ladder as it is written down: the number of the rule (from 0), and what."""
    if len(rules) > MOST_RULES:
        yield MOST_RULES, Unfit.TOO_MANY
    names: set[str] = set()
    for number, each in enumerate(rules):
        yield from ((number, wrong) for wrong in _wrong(each))
        spoken = {part.name for part in effective([each])}
        if spoken & names:
            yield number, Unfit.TWICE
        names |= spoken


def _wrong(each: Rule) -> Iterator[Unfit]:
    if not each.audiences:
        yield Unfit.NOBODY
    if each.audiences - MAY_BE_TOLD[each.owed]:
        yield Unfit.AUDIENCE
    if each.weekdays and each.days_before:
        yield Unfit.DAYS_AND_WEEKDAYS
    if abs(each.days_before) > FARTHEST:
        yield Unfit.DAYS
    if each.hour not in HOURS:
        yield Unfit.HOUR
    if each.only_untouched and (each.owed is not Owed.FORM or each.audiences & WATCHING):
        yield Unfit.UNTOUCHED
    if each.owed is Owed.APPROVAL and (each.weekdays or each.days_before >= 0):
        yield Unfit.ONLY_AFTER


def changed(before: Iterable[Rule], after: Iterable[Rule], now: datetime) -> tuple[Rule, ...]:
    """A ladder as it is to be kept from ``now`` on: what is new or changed in it counts from now.

    So a step that is added when its moment has passed tells nobody, and who was told by a step is not told again.
    """
    kept = {replace(each, since=None): each for each in before}
    return tuple(kept.get(replace(each, since=None)) or replace(each, since=now) for each in after)
