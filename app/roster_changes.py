"""What a roster changes in the tree of units beyond single rows: units that end, and units that went into others.

Pure: it compares rows with units known and says what cannot be. Nothing is guessed: what fits several is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.folding import fold
from app.roster_matching import KnownUnit, Match, Preview
from app.rosters import RosterRow


class Doubt(StrEnum):
    """Why a roster cannot be written."""

    NOT_FOUND = "ended_not_found"
    PREDECESSOR_UNKNOWN = "predecessor_unknown"
    PREDECESSOR_AMBIGUOUS = "predecessor_ambiguous"
    STILL_BELOW = "still_below"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Heir:
    """A row's unit and one that went into it; ``ends`` says that nothing of that is left."""

    row: RosterRow
    predecessor: KnownUnit
    ends: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be written, why, and the names it is about."""

    row: RosterRow
    doubt: Doubt
    detail: str


@dataclass(frozen=True, slots=True)
class Ending:
    """A unit that ends and the row that says so: by itself, with its province, or by going into others."""

    unit: KnownUnit
    row: RosterRow


@dataclass(frozen=True, slots=True)
class TreeChanges:
    """What ends, what went into what, and what cannot be."""

    endings: tuple[Ending, ...]
    heirs: tuple[Heir, ...]
    refusals: tuple[Refusal, ...]


def tree_changes(
    rows: Sequence[RosterRow], preview: Preview, existing: Sequence[KnownUnit], others: Sequence[KnownUnit]
) -> TreeChanges:
    """Endings and successions that the rows ask for.

    ``preview``: of the rows that are not ended. ``existing``: the units in force of the province. ``others``: those
    of other provinces, and ended ones, that may be named as predecessors.
    """
    kept = {pair.unit.id: pair for pair in (*preview.unchanged, *preview.renamed, *preview.moved)}
    refusals = [Refusal(one.row, Doubt.AMBIGUOUS, _names(one.candidates)) for one in preview.ambiguous]
    endings = _said_endings(rows, existing, refusals)
    heirs = _heirs(rows, kept, (existing, others), refusals)
    in_force = {one.id for one in existing}
    for heir in heirs:
        if heir.ends and heir.predecessor.id in in_force:
            endings.setdefault(heir.predecessor.id, Ending(heir.predecessor, heir.row))
    for unit_id in endings.keys() & kept.keys():
        del endings[unit_id]
    refusals += _left_below(endings, kept, existing)
    return TreeChanges(tuple(endings.values()), tuple(heirs), tuple(refusals))


def _said_endings(
    rows: Sequence[RosterRow], existing: Sequence[KnownUnit], refusals: list[Refusal]
) -> dict[int, Ending]:
    found: dict[int, Ending] = {}
    for row in rows:
        if not row.is_ended:
            continue
        same = [one for one in existing if _is_said(row, one)]
        if len(same) != 1:
            refusals.append(Refusal(row, Doubt.NOT_FOUND, _names(same) or row.full_name))
            continue
        found[same[0].id] = Ending(same[0], row)
        if row.kind == "province":
            found |= {one.id: Ending(one, row) for one in existing if one.id not in found}
    return found


def _is_said(row: RosterRow, unit: KnownUnit) -> bool:
    return (unit.kind, unit.code, fold(unit.full_name)) == (row.kind, row.code, fold(row.full_name))


def _heirs(
    rows: Sequence[RosterRow],
    kept: Mapping[int, Match],
    known: tuple[Sequence[KnownUnit], Sequence[KnownUnit]],
    refusals: list[Refusal],
) -> list[Heir]:
    own = {pair.row: unit_id for unit_id, pair in kept.items()}
    places = [_by_spelling(units) for units in known]
    found: list[Heir] = []
    for row in rows:
        for text in row.predecessors if not row.is_ended else ():
            named = next(
                (
                    place[row.kind, key]
                    for place in places
                    for key in (text, fold(text))
                    if place.get((row.kind, key))
                ),
                [],
            )
            if len(named) != 1:
                doubt = Doubt.PREDECESSOR_AMBIGUOUS if named else Doubt.PREDECESSOR_UNKNOWN
                refusals.append(Refusal(row, doubt, _names(named) or text))
            elif named[0].id != own.get(row):
                found.append(Heir(row, named[0], named[0].id not in kept))
    return list(dict.fromkeys(found))


def _by_spelling(units: Iterable[KnownUnit]) -> dict[tuple[str, str], list[KnownUnit]]:
    found: dict[tuple[str, str], list[KnownUnit]] = defaultdict(list)
    for unit in units:
        for key in {unit.code, fold(unit.full_name)}:
            found[unit.kind, key].append(unit)
    return found


def _left_below(
    endings: Mapping[int, Ending], kept: Mapping[int, Match], existing: Sequence[KnownUnit]
) -> Iterable[Refusal]:
    """Units that would stand below nothing: every one is to be named in the roster, or to end as well."""
    for ending in endings.values():
        left = [
            one
            for one in existing
            if one.parent_id == ending.unit.id and one.id not in endings and not _is_moved(kept.get(one.id))
        ]
        if left:
            yield Refusal(ending.row, Doubt.STILL_BELOW, _names(left))


def _is_moved(pair: Match | None) -> bool:
    return pair is not None and "parent" in pair.changes


def _names(units: Iterable[KnownUnit]) -> str:
    listed = [f"{one.full_name} ({one.code})" for one in units]
    return ", ".join(listed[:5]) + (" …" if len(listed) > 5 else "")
