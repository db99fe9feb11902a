"""Which unit of a roster is which unit already known. Pure: it decides nothing and changes nothing.

A code is no identity over time (of the communes of Quảng Bình and Gia Lai, 84 codes went to a unit of another name
in 2025), so a code counts only together with the name. Names repeat inside a province, so a name counts only
together with kind and parent.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from app.folding import fold, proper_name, tidy, type_word
from app.rosters import RosterRow

ALIKE = 0.8


class Change(StrEnum):
    """What differs between a roster row and the unit it stands for."""

    CODE = "code"
    NAME = "name"
    SPELLING = "spelling"
    TYPE = "type"
    PARENT = "parent"


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit as the register has it; `parent_name` is the parent's full name."""

    id: int
    code: str
    kind: str
    full_name: str
    parent_code: str
    parent_name: str
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A row and the unit it stands for (or seems to, in `code_reused`), with what differs."""

    row: RosterRow
    unit: KnownUnit
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A row that could stand for any of several units."""

    row: RosterRow
    candidates: tuple[KnownUnit, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a roster over would do; every row lies in exactly one list.

    `renamed` also holds changes of code, type or mere spelling; `moved` has another parent, whatever else changed.
    `code_reused` has the code of a unit with quite another name: the office says whether it is the same unit.
    `missing` are known units, of the kinds in the roster, that no row stands for.
    """

    added: tuple[RosterRow, ...]
    unchanged: tuple[Match, ...]
    renamed: tuple[Match, ...]
    moved: tuple[Match, ...]
    code_reused: tuple[Match, ...]
    ambiguous: tuple[Ambiguity, ...]
    missing: tuple[KnownUnit, ...]


def match(rows: Iterable[RosterRow], existing: Sequence[KnownUnit]) -> Preview:
    """Compare a roster with the units known, by code with a look at the name, then by name, kind and parent.

    :param existing: all units that may be meant, as a rule those of one province.
    """
    taken = tuple(rows)
    by_code = {(unit.kind, unit.code): unit for unit in existing}
    pairs, reused, nameless = _by_code(taken, by_code)
    spoken_for = {pair.unit.id for pair in (*pairs, *reused)}
    free = [unit for unit in existing if unit.id not in spoken_for]
    named, ambiguous, added = _by_name(nameless, free)
    pairs = sorted((*pairs, *named), key=lambda pair: pair.row.row_number)
    seen = spoken_for | {pair.unit.id for pair in named}
    seen |= {unit.id for doubt in ambiguous for unit in doubt.candidates}
    kinds = {row.kind for row in taken}
    return Preview(
        added=tuple(added),
        unchanged=tuple(pair for pair in pairs if not pair.changes),
        renamed=tuple(pair for pair in pairs if pair.changes and Change.PARENT not in pair.changes),
        moved=tuple(pair for pair in pairs if Change.PARENT in pair.changes),
        code_reused=tuple(reused),
        ambiguous=tuple(ambiguous),
        missing=tuple(unit for unit in existing if unit.id not in seen and unit.kind in kinds),
    )


def _by_code(
    rows: Sequence[RosterRow], by_code: dict[tuple[str, str], KnownUnit]
) -> tuple[list[Match], list[Match], list[RosterRow]]:
    pairs: list[Match] = []
    reused: list[Match] = []
    rest: list[RosterRow] = []
    for row in rows:
        unit = by_code.get((row.kind, row.code))
        if unit is None:
            rest.append(row)
            continue
        found = Match(row, unit, _changes(row, unit))
        (pairs if _is_same(found) else reused).append(found)
    return pairs, reused, rest


def _by_name(
    rows: Sequence[RosterRow], units: Sequence[KnownUnit]
) -> tuple[list[Match], list[Ambiguity], list[RosterRow]]:
    named: defaultdict[tuple[str, str], list[KnownUnit]] = defaultdict(list)
    for unit in units:
        named[unit.kind, fold(proper_name(unit.full_name))].append(unit)
    found = [(row, _namesakes(row, named[row.kind, fold(row.name)])) for row in rows]
    wanted = Counter(unit.id for _, candidates in found for unit in candidates)
    pairs: list[Match] = []
    doubts: list[Ambiguity] = []
    added: list[RosterRow] = []
    for row, candidates in found:
        if not candidates:
            added.append(row)
        elif len(candidates) > 1 or wanted[candidates[0].id] > 1:
            doubts.append(Ambiguity(row, tuple(candidates)))
        else:
            pairs.append(Match(row, candidates[0], _changes(row, candidates[0])))
    return pairs, doubts, added


def _namesakes(row: RosterRow, alike: Sequence[KnownUnit]) -> list[KnownUnit]:
    under = [unit for unit in alike if _same_parent(row, unit)]
    same_type = [unit for unit in under if fold(unit.full_name) == fold(row.full_name)]
    same_text = [unit for unit in under if tidy(unit.full_name).lower() == row.full_name.lower()]
    return same_text or same_type or under


def _changes(row: RosterRow, unit: KnownUnit) -> tuple[Change, ...]:
    same_name = fold(row.name) == fold(proper_name(unit.full_name))
    same_type = type_word(row.full_name) == type_word(unit.full_name)
    tests = (
        (Change.CODE, row.code != unit.code),
        (Change.NAME, not same_name),
        (Change.SPELLING, same_name and same_type and row.full_name != tidy(unit.full_name)),
        (Change.TYPE, not same_type),
        (Change.PARENT, not _same_parent(row, unit)),
    )
    return tuple(change for change, differs in tests if differs)


def _same_parent(row: RosterRow, unit: KnownUnit) -> bool:
    if row.parent_name and unit.parent_name:
        return fold(proper_name(row.parent_name)) == fold(proper_name(unit.parent_name))
    return not (row.parent_code or row.parent_name) or row.parent_code == unit.parent_code


def _is_same(found: Match) -> bool:
    if Change.NAME not in found.changes:
        return Change.PARENT not in found.changes or Change.TYPE not in found.changes
    if Change.PARENT in found.changes or Change.TYPE in found.changes:
        return False
    old, new = fold(proper_name(found.unit.full_name)), fold(found.row.name)
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= ALIKE
