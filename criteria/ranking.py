"""Puts units in order by their scores, with ties, silent units, levels and grades. It computes no score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from criteria.points import EXACT
from criteria.ranking_rules import (
    HUNDRED,
    ZERO,
    By,
    LadderStep,
    LevelThreshold,
    RankingRules,
    Ties,
    Unsubmitted,
)

__all__ = [
    "By",
    "Entry",
    "EntryStatus",
    "LadderStep",
    "LevelThreshold",
    "Note",
    "RankingRules",
    "Row",
    "Standings",
    "Ties",
    "Unsubmitted",
    "rank",
]

THOUSANDTH = Decimal("0.001")
NOTHING = (ZERO, Decimal(1))  # of a unit without a maximum, to which nothing applies


class EntryStatus(StrEnum):
    """How a unit takes part: ranked, assessed without being ranked, or silent past its deadline."""

    RANKED = "ranked"
    UNRANKED = "unranked"
    NOT_SUBMITTED = "not_submitted"


class Note(StrEnum):
    """Why a row has no score or no place."""

    NOT_SUBMITTED = "not_submitted"
    UNRANKED = "unranked"


@dataclass(frozen=True)
class Entry:
    """One unit's part in a ranking.

    `groups` holds (points, maximum) by group code; `tie_break` figures, higher is better, are compared after the
    rules' tie-break groups. A unit that did not submit may carry any score: it is not looked at.
    """

    key: str
    status: str
    scorecard_total: Decimal = ZERO
    max: Decimal = ZERO
    groups: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    tie_break: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Row:
    """One unit in the standings. `points` and `percentage` are None for a unit that did not submit."""

    key: str
    place: int | None
    points: Decimal | None
    max: Decimal
    percentage: Decimal | None
    level: int | None
    grade: str | None
    note: Note | None


@dataclass(frozen=True)
class Standings:
    """All rows in order: by place, then as given; after them those without a place."""

    rows: tuple[Row, ...]
    ranked_count: int


def rank(entries: Sequence[Entry], rules: RankingRules | None = None) -> Standings:
    """Rank the units of one level.

    Equal scores share a place, 1-2-2-4 unless the rules say dense or a tie-break tells them apart. Units that did
    not submit are "không được xếp hạng (xem như xếp hạng cuối)" (Gia Lai, công văn 1252/STTTT-CNTT, 04/10/2019):
    no score, and all share the place after the last ranked unit. Raises ValueError for an unknown status or a
    key given twice.
    """
    settled = rules or RankingRules()
    _refuse_muddle(entries)
    ranked = [entry for entry in entries if entry.status == EntryStatus.RANKED]
    silent = [entry for entry in entries if entry.status == EntryStatus.NOT_SUBMITTED]
    others = [entry for entry in entries if entry.status == EntryStatus.UNRANKED]
    last = len(ranked) + 1 if settled.unsubmitted == Unsubmitted.LAST else None
    rows = (
        *_ranked_rows(ranked, settled),
        *(_silent_row(entry, last) for entry in silent if last),
        *(_scored_row(entry, None, settled) for entry in others),
        *(_silent_row(entry, None) for entry in silent if not last),
    )
    return Standings(rows, len(ranked))


def _refuse_muddle(entries: Sequence[Entry]) -> None:
    if len({entry.key for entry in entries}) < len(entries):
        raise ValueError("a unit is given twice")
    unknown = {str(entry.status) for entry in entries} - set(EntryStatus)
    if unknown:
        raise ValueError(f"unknown status: {sorted(unknown)}")


def _ranked_rows(entries: Sequence[Entry], rules: RankingRules) -> Iterable[Row]:
    """Sorted once, stably, by the same key that tells a tie: places never depend on a unit's position."""
    standing = itemgetter(0)
    standings = [(_standing(entry, rules), entry) for entry in entries]
    place, passed = 0, 0
    for _, tied in groupby(sorted(standings, key=standing, reverse=True), key=standing):
        together = tuple(tied)
        place = place + 1 if rules.ties == Ties.DENSE else passed + 1
        passed += len(together)
        yield from (_scored_row(entry, place, rules) for _, entry in together)


def _standing(entry: Entry, rules: RankingRules) -> tuple[Decimal, ...]:
    share = _share if rules.by == By.PERCENTAGE else _points
    broken = (share(*entry.groups.get(code, (ZERO, ZERO))) for code in rules.tie_break_groups)
    return (share(entry.scorecard_total, entry.max), *broken, *entry.tie_break)


def _points(points: Decimal, _most: Decimal) -> Decimal:
    return points


def _share(points: Decimal, most: Decimal) -> Decimal:
    # Two different shares of storable numbers, of 18 digits each, differ within 37 digits; EXACT keeps 60.
    return EXACT.divide(points, most) if most else ZERO


def _silent_row(entry: Entry, place: int | None) -> Row:
    return Row(entry.key, place, None, entry.max, None, None, None, Note.NOT_SUBMITTED)


def _scored_row(entry: Entry, place: int | None, rules: RankingRules) -> Row:
    return Row(
        key=entry.key,
        place=place,
        points=entry.scorecard_total,
        max=entry.max,
        percentage=_percentage(entry),
        level=_level(entry, rules.level_thresholds),
        grade=_grade(entry, rules.ladder),
        note=Note.UNRANKED if place is None else None,
    )


def _percentage(entry: Entry) -> Decimal:
    if not entry.max:
        return ZERO
    return (entry.scorecard_total * HUNDRED / entry.max).quantize(THOUSANDTH, ROUND_HALF_UP)


def _level(entry: Entry, thresholds: Sequence[LevelThreshold]) -> int | None:
    """The highest level whose thresholds, and those of all levels below, are reached; None if none are asked.

    A group that does not apply to the unit (maximum 0) stands in nobody's way.
    """
    if not thresholds:
        return None
    missed = [one.level for one in thresholds if not _reaches(entry.groups.get(one.group), one.percent)]
    return max((one.level for one in thresholds if one.level < min(missed, default=5)), default=0)


def _reaches(group: tuple[Decimal, Decimal] | None, percent: Decimal) -> bool:
    if group is None:
        return False
    points, most = group
    return points * HUNDRED >= percent * most


def _grade(entry: Entry, ladder: Sequence[LadderStep]) -> str | None:
    if not ladder:
        return None
    whole = (entry.scorecard_total, entry.max) if entry.max else NOTHING
    reached = [step for step in ladder if _reaches(whole, step.at_least_percent)]
    return max(reached, key=lambda step: step.at_least_percent).label if reached else None
