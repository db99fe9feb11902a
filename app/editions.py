"""A published edition read into frozen rows: what public pages and downloads are made of. Knows no table.

The document is the one that ``app.queries.standings.edition_document`` writes; numbers in it are text. Lists are in
administrative order: by official code where it is a number, else by the Vietnamese alphabet.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from statistics import median
from typing import Any

from app.folding import search_key, vietnamese_key
from app.models import UnitKind
from criteria.ranking import Note, RankingRules
from workflows.deadlines import Wording

Points = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class EditionCriterion:
    """One criterion, as it was measured."""

    code: str
    title: str
    max: Decimal


@dataclass(frozen=True, slots=True)
class EditionGroup:
    """One group of criteria; ``level`` 1 to 4 marks the four levels of service."""

    code: str
    title: str
    level: int | None
    max: Decimal
    criteria: tuple[EditionCriterion, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion of one unit: what counted, what the unit had claimed, and how it was worked out."""

    code: str
    points: Decimal
    max: Decimal
    claimed: Decimal
    status: str
    working: str


@dataclass(frozen=True, slots=True)
class Extension:
    """More time that was given: the day in the office's wording, its instant, why, and by which paper."""

    wording: Wording
    day: date
    until: datetime
    reason: str
    document: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Result:
    """One unit in the standings. ``parent`` is the id of the unit above, as far as it takes part itself."""

    id: int
    code: str
    name: str
    formal_name: str
    slug: str
    parent: int | None
    parent_name: str
    place: int | None
    place_in_parent: int | None
    points: Decimal | None
    max: Decimal | None
    percentage: Decimal | None
    level: int | None
    grade: str
    note: str
    claimed: Decimal | None
    groups: Mapping[str, Points]
    search: str
    late: bool
    extensions: tuple[Extension, ...]

    @property
    def silent(self) -> bool:
        """Did it hand in nothing in time?"""
        return self.note == Note.NOT_SUBMITTED

    @property
    def remarked(self) -> bool:
        """Is there anything to say about it in a column of notes?"""
        return bool(self.note or self.late or self.extensions)

    @property
    def order(self) -> tuple[int, str]:
        """Administrative order."""
        return administrative(self.code, self.name)


@dataclass(frozen=True)
class EditionKind:
    """One floor of units: how it was measured and ranked, and its rows in the order of the standings."""

    kind: str
    title: str
    illustrative: bool
    set_digest: str
    max: Decimal
    rules: RankingRules
    per_parent: bool
    ranked_count: int
    groups: tuple[EditionGroup, ...]
    rows: tuple[Result, ...]
    extensions: tuple[Extension, ...]

    @property
    def has_levels(self) -> bool:
        """Were levels (mức độ I to IV) given?"""
        return bool(self.rules.level_thresholds)

    @cached_property
    def criteria(self) -> Mapping[str, EditionCriterion]:
        """Every criterion by its code."""
        return {one.code: one for group in self.groups for one in group.criteria}

    @cached_property
    def medians(self) -> Mapping[str, Decimal]:
        """The median of the share (0 to 1) that ranked units reached in each group."""
        shares = {group.code: _shares(self.rows, group.code) for group in self.groups}
        return {code: median(found) for code, found in shares.items() if found}

    @cached_property
    def ranked_in(self) -> Mapping[int, int]:
        """How many ranked units stand below each parent."""
        counts: dict[int, int] = {}
        for row in self.rows:
            if row.parent is not None and row.note == "":
                counts[row.parent] = counts.get(row.parent, 0) + 1
        return counts


@dataclass(frozen=True)
class Published:
    """One published edition, whole."""

    digest: str
    number: int
    published_at: datetime
    slug: str
    name: str
    year: int
    period_start: date
    period_end: date
    province: str
    verify_term: str
    decision_number: str
    decision_date: date | None
    decision_signer: str
    kinds: tuple[EditionKind, ...]
    units: Mapping[str, list[dict[str, Any]]]

    @property
    def illustrative(self) -> bool:
        """Was any unit measured by a set that is not official?"""
        return any(kind.illustrative for kind in self.kinds)

    @cached_property
    def _places(self) -> Mapping[str, tuple[EditionKind, Result]]:
        return {row.slug: (kind, row) for kind in self.kinds for row in kind.rows}

    @cached_property
    def by_id(self) -> Mapping[int, Result]:
        """Every unit by the id it has in the campaign."""
        return {row.id: row for kind in self.kinds for row in kind.rows}

    @cached_property
    def parents(self) -> tuple[Result, ...]:
        """The units below which others stand, in administrative order."""
        above = {row.parent for kind in self.kinds for row in kind.rows}
        found = (row for row in self.by_id.values() if row.id in above)
        return tuple(sorted(found, key=lambda row: row.order))

    def find(self, slug: str) -> tuple[EditionKind, Result] | None:
        """A unit by its slug, with its kind; None if there is none."""
        return self._places.get(slug)

    def kind(self, name: str) -> EditionKind | None:
        """One floor by its name; None if it took no part."""
        return next((kind for kind in self.kinds if kind.kind == name), None)

    def below(self, parent: Result) -> tuple[tuple[EditionKind, tuple[Result, ...]], ...]:
        """The units below one, floor by floor, by their place among themselves."""
        return tuple((kind, rows) for kind in self.kinds if (rows := in_parent(kind.rows, parent.id)))

    def lines(self, unit: Result) -> tuple[Line, ...]:
        """The criteria of one unit; none for a silent one."""
        return tuple(map(_line, self.units.get(str(unit.id), ())))


def read_edition(digest: str, published_at: datetime, document: str) -> Published:
    """An edition's text as rows."""
    whole = json.loads(document)
    campaign, decision = whole["campaign"], whole["decision"]
    decided = decision["date"]
    return Published(
        digest=digest,
        number=whole["edition"],
        published_at=published_at,
        slug=campaign["slug"],
        name=campaign["name"],
        year=campaign["year"],
        period_start=date.fromisoformat(campaign["period_start"]),
        period_end=date.fromisoformat(campaign["period_end"]),
        province=campaign["province"],
        verify_term=campaign["verify_term"],
        decision_number=decision["number"],
        decision_date=date.fromisoformat(decided) if decided else None,
        decision_signer=decision["signer"],
        kinds=tuple(_kind(kind, campaign["publish_per_parent"]) for kind in _by_floor(whole["kinds"])),
        units=whole["units"],
    )


def administrative(code: str, name: str) -> tuple[int, str]:
    """The key of administrative order; official codes run district by district, departments have letters."""
    number = int(code) if code.isascii() and code.isdigit() else 0
    return number, vietnamese_key(name)


def in_parent(rows: Iterable[Result], parent: int) -> tuple[Result, ...]:
    """The rows below one unit, by their place among themselves, those without a place last."""
    found = (row for row in rows if row.parent == parent)
    return tuple(sorted(found, key=lambda row: (row.place_in_parent is None, row.place_in_parent or 0)))


def _by_floor(kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(kinds, key=lambda kind: list(UnitKind).index(UnitKind(kind["kind"])))


def _kind(data: Mapping[str, Any], per_parent: Mapping[str, bool]) -> EditionKind:
    return EditionKind(
        kind=data["kind"],
        title=data["title"],
        illustrative=data["illustrative"],
        set_digest=data["set"],
        max=Decimal(data["max"]),
        rules=RankingRules.from_json(data["rules"]),
        per_parent=per_parent.get(data["kind"], False),
        ranked_count=data["ranked_count"],
        groups=tuple(map(_group, data["groups"])),
        rows=tuple(map(_row, data["rows"])),
        extensions=_extensions(data),
    )


def _extensions(data: Mapping[str, Any]) -> tuple[Extension, ...]:
    return tuple(
        Extension(
            Wording(one["wording"]),
            date.fromisoformat(one["day"]),
            datetime.fromisoformat(one["until"]),
            one["reason"],
            one["document"],
            datetime.fromisoformat(one["ended_at"]) if one["ended_at"] else None,
        )
        for one in data.get("extensions", ())
    )


def _group(data: Mapping[str, Any]) -> EditionGroup:
    criteria = tuple(
        EditionCriterion(one["code"], one["title"], Decimal(one["max"])) for one in data["criteria"]
    )
    return EditionGroup(data["code"], data["title"], data["level"], Decimal(data["max"]), criteria)


def _row(data: Mapping[str, Any]) -> Result:
    return Result(
        id=data["unit"],
        code=data["code"],
        name=data["name"],
        formal_name=data["formal_name"],
        slug=data["slug"],
        parent=data["parent"],
        parent_name=data["parent_name"],
        place=data["place"],
        place_in_parent=data["place_in_parent"],
        points=_number(data["points"]),
        max=_number(data["max"]),
        percentage=_number(data["percentage"]),
        level=data["level"],
        grade=data["grade"] or "",
        note=data["note"] or "",
        claimed=_number(data["self_points"]),
        groups={code: (Decimal(had), Decimal(most)) for code, (had, most) in data["groups"].items()},
        search=search_key(data["formal_name"]),
        late=data.get("late", False),
        extensions=_extensions(data),
    )


def _line(data: Mapping[str, str]) -> Line:
    return Line(
        data["code"],
        Decimal(data["points"]),
        Decimal(data["max"]),
        Decimal(data["self"]),
        data["status"],
        data["working"],
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _shares(rows: Iterable[Result], code: str) -> list[Decimal]:
    found = (row.groups[code] for row in rows if row.note == "" and code in row.groups)
    return [points / most for points, most in found if most]
